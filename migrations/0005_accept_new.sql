-- Takes in appointments that nobody has heard of in one round trip. What is written was decided outside; here is only looked whether what that took
-- for granted holds: the versions of sources and authorities, and that neither the rows that are to be written nor a probe find anything.
-- Rows come as JSON with the names of their columns. Each row of probes, appointments, aliases, reminders and keys has the number of its request.
-- An appointment may also be `led`: then it could be known by other ids or by its patient, too. Probes are for what no row says.
-- Returns the requests that are not about new appointments, of which nothing is written; null when a source has changed, and then nothing is.
-- Raises serialization_failure when somebody else came first meanwhile.
-- Its plans are kept, and are made while the tables may still be empty: without the first setting they would read whole tables for ever after, and so
-- they would by `exists`, which PostgreSQL may turn into a hash of the whole table. JIT would compile them anew at every call.
create function accept_new(sources json, probes json, appointments json, aliases json, reminders json, keys json) returns integer[]
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
