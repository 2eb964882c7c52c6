-- Functions and triggers. Every insert names its columns: one that came with a later migration keeps its default. The
-- keys of advisory locks stand in src/database/lock-keys.ts.

-- The type of the event (src/domain/events/event.ts) that tells of a state of a reminder, or of the message that it was
-- handed over by.
create function reminder_event(status text) returns text language sql immutable as $$
  select 'reminder.' || case status
    when 'accepted' then 'handed_over' when 'undelivered' then 'failed' when 'rejected' then 'failed'
    when 'expired' then 'failed' else status end
$$;

-- The id of an event: a UUIDv7 (RFC 9562 section 5.7) of the moment at which it happened.
create function event_id(at timestamptz) returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
    'hex')::uuid
$$;

-- The sources of these authorities whose events somebody reads: changes of all others become no event. Whoever begins
-- to read waits until those have ended who took the lock before (store/event-readers.ts): the look behind the lock has
-- a snapshot of its own, and so finds every reader that was committed by then.
create function sources_with_reader(authorities text[]) returns text[] language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(7302035, 1);
  return array(select r.source_id from event_reader r where r.authority_id = any (authorities));
end $$;

-- The reason of a reminder, or of a message, as statistics count it: why it was not sent, or did not arrive.
create function counted_reason(status text, reason text) returns text language sql immutable as $$
  select case when status in ('expired', 'suppressed', 'cancelled', 'rejected', 'undelivered', 'accepted')
    then coalesce(reason, 'none') else 'none' end
$$;

-- Statistics, and the history that no instant of a row tells. Each reminder counts once, under its own end, or as
-- planned until its message moves it to what became of it: so a reminder's rows count here, and a message's changes
-- shift them below.
--
-- Plans of triggers are kept, and made for as many rows as the first statement of a session changes: by nested loops,
-- which are planned for one row, the rows of before and after would be compared each with each for ever after. JIT
-- would count what is left of such plans as expensive.
create function reminder_changed() returns trigger language plpgsql set enable_nestloop = off set jit = off as $$
declare
  read_sources text[];
begin
  if tg_op = 'INSERT' then
    insert into statistics_delta (
      authority_id, day, template, language, gateway, department, status, reason, reminders, segments)
    select n.authority_id, n.due_day, n.template, n.language, 'none', coalesce(n.department, 'none'),
      case n.status when 'handed_over' then 'planned' else n.status end, counted_reason(n.status, n.reason), count(*), 0
    from new_rows n group by 1, 2, 3, 4, 6, 7, 8;
    insert into reminder_history (reminder_id, at, status, reason)
    select n.id, n.created_at, n.status, n.reason from new_rows n where n.status not in ('planned', 'handed_over');
    if exists (select from new_rows n where n.status in ('expired', 'suppressed', 'uncertain')) then
      read_sources := sources_with_reader(array(select distinct n.authority_id from new_rows n));
      insert into event_outbox (type, at, reminder_id, status, reason)
      select reminder_event(n.status), n.created_at, n.id, n.status, n.reason from new_rows n
      where n.status in ('expired', 'suppressed', 'uncertain') and n.source_id = any (read_sources)
      order by n.due_at, n.id;
    end if;
    return null;
  end if;
  insert into statistics_delta (
    authority_id, day, template, language, gateway, department, status, reason, reminders, segments)
  select authority_id, due_day, template, language, 'none', department, status, reason, sum(reminders), 0
  from (
    select o.authority_id, o.due_day, o.template, o.language, coalesce(o.department, 'none') as department,
      case o.status when 'handed_over' then 'planned' else o.status end as status,
      counted_reason(o.status, o.reason) as reason, -1 as reminders
    from old_rows o
    union all
    select n.authority_id, n.due_day, n.template, n.language, coalesce(n.department, 'none'),
      case n.status when 'handed_over' then 'planned' else n.status end, counted_reason(n.status, n.reason), 1
    from new_rows n
  ) changes
  group by 1, 2, 3, 4, 6, 7, 8 having sum(reminders) <> 0;
  -- A hand-over, and one that the gateway proved not to have happened, are told by the message.
  if not exists (select from new_rows n where n.status <> 'handed_over') then
    return null;
  end if;
  insert into reminder_history (reminder_id, at, status, reason)
  select n.id, n.updated_at, n.status, n.reason
  from new_rows n join old_rows o on o.id = n.id
  where (n.status <> o.status or n.reason is distinct from o.reason)
    and n.status <> 'handed_over' and not (o.status = 'handed_over' and n.status = 'planned');
  if exists (select from new_rows n where n.status in ('expired', 'suppressed', 'uncertain')) then
    read_sources := sources_with_reader(array(select distinct n.authority_id from new_rows n));
    insert into event_outbox (type, at, reminder_id, status, reason)
    select reminder_event(n.status), n.updated_at, n.id, n.status, n.reason
    from new_rows n join old_rows o on o.id = n.id
    where (n.status <> o.status or n.reason is distinct from o.reason)
      and n.status in ('expired', 'suppressed', 'uncertain') and n.source_id = any (read_sources)
    order by n.due_at, n.id;
  end if;
  return null;
