-- A database of the first release (commit 53f97f1) with rows in every table: pg_dump --column-inserts of what its demo and its API wrote.
begin;
set local check_function_bodies = off;
CREATE FUNCTION public.accept_new(sources json, probes json, appointments json, aliases json, reminders json, keys json) RETURNS integer[]
    LANGUAGE plpgsql
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
  known integer[];
  written integer;
begin
  if exists (
    select from json_to_recordset(sources) as x(id text, version integer, authority_version integer)
    where not exists (
      select from source s join authority a on a.id = s.authority_id
      where s.id = x.id and s.version = x.version and a.version = x.authority_version)) then
    return null;
  end if;
  known := array(
    select distinct found.request from (
      select x.request
      from json_to_recordset(appointments) as x(
        request integer, source_id text, reference text, authority_id text, phone_hash bytea, patient_key bytea, led boolean)
      where coalesce(
        (select 1 from appointment a where a.source_id = x.source_id and a.reference = x.reference limit 1),
        (select 1 from opt_out o
          where o.phone_hash = x.phone_hash and coalesce(o.authority_id, '') in ('', x.authority_id) and o.lifted_at is null limit 1),
        case when x.led then coalesce(
          (select 1 from appointment_alias l
            where l.source_id = x.source_id and l.kind = 'reference' and l.value = '|' || x.reference limit 1),
          (select 1 from appointment a where a.source_id = x.source_id and a.patient_key = x.patient_key and a.deceased limit 1),
          -- known_patient comes with the next migration: a function's body is not looked at before its first call.
          (select 1 from known_patient p where p.source_id = x.source_id and p.patient_key = x.patient_key and p.deceased limit 1)) end)
        is not null
      union all
      -- A bare id, which starts with the bar, leads to nobody by itself.
      select x.request
      from json_to_recordset(aliases) as x(request integer, source_id text, kind text, value text)
      where not starts_with(x.value, '|') and (
        select 1 from appointment_alias l where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value limit 1) is not null
      union all
      select x.request
      from json_to_recordset(keys) as x(request integer, source_id text, key text)
      where (select 1 from idempotency_key k where k.source_id = x.source_id and k.key = x.key limit 1) is not null
      union all
      select x.request
      from json_to_recordset(probes) as x(request integer, what text, source_id text, kind text, value text, key bytea)
      where case x.what
        when 'reference' then (select 1 from appointment a where a.source_id = x.source_id and a.reference = x.value limit 1)
        when 'group' then (
          select 1 from appointment a where a.source_id = x.source_id and a.group_reference = x.value limit 1)
        when 'alias' then (
          select 1 from appointment_alias l where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value limit 1)
        when 'dead' then coalesce(
          (select 1 from appointment a where a.source_id = x.source_id and a.patient_key = x.key and a.deceased limit 1),
          (select 1 from known_patient p where p.source_id = x.source_id and p.patient_key = x.key and p.deceased limit 1))
        when 'key' then (select 1 from idempotency_key k where k.source_id = x.source_id and k.key = x.value limit 1)
        else 1
      end is not null) found);
  if cardinality(known) > 0 then
    appointments := (select json_agg(e) from json_array_elements(appointments) e where (e ->> 'request')::integer <> all (known));
    aliases := (select json_agg(e) from json_array_elements(aliases) e where (e ->> 'request')::integer <> all (known));
    reminders := (select json_agg(e) from json_array_elements(reminders) e where (e ->> 'request')::integer <> all (known));
    keys := (select json_agg(e) from json_array_elements(keys) e where (e ->> 'request')::integer <> all (known));
  end if;
  insert into appointment
  select * from json_populate_recordset(null::appointment, appointments) x order by x.source_id, x.reference
  on conflict (source_id, reference) do nothing;
  get diagnostics written = row_count;
  if written < json_array_length(appointments) then
    raise exception 'somebody else took one of these appointments in' using errcode = 'serialization_failure';
  end if;
  -- A bare one may stay with whoever has it.
  if json_array_length(aliases) > 0 then
    with inserted as (
      insert into appointment_alias (source_id, kind, value, authority_id, appointment_id)
      select x.source_id, x.kind, x.value, x.authority_id, x.appointment_id
      from json_populate_recordset(null::appointment_alias, aliases) x order by x.source_id, x.kind, x.value
      on conflict do nothing returning value)
    select count(*) filter (where not starts_with(value, '|')) into written from inserted;
    if written < (select count(*) from json_to_recordset(aliases) as x(value text) where not starts_with(x.value, '|')) then
      raise exception 'somebody else got one of these aliases' using errcode = 'serialization_failure';
    end if;
  end if;
  insert into reminder select * from json_populate_recordset(null::reminder, reminders);
  insert into idempotency_key
  select * from json_populate_recordset(null::idempotency_key, keys) x order by x.source_id, x.key
  on conflict do nothing;
  get diagnostics written = row_count;
  if written < json_array_length(keys) then
    raise exception 'somebody else took one of these keys' using errcode = 'serialization_failure';
  end if;
  return known;
end $$;
CREATE TABLE public.statistics_day (
    authority_id text NOT NULL,
    day date NOT NULL,
    template text NOT NULL,
    language text NOT NULL,
    gateway text NOT NULL,
    department text NOT NULL,
    status text NOT NULL,
    reminders bigint NOT NULL,
    segments bigint NOT NULL
);
CREATE FUNCTION public.add_to_statistics_sum(changes public.statistics_day[]) RETURNS void
    LANGUAGE sql
    AS $$
  insert into statistics_sum as s (authority_id, dimension, span, begins, key, status, reminders, segments)
  select c.authority_id, x.dimension, x.span, x.begins, x.key, c.status, sum(c.reminders), sum(c.segments)
  from unnest(changes) c
  cross join lateral (
    select 'day' as dimension, 'day' as span, c.day as begins, to_char(c.day, 'YYYY-MM-DD') as key
    union all
    select d.dimension, p.span, p.begins, d.key
    from (values ('template', c.template), ('language', c.language), ('gateway', c.gateway), ('department', c.department)) d (dimension, key)
    cross join (values ('day', c.day), ('month', date_trunc('month', c.day::timestamp)::date)) p (span, begins)) x
  group by 1, 2, 3, 4, 5, 6 having sum(c.reminders) <> 0 or sum(c.segments) <> 0
  on conflict (authority_id, dimension, span, begins, key, status)
  do update set reminders = s.reminders + excluded.reminders, segments = s.segments + excluded.segments
$$;
CREATE FUNCTION public.reminder_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.statistics_day_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  changes statistics_day[];
begin
  if tg_op = 'INSERT' then
    changes := array(
      select (authority_id, day, template, language, gateway, department, status, reminders, segments)::statistics_day from new_rows);
  else
    changes := array(
      select (authority_id, day, template, language, gateway, department, status, -reminders, -segments)::statistics_day from old_rows
      union all
      select (authority_id, day, template, language, gateway, department, status, reminders, segments)::statistics_day from new_rows);
  end if;
  if cardinality(changes) > 0 then
    -- A fold inserts and updates, and so comes here twice: no order of the rows would keep two folds from waiting for each other.
    perform pg_advisory_xact_lock(7302026, 1);
    perform add_to_statistics_sum(changes);
  end if;
  return null;
