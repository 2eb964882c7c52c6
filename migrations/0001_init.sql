-- Every instant is a parameter of the statement that writes it: no default and no trigger reads a clock.
-- *_ciphertext: AES-256-GCM (src/domain/keyring.ts). *_hash: HMAC-SHA256 under the look-up key. No table holds a number in clear.

create table installation (
  id smallint primary key check (id = 1),
  public_url text not null,
  lookup_key bytea not null,          -- wrapped by the first encryption key
  patient_key bytea not null,         -- wrapped likewise; hashes patient ids
  created_at timestamptz not null,
  adopted_at timestamptz
);

create table authority (
  id text primary key,
  name text not null,
  sender text not null,
  inbound_keyword text,
  language text not null check (language in ('da', 'en')),
  time_zone text not null,
  retention_days integer not null check (retention_days between 1 and 3650),
  on_uncertain text not null check (on_uncertain in ('hold', 'resend')),
  max_per_number_per_day integer not null check (max_per_number_per_day > 0),
  settings jsonb not null,            -- the rest of what PUT /v1/authorities takes (domain/authority.ts)
  version integer not null default 1, -- raised by every change, also by a template's and a pause's
  paused_at timestamptz,
  paused_until timestamptz,
  pause_reason text,
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
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (authority_id, id)
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
create index source_secret_source on source_secret (source_id);

create table api_key (
  id uuid primary key,
  authority_id text not null references authority (id),
  name text not null,
  role text not null check (role in ('administrator', 'operator', 'viewer')),
  prefix text not null,
  key_hash bytea not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz,
  unique (authority_id, id)
);

create table template_version (
  authority_id text not null references authority (id),
  name text not null,
  language text not null check (language in ('da', 'en')),
  version integer not null check (version > 0),
  text text,                          -- null: back to the shipped wording
  created_at timestamptz not null,
  created_by text not null,
  primary key (authority_id, name, language, version)
);

create table appointment (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  reference text not null,
  version bigint,
  event_at timestamptz,               -- the event's own timestamp, orders events without a version
  content_hash bytea not null,
  revision integer not null,          -- ours: raised by every accepted change
  slot integer not null,              -- ours: raised when the start changes or a cancelled one is booked again
  status text not null check (status in ('booked', 'pending', 'proposed', 'waitlist', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled', 'entered-in-error')),
  start_at timestamptz,
  end_at timestamptz,
  kind text not null check (kind in ('visit', 'phone', 'video', 'home')),
  patient_key bytea,
  phone_ciphertext bytea,
  phone_hash bytea,
  phone_reason text check (phone_reason in ('no_phone', 'invalid_number', 'country_not_allowed', 'not_mobile')),
  wrong_phone_hash bytea,             -- of a number that staff found to be somebody else's: the booking system may not bring it back
  language text,
  location_code text,
  location_text text,
  department text,
  department_code text,
  contact_phone text,                 -- the authority's own number, printed in texts
  source_mode text not null,          -- the source's mode when the appointment was first received
  test boolean not null default false,
  outcome text check (outcome in ('arrived', 'fulfilled', 'noshow')),
  outcome_at timestamptz,
  received_at timestamptz not null,
  updated_at timestamptz not null,
  erased_at timestamptz,
  check ((phone_ciphertext is null) = (phone_hash is null)),
  unique (source_id, reference),
  unique (authority_id, id),
  foreign key (authority_id, source_id) references source (authority_id, id)
);
create index appointment_phone on appointment (authority_id, phone_hash) where phone_hash is not null;
create index appointment_retention on appointment (authority_id, coalesce(start_at, updated_at));

create table batch (
  id uuid primary key,
  worker text not null,
  lease_until timestamptz not null,
  claimed_at timestamptz not null
);
create index batch_lease on batch (lease_until);

create table reminder (
  id uuid primary key,
  authority_id text not null,
  source_id text not null,
  appointment_id uuid not null,
  slot integer not null,
  revision integer not null,          -- of the appointment: a claim made before a change of number or place can't be started
  rule text not null,                 -- a rule's id, or confirmation, rescheduled, cancellation
  template text not null,
  language text not null check (language in ('da', 'en')),
  department text,
  status text not null check (status in ('planned', 'claimed', 'accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'expired', 'suppressed', 'cancelled', 'superseded')),
  reason text,
  due_at timestamptz not null,
  due_day date not null,              -- due_at in the authority's zone: the day it is counted on
  expires_at timestamptz not null,
  next_at timestamptz,                -- when the dispatcher looks at it next; null: never
  held_reason text,
  phone_hash bytea,                   -- of the appointment's number, so that a STOP finds it
  batch_id uuid,
  started_at timestamptz,             -- a committed start is what "handed over" means
  claims smallint not null default 0, -- claims without a recorded outcome since
  resend boolean not null default false,
  gateway text,
  template_version integer,
  encoding text check (encoding in ('gsm7', 'ucs2')),
  segments smallint,
  text_ciphertext bytea,              -- only of one that never became a message (shadow): a message's text stands in message_text
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (appointment_id, rule, slot),
  unique (authority_id, id),
  check (status <> 'claimed' or batch_id is not null),
  -- Its source is the appointment's: a second foreign key would be checked on every insert for nothing.
  foreign key (authority_id, appointment_id) references appointment (authority_id, id)
);
create index reminder_next on reminder (next_at) where status in ('planned', 'uncertain') and next_at is not null;
create index reminder_uncertain on reminder (authority_id) where status = 'uncertain';
create index reminder_claimed on reminder (batch_id) where status = 'claimed';
create index reminder_phone on reminder (phone_hash) where status in ('planned', 'claimed', 'suppressed') and phone_hash is not null;

-- Changes of a reminder that its message's own instants don't tell. Its first status is 'planned' unless a row stands at its created_at.
create table reminder_history (
  reminder_id uuid not null references reminder (id) on delete cascade,
  at timestamptz not null,
  status text not null,
  reason text
);
create index reminder_history_reminder on reminder_history (reminder_id, at);

create table message (
  id uuid primary key,                -- the reference given to the gateway
  authority_id text references authority (id),
  reminder_id uuid,
  inbound_id uuid,                    -- set on an answer to a citizen, which has no reminder
  template text not null,
  language text not null,
  gateway text not null,
  gateway_message_id text,
  sender text not null,
  phone_ciphertext bytea,
  phone_hash bytea,
  status text not null check (status in ('planned', 'handing_over', 'not_sent', 'accepted', 'delivered', 'undelivered', 'rejected', 'uncertain')),
  reason text,
  code text,                          -- the supplier's own code for the last outcome
  attempts smallint not null default 0,
  encoding text not null check (encoding in ('gsm7', 'ucs2')),
  segments smallint not null,
  gateway_segments smallint,
  valid_until timestamptz not null,
  next_at timestamptz,                -- answers only: when it is handed over next
  created_at timestamptz not null,
  handed_over_at timestamptz,
  accepted_at timestamptz,
  delivered_at timestamptz,
  updated_at timestamptz not null,
  unique (reminder_id, gateway),
  check (reminder_id is null or authority_id is not null),
  foreign key (authority_id, reminder_id) references reminder (authority_id, id)
);
create index message_newest on message (authority_id, id desc);
create index message_number on message (authority_id, phone_hash, handed_over_at) where phone_hash is not null;
create index message_phone on message (phone_hash, gateway) where phone_hash is not null;
create index message_answers on message (next_at) where reminder_id is null and status = 'planned';
create index message_answers_open on message (updated_at) where reminder_id is null and status = 'handing_over';
create index message_without_receipt on message (valid_until) where status = 'accepted' and reason is null;
create index message_inbound on message (inbound_id) where inbound_id is not null;

-- Bodies stand alone: written once, easily erased.
create table message_text (
  message_id uuid primary key references message (id) on delete cascade,
  text_ciphertext bytea not null
);

-- What a gateway posted, as it came, before anything is made of it.
create table callback (
  id uuid primary key,
  gateway text not null,
  kind text not null check (kind in ('receipt', 'inbound')),
  dedupe_key bytea not null,
  raw_ciphertext bytea not null,
  phone_hash bytea,                   -- of the citizen who wrote, so that erasing finds it
  received_at timestamptz not null,
  applied_at timestamptz,
  note text,                          -- why nothing came of it: unknown_reference, unreadable
  unique (gateway, kind, dedupe_key)
);
create index callback_waiting on callback (received_at) where applied_at is null;
create index callback_retention on callback (received_at);
create index callback_phone on callback (phone_hash) where phone_hash is not null;

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
create index receipt_message on receipt (message_id);

create table inbound_message (
  id uuid primary key,
  gateway text not null,
  gateway_message_id text,
  phone_ciphertext bytea,
  phone_hash bytea not null,
  recipient text,                     -- the number or short code that was answered
  text_ciphertext bytea,
  meaning text not null check (meaning in ('stop', 'start', 'help', 'maybe_stop', 'wrong_number', 'other')),
  scope text not null check (scope in ('authority', 'installation')),
  received_at timestamptz not null
);
create index inbound_retention on inbound_message (received_at);
create index inbound_phone on inbound_message (phone_hash);

-- An inbound message concerns one authority or several; each settles it for itself.
create table inbound_authority (
  inbound_id uuid not null references inbound_message (id) on delete cascade,
  authority_id text not null references authority (id),
  phone_hash bytea not null,
  needs_person boolean not null,
  holds boolean not null,             -- holds the number's planned reminders until settled
  settled_at timestamptz,
  settled_by text,
  action text check (action in ('opt_out', 'wrong_number', 'ignore')),
  primary key (inbound_id, authority_id)
);
create index inbound_authority_list on inbound_authority (authority_id, inbound_id desc);
create index inbound_authority_hold on inbound_authority (phone_hash) where holds and settled_at is null;

create table opt_out (
  id uuid primary key,
  authority_id text references authority (id), -- null: the whole installation
  phone_hash bytea not null,
  phone_ciphertext bytea,
  reason text not null,
  recorded_by text not null,          -- citizen, gateway:<id>, or who of the staff
  inbound_id uuid,
  recorded_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text
);
create unique index opt_out_live on opt_out (phone_hash, coalesce(authority_id, '')) where lifted_at is null;
create index opt_out_list on opt_out (authority_id, id desc);
create index opt_out_day on opt_out (authority_id, recorded_at);

create table idempotency_key (
  source_id text not null,            -- its source was read in the same statement or transaction: to check it again costs a look-up for each key
  key text not null,
  body_hash bytea not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (source_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

create table audit (
  id uuid primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  authority_id text,
  target text not null,
  before jsonb,
  after jsonb
);
create index audit_authority on audit (authority_id, at desc);

-- Statistics: statements append what they changed, a job folds, a read adds both. They outlive the reminders.
create table statistics_delta (
  id bigint generated always as identity primary key,
  authority_id text not null,
  day date not null,
  template text not null,
  language text not null,
  gateway text not null,
  department text not null,
  status text not null,
  reminders integer not null,
  segments integer not null
);
create index statistics_delta_authority on statistics_delta (authority_id, day);

create table statistics_day (
  authority_id text not null,
  day date not null,
  template text not null,
  language text not null,
  gateway text not null,
  department text not null,
  status text not null,
  reminders bigint not null,
  segments bigint not null,
  primary key (authority_id, day, template, language, gateway, department, status)
);

create function reminder_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into statistics_delta (authority_id, day, template, language, gateway, department, status, reminders, segments)
    select n.authority_id, n.due_day, n.template, n.language, 'none', coalesce(n.department, 'none'), n.status, count(*), 0
    from new_rows n group by 1, 2, 3, 4, 6, 7;
    insert into reminder_history (reminder_id, at, status, reason)
    select n.id, n.created_at, n.status, n.reason from new_rows n where n.status <> 'planned';
    return null;
  end if;
  insert into statistics_delta (authority_id, day, template, language, gateway, department, status, reminders, segments)
  select authority_id, due_day, template, language, gateway, department, status, sum(reminders), sum(segments)
  from (
    select o.authority_id, o.due_day, o.template, o.language,
      case when o.status in ('planned', 'claimed', 'cancelled', 'superseded', 'suppressed', 'expired') then 'none' else coalesce(o.gateway, 'none') end as gateway,
      coalesce(o.department, 'none') as department, case o.status when 'claimed' then 'planned' else o.status end as status, -1 as reminders,
      case when o.status in ('accepted', 'delivered', 'undelivered', 'uncertain') then -coalesce(o.segments, 0) else 0 end as segments
    from old_rows o
    union all
    select n.authority_id, n.due_day, n.template, n.language,
      case when n.status in ('planned', 'claimed', 'cancelled', 'superseded', 'suppressed', 'expired') then 'none' else coalesce(n.gateway, 'none') end,
      coalesce(n.department, 'none'), case n.status when 'claimed' then 'planned' else n.status end, 1,
      case when n.status in ('accepted', 'delivered', 'undelivered', 'uncertain') then coalesce(n.segments, 0) else 0 end
    from new_rows n
  ) changes
  group by 1, 2, 3, 4, 5, 6, 7
  having sum(reminders) <> 0 or sum(segments) <> 0;
  -- A claim, and a claim given back (also one made to send again what is uncertain), are no news; what the gateway made of it stands on the message.
  insert into reminder_history (reminder_id, at, status, reason)
  select n.id, n.updated_at, n.status, n.reason
  from new_rows n join old_rows o on o.id = n.id
  where (n.status <> o.status or n.reason is distinct from o.reason)
    and n.status <> 'claimed' and not (o.status = 'claimed' and n.status = 'planned')
    and not (o.status = 'claimed' and o.started_at is null and n.status = 'uncertain');
  return null;
end $$;
create trigger reminder_inserted after insert on reminder referencing new table as new_rows for each statement execute function reminder_changed();
create trigger reminder_updated after update on reminder referencing old table as old_rows new table as new_rows for each statement execute function reminder_changed();