end $$;
create trigger reminder_inserted after insert on reminder referencing new table as new_rows
  for each statement execute function reminder_changed();
create trigger reminder_updated after update on reminder referencing old table as old_rows new table as new_rows
  for each statement execute function reminder_changed();

-- How an appointment was called off, as a change of it.
create function calling_off(status text, replaced_by text) returns text language sql immutable as $$
  select case when status = 'cancelled' then 'cancelled' when replaced_by is null then 'deleted' else 'replaced' end
$$;

-- Notes that an appointment moved, was called off or is booked again, by the moment of the update. A row of its own
-- each: only updates that change one of these get further than the condition, and a new booking is none. One that was
-- called off when it was received is noted with the first change behind it, since its row then says so no more. A
-- citizen who came, or did not, after all is told by the outcome.
create function appointment_changed() returns trigger language plpgsql as $$
begin
  if old.status in ('cancelled', 'entered-in-error')
      and not exists (select from appointment_change where appointment_id = new.id and change <> 'moved') then
    insert into appointment_change (appointment_id, at, change, slot)
    values (new.id, old.received_at, calling_off(old.status, old.replaced_by), old.slot);
  end if;
  if old.start_at is distinct from new.start_at then
    insert into appointment_change (appointment_id, at, change, start_at, slot)
    values (new.id, new.updated_at, 'moved', old.start_at, old.slot);
  end if;
  -- Where the citizen of what went on is erased, its reference alone is another one.
  if (old.status, old.replaced_by) is distinct from (new.status, new.replaced_by)
      and not (old.status = new.status and old.replaced_by is not null and starts_with(new.replaced_by, 'erased-')) then
    insert into appointment_change (appointment_id, at, change, slot)
    select new.id, new.updated_at, x.change, old.slot
    from (select case
      when new.status in ('cancelled', 'entered-in-error') then calling_off(new.status, new.replaced_by)
      when old.status in ('cancelled', 'entered-in-error')
        and new.status in ('booked', 'pending', 'proposed', 'waitlist') then 'booked'
    end as change) x where x.change is not null;
  end if;
  return null;
end $$;
create trigger appointment_updated after update on appointment for each row
  when (old.start_at is distinct from new.start_at
    or ((old.status, old.replaced_by) is distinct from (new.status, new.replaced_by)
      and (old.status in ('cancelled', 'entered-in-error') or new.status in ('cancelled', 'entered-in-error'))))
  execute function appointment_changed();

-- A message of a reminder is inserted as handing_over, which counts as planned. One that was handed over, or may have
-- been, takes its reminder from "planned" to its own state. A message without due_day isn't counted. Its plans are kept
-- as those of reminder_changed.
create function message_changed() returns trigger language plpgsql set enable_nestloop = off set jit = off as $$
declare
  read_sources text[];
