-- What tells one appointment and one patient from another, beside the appointment itself.

-- An id with a namespace that two appointments go by leads to neither.
alter table appointment_alias add column shared boolean not null default false;

-- How new what was last said about a patient is, and whether he or she has died. No row for one of whom nobody has booked anything, unless dead.
create table known_patient (
  authority_id text not null,
  source_id text not null,
  patient_key bytea not null,
  version bigint,
  event_at timestamptz,
  deceased boolean not null default false,
  updated_at timestamptz not null,
  primary key (source_id, patient_key),
  foreign key (authority_id, source_id) references source (authority_id, id)
);