end $$;
CREATE TABLE public.api_key (
    id uuid NOT NULL,
    authority_id text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'operator'::text, 'viewer'::text])))
);
CREATE TABLE public.appointment (
    id uuid NOT NULL,
    authority_id text NOT NULL,
    source_id text NOT NULL,
    reference text NOT NULL,
    version bigint,
    event_at timestamp with time zone,
    content_hash bytea NOT NULL,
    revision integer NOT NULL,
    slot integer NOT NULL,
    status text NOT NULL,
    start_at timestamp with time zone,
    end_at timestamp with time zone,
    kind text NOT NULL,
    patient_key bytea,
    phone_ciphertext bytea,
    phone_hash bytea,
    phone_reason text,
    wrong_phone_hash bytea,
    language text,
    location_code text,
    location_text text,
    department text,
    department_code text,
    contact_phone text,
    source_mode text NOT NULL,
    test boolean DEFAULT false NOT NULL,
    outcome text,
    outcome_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    group_reference text,
    deceased boolean DEFAULT false NOT NULL,
    location_printable boolean DEFAULT true NOT NULL,
    CONSTRAINT appointment_check CHECK (((phone_ciphertext IS NULL) = (phone_hash IS NULL))),
    CONSTRAINT appointment_kind_check CHECK ((kind = ANY (ARRAY['visit'::text, 'phone'::text, 'video'::text, 'home'::text]))),
    CONSTRAINT appointment_outcome_check CHECK ((outcome = ANY (ARRAY['arrived'::text, 'fulfilled'::text, 'noshow'::text]))),
    CONSTRAINT appointment_phone_reason_check CHECK ((phone_reason = ANY (ARRAY['no_phone'::text, 'invalid_number'::text, 'country_not_allowed'::text, 'not_mobile'::text]))),
    CONSTRAINT appointment_status_check CHECK ((status = ANY (ARRAY['booked'::text, 'pending'::text, 'proposed'::text, 'waitlist'::text, 'arrived'::text, 'checked-in'::text, 'fulfilled'::text, 'noshow'::text, 'cancelled'::text, 'entered-in-error'::text])))
);
CREATE TABLE public.appointment_alias (
    source_id text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    authority_id text NOT NULL,
    appointment_id uuid NOT NULL,
    shared boolean DEFAULT false NOT NULL
);
CREATE TABLE public.audit (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    authority_id text,
    target text NOT NULL,
    before jsonb,
    after jsonb
);
CREATE TABLE public.authority (
    id text NOT NULL,
    name text NOT NULL,
    sender text NOT NULL,
    inbound_keyword text,
    language text NOT NULL,
    time_zone text NOT NULL,
    retention_days integer NOT NULL,
    on_uncertain text NOT NULL,
    max_per_number_per_day integer NOT NULL,
    settings jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    paused_at timestamp with time zone,
    paused_until timestamp with time zone,
    pause_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT authority_language_check CHECK ((language = ANY (ARRAY['da'::text, 'en'::text]))),
    CONSTRAINT authority_max_per_number_per_day_check CHECK ((max_per_number_per_day > 0)),
    CONSTRAINT authority_on_uncertain_check CHECK ((on_uncertain = ANY (ARRAY['hold'::text, 'resend'::text]))),
    CONSTRAINT authority_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650)))
);
CREATE TABLE public.batch (
    id uuid NOT NULL,
    worker text NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    at_once integer DEFAULT 500 NOT NULL
);
CREATE TABLE public.callback (
    id uuid NOT NULL,
    gateway text NOT NULL,
    kind text NOT NULL,
    dedupe_key bytea NOT NULL,
    raw_ciphertext bytea NOT NULL,
    phone_hash bytea,
    received_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    note text,
    CONSTRAINT callback_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'inbound'::text])))
);
CREATE TABLE public.fhir_feed (
    authority_id text NOT NULL,
    source_id text NOT NULL,
    feed text NOT NULL,
    last_event bigint,
    polled_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    next_page text,
    begun_at timestamp with time zone
);
CREATE TABLE public.idempotency_key (
    source_id text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    answer jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.inbound_authority (
    inbound_id uuid NOT NULL,
    authority_id text NOT NULL,
    phone_hash bytea NOT NULL,
    needs_person boolean NOT NULL,
    holds boolean NOT NULL,
    settled_at timestamp with time zone,
    settled_by text,
    action text,
    CONSTRAINT inbound_authority_action_check CHECK ((action = ANY (ARRAY['opt_out'::text, 'wrong_number'::text, 'ignore'::text])))
);
CREATE TABLE public.inbound_message (
    id uuid NOT NULL,
    gateway text NOT NULL,
    gateway_message_id text,
    phone_ciphertext bytea,
    phone_hash bytea NOT NULL,
    recipient text,
    text_ciphertext bytea,
    meaning text NOT NULL,
    scope text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT inbound_message_meaning_check CHECK ((meaning = ANY (ARRAY['stop'::text, 'start'::text, 'help'::text, 'maybe_stop'::text, 'wrong_number'::text, 'other'::text]))),
    CONSTRAINT inbound_message_scope_check CHECK ((scope = ANY (ARRAY['authority'::text, 'installation'::text])))
);
CREATE TABLE public.installation (
    id smallint NOT NULL,
    public_url text NOT NULL,
    lookup_key bytea NOT NULL,
    patient_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    adopted_at timestamp with time zone,
    database_identity text,
    CONSTRAINT installation_id_check CHECK ((id = 1))
);
CREATE TABLE public.known_patient (
    authority_id text NOT NULL,
    source_id text NOT NULL,
    patient_key bytea NOT NULL,
    version bigint,
    event_at timestamp with time zone,
    deceased boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.message (
    id uuid NOT NULL,
    authority_id text,
    reminder_id uuid,
    inbound_id uuid,
    template text NOT NULL,
    language text NOT NULL,
    gateway text NOT NULL,
    gateway_message_id text,
    sender text NOT NULL,
    phone_ciphertext bytea,
    phone_hash bytea,
    status text NOT NULL,
    reason text,
    code text,
    attempts smallint DEFAULT 0 NOT NULL,
    encoding text NOT NULL,
    segments smallint NOT NULL,
    gateway_segments smallint,
    valid_until timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    handed_over_at timestamp with time zone,
    accepted_at timestamp with time zone,
    delivered_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT message_check CHECK (((reminder_id IS NULL) OR (authority_id IS NOT NULL))),
    CONSTRAINT message_encoding_check CHECK ((encoding = ANY (ARRAY['gsm7'::text, 'ucs2'::text]))),
    CONSTRAINT message_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'handing_over'::text, 'not_sent'::text, 'accepted'::text, 'delivered'::text, 'undelivered'::text, 'rejected'::text, 'uncertain'::text])))
);
CREATE TABLE public.message_text (
    message_id uuid NOT NULL,
    text_ciphertext bytea NOT NULL
);
CREATE TABLE public.opt_out (
    id uuid NOT NULL,
    authority_id text,
    phone_hash bytea NOT NULL,
    phone_ciphertext bytea,
    reason text NOT NULL,
    recorded_by text NOT NULL,
    inbound_id uuid,
    recorded_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by text,
    lift_reason text
);
CREATE TABLE public.receipt (
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    callback_id uuid,
    state text NOT NULL,
    cause text,
    code text,
    at timestamp with time zone,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.reminder (
    id uuid NOT NULL,
    authority_id text NOT NULL,
    source_id text NOT NULL,
    appointment_id uuid NOT NULL,
    slot integer NOT NULL,
    revision integer NOT NULL,
    rule text NOT NULL,
    template text NOT NULL,
    language text NOT NULL,
    department text,
    status text NOT NULL,
    reason text,
    due_at timestamp with time zone NOT NULL,
    due_day date NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    held_reason text,
    phone_hash bytea,
    batch_id uuid,
    started_at timestamp with time zone,
    claims smallint DEFAULT 0 NOT NULL,
    resend boolean DEFAULT false NOT NULL,
    gateway text,
    template_version integer,
    encoding text,
    segments smallint,
    text_ciphertext bytea,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT reminder_check CHECK (((status <> 'claimed'::text) OR (batch_id IS NOT NULL))),
    CONSTRAINT reminder_encoding_check CHECK ((encoding = ANY (ARRAY['gsm7'::text, 'ucs2'::text]))),
    CONSTRAINT reminder_language_check CHECK ((language = ANY (ARRAY['da'::text, 'en'::text]))),
    CONSTRAINT reminder_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'claimed'::text, 'accepted'::text, 'delivered'::text, 'undelivered'::text, 'rejected'::text, 'uncertain'::text, 'expired'::text, 'suppressed'::text, 'cancelled'::text, 'superseded'::text])))
);
CREATE TABLE public.reminder_history (
    reminder_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    status text NOT NULL,
    reason text
);
CREATE TABLE public.source (
    id text NOT NULL,
    authority_id text NOT NULL,
    name text NOT NULL,
    mode text NOT NULL,
    settings jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    paused_at timestamp with time zone,
    paused_until timestamp with time zone,
    pause_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    hmac_secret_ciphertext bytea,
    fhir_authorization_ciphertext bytea,
    CONSTRAINT source_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'shadow'::text, 'loading'::text, 'paused'::text])))
);
CREATE TABLE public.source_secret (
    id uuid NOT NULL,
    authority_id text NOT NULL,
    source_id text NOT NULL,
    token_hash bytea NOT NULL,
    webhook_secret_ciphertext bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
CREATE TABLE public.statistics_delta (
    id bigint NOT NULL,
    authority_id text NOT NULL,
    day date NOT NULL,
    template text NOT NULL,
    language text NOT NULL,
    gateway text NOT NULL,
    department text NOT NULL,
    status text NOT NULL,
    reminders integer NOT NULL,
    segments integer NOT NULL
);
ALTER TABLE public.statistics_delta ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.statistics_delta_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.statistics_sum (
    authority_id text NOT NULL,
    dimension text NOT NULL,
    span text NOT NULL,
    begins date NOT NULL,
    key text NOT NULL,
    status text NOT NULL,
    reminders bigint NOT NULL,
    segments bigint NOT NULL
);
CREATE TABLE public.template_version (
    authority_id text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    version integer NOT NULL,
    text text,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT template_version_language_check CHECK ((language = ANY (ARRAY['da'::text, 'en'::text]))),
    CONSTRAINT template_version_version_check CHECK ((version > 0))
);
CREATE TABLE public.unmapped_value (
    authority_id text NOT NULL,
    source_id text NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT unmapped_value_field_check CHECK ((field = ANY (ARRAY['status'::text, 'location'::text])))
);
INSERT INTO public.api_key (id, authority_id, name, role, prefix, key_hash, created_at, revoked_at) VALUES ('01a21cdb-d1a0-755b-8406-d65e9246b28a', 'demo', 'desk', 'operator', 'esk_b8d75e59', '\xd93ded4e72f937f9ee3a6840db960fb14555e272a89d02e66c5da5b9bd5f03f0', '2026-11-27 11:54:57.824+00', NULL);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-7a3f-9a56-556266cad8c7', 'demo', 'demo-booking', 'A-1', NULL, NULL, '\x798288512b47b2292a06de1536f4a818b7d173de470505170e6695ebefa62570', 1, 0, 'booked', '2026-11-27 13:54:12.215+00', NULL, 'visit', NULL, '\x036f6c64d7d6d7b05e038d9eb1a56c74c6e5eb104419418c152611b9a79c11278027d68bd47170c4f36cbd', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', NULL, NULL, 'da', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.285+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-7aa9-ada9-68384655d267', 'demo', 'demo-booking', 'A-2', NULL, NULL, '\x382623ce95cd42307e6c305bd6817efd071765c708a43dd3e65cc13f879dafba', 1, 0, 'booked', '2026-11-27 13:54:12.215+00', NULL, 'visit', NULL, '\x036f6c6413f95f592e551b0f2b95a1cc64c8047959249e6d2d102c038c4cd9f76f52461ea39e7f36de92e9', '\x5e55b2520579c242d08759b2eeeb391114ea26a8813561ad0386180489dda2f3', NULL, NULL, 'en', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.285+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-7a53-acf5-b6c4a31696cd', 'demo', 'demo-booking', 'A-3', NULL, NULL, '\x4130ce0028e2f5ac772d21539a6ecd81a6b04efbb4954d3f6a4e55604dd291c2', 1, 0, 'booked', '2026-11-27 13:54:13.215+00', NULL, 'visit', NULL, '\x036f6c640118fb5f2c7e2d43f8bc35d1574b831a13a57e743213f26253c5639542308a63ef4ff6b843708b', '\xee9b01cc1dcf00ecdf979e60c828cc444ff9c2f99515e48810acbe7996f38e41', NULL, NULL, 'da', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.285+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-7ca2-a9b5-dae6953d8869', 'demo', 'demo-booking', 'A-4', NULL, NULL, '\x98b66d509d1baa15a717b917090240131b6a400aa98af7faf3c12a05d083a02d', 1, 0, 'booked', '2026-11-27 13:54:13.215+00', NULL, 'visit', NULL, '\x036f6c64468e939e0d2d1a9be9eac444ba67584490d0852b947d79b952b25ac0c4f5694113048ed7320d85', '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', NULL, NULL, 'da', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.285+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-7a51-b593-a62725a2c2e2', 'demo', 'demo-booking', 'A-5', NULL, NULL, '\x101a0691a92f2cc41d018e80cb06a9e1957b73bc183225dffa5c0f02c0fb081d', 1, 0, 'booked', '2026-11-27 13:54:23.215+00', NULL, 'visit', NULL, '\x036f6c64f25767fe265abbb0bc677d9d2836adaea80d8eba147337a04138140628584f15389a151062a0f3', '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', NULL, NULL, 'da', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.285+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-14b0-7455-aeac-38ab54aacace', 'demo', 'demo-booking', 'H-7', NULL, NULL, '\x9e355fec554ef8d5a681a1991df6caffbde7c773108e58049013df44adea26b9', 1, 0, 'booked', '2026-11-27 13:54:14+00', NULL, 'visit', '\xc04abfd09794886405469f39b30098bd17bc6825f97119b6a04568b9b706c154', '\x036f6c643ec079545704057928f016d172f40395f1211fa8d00fcefc618ca42454fda0e55c952223851e70', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 'da', NULL, NULL, NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.456+00', '2026-11-27 11:54:09.456+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1517-7605-bfde-f7043b32813f', 'demo', 'demo-booking', 'F-8', NULL, NULL, '\xd4915530c245febc53876c2ab6b4161e099e1108d628dec28137a55b4730e925', 1, 0, 'booked', '2026-11-27 13:54:15.215+00', NULL, 'visit', NULL, '\x036f6c642fced9e897a5ddd2cd61225ff6b451c84cc5a77aa910c72c78afce7ef7ed168d2c5000fb2404ba', '\x141deae7a6916ec18a685ad636e71dc15abbc3461e97aef5279c965867860e07', NULL, NULL, 'en', NULL, NULL, NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.559+00', '2026-11-27 11:54:09.559+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-1405-75bd-8202-888ad13ee61c', 'demo', 'demo-booking', 'A-6', NULL, NULL, '\x7f4adc78aa195e1e1554d04cc4acd24399ed496462269c5a08a0450d454a5656', 2, 0, 'cancelled', '2026-11-27 13:54:21.215+00', NULL, 'visit', NULL, '\x036f6c64d88d9e648c4bb793f748350ee38ab290322a1396306828ebbb63364a9e298bc0821234cb988720', '\xe9513021f788759a19b344e1dae7e6de9c6999a82f8357ec93f79dcb2b2fd574', NULL, NULL, 'da', NULL, 'Opgang 4, 3. sal', NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.624+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-d24f-7626-83bd-c338ad675ba6', 'demo', 'demo-booking', 'K-1', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('01a21cdb-d279-7629-a192-2c15bb0c202c', 'demo', 'demo-booking', 'F-1', NULL, NULL, '\x7daee85aa1b1bc23123872a3d68730349c7f472e781d2164637fc1e44218522b', 2, 0, 'booked', '2026-12-02 11:54:57.98+00', '2026-12-02 12:24:57.98+00', 'visit', '\x4d2141011e07925b7481dc45c71d48c3c18a11f48a952d4aba0abfb6952751b4', '\x036f6c64d392e836a1f5f3f878ce0e02af45ed6456429c6e4b845e8a196adb591455285e5a64d58acd0115', '\x141deae7a6916ec18a685ad636e71dc15abbc3461e97aef5279c965867860e07', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:58.041+00', '2026-11-27 11:54:58.074+00', NULL, NULL, true, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('a3180154-a68d-4729-a110-962c64011788', 'demo', 'demo-booking', 'S-claimed', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('c491c3fb-9c93-4b83-8e9d-c74c7f1a9c59', 'demo', 'demo-booking', 'S-started', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('037332e2-b019-41df-857f-b28203848bba', 'demo', 'demo-booking', 'S-retry', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('8e6e3d52-3481-4bc6-9df5-ea2193767164', 'demo', 'demo-booking', 'S-resend', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('98c1f959-3bf4-489f-92aa-7652cd41a819', 'demo', 'demo-booking', 'S-uncertain', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('9ec48487-77b3-42a0-bc3d-624cbc751d40', 'demo', 'demo-booking', 'S-restored', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('c01fc529-cd29-4a48-a47e-74cdb40aef4f', 'demo', 'demo-booking', 'S-rejected', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('ea2aa5a0-1c23-4bd7-8a70-04256b4279cb', 'demo', 'demo-booking', 'S-no_receipt', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('75115c4b-69c8-4a8e-a866-2501ece7ade2', 'demo', 'demo-booking', 'S-late', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('c25c7b98-a44f-4b3b-abe4-9ba2a25301ad', 'demo', 'demo-booking', 'S-shadow', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('c2017a22-e8b5-4ada-b812-46dc8cd287eb', 'demo', 'demo-booking', 'S-parked', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('20f2d506-5934-493d-adce-fc70657a672e', 'demo', 'demo-booking', 'S-expired', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('68080a5b-9cc1-486e-8af2-844d7a4cc7f8', 'demo', 'demo-booking', 'S-superseded', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment (id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code, location_text, department, department_code, contact_phone, source_mode, test, outcome, outcome_at, received_at, updated_at, erased_at, group_reference, deceased, location_printable) VALUES ('9aaf2b33-2260-489d-b131-b24aeca15235', 'demo', 'demo-booking', 'S-resendclaimed', NULL, NULL, '\x362ced23dddae097a3612c8e4991e1d9add86d0708e682513b29ee22655bab87', 1, 0, 'booked', '2026-12-02 11:54:57.98+00', NULL, 'visit', '\xaad2ac3b661b6d7a4af2781f98b71b49d93365027afa22aa2c6511d933ad5da5', '\x036f6c64b505a9b735161d5e1c371de01840a4a02436f8141107d72363efc3b2cb59262988a3dc329bed1c', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, NULL, 'X9', 'Opgang 1', 'Hjerte', NULL, NULL, 'live', false, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, false, true);
INSERT INTO public.appointment_alias (source_id, kind, value, authority_id, appointment_id, shared) VALUES ('demo-booking', 'filler', 'EPJ|H-7', 'demo', '01a21cdb-14b0-7455-aeac-38ab54aacace', false);
INSERT INTO public.appointment_alias (source_id, kind, value, authority_id, appointment_id, shared) VALUES ('demo-booking', 'urn:sys', 'urn:sys|alias-1', 'demo', '01a21cdb-d279-7629-a192-2c15bb0c202c', false);
INSERT INTO public.audit (id, at, actor, action, authority_id, target, before, after) VALUES ('01a21cdb-d162-7166-80df-997b19ab907e', '2026-11-27 11:54:57.762+00', 'administrator', 'number.see', 'demo', 'messages', NULL, '{"messages": ["01a21cdb-4da7-78c1-9d36-2420cc5ac1b4", "01a21cdb-2e52-709c-81e6-228a16b187d6", "01a21cdb-2693-7ed6-bc45-43c76bad70f6", "01a21cdb-2693-7bdb-a86b-a080eaf4f773", "01a21cdb-2693-7916-85ba-75fe62488108", "01a21cdb-22bc-7d62-b1aa-08ada7c9e2b4", "01a21cdb-22bc-734b-8bba-4b224f6e2f76"]}');
INSERT INTO public.audit (id, at, actor, action, authority_id, target, before, after) VALUES ('01a21cdb-d1a0-743e-9649-90b286738eeb', '2026-11-27 11:54:57.824+00', 'administrator', 'key.create', 'demo', '01a21cdb-d1a0-755b-8406-d65e9246b28a', NULL, '{"name": "desk", "role": "operator", "prefix": "esk_b8d75e59"}');
INSERT INTO public.audit (id, at, actor, action, authority_id, target, before, after) VALUES ('01a21cdb-d1ca-784a-baca-e927e584c417', '2026-11-27 11:54:57.866+00', 'administrator', 'template.save', 'demo', 'reminder/da', NULL, '{"version": 1}');
INSERT INTO public.audit (id, at, actor, action, authority_id, target, before, after) VALUES ('01a21cdb-d200-79e9-aace-b9ba76d68474', '2026-11-27 11:54:57.92+00', 'administrator', 'opt-out.record', 'demo', '01a21cdb-d200-7ad7-be89-ca0eaa303436', NULL, '{"reason": "phoned", "created": true}');
INSERT INTO public.authority (id, name, sender, inbound_keyword, language, time_zone, retention_days, on_uncertain, max_per_number_per_day, settings, version, paused_at, paused_until, pause_reason, created_at, updated_at) VALUES ('demo', 'Demo Hospital', '4512345678', NULL, 'da', 'Europe/Copenhagen', 90, 'hold', 50, '{"name": "Demo Hospital", "rules": [{"id": "two-hours-before", "lead": "PT2H", "template": "reminder"}], "sender": "4512345678", "notices": {"moved": true, "booked": false, "cancelled": true}, "language": "da", "timeZone": "Europe/Copenhagen", "minimumGap": "PT20H", "lateBooking": "PT4H", "noticeDelay": "PT10M", "onUncertain": "hold", "contactPhone": "35 45 35 45", "minimumNotice": "PT1H", "retentionDays": 90, "sendingWindow": null, "inboundKeyword": null, "allowedCountries": ["DK", "FO", "GL", "NO", "SE", "DE"], "maxPerNumberPerDay": 50}', 2, NULL, NULL, NULL, '2026-11-27 11:54:09.078+00', '2026-11-27 11:54:57.866+00');
INSERT INTO public.batch (id, worker, lease_until, claimed_at, at_once) VALUES ('01a21cdb-228b-7c58-8e74-66a05387ff18', 'vm:8305', '2026-11-27 11:54:58.052+00', '2026-11-27 11:54:13.003+00', 25);
INSERT INTO public.batch (id, worker, lease_until, claimed_at, at_once) VALUES ('01a21cdb-2670-7c93-81ab-55ad2cc23158', 'vm:8305', '2026-11-27 11:54:59.035+00', '2026-11-27 11:54:14+00', 25);
INSERT INTO public.batch (id, worker, lease_until, claimed_at, at_once) VALUES ('01a21cdb-2e40-740a-9227-8ce13aa20504', 'vm:8305', '2026-11-27 11:55:01.018+00', '2026-11-27 11:54:16+00', 25);
INSERT INTO public.batch (id, worker, lease_until, claimed_at, at_once) VALUES ('01a21cdb-4d96-7957-abb3-f63f42871f23', 'vm:8305', '2026-11-27 11:55:09.039+00', '2026-11-27 11:54:24.022+00', 25);
INSERT INTO public.batch (id, worker, lease_until, claimed_at, at_once) VALUES ('354c1cc5-c192-4251-9a43-3ad16d31b090', 'old:1', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', 25);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-26cb-708e-934a-31fa67a29e14', 'simulator', 'receipt', '\xfacd6cc488823bf5a444e87ee259dceb5607402df1cf5ebdcfedae096d314365', '\x036f6c64743d9a0dd65cd61d16d2a3c1353b9907d803f72d5ba94fb6c4e609425722a469da18c7df9898c7571375a3cc3cadad541327d9239a537a50dd73154f2a33bc7c79be2d06230cf711a3466b76a363ff88b54dab8f8ed0698911e72b51b560b17e28b2bbe2cfd6ca9aba346843bea08bf1d291796173264b2e159672a06f787992ea875d321e5015b8834fca1f7d0022ce6cf281497ce61bed22ddbd565c49b6da5c917134ead639400fee81fb402d8a7b7aac975991d7994041a1b4789a9e3a42f8fb6dbdc41332ecab01b749fe68564574a373cc5edf2690a74a7862e67eefcb879c69bf29c575958e67f93839fe776db445008157d164d00c60ec6e509ff017a3b1000997acbaafcaae0ac838649416ed3313f2d257f06b82f9a30cd5d73af7916cc6862941e118359f6ff534f1324fffcbc4ed99034537c270e39adcf29dfdee4e6b91ebeb1ce399d0319e9b70a77f03d11b01f06a831c61bc980b571256b9547d21b6b614c7bec3f34e9c2dabec6b760ee36533aa0078b2b6fd8332da20f485c8f0c8a2a6dcbdcabfcc6f20b90e9f8c', NULL, '2026-11-27 11:54:14.091+00', '2026-11-27 11:54:14.1+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-26cc-7248-b9b9-82602e2963f5', 'simulator', 'receipt', '\xc54053a1e7d1bd05c6bcc5676df7b6397fdada0792d198fdf26666b0232d1240', '\x036f6c6407a2d31efe7eb6a9197888160f1e7e9195e20a1dbfea0294ceb2ffe06931b89ca40b1d71bd6547a85fb0e455909f09d48b4c1c1234d37e73b76f46ad7d327a04bce466e00e4b704c64902c48781ab5e4e962c26cb38eb8cdfd5ef47918714151f5a0b450ba3ddae1b34abc0b3b02de18911b2d21b695ec5e3d8a8e590e4dcb56982e95efe07e2c837463e8f67f76951080a46cd16e9d04373040020f75abef7caf8bdd1b6e796def3e61b49224b0b89c1afb8f3414816f86038bb7ccfba20249aeffa356fb614f4cb2fe7a42d4efc58dc759f0211fda70402c66506574f9dc76fe2bb0408da4150b53031164781d059ac91da34095a5acd54a59225d0651334924d0cf2ad0040be0f8d49ebfba4910c93e9ad7cd0da10d27074fe81b25f6b60daa2a458258d47bbf4787fb74ba95337bb6619f7d2cd468314c2c7e63795e39a870f3baea04b59f419bc5593f7849e1590c4016d7f3f92db0ebf7e60bca21a7aa643c3c369144930edaabc0bd948f3ede7fae702de3ce3236822d4c85083700bb4f06c77ee3da08eaaddc2b3facd297ac54', NULL, '2026-11-27 11:54:14.092+00', '2026-11-27 11:54:14.138+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-2a92-7333-b042-c60e6ae2d0bc', 'simulator', 'receipt', '\x83021262df764de160808c660f1e737d733735a5603fbd842161e29f5d1b07bb', '\x036f6c645d82cc9e9aa46b8d2686e47a8afa5d94b01029949cc9fbd1b9e3a4d15c86aac8a11531afa5547b12215d193e6d5fda23b45a7d334c406915e9d725460724261107fb593b8aacd03c1e05ab33f047e330fb7fb31206e7155d6d63f644ed3621389fb753e1ab8101651314c46009884c03ef7fbaa3654f6813d3053e12ca5cdd974409ea8c07cc6db17df38616fc2d40df35f54963bcb75b2324adacc12606fff9ec1aff9b0f206fea247795a79fcd6b2a2c0896d2bd283d6344803a89b47d2e7b50d7c847259ff73ba1d0d01f353b97f39e130c0ad58e0daada609cf6f3d4d90d46772a2e675b2f5b4e8f8b56859894205b3cdb0070efc0c9e22182d7cd4aae32d59bcdf0ce806c2b18ca9fe21bd2444d76df637baa5452a1581e7e40ffebd71e4f80ecaa293a96d37ce41d724217ccdf4ca2bcd6b23b364903581e9d4c24acb37ab943ed110c79e6aa39de8489a5c3d59ab16f4ef4b6961b1feda4435bde8e8d8f21df7bc20b6dba3d16b5ab5bf10ec8a865db86617c0c01221dab9465ca0fa3a1a2cd49703fc1cf828536eb74d36484bd', NULL, '2026-11-27 11:54:15.058+00', '2026-11-27 11:54:15.075+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-2a9f-75dc-8ca0-ef6e3b9870af', 'simulator', 'receipt', '\x43bf91d6d02d4a37c26ee170f6a37bdce05f39f7d94cbed534b040b6ab4877a8', '\x036f6c648e71fe1330c87ded3a19ec3075b2a7b999c25d8ccd99fdb5907069fed35fad1734b5e7c61d38e0b636d29451c37a869347992fe33d9c5c827cb97954b3f2165585301c32b8bfb44aa5c1acd89f026bd0fd1931b7cb58745c564fd20fa195f9434d9694eb5e1f8313b92dca34354aa78276b798694672f83ab513016caec260a9fc3e2064e2a4896ebfcfc4ea75e616416c917bd1eef5476303de621c56d4e1916c941a74fa01b952116fefeea8b075acd10937884c800ae67379c3656a260a3145d59089d8578d3264c42139724d45958ea39be9046548760583695650a2572bac15599c2cba8e4dc43bd287c4833db06114df8bd1c392b0ad330b4d34670fb998a0d82b3cf21c4ffcef2681191158239ce98857e955577e55088988ab271232c51c993958b03c3972634f94b3f91c16b6242818e9773837ec74b4814e09a1e177d3986fae493f90d86b675d497fddcaa6185d9e58d95872fef0c133d28cdaa91a8292f11efa52cb0d2f003b73faa158aff9772d15dc9bfbc6baf3a48991adbb29f630ef69d6afba3459c1c0e6173fc759', NULL, '2026-11-27 11:54:15.071+00', '2026-11-27 11:54:15.109+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-2a9e-72b1-adda-8d52be2c85ae', 'simulator', 'receipt', '\xefe900a678567ce773b676a2fa6a26bd52e02c52e8d9fd27434cf1073f895c03', '\x036f6c641e2f7df9cf21cdc3df0078c51e914f553e7ebc79c81b6f3e22c969125f6d36706a84021ca8fb5d358b49127257eff574c0859b8b9901ef5006fe6fabf1d42540e2430f075150cabc8a1137ce4b43b0e5965142115c1278605390f5198189a90e2a8bdcb49f4f6c42071da882ca2c605496bafaaebb0fd2ef9f7ce6105d4722b0538aebd28ee206b926e246d34dac9b6e39fd5c907566c4cab7cd97a1bc5f31baafb776a94bf5d0f656c020b727ce48445dae6a218d7fd820f2a5daf33f83a5527839425d274cfc4c656ec9866f8ed20f54155569a945ac79c319706d72b33da955fc0c14ea06c54827b2a29353825c6bc57bce999a552e3a7950022e02f6c81a5dea44718834d35c48b381c18c322649347ba3c91dddbba88f8fa375c77ac26c6af9991ab34b27c1ed0f7f14454f9276d96725c9dda7e85f90cb97fde0bd5ab8b23b4437218708bd59ba75a8a38538b79cd9d410ab94fe85882f3032e86db3c6a45b460bce4383c7de34c15887c948ecb82233b49bd13200e2548b8c54fbf04a9f5df54d8dcf1c468fe3f8fe792b671fbc1d2cb47589911a50f38c42ee', NULL, '2026-11-27 11:54:15.07+00', '2026-11-27 11:54:15.109+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-3257-7f46-a08e-1743d8bc97a1', 'simulator', 'receipt', '\x3b0250532846e381828aff9692ae089821a0c26d0fa2492413a7679e4ab61644', '\x036f6c64f825943aececdb7ff253a6930b5727d087bee8377f9f40b8cff84b34600b2a3f180094ef7681429eb596e29a4f2df652ea4b0a8a9a730704aa53078fa43a2670a5190ba2693acac3921f39a9b6e30e2069a5256fbfbbc82a23ed031a4966b58987ed8970817573aad40c4108b2daceb88aa7e12f30d9ae2bd7beb5c668c582556244feb933db46d546555cba3a8a7979b67fbba570a5c1a5eb8c108d2ae7d82e024982e147d80da54f8e5b65f75e92200cb41a74ec9a68a1d8fc490d231d190710a3376b760b4db60e9d0fc165932aed8c6b4950a882dc048eb71f968aa0403ade833dced4efef5ac8e2cbfeb6ee8e6f6dd6de142a6daa2d30a61542a8e0371afa7110c83c750fd38bc36777867b078a8794eab4d9583304f0caf3a3f08befa284e019b978180175abe7d0be647dc9353ca913a98fed4230d03f60cf5d7ffb306157a8ee25bc57e8fab1b59a9d008dad51aef4b0e47262c75fabc0e301129ca9640d47db0fecc558e7cd36b1dc69eaca5e8b1938c7d4cbe0a90a208878f39a13a298ad81605ceab9f103f3fc3e49157d4f', NULL, '2026-11-27 11:54:17.047+00', '2026-11-27 11:54:17.098+00', NULL);
INSERT INTO public.callback (id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note) VALUES ('01a21cdb-51a4-76e4-8108-5f568c080502', 'simulator', 'receipt', '\x9bf2f805f8f2ec0cbaffd7f11fcd8fe0be01e184f911392b34eb9850a27e5a39', '\x036f6c64fc18ac499df75255c43670476b5aaa3031e00e38402131f3887cf7c709d266b03ca5957c1aef16799bdc92dcc98ea1b0522d269d693dc669aed187b0fa9830b1ab8b5164c6d89cb24e62f123c43b41d0bddca25fbb9e2f9519592426ca3f6eb84cec48e5dacffa029ef3d511e0723d4dea19b24a572189ddc5f57e98279fcea339787eec3dbb30f4111887655ebc3c4a28107b4087fb244e98484921f35728e9afd039b0ff5c7c6257aebe712ad70472c5e93d7c522d200baa09611fbece0a6e8aa953e6bac71ea4794874ff00ee6b02c134a93d909946500ccf1a37877f35842b6af2da75064a9c1dae072b4e0ff4a3e4cc8a6e5ff2a7805c8e931ac037e9f7fbecafdca7130e4f7d3229c748491a23382e8bce890f643211c1684fc7c4127282348cfe2698292349a6c037947dcfe9c28da02b899b62aa7dfdb56e845c7aec758d64f03470e737b09779cb66a08d50f4bd44d8ee68b6db0e5d1a1cf8dcfaa2550b5a10cbcd8c334f9157fbf61f1d465db6d20eeca458abb762044d2d8bc1e4572c6eb7298a1e1d34e64ee411a025f13d', NULL, '2026-11-27 11:54:25.06+00', '2026-11-27 11:54:25.076+00', NULL);
INSERT INTO public.fhir_feed (authority_id, source_id, feed, last_event, polled_at, updated_at, next_page, begun_at) VALUES ('demo', 'demo-booking', 'poll', 5, '2026-11-27 11:55:25.158758+00', '2026-11-27 11:55:25.158758+00', NULL, NULL);
INSERT INTO public.idempotency_key (source_id, key, body_hash, answer, created_at) VALUES ('demo-booking', 'message:TvjRy-z1j9fvJ7n8vX2kiiLeXYdFIphH-7gz0DOJB38', '\x4ef8d1cbecf58fd7ef27b9fcbd7da48a22de5d8745229847fbb833d03389077f', '[{"result": "accepted", "reference": "H-7", "reminders": 1, "alreadyHandedOver": []}]', '2026-11-27 11:54:09.456+00');
INSERT INTO public.idempotency_key (source_id, key, body_hash, answer, created_at) VALUES ('demo-booking', 'key-1', '\xa1c458c8ad1edfa4a22f6dbb4233c69f92a44d091c38061082b967291dc59ba8', '[{"result": "accepted", "reference": "K-1", "reminders": 1, "alreadyHandedOver": []}]', '2026-11-27 11:54:57.999+00');
INSERT INTO public.inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds, settled_at, settled_by, action) VALUES ('372bd823-c34a-43d4-9687-b269093004bd', 'demo', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', true, true, NULL, NULL, NULL);
INSERT INTO public.inbound_message (id, gateway, gateway_message_id, phone_ciphertext, phone_hash, recipient, text_ciphertext, meaning, scope, received_at) VALUES ('372bd823-c34a-43d4-9687-b269093004bd', 'simulator', NULL, NULL, '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', NULL, NULL, 'maybe_stop', 'authority', '2026-11-27 11:55:25.193769+00');
INSERT INTO public.installation (id, public_url, lookup_key, patient_key, created_at, adopted_at, database_identity) VALUES (1, 'http://127.0.0.1:3000', '\x036f6c64af81ca096376cb1208ba3b07f2bcee20c9f0eb912265ab5f2f7ca5b11ffbe0aec5694576be660d9262214dac21441fdcfe6b1a2fa324d4bb6cce0f7c', '\x036f6c64f1c44f032f88c69bee13588f79556dc7fc9d0cd31f126d2b8933983704addc16dbd12eeaa6d20b2670727dc8bb6945c1791e8f9e6b0ad33180fc6430', '2026-11-27 11:54:08.772+00', NULL, '7712815633537745748.16389.16403.16483.16515.16552');
INSERT INTO public.known_patient (authority_id, source_id, patient_key, version, event_at, deceased, updated_at) VALUES ('demo', 'demo-booking', '\x4d2141011e07925b7481dc45c71d48c3c18a11f48a952d4aba0abfb6952751b4', NULL, NULL, true, '2026-11-27 11:54:58.074+00');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0001_init', '2026-11-27T11:54:08.532Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0002_formats', '2026-11-27T11:54:08.663Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0003_retention_index', '2026-11-27T11:54:08.675Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0004_operations', '2026-11-27T11:54:08.691Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0005_accept_new', '2026-11-27T11:54:08.693Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0006_known', '2026-11-27T11:54:08.715Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0007_fhir_feed', '2026-11-27T11:54:08.716Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0008_statistics_sum', '2026-11-27T11:54:08.740Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0009_claims', '2026-11-27T11:54:08.759Z');
INSERT INTO public.kysely_migration (name, "timestamp") VALUES ('0010_at_once', '2026-11-27T11:54:08.759Z');
INSERT INTO public.kysely_migration_lock (id, is_locked) VALUES ('migration_lock', 0);
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-22bc-7d62-b1aa-08ada7c9e2b4', 'demo', '01a21cdb-1405-77e8-8b96-5ab01cdb3098', NULL, 'reminder', 'da', 'simulator', 'sim-01a21cdb-22bc-7d62-b1aa-08ada7c9e2b4', '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:12.215+00', NULL, '2026-11-27 11:54:13.052+00', '2026-11-27 11:54:13.052+00', '2026-11-27 11:54:13.095+00', '2026-11-27 11:54:14.084+00', '2026-11-27 11:54:14.1+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-22bc-734b-8bba-4b224f6e2f76', 'demo', '01a21cdb-1405-7f0b-a226-f7a19ea2a431', NULL, 'reminder', 'en', 'simulator', 'sim-01a21cdb-22bc-734b-8bba-4b224f6e2f76', '4512345678', '\x036f6c649f8617d26aba9173ae04b18f5080a4fd111eab3648ccebda6abca51b7ca2cec2fd1d9bdc2496b6', '\x5e55b2520579c242d08759b2eeeb391114ea26a8813561ad0386180489dda2f3', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:12.215+00', NULL, '2026-11-27 11:54:13.052+00', '2026-11-27 11:54:13.052+00', '2026-11-27 11:54:13.095+00', '2026-11-27 11:54:14.091+00', '2026-11-27 11:54:14.138+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-2693-7bdb-a86b-a080eaf4f773', 'demo', '01a21cdb-1405-716c-928c-1f3b11ec6bf5', NULL, 'reminder', 'da', 'simulator', 'sim-01a21cdb-2693-7bdb-a86b-a080eaf4f773', '4512345678', '\x036f6c64839b01f005cd854eb1cec6cc2b522ae767a533c9c2c11c458478e86fb52c0d4d09fcd112422dc7', '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:13.215+00', NULL, '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.062+00', '2026-11-27 11:54:15.057+00', '2026-11-27 11:54:15.075+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-2693-7916-85ba-75fe62488108', 'demo', '01a21cdb-14b0-7181-8a0d-d9a8ec0483ed', NULL, 'reminder', 'da', 'simulator', 'sim-01a21cdb-2693-7916-85ba-75fe62488108', '4512345678', '\x036f6c6444bc528270a53f3ed3203a57379c94aec7fcba37b1de297fddfd15bc84b1cdfe6fbdcb23f38477', '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:14+00', NULL, '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.062+00', '2026-11-27 11:54:15.07+00', '2026-11-27 11:54:15.109+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-2693-7ed6-bc45-43c76bad70f6', 'demo', '01a21cdb-1405-78f0-b9df-6d77a1446eed', NULL, 'reminder', 'da', 'simulator', 'sim-01a21cdb-2693-7ed6-bc45-43c76bad70f6', '4512345678', '\x036f6c648b02b1ee6306ad4408143b1316e0b542d159291fb927afeffe5056abb03b0d3f44fa47a3dc1838', '\xee9b01cc1dcf00ecdf979e60c828cc444ff9c2f99515e48810acbe7996f38e41', 'undelivered', 'network', 'network', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:13.215+00', NULL, '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.035+00', '2026-11-27 11:54:14.062+00', NULL, '2026-11-27 11:54:15.109+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-2e52-709c-81e6-228a16b187d6', 'demo', '01a21cdb-1517-7c4e-8346-a58695b87266', NULL, 'reminder', 'en', 'simulator', 'sim-01a21cdb-2e52-709c-81e6-228a16b187d6', '4512345678', '\x036f6c64444c38afac5a034cd9670bceda19f65fcb7f0735b08b9bb29ba6f0f97f213bf0d46482202dd549', '\x141deae7a6916ec18a685ad636e71dc15abbc3461e97aef5279c965867860e07', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:15.215+00', NULL, '2026-11-27 11:54:16.018+00', '2026-11-27 11:54:16.018+00', '2026-11-27 11:54:16.054+00', '2026-11-27 11:54:17.047+00', '2026-11-27 11:54:17.098+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('01a21cdb-4da7-78c1-9d36-2420cc5ac1b4', 'demo', '01a21cdb-1405-79c6-a3d0-4293cb0d748b', NULL, 'reminder', 'da', 'simulator', 'sim-01a21cdb-4da7-78c1-9d36-2420cc5ac1b4', '4512345678', '\x036f6c64c0be3674a81107a788572176c63e0341d55250825076aec763528f6f906685c8e561cb8bb1e741', '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', 'delivered', NULL, 'delivered', 1, 'gsm7', 1, NULL, '2026-11-27 12:54:23.215+00', NULL, '2026-11-27 11:54:24.039+00', '2026-11-27 11:54:24.039+00', '2026-11-27 11:54:24.07+00', '2026-11-27 11:54:25.059+00', '2026-11-27 11:54:25.076+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('11f82259-784e-4275-9611-4dbd672f94e0', 'demo', '59ab40a3-125f-4a22-8350-811684f44dba', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'handing_over', NULL, NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('ee0c1f4f-3791-4d2d-90e1-465b3bebe85c', 'demo', '75cac486-16ea-49df-8caf-d58e9b42fe4b', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'not_sent', 'temporary', NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('b4c00b5a-f368-4d9f-bfa3-4a6ff15bf5d8', 'demo', 'e7d96570-2bf3-4190-926e-e733d96e5473', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'uncertain', NULL, NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('3abf98e4-3c60-4cc7-af7f-68a6efaf2451', 'demo', '0ffa74db-7615-4e8d-8bd6-b659f373a122', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'uncertain', NULL, NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('0514203e-78ec-4773-8fb4-e79dadd37651', 'demo', '7f8932d9-701f-4d64-aab8-ae7cdce4fcaa', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'rejected', 'invalid_number', NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('b235d89d-b05d-4929-a3c5-e144d17a898e', 'demo', '85cf398e-51ca-49ce-89e1-10e97ae4cecc', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'accepted', 'no_receipt', NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('e4d48d8a-22c9-4024-97c0-ce9c87f50638', 'demo', '93303147-74ee-4514-8d9d-b94bfb6bd809', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'delivered', NULL, NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('ba5d8a8e-8c73-4f02-ba24-c7ee9d54c36d', 'demo', '158bc79a-0474-4a81-93ca-9852628fee64', NULL, 'reminder', 'da', 'simulator', NULL, '4512345678', '\x036f6c64ee71566d4551aa331d36e807dd98d3854ec6b8aedefa90d2b8c7e9d037a558f80873eadff71a54', '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', 'uncertain', NULL, NULL, 1, 'gsm7', 1, NULL, '2026-12-02 11:54:57.98+00', NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00', NULL, NULL, '2026-11-27 11:54:57.999+00');
INSERT INTO public.message (id, authority_id, reminder_id, inbound_id, template, language, gateway, gateway_message_id, sender, phone_ciphertext, phone_hash, status, reason, code, attempts, encoding, segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at) VALUES ('60b9d7b1-7e4e-497c-8e01-ba71ebaed74e', 'demo', NULL, '372bd823-c34a-43d4-9687-b269093004bd', 'help', 'da', 'simulator', NULL, '1', NULL, NULL, 'handing_over', NULL, NULL, 0, 'gsm7', 1, NULL, '2026-11-27 11:55:25.210778+00', NULL, '2026-11-27 11:55:25.210778+00', NULL, NULL, NULL, '2026-11-27 11:55:25.210778+00');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-22bc-7d62-b1aa-08ada7c9e2b4', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-22bc-734b-8bba-4b224f6e2f76', '\x036f6c640739cd3c4bba0852d64bd2f0e5b594c686ef6302a1a6ebfa24364a0979224b14d0c847e80a05474b881067acd95893b90fdc17311f983cbfa7227257bc607bea31497435a97ad1183e5a537346fe513dd475074a9f17dba754f1504b56e8a564e7f62601e197009f1480eb37f5bcab91acaf8c111028bd48cd4bf2623283ce37c6d337cb4882f4e680aa718bf8');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-2693-7bdb-a86b-a080eaf4f773', '\x036f6c640643ec372c502324dd995fce7932149d441c6823adb11a69b01b2bebdc5e9fd381261a2017b588038bf064e9bb212bdb89c170900f50dcf3efea6f31f61065d12f6c5d0879e855218d660ad9fcf51934dc202a6ae6bb96ef452a123dbdd171cfd3bdab7878b536dc4507a5fa55d059b8c7e3e1a1cd6472fb0cf142ba842fb9439aa0d9ba35e59a0d6633');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-2693-7916-85ba-75fe62488108', '\x036f6c64049af6968d59213360f410d8804253e2629be593c44b71df9c22a7586511bcc8d50834dae77781e4df51967164e5110b189e462f25432d2be7751ffc3226ad6430ad0cac98b6d7f2807ea65eb0248f8bbc82d06fc9b2bbf80fdc1a8bb0a078716fe83f87d3fea622b7ff899d3159c5b2bf534a4794b544dd');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-2693-7ed6-bc45-43c76bad70f6', '\x036f6c641eeb9f64d58012308e71ed34f2e6e8f9dadf80b45a3fdc63655994a4678f4474a14fe72db3e9d9443faffe33e54d3e8d80f6f49445983d584658dc14591809a308b0485593732ca2f11a1b30888ac5f82ffe08fcf2ac4251c815d8551e7ce5dfa9ebf5cb0883f71ec9ee6761e8e0e53aae3ced61c1cf901c096e0f7e30d9ef8689787702974c48f76aca');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-2e52-709c-81e6-228a16b187d6', '\x036f6c6490d6d611e2ecb7975ae49245d8a05eb59f435bc27204e94bd3c05cbff07cd5a1f83bb4143c025d5717233092ad6c54dd5be549b8693cc96543be123a1048ee578c54afd1db0e06320df7a9421b0d348a669af3698cb50ad1e4d8be328a8d261400133615c84a395c862b085d97cc3757ced202c5ef4f5bba6aa09c');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('01a21cdb-4da7-78c1-9d36-2420cc5ac1b4', '\x036f6c64d63b1e376bb84899e7bc0ffb41e81b3338f8da93ea82d7c6a6d6598439f71c1164a5e51459a70a5c474d7a4f02704e9d6a24c97342480a32b8c986b09ec837b1312c9d7efa4baef0272a07c52ae02622f0ee3d878c78a524f425e5c6bfa9045866481d2aba8957bfd026db6255a4d797577c9a43059355b429fec12a45a8367e4c77d016bd55625de79e');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('11f82259-784e-4275-9611-4dbd672f94e0', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('ee0c1f4f-3791-4d2d-90e1-465b3bebe85c', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('b4c00b5a-f368-4d9f-bfa3-4a6ff15bf5d8', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('3abf98e4-3c60-4cc7-af7f-68a6efaf2451', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('0514203e-78ec-4773-8fb4-e79dadd37651', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('b235d89d-b05d-4929-a3c5-e144d17a898e', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('e4d48d8a-22c9-4024-97c0-ce9c87f50638', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.message_text (message_id, text_ciphertext) VALUES ('ba5d8a8e-8c73-4f02-ba24-c7ee9d54c36d', '\x036f6c64aae9ef9131b9d907e96204c7978b2a01ab29a0997ce724d0a35012c40b611dba51c6c4f09f30724dfaf60ef6be519a803983b3dc153374905568a025f0ee3ec5218f46ee189267a9a6db73d4b45c05abce5939e2b0db73c6364bf49284caafdd60e155bce1feb79b718e2c0ccc884b21025c6ab739942a2bd8321cdd906eaf57d272ce08f090b1e50feb');
INSERT INTO public.opt_out (id, authority_id, phone_hash, phone_ciphertext, reason, recorded_by, inbound_id, recorded_at, lifted_at, lifted_by, lift_reason) VALUES ('01a21cdb-d200-7ad7-be89-ca0eaa303436', 'demo', '\x4b5a98934efe4021ea75947c1e028862c5a2b683ddc87a0c82af3b2ec1b1c5f0', '\x036f6c647a11c36ede27a0822217cf8c7a757fbed4d81ffa64a0c005e30346827d9bfd00aba610c6be9c70', 'phoned', 'administrator', NULL, '2026-11-27 11:54:57.92+00', NULL, NULL, NULL);
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-26d4-7e30-a9ce-928b414c8eb8', '01a21cdb-22bc-7d62-b1aa-08ada7c9e2b4', '01a21cdb-26cb-708e-934a-31fa67a29e14', 'delivered', NULL, 'delivered', '2026-11-27 11:54:14.084+00', '2026-11-27 11:54:14.1+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-26fa-75a8-bdcd-c1d851f49ba7', '01a21cdb-22bc-734b-8bba-4b224f6e2f76', '01a21cdb-26cc-7248-b9b9-82602e2963f5', 'delivered', NULL, 'delivered', '2026-11-27 11:54:14.091+00', '2026-11-27 11:54:14.138+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-2aa3-7792-8b14-8f06f41b1ca7', '01a21cdb-2693-7bdb-a86b-a080eaf4f773', '01a21cdb-2a92-7333-b042-c60e6ae2d0bc', 'delivered', NULL, 'delivered', '2026-11-27 11:54:15.057+00', '2026-11-27 11:54:15.075+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-2ac5-751a-b596-ae0d0403e996', '01a21cdb-2693-7ed6-bc45-43c76bad70f6', '01a21cdb-2a9e-72b1-adda-8d52be2c85ae', 'undelivered', 'network', 'network', '2026-11-27 11:54:15.069+00', '2026-11-27 11:54:15.109+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-2ac5-78ca-aa8a-51f7bb17f7ab', '01a21cdb-2693-7916-85ba-75fe62488108', '01a21cdb-2a9f-75dc-8ca0-ef6e3b9870af', 'delivered', NULL, 'delivered', '2026-11-27 11:54:15.07+00', '2026-11-27 11:54:15.109+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-328a-704a-ab5f-5fb2e7c684ea', '01a21cdb-2e52-709c-81e6-228a16b187d6', '01a21cdb-3257-7f46-a08e-1743d8bc97a1', 'delivered', NULL, 'delivered', '2026-11-27 11:54:17.047+00', '2026-11-27 11:54:17.098+00');
INSERT INTO public.receipt (id, message_id, callback_id, state, cause, code, at, received_at) VALUES ('01a21cdb-51b4-7750-a34b-2a50c10f6693', '01a21cdb-4da7-78c1-9d36-2420cc5ac1b4', '01a21cdb-51a4-76e4-8108-5f568c080502', 'delivered', NULL, 'delivered', '2026-11-27 11:54:25.059+00', '2026-11-27 11:54:25.076+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-7cbe-96d9-b32a84a4661e', 'demo', 'demo-booking', '01a21cdb-1405-75bd-8202-888ad13ee61c', 0, 2, 'two-hours-before', 'reminder', 'da', NULL, 'cancelled', NULL, '2026-11-27 11:54:21.215+00', '2026-11-27', '2026-11-27 12:54:21.215+00', NULL, NULL, '\xe9513021f788759a19b344e1dae7e6de9c6999a82f8357ec93f79dcb2b2fd574', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:09.624+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('e7d96570-2bf3-4190-926e-e733d96e5473', 'demo', 'demo-booking', '8e6e3d52-3481-4bc6-9df5-ea2193767164', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'uncertain', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, '2026-11-27 11:54:57.999+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1517-7c4e-8346-a58695b87266', 'demo', 'demo-booking', '01a21cdb-1517-7605-bfde-f7043b32813f', 0, 1, 'two-hours-before', 'reminder', 'en', NULL, 'delivered', NULL, '2026-11-27 11:54:15.215+00', '2026-11-27', '2026-11-27 12:54:15.215+00', NULL, NULL, '\x141deae7a6916ec18a685ad636e71dc15abbc3461e97aef5279c965867860e07', NULL, '2026-11-27 11:54:16.018+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.559+00', '2026-11-27 11:54:17.098+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-77e8-8b96-5ab01cdb3098', 'demo', 'demo-booking', '01a21cdb-1405-7a3f-9a56-556266cad8c7', 0, 1, 'two-hours-before', 'reminder', 'da', NULL, 'delivered', NULL, '2026-11-27 11:54:12.215+00', '2026-11-27', '2026-11-27 12:54:12.215+00', NULL, NULL, '\x35b7fadb1ed59646808c8443a41df65f5eb8c58ffa83807a815bfee53e519f77', NULL, '2026-11-27 11:54:13.052+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:14.1+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-7f0b-a226-f7a19ea2a431', 'demo', 'demo-booking', '01a21cdb-1405-7aa9-ada9-68384655d267', 0, 1, 'two-hours-before', 'reminder', 'en', NULL, 'delivered', NULL, '2026-11-27 11:54:12.215+00', '2026-11-27', '2026-11-27 12:54:12.215+00', NULL, NULL, '\x5e55b2520579c242d08759b2eeeb391114ea26a8813561ad0386180489dda2f3', NULL, '2026-11-27 11:54:13.052+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:14.138+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-716c-928c-1f3b11ec6bf5', 'demo', 'demo-booking', '01a21cdb-1405-7ca2-a9b5-dae6953d8869', 0, 1, 'two-hours-before', 'reminder', 'da', NULL, 'delivered', NULL, '2026-11-27 11:54:13.215+00', '2026-11-27', '2026-11-27 12:54:13.215+00', NULL, NULL, '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', NULL, '2026-11-27 11:54:14.035+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:15.075+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-14b0-7181-8a0d-d9a8ec0483ed', 'demo', 'demo-booking', '01a21cdb-14b0-7455-aeac-38ab54aacace', 0, 1, 'two-hours-before', 'reminder', 'da', NULL, 'delivered', NULL, '2026-11-27 11:54:14+00', '2026-11-27', '2026-11-27 12:54:14+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, '2026-11-27 11:54:14.035+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.456+00', '2026-11-27 11:54:15.109+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-78f0-b9df-6d77a1446eed', 'demo', 'demo-booking', '01a21cdb-1405-7a53-acf5-b6c4a31696cd', 0, 1, 'two-hours-before', 'reminder', 'da', NULL, 'undelivered', 'network', '2026-11-27 11:54:13.215+00', '2026-11-27', '2026-11-27 12:54:13.215+00', NULL, NULL, '\xee9b01cc1dcf00ecdf979e60c828cc444ff9c2f99515e48810acbe7996f38e41', NULL, '2026-11-27 11:54:14.035+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:15.109+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-1405-79c6-a3d0-4293cb0d748b', 'demo', 'demo-booking', '01a21cdb-1405-7a51-b593-a62725a2c2e2', 0, 1, 'two-hours-before', 'reminder', 'da', NULL, 'delivered', NULL, '2026-11-27 11:54:23.215+00', '2026-11-27', '2026-11-27 12:54:23.215+00', NULL, NULL, '\x7a71a4442fbefa4fa2cb4ff5083a37464938a6cee8ea247b52e5ef1f2d8a041b', NULL, '2026-11-27 11:54:24.039+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:09.285+00', '2026-11-27 11:54:25.076+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-d24f-722f-bd20-058a5da592bb', 'demo', 'demo-booking', '01a21cdb-d24f-7626-83bd-c338ad675ba6', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'planned', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('01a21cdb-d279-7a13-8bf8-b62e98e51669', 'demo', 'demo-booking', '01a21cdb-d279-7629-a192-2c15bb0c202c', 0, 2, 'two-hours-before', 'reminder', 'da', NULL, 'cancelled', 'deceased', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\x141deae7a6916ec18a685ad636e71dc15abbc3461e97aef5279c965867860e07', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:58.041+00', '2026-11-27 11:54:58.074+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('4c6049c7-208c-4bdb-8eb4-8f82500ab33f', 'demo', 'demo-booking', 'a3180154-a68d-4729-a110-962c64011788', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'claimed', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', '01a21cdb-228b-7c58-8e74-66a05387ff18', NULL, 1, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('59ab40a3-125f-4a22-8350-811684f44dba', 'demo', 'demo-booking', 'c491c3fb-9c93-4b83-8e9d-c74c7f1a9c59', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'claimed', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', '01a21cdb-228b-7c58-8e74-66a05387ff18', '2026-11-27 11:54:57.999+00', 1, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('75cac486-16ea-49df-8caf-d58e9b42fe4b', 'demo', 'demo-booking', '037332e2-b019-41df-857f-b28203848bba', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'planned', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('0ffa74db-7615-4e8d-8bd6-b659f373a122', 'demo', 'demo-booking', '98c1f959-3bf4-489f-92aa-7652cd41a819', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'uncertain', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, '2026-11-27 11:54:57.999+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('4da74c78-aeb2-415c-817b-17ee914c26d3', 'demo', 'demo-booking', '9ec48487-77b3-42a0-bc3d-624cbc751d40', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'uncertain', 'database_restored', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('7f8932d9-701f-4d64-aab8-ae7cdce4fcaa', 'demo', 'demo-booking', 'c01fc529-cd29-4a48-a47e-74cdb40aef4f', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'rejected', 'invalid_number', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, '2026-11-27 11:54:57.999+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('85cf398e-51ca-49ce-89e1-10e97ae4cecc', 'demo', 'demo-booking', 'ea2aa5a0-1c23-4bd7-8a70-04256b4279cb', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'accepted', 'no_receipt', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, '2026-11-27 11:54:57.999+00', 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('93303147-74ee-4514-8d9d-b94bfb6bd809', 'demo', 'demo-booking', '75115c4b-69c8-4a8e-a866-2501ece7ade2', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'cancelled', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('b06d2488-acf5-4edf-bcb5-e8aea864a757', 'demo', 'demo-booking', 'c25c7b98-a44f-4b3b-abe4-9ba2a25301ad', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'suppressed', 'shadow', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, 0, 'gsm7', 1, '\x00', '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('3c59ed26-3458-4dfd-b76b-9a9da90267ee', 'demo', 'demo-booking', 'c2017a22-e8b5-4ada-b812-46dc8cd287eb', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'suppressed', 'internal_error', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('22d994e6-22a3-4c67-bff7-3f7868460b5b', 'demo', 'demo-booking', '20f2d506-5934-493d-adce-fc70657a672e', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'expired', 'too_late', '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('71570e1e-b93c-4fb9-bf84-6d56ecb5a6e3', 'demo', 'demo-booking', '68080a5b-9cc1-486e-8af2-844d7a4cc7f8', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'superseded', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', NULL, NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder (id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason, due_at, due_day, expires_at, next_at, held_reason, phone_hash, batch_id, started_at, claims, resend, gateway, template_version, encoding, segments, text_ciphertext, created_at, updated_at) VALUES ('158bc79a-0474-4a81-93ca-9852628fee64', 'demo', 'demo-booking', '9aaf2b33-2260-489d-b131-b24aeca15235', 0, 1, 'two-hours-before', 'reminder', 'da', 'Hjerte', 'claimed', NULL, '2026-12-02 09:54:57.98+00', '2026-12-02', '2026-12-02 10:54:57.98+00', '2026-12-02 09:54:57.98+00', NULL, '\xd47de102a61628ec202f0d43c168c108f36451f277d75b502ca38a451cc51147', '01a21cdb-228b-7c58-8e74-66a05387ff18', NULL, 1, true, 'simulator', 0, 'gsm7', 1, NULL, '2026-11-27 11:54:57.999+00', '2026-11-27 11:54:57.999+00');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-7cbe-96d9-b32a84a4661e', '2026-11-27 11:54:09.624+00', 'cancelled', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-77e8-8b96-5ab01cdb3098', '2026-11-27 11:54:13.095+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-7f0b-a226-f7a19ea2a431', '2026-11-27 11:54:13.095+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-716c-928c-1f3b11ec6bf5', '2026-11-27 11:54:14.062+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-14b0-7181-8a0d-d9a8ec0483ed', '2026-11-27 11:54:14.062+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-78f0-b9df-6d77a1446eed', '2026-11-27 11:54:14.062+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-77e8-8b96-5ab01cdb3098', '2026-11-27 11:54:14.1+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-7f0b-a226-f7a19ea2a431', '2026-11-27 11:54:14.138+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-716c-928c-1f3b11ec6bf5', '2026-11-27 11:54:15.075+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-14b0-7181-8a0d-d9a8ec0483ed', '2026-11-27 11:54:15.109+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-78f0-b9df-6d77a1446eed', '2026-11-27 11:54:15.109+00', 'undelivered', 'network');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1517-7c4e-8346-a58695b87266', '2026-11-27 11:54:16.054+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1517-7c4e-8346-a58695b87266', '2026-11-27 11:54:17.098+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-79c6-a3d0-4293cb0d748b', '2026-11-27 11:54:24.07+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-1405-79c6-a3d0-4293cb0d748b', '2026-11-27 11:54:25.076+00', 'delivered', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('01a21cdb-d279-7a13-8bf8-b62e98e51669', '2026-11-27 11:54:58.074+00', 'cancelled', 'deceased');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('e7d96570-2bf3-4190-926e-e733d96e5473', '2026-11-27 11:54:57.999+00', 'uncertain', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('0ffa74db-7615-4e8d-8bd6-b659f373a122', '2026-11-27 11:54:57.999+00', 'uncertain', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('4da74c78-aeb2-415c-817b-17ee914c26d3', '2026-11-27 11:54:57.999+00', 'uncertain', 'database_restored');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('7f8932d9-701f-4d64-aab8-ae7cdce4fcaa', '2026-11-27 11:54:57.999+00', 'rejected', 'invalid_number');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('85cf398e-51ca-49ce-89e1-10e97ae4cecc', '2026-11-27 11:54:57.999+00', 'accepted', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('85cf398e-51ca-49ce-89e1-10e97ae4cecc', '2026-11-27 11:54:57.999+00', 'accepted', 'no_receipt');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('93303147-74ee-4514-8d9d-b94bfb6bd809', '2026-11-27 11:54:57.999+00', 'cancelled', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('b06d2488-acf5-4edf-bcb5-e8aea864a757', '2026-11-27 11:54:57.999+00', 'suppressed', 'shadow');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('3c59ed26-3458-4dfd-b76b-9a9da90267ee', '2026-11-27 11:54:57.999+00', 'suppressed', 'internal_error');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('22d994e6-22a3-4c67-bff7-3f7868460b5b', '2026-11-27 11:54:57.999+00', 'expired', 'too_late');
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('71570e1e-b93c-4fb9-bf84-6d56ecb5a6e3', '2026-11-27 11:54:57.999+00', 'superseded', NULL);
INSERT INTO public.reminder_history (reminder_id, at, status, reason) VALUES ('158bc79a-0474-4a81-93ca-9852628fee64', '2026-11-27 11:54:57.999+00', 'uncertain', NULL);
INSERT INTO public.source (id, authority_id, name, mode, settings, version, paused_at, paused_until, pause_reason, created_at, updated_at, hmac_secret_ciphertext, fhir_authorization_ciphertext) VALUES ('demo-booking', 'demo', 'Demo booking system', 'live', '{"hmac": null, "mode": "live", "name": "Demo booking system", "ackMode": "original", "idField": "filler", "mapping": null, "timeZone": "Europe/Copenhagen", "placeText": "mapped", "statusMap": {}, "absentPhone": "keep", "fhirBaseUrl": null, "locationMap": {}, "defaultRegion": "DK", "unknownEvents": "accept", "departmentFrom": "none", "allowContactPhone": "oneself", "allowForeignNumbers": true}', 1, NULL, NULL, NULL, '2026-11-27 11:54:09.183+00', '2026-11-27 11:54:09.183+00', NULL, NULL);
INSERT INTO public.source_secret (id, authority_id, source_id, token_hash, webhook_secret_ciphertext, created_at, ended_at) VALUES ('01a21cdb-139f-7b40-af11-4951bffae98c', 'demo', 'demo-booking', '\xa7814383b4effa4e6122a53eebe79333de72c4232ee05f0461c4bbb98e1a92b5', '\x036f6c64299a719354ff403d5d33cd4358516f1c0184a16a7043891a144e0b6acfb2457d087452ccbf7e29bee0ab930e5b7e2e21a48f1ae3252de6f32412801bca332e15bf20413b8ce85a5d9bd84387c088', '2026-11-27 11:54:09.183+00', NULL);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'da', 'none', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'da', 'simulator', 'none', 'undelivered', 1, 1);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'en', 'none', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'en', 'simulator', 'none', 'accepted', 0, 0);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'en', 'simulator', 'none', 'delivered', 2, 2);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'da', 'none', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'da', 'simulator', 'none', 'accepted', 0, 0);
INSERT INTO public.statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments) VALUES ('demo', '2026-11-27', 'reminder', 'da', 'simulator', 'none', 'delivered', 4, 4);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (30, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (31, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'none', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (32, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'none', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (33, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (34, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (35, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (36, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (37, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (38, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'uncertain', 1, 1);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (39, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (40, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (41, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'uncertain', 1, 1);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (42, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (43, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (44, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'uncertain', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (45, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (46, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (47, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (48, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'rejected', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (49, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (50, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (51, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'accepted', 1, 1);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (52, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (53, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'cancelled', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (54, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (55, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (56, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'suppressed', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (57, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (58, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (59, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'suppressed', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (60, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (61, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (62, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (63, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'expired', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (64, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (65, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'superseded', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (66, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (67, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (68, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'uncertain', 1, 1);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (69, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', -1, 0);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (70, 'demo', '2026-12-02', 'reminder', 'da', 'simulator', 'Hjerte', 'uncertain', -1, -1);
INSERT INTO public.statistics_delta (id, authority_id, day, template, language, gateway, department, status, reminders, segments) OVERRIDING SYSTEM VALUE VALUES (71, 'demo', '2026-12-02', 'reminder', 'da', 'none', 'Hjerte', 'planned', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'day', '2026-11-27', 'reminder', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'day', '2026-11-27', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'month', '2026-11-01', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'day', '2026-11-27', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'month', '2026-11-01', 'none', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'da', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'da', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'month', '2026-11-01', 'reminder', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'day', 'day', '2026-11-27', '2026-11-27', 'cancelled', 1, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'en', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'en', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'month', '2026-11-01', 'simulator', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'en', 'delivered', 2, 2);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'en', 'delivered', 2, 2);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'day', '2026-11-27', 'simulator', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'da', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'day', '2026-11-27', 'none', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'day', '2026-11-27', 'reminder', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'day', 'day', '2026-11-27', '2026-11-27', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'month', '2026-11-01', 'none', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'da', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'month', '2026-11-01', 'reminder', 'undelivered', 1, 1);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'day', '2026-11-27', 'simulator', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'month', '2026-11-01', 'simulator', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'day', '2026-11-27', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'month', '2026-11-01', 'reminder', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'da', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'month', '2026-11-01', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'month', '2026-11-01', 'da', 'delivered', 4, 4);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'day', '2026-11-27', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'day', '2026-11-27', 'reminder', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'gateway', 'month', '2026-11-01', 'none', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'da', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'day', 'day', '2026-11-27', '2026-11-27', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'day', '2026-11-27', 'reminder', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'day', 'day', '2026-11-27', '2026-11-27', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'template', 'month', '2026-11-01', 'reminder', 'planned', 0, 0);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'language', 'day', '2026-11-27', 'da', 'delivered', 4, 4);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'month', '2026-11-01', 'none', 'delivered', 6, 6);
INSERT INTO public.statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments) VALUES ('demo', 'department', 'day', '2026-11-27', 'none', 'delivered', 6, 6);
INSERT INTO public.template_version (authority_id, name, language, version, text, created_at, created_by) VALUES ('demo', 'reminder', 'da', 1, 'Husk din tid {{ date }} kl. {{ time }} {{ location }}', '2026-11-27 11:54:57.866+00', 'administrator');
INSERT INTO public.unmapped_value (authority_id, source_id, field, value, first_at, last_at) VALUES ('demo', 'demo-booking', 'location', 'X9', '2026-11-27 11:55:25.177959+00', '2026-11-27 11:55:25.177959+00');
SELECT pg_catalog.setval('public.statistics_delta_id_seq', 71, true);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_authority_id_id_key UNIQUE (authority_id, id);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_key_hash_key UNIQUE (key_hash);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appointment_alias
    ADD CONSTRAINT appointment_alias_pkey PRIMARY KEY (source_id, kind, value);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_authority_id_id_key UNIQUE (authority_id, id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_source_id_reference_key UNIQUE (source_id, reference);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authority
    ADD CONSTRAINT authority_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT callback_gateway_kind_dedupe_key_key UNIQUE (gateway, kind, dedupe_key);
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT callback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fhir_feed
    ADD CONSTRAINT fhir_feed_pkey PRIMARY KEY (source_id, feed);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (source_id, key);
ALTER TABLE ONLY public.inbound_authority
    ADD CONSTRAINT inbound_authority_pkey PRIMARY KEY (inbound_id, authority_id);
ALTER TABLE ONLY public.inbound_message
    ADD CONSTRAINT inbound_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.known_patient
    ADD CONSTRAINT known_patient_pkey PRIMARY KEY (source_id, patient_key);
ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_reminder_id_gateway_key UNIQUE (reminder_id, gateway);
ALTER TABLE ONLY public.message_text
    ADD CONSTRAINT message_text_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY public.opt_out
    ADD CONSTRAINT opt_out_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_appointment_id_rule_slot_key UNIQUE (appointment_id, rule, slot);
ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_authority_id_id_key UNIQUE (authority_id, id);
ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_authority_id_id_key UNIQUE (authority_id, id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.source_secret
    ADD CONSTRAINT source_secret_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_day
    ADD CONSTRAINT statistics_day_pkey PRIMARY KEY (authority_id, day, template, language, gateway, department, status);
ALTER TABLE ONLY public.statistics_delta
    ADD CONSTRAINT statistics_delta_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.statistics_sum
    ADD CONSTRAINT statistics_sum_pkey PRIMARY KEY (authority_id, dimension, span, begins, key, status);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_pkey PRIMARY KEY (authority_id, name, language, version);
ALTER TABLE ONLY public.unmapped_value
    ADD CONSTRAINT unmapped_value_pkey PRIMARY KEY (source_id, field, value);
CREATE INDEX appointment_alias_appointment ON public.appointment_alias USING btree (appointment_id);
CREATE INDEX appointment_group ON public.appointment USING btree (source_id, group_reference) WHERE (group_reference IS NOT NULL);
CREATE INDEX appointment_past ON public.appointment USING btree (COALESCE(start_at, updated_at), authority_id);
CREATE INDEX appointment_patient ON public.appointment USING btree (source_id, patient_key) WHERE (patient_key IS NOT NULL);
CREATE INDEX appointment_phone ON public.appointment USING btree (authority_id, phone_hash) WHERE (phone_hash IS NOT NULL);
CREATE INDEX audit_authority ON public.audit USING btree (authority_id, at DESC);
CREATE INDEX batch_lease ON public.batch USING btree (lease_until);
CREATE INDEX callback_phone ON public.callback USING btree (phone_hash) WHERE (phone_hash IS NOT NULL);
CREATE INDEX callback_retention ON public.callback USING btree (received_at);
CREATE INDEX callback_waiting ON public.callback USING btree (received_at) WHERE (applied_at IS NULL);
CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);
CREATE INDEX inbound_authority_hold ON public.inbound_authority USING btree (phone_hash) WHERE (holds AND (settled_at IS NULL));
CREATE INDEX inbound_authority_list ON public.inbound_authority USING btree (authority_id, inbound_id DESC);
CREATE INDEX inbound_authority_open ON public.inbound_authority USING btree (inbound_id) WHERE (needs_person AND (settled_at IS NULL));
CREATE INDEX inbound_phone ON public.inbound_message USING btree (phone_hash);
CREATE INDEX inbound_retention ON public.inbound_message USING btree (received_at);
CREATE INDEX message_answers ON public.message USING btree (next_at) WHERE ((reminder_id IS NULL) AND (status = 'planned'::text));
CREATE INDEX message_answers_open ON public.message USING btree (updated_at) WHERE ((reminder_id IS NULL) AND (status = 'handing_over'::text));
CREATE INDEX message_inbound ON public.message USING btree (inbound_id) WHERE (inbound_id IS NOT NULL);
CREATE INDEX message_newest ON public.message USING btree (authority_id, id DESC);
CREATE INDEX message_number ON public.message USING btree (authority_id, phone_hash, handed_over_at) WHERE (phone_hash IS NOT NULL);
CREATE INDEX message_phone ON public.message USING btree (phone_hash, gateway) WHERE (phone_hash IS NOT NULL);
CREATE INDEX message_without_receipt ON public.message USING btree (valid_until) WHERE ((status = 'accepted'::text) AND (reason IS NULL));
CREATE INDEX opt_out_day ON public.opt_out USING btree (authority_id, recorded_at);
CREATE INDEX opt_out_list ON public.opt_out USING btree (authority_id, id DESC);
CREATE UNIQUE INDEX opt_out_live ON public.opt_out USING btree (phone_hash, COALESCE(authority_id, ''::text)) WHERE (lifted_at IS NULL);
CREATE INDEX receipt_message ON public.receipt USING btree (message_id);
CREATE INDEX reminder_claimed ON public.reminder USING btree (batch_id) WHERE (status = 'claimed'::text);
CREATE INDEX reminder_history_reminder ON public.reminder_history USING btree (reminder_id, at);
CREATE INDEX reminder_next ON public.reminder USING btree (next_at, id) WHERE ((status = ANY (ARRAY['planned'::text, 'uncertain'::text])) AND (next_at IS NOT NULL));
CREATE INDEX reminder_next_of_authority ON public.reminder USING btree (authority_id COLLATE "C", next_at, id) WHERE ((status = ANY (ARRAY['planned'::text, 'uncertain'::text])) AND (next_at IS NOT NULL));
CREATE INDEX reminder_parked ON public.reminder USING btree (expires_at) WHERE ((status = 'suppressed'::text) AND (reason = ANY (ARRAY['internal_error'::text, 'text_refused'::text])));
CREATE INDEX reminder_phone ON public.reminder USING btree (phone_hash) WHERE ((status = ANY (ARRAY['planned'::text, 'claimed'::text, 'suppressed'::text])) AND (phone_hash IS NOT NULL));
CREATE INDEX reminder_suspect ON public.reminder USING btree (next_at, id) WHERE ((claims > 0) AND (status = ANY (ARRAY['planned'::text, 'uncertain'::text])) AND (next_at IS NOT NULL));
CREATE INDEX reminder_uncertain ON public.reminder USING btree (authority_id) WHERE (status = 'uncertain'::text);
CREATE INDEX source_secret_source ON public.source_secret USING btree (source_id);
CREATE INDEX statistics_delta_authority ON public.statistics_delta USING btree (authority_id, day);
CREATE TRIGGER reminder_inserted AFTER INSERT ON public.reminder REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.reminder_changed();
CREATE TRIGGER reminder_updated AFTER UPDATE ON public.reminder REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.reminder_changed();
CREATE TRIGGER statistics_day_inserted AFTER INSERT ON public.statistics_day REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.statistics_day_changed();
CREATE TRIGGER statistics_day_updated AFTER UPDATE ON public.statistics_day REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.statistics_day_changed();
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.appointment_alias
    ADD CONSTRAINT appointment_alias_authority_id_appointment_id_fkey FOREIGN KEY (authority_id, appointment_id) REFERENCES public.appointment(authority_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_authority_id_source_id_fkey FOREIGN KEY (authority_id, source_id) REFERENCES public.source(authority_id, id);
ALTER TABLE ONLY public.fhir_feed
    ADD CONSTRAINT fhir_feed_authority_id_source_id_fkey FOREIGN KEY (authority_id, source_id) REFERENCES public.source(authority_id, id);
ALTER TABLE ONLY public.inbound_authority
    ADD CONSTRAINT inbound_authority_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.inbound_authority
    ADD CONSTRAINT inbound_authority_inbound_id_fkey FOREIGN KEY (inbound_id) REFERENCES public.inbound_message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.known_patient
    ADD CONSTRAINT known_patient_authority_id_source_id_fkey FOREIGN KEY (authority_id, source_id) REFERENCES public.source(authority_id, id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_authority_id_reminder_id_fkey FOREIGN KEY (authority_id, reminder_id) REFERENCES public.reminder(authority_id, id);
ALTER TABLE ONLY public.message_text
    ADD CONSTRAINT message_text_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.opt_out
    ADD CONSTRAINT opt_out_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_authority_id_appointment_id_fkey FOREIGN KEY (authority_id, appointment_id) REFERENCES public.appointment(authority_id, id);
ALTER TABLE ONLY public.reminder_history
    ADD CONSTRAINT reminder_history_reminder_id_fkey FOREIGN KEY (reminder_id) REFERENCES public.reminder(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.source_secret
    ADD CONSTRAINT source_secret_authority_id_source_id_fkey FOREIGN KEY (authority_id, source_id) REFERENCES public.source(authority_id, id);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_authority_id_fkey FOREIGN KEY (authority_id) REFERENCES public.authority(id);
ALTER TABLE ONLY public.unmapped_value
    ADD CONSTRAINT unmapped_value_authority_id_source_id_fkey FOREIGN KEY (authority_id, source_id) REFERENCES public.source(authority_id, id);
commit;