begin
  -- An insert that may also update comes here, too.
  if not exists (select from new_rows) then
    return null;
  end if;
  insert into statistics_delta (
    authority_id, day, template, language, gateway, department, country, status, reason, reminders, segments)
  select
    authority_id, due_day, template, language, gateway, department, country, status, reason, sum(reminders),
    sum(segments)
  from (
    select m.authority_id, m.due_day, m.template, m.language, x.gateway, coalesce(m.department, 'none') as department,
      x.country, x.status, x.reason, case when m.reminder_id is null then 0 else x.reminders * m.sign end as reminders,
      x.segments * m.sign as segments
    from (select o.*, -1 as sign from old_rows o union all select n.*, 1 from new_rows n) m
    cross join lateral (values
      (m.gateway, coalesce(m.country, 'none'), m.status, counted_reason(m.status, m.reason), 1,
        case m.status when 'rejected' then 0 else m.segments end),
      ('none', 'none', 'planned', 'none', -1, 0)) x (gateway, country, status, reason, reminders, segments)
    -- An SMS that staff wrote has a day as well: its segments count, and no reminder.
    where m.due_day is not null and m.status in ('accepted', 'delivered', 'undelivered', 'rejected', 'uncertain')
  ) changes
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(reminders) <> 0 or sum(segments) <> 0;
  read_sources := sources_with_reader(array(select distinct n.authority_id from new_rows n));
  if cardinality(read_sources) > 0 then
    -- A message without due_day is of a reminder that had ended otherwise, which callers see. The array, so that the
    -- index of reminder is used without a nested loop.
    insert into event_outbox (type, at, reminder_id, status, reason)
    select reminder_event(n.status), n.updated_at, n.reminder_id, n.status,
      case when n.status in ('undelivered', 'rejected') then n.reason end
    from new_rows n join old_rows o on o.id = n.id join reminder r on r.id = n.reminder_id
    where r.id = any (array(select reminder_id from new_rows)) and r.source_id = any (read_sources)
      and n.due_day is not null and n.status <> o.status
      and n.status in ('accepted', 'delivered', 'undelivered', 'rejected', 'uncertain')
    order by n.id;
  end if;
  -- Most messages are accepted and delivered; the rest is about others.
  if not exists (select from old_rows o where o.status in ('not_sent', 'undelivered', 'rejected', 'uncertain'))
      and not exists (
        select from new_rows n
        where n.status in ('not_sent', 'undelivered', 'rejected', 'uncertain') or n.reason is not null) then
    return null;
  end if;
  -- What the message's own instants don't tell, or tell of its last try only.
  insert into reminder_history (reminder_id, at, status, reason)
  select n.reminder_id, x.at, x.status, x.reason
  from new_rows n join old_rows o on o.id = n.id
  cross join lateral (
    select n.updated_at, n.status, n.reason
    where (n.status <> o.status or n.reason is distinct from o.reason)
      and (n.status in ('undelivered', 'rejected', 'uncertain') or (n.status = 'accepted' and n.reason is not null))
    union all
    select o.handed_over_at, 'handing_over', null
    where (o.status = 'handing_over' and n.status = 'not_sent')
      or (o.status = 'uncertain' and n.status = 'handing_over')
    union all
    select n.updated_at, 'planned', n.reason from reminder r
    where o.status = 'handing_over' and n.status = 'not_sent' and r.id = n.reminder_id and r.status = 'planned'
  ) x (at, status, reason)
  where n.reminder_id is not null;
  -- Arrays, so that the index is used without a nested loop.
  delete from uncertain_message where message_id = any (array(
    select n.id from new_rows n join old_rows o on o.id = n.id
    where o.status = 'uncertain' and n.status <> 'uncertain'));
  insert into uncertain_message (message_id, gateway, since)
  select n.id, n.gateway, n.updated_at from new_rows n join old_rows o on o.id = n.id
  where n.reminder_id is not null and n.status = 'uncertain' and o.status <> 'uncertain';
  delete from failed_message where message_id = any (array(
    select n.id from new_rows n join old_rows o on o.id = n.id
    where o.status in ('undelivered', 'rejected', 'uncertain')
      and n.status not in ('undelivered', 'rejected', 'uncertain')));
  insert into failed_message (message_id, authority_id, reminder_id, expires_at)
  select n.id, n.authority_id, n.reminder_id, n.valid_until from new_rows n join old_rows o on o.id = n.id
  where n.reminder_id is not null and n.status in ('undelivered', 'rejected', 'uncertain')
    and o.status not in ('undelivered', 'rejected', 'uncertain');
  return null;
