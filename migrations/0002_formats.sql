-- What hospitals' own formats bring: several ids of one appointment, appointments of several patients, patients who have died.

alter table appointment
  add column group_reference text,                            -- the id that the appointments of several patients share
  add column deceased boolean not null default false,
  add column location_printable boolean not null default true; -- false: location_text is printed only where the source says so
create index appointment_group on appointment (source_id, group_reference) where group_reference is not null;
create index appointment_patient on appointment (source_id, patient_key) where patient_key is not null;

create table appointment_alias (
  source_id text not null,
  kind text not null,                 -- what gave the id: filler, placer, an identifier's system
  value text not null,                -- namespace|value; without a namespace it leads to nobody by itself
  authority_id text not null,
  appointment_id uuid not null,
  primary key (source_id, kind, value),
  foreign key (authority_id, appointment_id) references appointment (authority_id, id) on delete cascade
);
create index appointment_alias_appointment on appointment_alias (appointment_id);

alter table source
  add column hmac_secret_ciphertext bytea,         -- null: a sender that signs by HMAC uses its webhook secret
  add column fhir_authorization_ciphertext bytea;  -- the Authorization header of read-backs

-- Codes that a source sends and its settings don't know, for staff.
create table unmapped_value (
  authority_id text not null,
  source_id text not null,
  field text not null check (field in ('status', 'location')),
  value text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,       -- to the hour
  primary key (source_id, field, value),
  foreign key (authority_id, source_id) references source (authority_id, id)
);

-- How far a FHIR server's notifications and our polls of it have come.
create table fhir_feed (
  authority_id text not null,
  source_id text not null,
  feed text not null,                 -- 'poll', or the hash of a subscription's address
  last_event bigint,
  polled_at timestamptz,
  updated_at timestamptz not null,
  primary key (source_id, feed),
  foreign key (authority_id, source_id) references source (authority_id, id)
);
