-- Every instant is a parameter of the statement that writes it: no default and no trigger reads a clock, but that of
-- the audit's `recorded_at`.
-- *_ciphertext: AES-256-GCM (src/domain/keyring.ts). *_hash: HMAC-SHA256 under the look-up key. No table holds a number
-- in clear.
-- Rows of appointment, reminder and message are written by a few statements of ours for each post and each hand-over.
-- They carry no foreign keys and no keys of several columns beyond what a statement needs: each cost a fifth of a post.
-- test/invariants/authorities-apart.test.ts tries every path with a foreign id instead.
-- Constraints that many tables have alike, and what they are for:
-- * A check of a column against a list of words: a state that the code does not know would be neither handed over,
--   counted nor shown, so that a wrong statement is refused instead.
-- * A foreign key to authority or source, on tables that are written seldom: their rows belong to settings that are
--   never deleted, and with both ids to a source of their own authority.
-- * A foreign key with `on delete cascade`: its rows are about nothing else, and go with what they are about.
-- Every other check and key says what it is for.
-- Reminder, callback and delivery have an index of what is next, from which each row goes once. Its dead entries stand
-- where every look begins, until autovacuum takes them: by its own rule after a fifth of the table, which may be years'
-- worth; by the one given here after 20,000 and a fiftieth.

create table installation (
  id smallint primary key check (id = 1), -- one row: every process finds the same keys
  public_url text not null,
  lookup_key bytea not null,          -- wrapped by the first encryption key
  patient_key bytea not null,         -- wrapped likewise; hashes patient ids
  created_at timestamptz not null,
  adopted_at timestamptz,
  database_identity text,             -- which database this is, so that one restored from a dump is known as such
  -- copied from the first release with ids and places in clear: the next start hashes and encrypts them
  clear_ids boolean not null default false,
  -- copied from it, and not bound to their rows yet: read until all are encrypted anew, then refused
  unbound_ciphertexts boolean not null default false,
  -- how far the run of `keys rotate` has come that began last: its cursor, and what it could not open
  reencryption jsonb
);