end $$;
create trigger message_updated after update on message referencing old table as old_rows new table as new_rows
  for each statement execute function message_changed();

-- Rows are of the table's own type, so that a column that comes with a later migration is part of them and changes
-- nothing.
create function add_to_statistics_sum(added statistics_day[], removed statistics_day[]) returns void language sql as $$
  insert into statistics_sum as s (authority_id, dimension, span, begins, key, status, reminders, segments)
  select c.authority_id, x.dimension, x.span, x.begins, x.key, c.status,
    sum(c.sign * c.reminders), sum(c.sign * c.segments)
  from (select a.*, 1 as sign from unnest(added) a union all select r.*, -1 from unnest(removed) r) c
  cross join lateral (
    select 'day' as dimension, 'day' as span, c.day as begins, to_char(c.day, 'YYYY-MM-DD') as key
    union all
    select d.dimension, p.span, p.begins, d.key
    from (values ('template', c.template), ('language', c.language), ('gateway', c.gateway),
      ('department', c.department), ('reason', nullif(c.reason, 'none')),
      -- Nothing was handed over without a gateway, so that there is nothing to price.
      ('route', case when c.gateway <> 'none' then c.gateway || ' ' || c.country end)) d (dimension, key)
    cross join (values ('day', c.day), ('month', date_trunc('month', c.day::timestamp)::date)) p (span, begins)
    where d.key is not null) x
  group by 1, 2, 3, 4, 5, 6 having sum(c.sign * c.reminders) <> 0 or sum(c.sign * c.segments) <> 0
  on conflict (authority_id, dimension, span, begins, key, status)
  do update set reminders = s.reminders + excluded.reminders, segments = s.segments + excluded.segments
$$;

create function statistics_day_changed() returns trigger language plpgsql as $$
declare
  added statistics_day[] := array(select n::statistics_day from new_rows n);
  removed statistics_day[];
begin
  if tg_op = 'UPDATE' then
    removed := array(select o::statistics_day from old_rows o);
  end if;
  if cardinality(added) > 0 then
    -- A fold inserts and updates, and so comes here twice: no order of the rows would keep two folds from waiting for
    -- each other.
    perform pg_advisory_xact_lock(7302029, 1);
    perform add_to_statistics_sum(added, removed);
  end if;
  return null;
end $$;
create trigger statistics_day_inserted after insert on statistics_day referencing new table as new_rows
  for each statement execute function statistics_day_changed();
create trigger statistics_day_updated after update on statistics_day
  referencing old table as old_rows new table as new_rows for each statement execute function statistics_day_changed();

-- How many messages of today count for the daily limit of each reminder's number, beside those of the given reminders,
-- which the caller counts by their order. It waits for starts of other processes for the same numbers, and is volatile
-- so that it sees what they have committed, which the snapshot of the statement that calls it doesn't. The key of two
-- integers keeps these locks apart from those on a number that are taken before its reminders are locked. One order, so
-- that starts can't lock each other out. "rows 100": by the thousand that PostgreSQL takes for granted, the start would
-- rather read the whole table of reminders than look its own up.
create function handed_over_today(reminders uuid[], authorities text[], numbers bytea[], days timestamptz[])
returns table (reminder_id uuid, today bigint)
language plpgsql volatile rows 100 set jit = off set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  perform pg_advisory_xact_lock(7302027, k.key) from (
    select distinct hashtext(u.authority_id || ' ' || encode(u.phone_hash, 'hex')) as key
    from unnest(authorities, numbers) u(authority_id, phone_hash) order by key) k;
  return query
    select u.id, (
      select count(*) from message m
      where m.phone_hash = u.phone_hash and m.authority_id = u.authority_id and m.handed_over_at >= u.day_start
        and (m.reminder_id is null or m.reminder_id <> all(reminders)) and m.status not in ('not_sent', 'rejected'))
    from unnest(reminders, authorities, numbers, days) u(id, authority_id, phone_hash, day_start);
end $$;

-- Takes in appointments that are not stored yet, in one round trip. What is written was decided outside; here is only
-- looked whether what that took for granted holds: the versions of sources and authorities, and that neither the rows
-- that are to be written exist nor those that must be absent. Rows come as JSON with the names of their columns. Each
-- row of absent, appointments, aliases, reminders and keys has the number of its request. An appointment with
-- `aliased`, its reference as an alias is stored, may also be stored under other ids or as one of a deceased patient.
-- `absent` has what no row says. Returns the requests that are not about new appointments, of which nothing is written;
-- null when a source has changed, and then nothing is. Raises serialization_failure when somebody else came first
-- meanwhile. Its plans are kept, and are made while the tables may still be empty: without the first setting they would
-- read whole tables for ever after, and so they would by `exists`, which PostgreSQL may turn into a hash of the whole
-- table. JIT would compile them anew at every call.
create function accept_new(sources json, absent json, appointments json, aliases json, reminders json, keys json)
returns integer[]
language plpgsql set jit = off set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
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

  -- The occurrences of a series and the patients of a group have no key in common that would let one of two events wait
  -- for the other, nor have a death and a patient's first booking; bookings share the lock of a patient. One order, and
  -- before everything else, as `lockBefore` has it.
  perform case when k.is_id then pg_advisory_xact_lock(7302028, k.key)
    when k.is_death then pg_advisory_xact_lock(7302033, k.key)
    else pg_advisory_xact_lock_shared(7302033, k.key) end
  from (
    select x.what = 'lock' as is_id, bool_or(x.what = 'death') as is_death,
      case x.what when 'lock' then hashtext(x.source_id || ' ' || x.value) else x.value::integer end as key
    from json_to_recordset(absent) as x(what text, source_id text, value text)
    where x.what in ('lock', 'patient', 'death')
    group by 1, 3 order by 1 desc, 3) k;

  known := array(
    select distinct found.request from (
      select x.request
      from json_to_recordset(appointments) as x(
        request integer, source_id text, reference text, authority_id text, phone_hash bytea, patient_key bytea,
        aliased text)
      where coalesce(
        (select 1 from appointment a where a.source_id = x.source_id and a.reference = x.reference limit 1),
        (select 1 from opt_out o
          where o.phone_hash = x.phone_hash and coalesce(o.authority_id, '') in ('', x.authority_id)
            and o.lifted_at is null limit 1),
        case when x.aliased is not null then coalesce(
          (select 1 from appointment_alias l
            where l.source_id = x.source_id and l.kind = 'reference' and l.value = x.aliased limit 1),
          (select 1 from appointment a where a.source_id = x.source_id and a.group_reference = x.reference limit 1),
          (select 1 from appointment a
            where a.source_id = x.source_id and a.patient_key = x.patient_key and a.deceased limit 1),
          (select 1 from known_patient p
            where p.source_id = x.source_id and p.patient_key = x.patient_key and p.deceased limit 1)) end)
        is not null
      union all
      -- A bare id, which starts with the bar, leads to nobody by itself.
      select x.request
      from json_to_recordset(aliases) as x(request integer, source_id text, kind text, value text)
      where not starts_with(x.value, '|') and (
        select 1 from appointment_alias l
        where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value limit 1) is not null
      union all
      select x.request
      from json_to_recordset(keys) as x(request integer, source_id text, key text)
      where (select 1 from idempotency_key k where k.source_id = x.source_id and k.key = x.key limit 1) is not null
      union all
      select x.request
      from json_to_recordset(absent) as x(request integer, what text, source_id text, kind text, value text, key bytea)
      where case x.what
        when 'reference' then (
          select 1 from appointment a where a.source_id = x.source_id and a.reference = x.value limit 1)
        when 'group' then (
          select 1 from appointment a where a.source_id = x.source_id and a.group_reference = x.value limit 1)
        when 'alias' then (
          select 1 from appointment_alias l
          where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value limit 1)
        when 'deceased' then coalesce(
          (select 1 from appointment a
            where a.source_id = x.source_id and a.patient_key = x.key and a.deceased limit 1),
          (select 1 from known_patient p
            where p.source_id = x.source_id and p.patient_key = x.key and p.deceased limit 1))
        when 'bare' then case
          when x.kind is null then (
            select 1 from appointment a where a.source_id = x.source_id and a.reference = x.value)
          else (
            select 1 from appointment_alias l
            where l.source_id = x.source_id and l.kind = x.kind and l.value = x.value limit 1) end
        when 'number' then coalesce(
          (select 1 from known_patient p
            where p.source_id = x.source_id and p.patient_key = x.key
              and (p.kept_at is not null or p.protected) limit 1),
          (select 1 from appointment a
            where a.source_id = x.source_id and a.patient_key = x.key and a.phone_hash is not null
              and a.status in ('booked', 'pending', 'proposed', 'waitlist') limit 1))
        when 'key' then (select 1 from idempotency_key k where k.source_id = x.source_id and k.key = x.value limit 1)
        when 'lock' then null
        when 'patient' then null
        when 'death' then null
        else 1
      end is not null) found);
  if cardinality(known) > 0 then
    appointments := (
      select json_agg(e) from json_array_elements(appointments) e where (e ->> 'request')::integer <> all (known));
    aliases := (
      select json_agg(e) from json_array_elements(aliases) e where (e ->> 'request')::integer <> all (known));
    reminders := (
      select json_agg(e) from json_array_elements(reminders) e where (e ->> 'request')::integer <> all (known));
    keys := (
      select json_agg(e) from json_array_elements(keys) e where (e ->> 'request')::integer <> all (known));
  end if;

  insert into appointment (
    id, authority_id, source_id, reference, version, event_at, cancel_stamp, content_hash, seen_events, revision, slot,
    status, unclear_status, start_at, end_at, kind, patient_key, phone_ciphertext, phone_hash, phone_reason, language,
    location_code, location_text, place_ciphertext, department, department_code, contact_phone, source_mode, test,
    outcome, outcome_at, received_at, updated_at, group_reference, replaced_by, deceased, announced_start_at,
    location_printable)
  select
    x.id, x.authority_id, x.source_id, x.reference, x.version, x.event_at, x.cancel_stamp, x.content_hash,
    x.seen_events, x.revision, x.slot, x.status, x.unclear_status, x.start_at, x.end_at, x.kind, x.patient_key,
    x.phone_ciphertext, x.phone_hash, x.phone_reason, x.language, x.location_code, x.location_text, x.place_ciphertext,
    x.department, x.department_code, x.contact_phone, x.source_mode, x.test, x.outcome, x.outcome_at, x.received_at,
    x.updated_at, x.group_reference, x.replaced_by, x.deceased, x.announced_start_at, x.location_printable
  from json_populate_recordset(null::appointment, appointments) x order by x.source_id, x.reference
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
    if written < (
        select count(*) from json_to_recordset(aliases) as x(value text) where not starts_with(x.value, '|')) then
      raise exception 'somebody else got one of these aliases' using errcode = 'serialization_failure';
    end if;
  end if;

  insert into reminder (
    id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason,
    due_at, due_day, expires_at, next_at, created_at, updated_at)
  select
    x.id, x.authority_id, x.source_id, x.appointment_id, x.slot, x.revision, x.rule, x.template, x.language,
    x.department, x.status, x.reason, x.due_at, x.due_day, x.expires_at, x.next_at, x.created_at, x.updated_at
  from json_populate_recordset(null::reminder, reminders) x;

  insert into idempotency_key (source_id, key, body_hash, response, created_at)
  select x.source_id, x.key, x.body_hash, x.response, x.created_at
  from json_populate_recordset(null::idempotency_key, keys) x order by x.source_id, x.key
  on conflict do nothing;
  get diagnostics written = row_count;
  if written < json_array_length(keys) then
    raise exception 'somebody else took one of these keys' using errcode = 'serialization_failure';
  end if;
  return known;