create table authority (
  id text primary key,
  name text not null,
  sender text not null,
  inbound_keyword text,
  language text not null check (language in ('da', 'en')),
  time_zone text not null,
  -- the purge deletes by it: none would erase everything at once
  retention_days integer not null check (retention_days between 1 and 3650),
  on_uncertain text not null check (on_uncertain in ('hold', 'resend')),
  max_per_number_per_day integer not null check (max_per_number_per_day > 0), -- none would hold every SMS back
  settings jsonb not null,            -- the rest of what PUT /v1/authorities takes (domain/authority.ts)
  version integer not null default 1, -- raised by every change, also by a template's and a pause's
  paused_at timestamptz,
  paused_until timestamptz,
  pause_reason text,
  -- Reminders that were planned before have deadlines by another notice or time zone; null: all are alike.
  notice_changed_at timestamptz,
  -- Since then others get reminders than were planned; null: all are planned by the settings.
  recipients_changed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table source (
  id text primary key,                -- unique in the installation: it stands in webhook paths
  authority_id text not null references authority (id),
  name text not null,
  mode text not null check (mode in ('live', 'shadow', 'loading', 'paused')),
  settings jsonb not null,
  version integer not null default 1, -- raised by every change, also of its secrets
  paused_at timestamptz,
  paused_until timestamptz,
  pause_reason text,
  hmac_secret_ciphertext bytea,       -- null: a sender that signs by HMAC uses its webhook secret
  fhir_authorization_ciphertext bytea, -- the Authorization header of read-backs
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (authority_id, id)           -- what the foreign keys of a source's settings refer to
);

create table source_secret (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  token_hash bytea not null,
  webhook_secret_ciphertext bytea not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  foreign key (authority_id, source_id) references source (authority_id, id)
);
create index source_secret_source on source_secret (source_id); -- the secrets of a source, at its authentication

create table api_key (
  id uuid primary key,
  authority_id text not null references authority (id),
  name text not null,
  role text not null check (role in ('administrator', 'operator', 'viewer')),
  prefix text not null,
  key_hash bytea not null unique,     -- a request's key is looked up by it
  created_at timestamptz not null,
  last_used_at timestamptz,           -- written once an hour at most; null: never
  revoked_at timestamptz
) with (fillfactor = 80);             -- room on the page to write last_used_at again, which no index has
create index api_key_list on api_key (authority_id, id desc); -- the list of an authority's keys, the newest first

create table template_version (
  authority_id text not null references authority (id),
  name text not null,
  language text not null check (language in ('da', 'en')),
  version integer not null check (version > 0), -- 0 stands for the shipped text
  text text,                          -- null: back to the shipped wording
  created_at timestamptz not null,
  created_by text not null,
  primary key (authority_id, name, language, version)
);

-- Texts that staff choose from when they answer a citizen: few, each in every language. The audit has earlier wordings.
create table standard_answer (
  authority_id text not null references authority (id),
  id text not null,
  name text not null,                 -- what staff choose it by
  text_da text not null,
  text_en text not null,
  version integer not null check (version > 0), -- raised by each save, by which a form sees that it changed meanwhile
  updated_at timestamptz not null,
  primary key (authority_id, id)
);

create table appointment (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  -- as the booking system sends it; of an erased citizen a keyed hash, where it may be a number (erasedReference)
  reference text not null,
  version bigint,
  event_at timestamptz,               -- the event's own timestamp, orders events without a version
  -- event_at as the last cancellation by HL7 v2 left it: repeats of it are known by that
  cancel_stamp timestamptz,
  content_hash bytea not null,
  -- keyed hashes, of 16 bytes each, of the last events without version and timestamp: repeats are known by them
  seen_events bytea,
  revision integer not null,          -- ours: raised by every accepted change
  slot integer not null,              -- ours: raised when start or citizen change, or it is booked again
  status text not null check (status in (
    'booked', 'pending', 'proposed', 'waitlist', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled',
    'entered-in-error')),
  -- the keyed hashes, 16 bytes each, of unknown words by which it may have ended: nothing is sent about it until one is
  -- mapped. Empty: none can be; null: its status is clear
  unclear_status bytea,
  start_at timestamptz,
  end_at timestamptz,
  kind text not null,
  patient_key bytea,
  phone_ciphertext bytea,
  phone_hash bytea,
  phone_reason text,
  -- a number that the booking system may not bring back: staff found it to be somebody else's, or its citizen was
  -- erased
  wrong_phone_hash bytea,
  language text,
  -- in clear for a visit only: the place of any other kind may be the citizen's address
  location_code text,
  location_text text,
  place_ciphertext bytea,             -- the place of an appointment that is no visit: JSON [code, text]
  location_printable boolean not null default true, -- false: location_text is printed only where the source says so
  department text,
  department_code text,
  contact_phone text,                 -- the authority's own number, printed in texts
  source_mode text not null,          -- the source's mode when the appointment was first received
  test boolean not null default false,
  outcome text,
  outcome_at timestamptz,
  group_reference text,               -- the id that the appointments of several patients share
  -- the reference that goes on in its place: events about this one change nothing any more
  replaced_by text,
  deceased boolean not null default false,
  announced_start_at timestamptz,     -- the start that an SMS named before the appointment moved; null: none did
  received_at timestamptz not null,
  updated_at timestamptz not null,
  erased_at timestamptz,
  -- STOP, look-up and erasure find a number by its hash: one without a hash would be found by none of them
  check ((phone_ciphertext is null) = (phone_hash is null)),
  unique (source_id, reference)       -- the key of an appointment; every event looks it up
);
-- A STOP, an erasure and a look-up find a number's appointments, a batch after another, and through them their
-- reminders.
create index appointment_phone on appointment (phone_hash, authority_id, id) where phone_hash is not null;
-- Retention counts from the start; from the last update where there is none, or it was called off; and three years
-- after the last update whatever start it has. Staff look through a day by the same moment, which is the start,
-- narrowed by department or source: with the two behind the moment, a rare department of 28,000 appointments a day
-- costs 103 pages, where it cost 25,000 of the table. They widen an entry by 15 bytes; an index of their own would cost
-- each post another entry.
create index appointment_past on appointment (
  authority_id,
  (case when start_at is null or status in ('cancelled', 'entered-in-error') then updated_at at time zone 'UTC'
    else least(start_at at time zone 'UTC', updated_at at time zone 'UTC' + interval '3 years') end),
  department, source_id);
-- The called-off ones of a day, for the same list. With those that have no start they are the ones whose retention
-- counts from their last update: the purge looks through them for updates that lie in the future.
create index appointment_called_off on appointment (authority_id, start_at, department, source_id)
  where start_at is null or status in ('cancelled', 'entered-in-error');
-- Members of a group, that an event is about
create index appointment_group on appointment (source_id, group_reference) where group_reference is not null;
-- What an appointment went on in place of: its earlier references go with it when its citizen is erased
create index appointment_replaced on appointment (source_id, replaced_by) where replaced_by is not null;
-- Numbers that turned out to be somebody else's and were not replaced: nearly none, for the to-do list.
create index appointment_wrong_phone on appointment (authority_id, start_at) where wrong_phone_hash is not null;
-- Appointments whose status is unclear: few, for the to-do list and for when a word is mapped.
create index appointment_unclear on appointment (authority_id, source_id, start_at) where unclear_status is not null;
-- Appointments ahead of a patient whose data changed
create index appointment_patient on appointment (source_id, patient_key) where patient_key is not null;

-- Other ids that an appointment goes by.
create table appointment_alias (
  source_id text not null,
  -- the origin of the id: filler, placer, or the keyed hash of an identifier's system
  kind text not null,
  -- namespace|value, each as its keyed hash; an id without a namespace identifies nothing by itself, and several
  -- appointments may have it
  value text not null,
  authority_id text not null,
  appointment_id uuid not null references appointment (id) on delete cascade,
  shared boolean not null default false, -- two appointments go by it, so that it identifies neither
  primary key (source_id, kind, value, appointment_id)
);
-- One appointment alone goes by an id with a namespace, and by a reference that it was once received with.
create unique index appointment_alias_unique on appointment_alias (source_id, kind, value)
  where not starts_with(value, '|') or kind = 'reference';
-- All ids of an appointment, when it takes a further one or goes
create index appointment_alias_appointment on appointment_alias (appointment_id);

-- Changes of an appointment by its booking system that staff are told of, also where no reminder tells them: kept by a
-- trigger of appointment. They go with the appointment, and hold no more of the citizen than that does once it is
-- erased.
create table appointment_change (
  appointment_id uuid not null references appointment (id) on delete cascade,
  at timestamptz not null,
  id bigint generated always as identity, -- the order within one moment
  -- deleted: entered in error; booked: again
  change text not null check (change in ('moved', 'cancelled', 'deleted', 'replaced', 'booked')),
  start_at timestamptz,               -- of one that moved: the time that it had before; null: it had none
  slot integer not null,              -- that the appointment had before
  primary key (appointment_id, at, id) -- the story of an appointment
);

-- The newest that a source said of a patient, and, for a while, what FHIR said of one before any appointment: it goes
-- with the first that refers to the patient. No row for a patient without appointments, unless dead or kept so.
create table known_patient (
  id uuid not null unique,            -- what the ciphertext is bound to: a new one comes with a new id
  authority_id text not null,
  source_id text not null,
  patient_key bytea not null,
  version bigint,
  event_at timestamptz,
  deceased boolean not null default false,
  protected boolean not null default false, -- name and address are: the text of a place may be an address
  phone_ciphertext bytea,
  phone_hash bytea,
  language text,
  kept_at timestamptz,                -- when number, language and protection were kept; null: they are not
  updated_at timestamptz not null,
  -- erasure and look-up find a number by its hash
  check ((phone_ciphertext is null) = (phone_hash is null)),
  check (kept_at is not null or (phone_hash is null and language is null)), -- the purge finds what is kept by kept_at
  primary key (source_id, patient_key),
  foreign key (authority_id, source_id) references source (authority_id, id)
);
-- An erasure and a look-up find a number that is kept.
create index known_patient_phone on known_patient (phone_hash, authority_id) where phone_hash is not null;
-- What is kept too long, for the purge: what is kept at all is few.
create index known_patient_kept on known_patient (authority_id, kept_at) where kept_at is not null;

-- Codes that a source sends and its settings don't know, for staff.
create table unmapped_value (
  authority_id text not null,
  source_id text not null,
  field text not null check (field in ('status', 'location', 'start')),
  value text not null,
  -- the first eight bytes of the keyed hash of each patient whom it was seen on, for erasure; null: it was seen on
  -- five, and is nobody's own
  patients bytea,
  first_at timestamptz not null,
  last_at timestamptz not null,       -- to the hour
  primary key (source_id, field, value),
  foreign key (authority_id, source_id) references source (authority_id, id)
);

-- The last refusals of each source, for staff. Nothing in it is about a citizen.
create table refusal (
  id bigint generated always as identity primary key,
  authority_id text not null,
  source_id text not null,
  at timestamptz not null,
  status text not null,               -- of HTTP, or AE or AR of an ACK
  code text not null,
  pointer text not null,              -- empty for the whole
  format text not null,
  request_id text,                    -- null: read from a FHIR server
  seen_at timestamptz,                -- when staff took it off the to-do list, since the booking system was told
  foreign key (authority_id, source_id) references source (authority_id, id)
);
create index refusal_source on refusal (source_id, id);  -- the list of a source, and what is beyond its hundred

-- When each source sent its last message. A table of its own, so that noting it neither waits for a change of the
-- source nor is one.
create table source_activity (
  source_id text primary key,
  authority_id text not null,
  last_at timestamptz not null,       -- to five minutes
  foreign key (authority_id, source_id) references source (authority_id, id)
);

-- How far a FHIR server's notifications and our polls of it have come.
create table fhir_feed (
  authority_id text not null,
  source_id text not null,
  feed text not null,                 -- 'poll', or the hash of a subscription's address
  last_event bigint,
  polled_at timestamptz,
  -- an address below the source's fhirBaseUrl, where a poll that stopped before its end goes on; a server may name
  -- a patient in it
  next_page_ciphertext bytea,
  begun_at timestamptz,               -- when the first page before it was read, by the server's clock
  updated_at timestamptz not null,
  primary key (source_id, feed),
  foreign key (authority_id, source_id) references source (authority_id, id)
);

-- A reminder is the row that is scheduled. It is written once: planned, then handed_over or another end. What becomes
-- of a hand-over stands on its message. Only a response of the gateway that proves "not sent" makes it planned again.
create table reminder (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  appointment_id uuid not null,
  slot integer not null,
  -- of the appointment: what was rendered before a change of number or place can't be started
  revision integer not null,
  rule text not null,                 -- a rule's id, or confirmation, rescheduled, cancellation
  template text not null,
  language text not null,
  department text,                    -- what statistics count by: a name of table department or of a rule, or `other`
  -- uncertain: it may have been handed over in the time that a restored backup lost.
  status text not null check (status in (
    'planned', 'handed_over', 'expired', 'suppressed', 'cancelled', 'superseded', 'uncertain')),
  reason text,
  due_at timestamptz not null,
  due_day date not null,              -- due_at in the authority's zone: the day it is counted on
  expires_at timestamptz not null,
  -- when the dispatcher looks at it next; null: never. Of one handed over: when it is sent again
  next_at timestamptz,
  held_reason text,
  -- counted before it is prepared after an unclean end of a process; the third quarantines
  tries smallint not null default 0,
  -- A source in shadow mode hands nothing over: the text that would have gone, with the number that it would have gone
  -- to.
  phone_hash bytea,
  text_ciphertext bytea,
  template_version integer,
  encoding text,
  segments smallint,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- a look goes by next_at alone: what has ended must have none
  check (next_at is null or status in ('planned', 'handed_over')),
  unique (appointment_id, rule, slot) -- one reminder for each; also finds an appointment's reminders
-- the fill factor: room for the end of a reminder in its own page, since another one would be logged as a whole, too
) with (fillfactor = 90, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0.02);
-- What is due, the oldest first; with the id a look goes on where the last one ended, also among many that are due at
-- the same moment.
create index reminder_next on reminder (next_at, id) where next_at is not null;
-- The same for one authority, for looks that go round robin. The collation, which the look names, keeps the planner
-- from taking this index for anything else, and another one for this.
create index reminder_next_of_authority on reminder (authority_id collate "C", next_at, id) where next_at is not null;
-- Reminders that a process died over while it prepared them alone: nearly none, which each drain asks for.
create index reminder_tried on reminder (next_at, id) where tries > 0 and next_at is not null;
-- The gauge of what is quarantined: nearly nothing.
create index reminder_quarantined on reminder (expires_at)
  where status = 'suppressed' and reason in ('internal_error', 'text_refused');
-- Reminders that a restored backup made uncertain: the gauge, and staff.
create index reminder_restored on reminder (id) where status = 'uncertain';
-- Reminders that ended without an SMS, by their deadline, which lies shortly before the start: the two lists of
-- citizens to phone. Each finds its own rows in its own order, and so ends with the first that it shows; the department
-- lets those of some departments skip all others without a look at their rows. The conditions are those of
-- src/staff/to-do/unreached.sql.ts.
create index reminder_unsent on reminder (authority_id, (case when status = 'suppressed'
    and reason in ('no_phone', 'not_mobile', 'country_not_allowed', 'invalid_number')
    then 'no_number' else 'other' end), expires_at, appointment_id, id, coalesce(department, ''))
  where status in ('expired', 'suppressed', 'uncertain');
-- What ended without being handed over, which staff list by its day: a hand-over writes nothing here.
create index reminder_ended on reminder (authority_id, status, due_day, id)
  where status in ('expired', 'suppressed', 'cancelled', 'superseded', 'uncertain');
-- Planned reminders that wait more than a day after the one they are due, such as for a person to read a reply: few,
-- which staff list by their day.
create index reminder_late on reminder (authority_id, due_day, id)
  where status = 'planned' and (next_at at time zone 'UTC')::date > due_day + 1;
-- Texts of a shadow, for erasure.
create index reminder_shadow on reminder (phone_hash) where phone_hash is not null;

-- Changes that the instants of reminder and message don't tell. A reminder's first status is 'planned' unless a row
-- stands at its created_at.
create table reminder_history (
  reminder_id uuid not null references reminder (id) on delete cascade,
  at timestamptz not null,
  status text not null,
  reason text
);
-- The history of a reminder, which goes with it
create index reminder_history_reminder on reminder_history (reminder_id, at);

-- One hand-over of a reminder to a gateway, or an answer to a citizen. In the usual case outcomes
-- and receipts change only columns that no index names, not even in its condition, so that PostgreSQL updates the row
-- in its page (HOT); the fill factor leaves the room for it. Two do otherwise: a receipt that proves that a message had
-- left after all sets due_day (message_late), and a look-up sets next_at (message_answers).
create table message (
  id uuid primary key,                -- the reference given to the gateway
  authority_id text,                  -- null: an answer on behalf of the whole installation
  reminder_id uuid,                   -- null: an answer to a citizen, or what staff wrote to one (staff_answer)
  inbound_id uuid,                    -- the reply that an answer answers
  template text not null,
  language text not null,
  department text,                    -- of the reminder: what statistics count by
  -- likewise; null: not counted, since the reminder had ended otherwise before a receipt proved that it had left
  due_day date,
  gateway text not null,
  gateway_message_id text,
  sender text not null,
  phone_ciphertext bytea,
  phone_hash bytea,
  country text,                       -- of the number, ISO 3166-1 alpha-2: what a supplier's prices go by
  text_ciphertext bytea,
  template_version integer,
  status text not null check (status in (
    'planned', 'handing_over', 'not_sent', 'accepted', 'delivered', 'undelivered', 'rejected', 'uncertain')),
  reason text,
  code text,                          -- the supplier's own code for the last outcome
  attempts integer not null default 0,
  encoding text not null,
  segments smallint not null,
  gateway_segments smallint,
  valid_until timestamptz not null,
  -- an answer: when it is handed over next, or given up while handing_over; a reminder's: when to ask the gateway again
  next_at timestamptz,
  asked_at timestamptz,               -- when the gateway was last asked what became of it; null: never
  created_at timestamptz not null,
  handed_over_at timestamptz,
  accepted_at timestamptz,
  delivered_at timestamptz,
  updated_at timestamptz not null,
  unique (reminder_id, gateway),      -- a gateway gets one reference for a reminder, however often it is tried
  -- only an answer is without an authority: statistics and lists find a reminder's message by it
  check (reminder_id is null or authority_id is not null)
) with (fillfactor = 50);
create index message_newest on message (authority_id, id desc);       -- lists of staff
-- Daily limit, replies, look-up, erasure
create index message_number on message (phone_hash, authority_id, handed_over_at) where phone_hash is not null;
-- Answers to hand over
create index message_answers on message (next_at) where reminder_id is null and next_at is not null;
-- Answers of a month by their text, for their cost
create index message_answers_of on message (authority_id, template, id) where reminder_id is null;
-- The answers to replies, in the story of an appointment
create index message_inbound on message (inbound_id) where inbound_id is not null;
-- Reminders that were handed over more than a day after the one they were due, such as at the end of a pause: few,
-- which staff list by their day
create index message_late on message (authority_id, due_day, id)
  where reminder_id is not null and (created_at at time zone 'UTC')::date > due_day + 1;
create index message_validity on message (valid_until);               -- accepted messages whose receipt never came

-- SMS that staff wrote to a citizen, with the facts that the start of the message checks once more.
create table staff_answer (
  message_id uuid primary key references message (id) on delete cascade,
  -- The appointment that it is about, as it was: the answer does not go once it moved or was called off; null: none.
  appointment_id uuid references appointment (id) on delete set null,
  slot integer,
  appointment_status text,
  start_before timestamptz not null,  -- it is not handed over later: neither at night nor hours after it was written
  written_by text not null
);
-- The answers about an appointment, in its story
create index staff_answer_appointment on staff_answer (appointment_id) where appointment_id is not null;

-- Messages whose outcome isn't known, kept by a trigger of message: few, and to be found without an index over all
-- messages.
create table uncertain_message (
  message_id uuid primary key references message (id) on delete cascade,
  gateway text not null,
  since timestamptz not null
);

-- Messages of reminders that did not reach the citizen, or may not have, kept by a trigger of message: the to-do list
-- finds them without an index on the state of all messages.
create table failed_message (
  message_id uuid primary key references message (id) on delete cascade,
  authority_id text not null,
  reminder_id uuid not null,
  expires_at timestamptz not null     -- the reminder's deadline, shortly before the start
);
create index failed_message_list on failed_message (authority_id, expires_at); -- the to-do list

-- Appointments that staff have ticked off on the to-do list, since they phoned the citizen or corrected the number.
create table handled_appointment (
  appointment_id uuid not null references appointment (id) on delete cascade,
  slot integer not null,              -- when the appointment moves, it may come up again
  authority_id text not null,
  handled_at timestamptz not null,
  handled_by text not null,
  primary key (appointment_id, slot)
);
-- Appointments that were ticked off lately, below the to-do list
create index handled_appointment_list on handled_appointment (authority_id, handled_at);

-- Processes that hand over. A row goes when its process ends in good order; one whose heartbeat is 45 s old belongs to
-- a process that is gone.
create table process (
  id uuid primary key,
  name text not null,                 -- host and pid, for people
  version text not null,              -- of the program that it runs, for people
  -- how far its clock was ahead of the database's when they were last compared; beyond half a minute either way the
  -- process hands nothing over; null: not compared yet
  clock_ahead_ms bigint,
  started_at timestamptz not null,
  heartbeat_at timestamptz not null
);

-- Messages that one statement started together and that have no recorded outcome yet. Its commit is the hand-over. The
-- id is chosen before: whether a commit happened whose response was lost is read here.
create table hand_over_group (
  id uuid primary key,
  process_id uuid not null,
  message_ids uuid[] not null,
  started_at timestamptz not null
);
create index hand_over_group_process on hand_over_group (process_id); -- what a process that is gone has left

-- The gateways with whether they are in use, for all processes together. A start locks and compares the version, so
-- that nothing is started at a gateway that was taken out before.
create table gateway_state (
  gateway text primary key,
  version integer not null default 1, -- raised by every change, and when a process takes the next probe
  since timestamptz not null,         -- of the last change in or out
  -- why it is out; null: in use
  reason text check (reason in ('auth', 'credit', 'throttled', 'unreachable', 'timeouts', 'staff')),
  note text,                          -- what staff gave as the reason
  -- when the next single message may go through one that is out; null: in use, or staff took it out
  probe_at timestamptz,
  probes smallint not null default 0, -- those in a row that got through
  check (reason is not null or probe_at is null) -- a gateway in use is not probed
);

-- Calls to a gateway, counted in steps of ten seconds over all processes. Kept for an hour.
create table gateway_calls (
  gateway text not null,
  began timestamptz not null,
  calls integer not null,
  throttled integer not null,
  unreachable integer not null,       -- all other refusals that concern not the message alone, or tell nothing of it
  uncertain integer not null,
  refused integer not null default 0, -- for good, and not for the number, the text or an opt-out
  latency_ms bigint not null,         -- of all calls together
  primary key (gateway, began)
);

-- Prices of a segment at a supplier, by the country of the number. The price of a day is the newest of that day or
-- before.
create table gateway_price (
  gateway text not null,
  country text not null,              -- ISO 3166-1 alpha-2
  valid_from date not null,
  currency text not null,             -- ISO 4217
  per_segment_micro bigint not null check (per_segment_micro >= 0), -- millionths of the currency; costs are sums of it
  primary key (gateway, country, valid_from)
);

-- Up to when the calls of a gateway with a rate are assigned, to all processes together.
create table gateway_pace (
  gateway text primary key,
  next_at timestamptz not null
);

-- What a gateway posted, as it came, before anything is made of it.
create table callback (
  id uuid primary key,
  gateway text not null,
  kind text not null check (kind in ('receipt', 'inbound')),
  dedupe_key bytea not null,
  -- null: the citizen whom it is about was erased, or nothing came of it for two weeks. The row stays, so that a repeat
  -- is known as one
  raw_ciphertext bytea,
  phone_hash bytea,                   -- of the citizen who wrote, so that erasing finds it
  received_at timestamptz not null,
  applied_at timestamptz,
  note text,                          -- why nothing came of it: unknown_reference, unreadable, own_sender
  unique (gateway, kind, dedupe_key)  -- a callback that comes again is stored and applied once
) with (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0.02);
-- Stored, and not applied: by a process that ended, or because nothing can be made of them yet
create index callback_waiting on callback (received_at) where applied_at is null;
create index callback_retention on callback (received_at); -- the purge
-- Callbacks of which nothing came: their content is forgotten early.
create index callback_unread on callback (received_at)
  where raw_ciphertext is not null and note in ('unreadable', 'unknown_reference');
create index callback_phone on callback (phone_hash) where phone_hash is not null; -- the erasure of a citizen

create table receipt (
  id uuid primary key,
  message_id uuid not null references message (id) on delete cascade,
  callback_id uuid,
  state text not null,
  cause text,
  code text,
  at timestamptz,                     -- by the gateway's clock, if it says
  received_at timestamptz not null
);
create index receipt_message on receipt (message_id); -- the receipts of a message, which go with it

create table inbound_message (
  id uuid primary key,
  gateway text not null,
  gateway_message_id text,
  phone_ciphertext bytea,
  phone_hash bytea not null,
  recipient_ciphertext bytea,         -- the number or short code that was answered
  text_ciphertext bytea,
  meaning text not null check (meaning in (
    'stop', 'start', 'help', 'maybe_stop', 'wrong_number', 'deceased', 'cancel', 'confirm', 'other')),
  scope text not null check (scope in ('authority', 'installation')),
  callback_id uuid,                   -- the callback that it came in
  written_at timestamptz,             -- by the supplier's clock; null: it does not say, or is ahead of ours
  received_at timestamptz not null
);
create index inbound_retention on inbound_message (received_at); -- the purge
create index inbound_phone on inbound_message (phone_hash); -- the replies of a number: conversation, look-up, erasure

-- An inbound message concerns one authority or several; each settles it for itself.
create table inbound_authority (
  inbound_id uuid not null references inbound_message (id) on delete cascade,
  authority_id text not null references authority (id),
  phone_hash bytea not null,
  needs_person boolean not null,
  holds boolean not null,             -- holds the number's planned reminders until settled
  settled_at timestamptz,
  settled_by text,                    -- who of the staff, or booking_system
  -- What staff decided.
  action text check (
    action in ('opt_out', 'wrong_number', 'deceased', 'cancel_passed_on', 'confirmed', 'answered', 'ignore')),
  effects jsonb,                      -- ids of what staff's settling changed, so that it can be undone
  undone_at timestamptz,
  answered_message_id uuid,           -- the authority's last SMS to the number from the sender that was answered
  taken_at timestamptz,               -- when an endpoint took the event that tells of it (citizen.replied)
  primary key (inbound_id, authority_id)
);
create index inbound_authority_list on inbound_authority (authority_id, inbound_id desc); -- the list of replies
-- The gauge, the to-do list
create index inbound_authority_open on inbound_authority (inbound_id) where needs_person and settled_at is null;
-- What needs a person is nearly always settled: by each column alone the planner would expect a quarter of all replies
-- to be open.
create statistics inbound_authority_waiting (mcv) on needs_person, settled_at from inbound_authority;
-- The hold of a number, which planning and the start look for.
create index inbound_authority_hold on inbound_authority (phone_hash) where holds and settled_at is null;

-- The appointments that a reply may be about.
create table inbound_appointment (
  inbound_id uuid not null references inbound_message (id) on delete cascade,
  authority_id text not null,
  appointment_id uuid not null references appointment (id) on delete cascade,
  slot integer not null,              -- that the SMS was about: neither a hold nor a confirmation outlives it
  phone_hash bytea not null,
  subject boolean not null,           -- the reply is about this one; false: a person must find out
  holds boolean not null,             -- a cancellation: holds the reminders of the slot until it is settled
  had_number boolean not null,        -- the appointment had the number of the reply when that came
  primary key (inbound_id, appointment_id)
);
-- The hold and the replies of an appointment
create index inbound_appointment_appointment on inbound_appointment (appointment_id);

create table opt_out (
  id uuid primary key,
  authority_id text references authority (id), -- null: the whole installation
  phone_hash bytea not null,          -- empty: it was lifted, and whose it was is forgotten
  phone_ciphertext bytea,
  reason text not null,
  recorded_by text not null,          -- citizen, gateway:<id>, or who of the staff
  inbound_id uuid,
  recorded_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text
);
-- At most one that holds; the start looks for it
create unique index opt_out_live on opt_out (phone_hash, coalesce(authority_id, '')) where lifted_at is null;
-- Opt-outs of a number, with opt_out_live: search, look-up, story, erasure
create index opt_out_lifted on opt_out (phone_hash) where lifted_at is not null and phone_hash <> '';
create index opt_out_list on opt_out (authority_id, id desc); -- the list of opt-outs
create index opt_out_day on opt_out (authority_id, recorded_at); -- statistics count them by day

-- Sources whose events somebody reads: an endpoint that has not ended, or whoever read the feed in the last 30 days.
-- Only changes of their appointments become events (`sources_with_reader`).
create table event_reader (
  source_id text not null,
  authority_id text not null,
  -- from when on nothing is missing; null: it is not known yet whether everybody writes events
  since timestamptz,
  read_at timestamptz,                -- when the feed was last read, to the hour; null: never
  primary key (authority_id, source_id),
  foreign key (authority_id, source_id) references source (authority_id, id)
);

-- Changes that booking systems are told of, each written in the transaction of the change: by the triggers of reminder
-- and message, and by store/events.ts. A job numbers the committed ones and moves them to `event`; nothing else reads
-- them. The ordinal is drawn while the change holds its row's lock, so that the order of two changes of one row is that
-- of their ordinals.
create table event_outbox (
  ordinal bigint generated always as identity primary key,
  type text not null,
  at timestamptz not null,
  reminder_id uuid,
  appointment_id uuid,                -- null: that of the reminder
  inbound_id uuid,                    -- the reply that the event follows from
  status text,                        -- of the reminder, as callers see it
  reason text,
  held_until timestamptz              -- it is numbered then: staff may take back until then what it tells of
);
-- Events that staff take back, or that a later one lets go
create index event_outbox_held on event_outbox (appointment_id) where held_until is not null;

-- Events, as the feed shows them and endpoints are sent them, kept for 30 days. Nothing personal stands here but the
-- reference: the text of a reply and the number are read from the tables that keep them, and go when those are erased.
create table event (
  source_id text not null,
  sequence bigint not null,           -- rises by one within the source, in an order that no later commit changes
  id uuid not null unique,            -- a reader of the feed goes on behind the id of its last event
  authority_id text not null,
  appointment_id uuid not null,
  -- of the appointment when it was numbered; null: that is past retention, and nobody is told any more
  reference text,
  reminder_id uuid,
  inbound_id uuid,
  type text not null,
  at timestamptz not null,
  status text,
  reason text,
  -- retention counts from it: a change that a wrong clock put far back is told all the same
  numbered_at timestamptz not null,
  primary key (source_id, sequence)
);
create index event_appointment on event (appointment_id); -- the story of an appointment, and its deliveries
create index event_retention on event (numbered_at); -- the purge

-- The last number that an event of each source got. Only the job that numbers writes it, so that no change waits for
-- it.
create table event_sequence (
  source_id text primary key,
  last bigint not null
);

-- Where a source's events are sent; no row: nowhere. Its settings are the source's. One process at a time calls an
-- endpoint.
create table event_endpoint (
  source_id text not null,
  channel text not null check (channel in ('webhook', 'fhir')),
  authority_id text not null,
  -- paused: it failed for long; ended: its response was 410
  state text not null check (state in ('live', 'paused', 'ended')),
  taken bigint not null,              -- the sequence up to which its events stand in `delivery`
  failures integer not null default 0, -- in a row
  failing_since timestamptz,
  next_at timestamptz,                -- it is not called before
  last_result text,                   -- status of the last response, or why there was none
  delivered_at timestamptz,
  -- the claim of a process, which calls it until owned_until by the database's clock
  owner uuid,
  owned_until timestamptz,
  primary key (source_id, channel),
  foreign key (authority_id, source_id) references source (authority_id, id)
);
create index event_endpoint_failing on event_endpoint (source_id) where failing_since is not null; -- the gauges

-- Deliveries of events to an endpoint. Only the first pending one of an appointment has a next_at: those behind it wait
-- for its delivery.
create table delivery (
  source_id text not null,
  channel text not null,
  sequence bigint not null,
  authority_id text not null,
  appointment_id uuid not null,
  -- failed: given up after three days of tries
  status text not null check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null,          -- of the event; those that found the endpoint paused don't count
  next_at timestamptz,
  last_result text,
  attempted_at timestamptz,
  primary key (source_id, channel, sequence),
  check (next_at is null or status = 'pending') -- what is due is found by next_at alone
) with (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0.02);
-- Deliveries that are due at an endpoint
create index delivery_next on delivery (source_id, channel, next_at, sequence) where next_at is not null;
-- The first of each appointment that was not taken: the next waits for it.
create index delivery_pending on delivery (source_id, channel, appointment_id, sequence) where status = 'pending';

-- Secrets that events are signed with, by all that are valid.
create table event_secret (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  secret_ciphertext bytea not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  foreign key (authority_id, source_id) references source (authority_id, id)
);
create index event_secret_source on event_secret (source_id); -- the secrets of a source, for each signature

create table idempotency_key (
  -- its source was read in the same statement or transaction: to check it again costs a look-up for each key
  source_id text not null,
  key text not null,                  -- keyed hash of what the sender gave
  body_hash bytea not null,
  response jsonb not null,
  created_at timestamptz not null,
  primary key (source_id, key)
);
create index idempotency_key_age on idempotency_key (created_at); -- the purge

create table audit (
  id uuid primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  authority_id text,
  target text not null,
  before jsonb,
  after jsonb,
  -- by a trigger, whatever the statement says: when by the server's clock, and by which user of the database, this
  -- entry was written; null: it was copied from the first release, which didn't record it
  recorded_at timestamptz,
  recorded_by text,
  -- by a trigger too: the first look-up of those that pages show on one line (fold_look_up); null: no look-up
  fold uuid
);
create index audit_authority on audit (authority_id, at desc); -- the audit of an authority
create index audit_newest on audit (at desc, id desc); -- the audit of the installation, and the purge
create index audit_actor on audit (actor, at desc);                -- what somebody did
create index audit_action on audit (action, authority_id, at desc); -- who did something
-- The lines of the page of an authority, between two of which there may be a thousand look-ups
create index audit_line on audit (authority_id, at desc, id desc) where fold is null or fold = id;
-- The lines of the page of the installation
create index audit_line_newest on audit (at desc, id desc) where fold is null or fold = id;
create index audit_line_actor on audit (actor, at desc, action, target) where fold is null or fold = id; -- the trigger
create index audit_deed on audit (authority_id, at desc, id desc) where fold is null; -- the page without look-ups
create index audit_deed_newest on audit (at desc, id desc) where fold is null; -- that of the installation
create index audit_fold on audit (fold, at desc, id desc) where fold is not null; -- how many look-ups a line stands for

-- People who sign in to the pages. Their e-mail is personal data, and encrypted; a person is found by the hash.
create table person (
  id uuid primary key,
  email_hash bytea unique,            -- a sign-in looks it up; null: known by identity_hash, or gone
  -- of issuer and subject of OpenID Connect, by which a sign-in finds its person; null: invited by e-mail, or gone
  identity_hash bytea unique,
  email_ciphertext bytea,             -- in small letters, whoever typed it first
  password_hash text,                 -- scrypt, with its parameters; null: none chosen
  totp_ciphertext bytea,              -- the secret of the second factor
  totp_confirmed_at timestamptz,      -- null: no code of it was seen yet, so that it is asked for nothing
  totp_step bigint,                   -- the period of the last code that was taken: a code serves once
  created_at timestamptz not null,
  signed_in_at timestamptz,
  ended_at timestamptz                -- when the last account went
);

-- Names of people, each as one authority, or the installation, gave it: no other authority reads it. It stays as long
-- as the person has an account anywhere, and for a while after the last one, since the audit names the person.
create table person_name (
  id uuid primary key,
  person_id uuid not null references person (id) on delete cascade, -- a person who is forgotten leaves no name
  authority_id text references authority (id), -- null: the whole installation
  name_ciphertext bytea not null
);
-- The names of a person where somebody reads them, one from each authority.
create unique index person_name_person on person_name (person_id, coalesce(authority_id, ''));

-- Accounts: the rights of a person in one authority, or in all of them.
create table account (
  id uuid primary key,
  person_id uuid not null references person (id), -- a person with an account is not purged
  authority_id text references authority (id), -- null: the whole installation
  role text not null check (role in ('administrator', 'operator', 'viewer')),
  departments jsonb,                  -- names; null: all
  origin text not null check (origin in ('invitation', 'provider')),
  accepted_at timestamptz,            -- null: invited
  created_at timestamptz not null
);
-- One account a person and authority; the accounts of a person at each page.
create unique index account_person on account (person_id, coalesce(authority_id, ''));
create index account_authority on account (authority_id); -- the people of an authority

-- One-time links. The link has the token, the table its hash.
create table invitation (
  token_hash bytea primary key,
  account_id uuid references account (id) on delete cascade, -- null: makes the first account of the installation
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index invitation_account on invitation (account_id); -- a new link ends those before it

-- Codes that stand in for a second factor that was lost, each once.
create table recovery_code (
  person_id uuid not null references person (id) on delete cascade,
  code_hash bytea not null,
  primary key (person_id, code_hash)
);

-- Wrong passwords and codes, and other wrong credentials within a minute. A key is a keyed hash of an e-mail and the
-- address that it was tried from, or of one of them, or of a device, or of one of 65,536 groups of clients, sources and
-- gateways. That of an e-mail alone is person.email_hash: the wrong passwords of a day, from whatever addresses.
create table sign_in_failure (
  key_hash bytea primary key,
  failures integer not null,
  began_at timestamptz not null
);
-- What an alarm counts: accounts with many wrong passwords.
create index sign_in_failure_many on sign_in_failure (began_at) where failures >= 20;

-- Sign-ins to the pages. The browser has the id, the table its hash.
create table session (
  id_hash bytea primary key,
  token_hash bytea,                   -- of the administrator's token: a new one ends every session that it began
  person_id uuid references person (id) on delete cascade, -- null: the administrator's token signed in
  method text not null check (method in ('token', 'password', 'provider')),
  second_factor boolean not null default false, -- a code was given
  started_at timestamptz not null,
  seen_at timestamptz not null,       -- to the minute
  -- a session is ended with its person, or with the administrator's token that began it: one of the two, never neither
  check ((person_id is null) = (method = 'token') and (token_hash is not null) = (method = 'token'))
);
create index session_person on session (person_id); -- every session of a person ends at once

-- Files that somebody tried, to be imported without being chosen again: for an hour, until then or the sign-out, or
-- until a citizen of the authority is erased, since nobody can tell whom the rows name.
create table import_file (
  id uuid primary key,
  authority_id text not null references authority (id),
  source_id text not null,
  person_id uuid references person (id) on delete cascade, -- null: the administrator's token
  content_ciphertext bytea not null,  -- bound to the person as well
  created_at timestamptz not null
);
create index import_file_person on import_file (person_id); -- all of a person, at a sign-out

-- Departments that statistics count by name: those that were seen on five patients; until then they have none here. A
-- few hundred of an authority. All others are counted as `other`, so that statistics, which are kept, hold nothing that
-- a sender made up of one patient.
create table department (
  authority_id text not null,
  key text not null,                  -- keyed hash of the name
  name text,
  -- the first eight bytes of the keyed hash of each patient whom it was seen on; empty once it has its name
  patients bytea not null,
  seen_at timestamptz not null,
  primary key (authority_id, key)
);

-- Statistics: statements append what they changed, a job folds, a read adds both. They outlive the reminders.
create table statistics_delta (
  id bigint generated always as identity primary key,
  authority_id text not null,
  day date not null,
  template text not null,
  language text not null,
  gateway text not null,
  department text not null,
  country text not null default 'none', -- of the number that an SMS went to
  status text not null,
  reminders integer not null,
  segments integer not null,
  reason text not null default 'none' -- why it was not sent, or did not arrive
);
create index statistics_delta_authority on statistics_delta (authority_id, day); -- what a page adds to the folded sums

create table statistics_day (
  authority_id text not null,
  day date not null,
  template text not null,
  language text not null,
  gateway text not null,
  department text not null,
  country text not null default 'none',
  status text not null,
  reminders bigint not null,
  segments bigint not null,
  reason text not null default 'none',
  primary key (authority_id, day, template, language, gateway, department, country, status, reason)
);

-- What the pages of statistics read: statistics_day summed up over all dimensions but one, by day and by month. A page
-- over a year would have to read each of its finer rows otherwise. Triggers keep the two equal.
create table statistics_sum (
  authority_id text not null,
  -- day, template, language, gateway, department, reason or route: "<gateway> <country>", which prices go by
  dimension text not null,
  span text not null,                 -- day or month; of the dimension day there are days only
  begins date not null,
  key text not null,
  status text not null,
  reminders bigint not null,
  segments bigint not null,
  primary key (authority_id, dimension, span, begins, key, status)
);