end $$;

-- JIT compiles a look at what is due anew each time once the planner estimates it as expensive, which costs a thousand
-- times what it saves. For this database alone; who may not set it is told in docs/operations.md.
do $$
begin
  execute format('alter database %I set jit = off', current_database());
exception when others then
  raise notice 'jit could not be switched off for this database: %', sqlerrm;
end $$;

-- Once every ciphertext is bound to its row, the service never reads another one again: whoever can write its tables
-- can't turn that back, neither by changing the row nor by deleting it and inserting it anew.
create function stays_bound() returns trigger language plpgsql as $$
begin
  raise exception 'ciphertexts that are not bound to their row are refused for good';
end $$;
create trigger installation_stays_bound before update on installation for each row
  when (new.unbound_ciphertexts and not old.unbound_ciphertexts) execute function stays_bound();
create trigger installation_stays before delete on installation for each row
  when (not old.unbound_ciphertexts) execute function stays_bound();

-- Whoever writes an entry of the audit, the service or a person in psql, may say when something was done and who did
-- it, but neither when nor by which user of the database that was written.
create function stamp_audit() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.recorded_at := clock_timestamp();
  new.recorded_by := session_user;
  return new;
end $$;
create trigger audit_stamped before insert on audit for each row execute function stamp_audit();

-- The id of the first thing that a search, or a look-up of a citizen, found; null: nothing.
create function first_found(found jsonb) returns text language sql immutable as $$
  select coalesce(found ->> 'newest', found #>> '{appointments,0}', found #>> '{messages,0}', found #>> '{optOuts,0}')
$$;

-- Finds the line of the pages on which a look-up stands: that of the first one by the same actor, of the same citizen
-- or list, in the same quarter of an hour. Entries name no citizen: a search is told from others by the first thing
-- that it found. Nobody who writes an entry chooses its line, by which one could be hidden. Two look-ups at once wait
-- for each other; the lock has few keys, since a statement may write many entries.
create function fold_look_up() returns trigger language plpgsql as $$
declare
  quarter timestamptz := date_bin('15 minutes', new.at, '2000-01-01T00:00:00Z');
begin
  new.fold := null;
  if new.action not in ('citizen.look-up', 'number.search', 'number.see') then return new; end if;
  perform pg_advisory_xact_lock(7302036, hashtext(new.actor || new.target) & 63);
  select a.id into new.fold from audit a
  where a.actor = new.actor and a.at >= quarter and a.at < quarter + interval '15 minutes'
    and a.action = new.action and a.target = new.target and (a.fold is null or a.fold = a.id)
    and a.authority_id is not distinct from new.authority_id
    and (a.action = 'number.see' or first_found(a.after) is not distinct from first_found(new.after))
  order by a.at limit 1;
  new.fold := coalesce(new.fold, new.id);
  return new;
end $$;
create trigger audit_folded before insert on audit for each row execute function fold_look_up();

-- Deletes audit entries, with the rights of the owner, since the service may not (docs/operations/roles.sql). It trusts
-- no caller: nothing that was done or written within 180 days by the server's own clock goes, whatever it is asked for.
-- pg_temp stands last, so that no caller's temporary table is taken for a table of ours.
do $$
begin
  execute format($function$
    create function purge_audit(older_than timestamptz, most integer) returns bigint
    language sql security definer set search_path = pg_catalog, %I, pg_temp as $body$
      with old as (
        select id from audit
        where at < older_than and greatest(at, recorded_at) < clock_timestamp() - interval '180 days'
        order by at limit most),
      gone as (delete from audit a using old where a.id = old.id returning a.id)
      select count(*) from gone
    $body$ $function$, current_schema());
end $$;
revoke execute on function purge_audit(timestamptz, integer) from public;
