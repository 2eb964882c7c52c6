-- Copies what the first release stored, with explicit columns. Triggers are off: history, statistics and audit are
-- copied as they are. Two kinds of rows change: reminders, whose outcome now stands on their message, and messages,
-- which now hold their text and what statistics count by.

alter table reminder disable trigger user;
alter table message disable trigger user;
alter table statistics_day disable trigger user;
alter table audit disable trigger user;

insert into installation (
  id, public_url, lookup_key, patient_key, created_at, adopted_at, database_identity, clear_ids, unbound_ciphertexts)
select
  id, public_url, lookup_key, patient_key, created_at, adopted_at, database_identity, true, true
from first_release.installation;

insert into authority (
  id, name, sender, inbound_keyword, language, time_zone, retention_days, on_uncertain, max_per_number_per_day,
  settings, version, paused_at, paused_until, pause_reason, notice_changed_at, created_at, updated_at)
select
  id, name, sender, inbound_keyword, language, time_zone, retention_days, on_uncertain, max_per_number_per_day,
  settings, version, paused_at, paused_until, pause_reason, updated_at, created_at, updated_at
from first_release.authority;

insert into source (
  id, authority_id, name, mode, settings, version, paused_at, paused_until, pause_reason, hmac_secret_ciphertext,
  fhir_authorization_ciphertext, created_at, updated_at)
select
  id, authority_id, name, mode, settings, version, paused_at, paused_until, pause_reason, hmac_secret_ciphertext,
  fhir_authorization_ciphertext, created_at, updated_at
from first_release.source;

insert into source_secret (
  id, authority_id, source_id, token_hash, webhook_secret_ciphertext, created_at, ended_at)
select
  id, authority_id, source_id, token_hash, webhook_secret_ciphertext, created_at, ended_at
from first_release.source_secret;

insert into api_key (
  id, authority_id, name, role, prefix, key_hash, created_at, revoked_at)
select
  id, authority_id, name, role, prefix, key_hash, created_at, revoked_at
from first_release.api_key;

insert into template_version (
  authority_id, name, language, version, text, created_at, created_by)
select
  authority_id, name, language, version, text, created_at, created_by
from first_release.template_version where name <> 'reply-not-read';

insert into appointment (
  id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at,
  kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code,
  location_text, location_printable, department, department_code, contact_phone, source_mode, test, outcome,
  outcome_at, group_reference, deceased, received_at, updated_at, erased_at)
select
  id, authority_id, source_id, reference, version, event_at, content_hash, revision, slot, status, start_at, end_at,
  kind, patient_key, phone_ciphertext, phone_hash, phone_reason, wrong_phone_hash, language, location_code,
  location_text, location_printable, department, department_code, contact_phone, source_mode, test, outcome,
  outcome_at, group_reference, deceased, received_at, updated_at, erased_at
from first_release.appointment;

-- The first release kept no moment of a cancellation beside that of the last change.
insert into appointment_change (
  appointment_id, at, change, slot)
select
  id, updated_at, case status when 'cancelled' then 'cancelled' else 'deleted' end, slot
from first_release.appointment where status in ('cancelled', 'entered-in-error');

insert into appointment_alias (
  source_id, kind, value, authority_id, appointment_id, shared)
select
  source_id, kind, value, authority_id, appointment_id, shared
from first_release.appointment_alias;

insert into known_patient (
  id, authority_id, source_id, patient_key, version, event_at, deceased, updated_at)
select
  gen_random_uuid(), authority_id, source_id, patient_key, version, event_at, deceased, updated_at
from first_release.known_patient;

insert into unmapped_value (
  authority_id, source_id, field, value, patients, first_at, last_at)
select
  authority_id, source_id, field, value, '', first_at, last_at
from first_release.unmapped_value
-- A place may be a citizen's address: codes stand there again when they are sent.
where field <> 'location';

-- Without the address of a further page, which stood in clear: such a poll asks anew from `polled_at` on.
insert into fhir_feed (
  authority_id, source_id, feed, last_event, polled_at, updated_at)
select
  authority_id, source_id, feed, last_event, polled_at, updated_at
from first_release.fhir_feed;

-- Statistics count departments that rules name and those that were seen on five patients; all others become `other`,
-- also in what was counted before. The first start hashes the keys.
create temporary table counted on commit drop as
select authority_id, name from (
  select authority_id, name,
    row_number() over (partition by authority_id order by by_rule desc, patients desc, name) as nth
  from (
    select authority_id, name, bool_or(by_rule) as by_rule, sum(patients) as patients
    from (
      select authority_id, department as name, false as by_rule,
        count(distinct coalesce(phone_hash, patient_key)) as patients
      from first_release.appointment where department is not null
      group by 1, 2 having count(distinct coalesce(phone_hash, patient_key)) >= 5
      union all
      select a.id, d.name, true, 0 from first_release.authority a
      cross join lateral jsonb_path_query(a.settings, '$.rules[*].when.departments[*]') as x (value)
      cross join lateral (select x.value #>> '{}') as d (name)) x
    group by 1, 2) y) z
where nth <= 500;
insert into department (authority_id, key, name, patients, seen_at)
select c.authority_id, c.name, c.name, '', a.updated_at
from counted c join first_release.authority a on a.id = c.authority_id;

-- The message that a reminder was last handed over with; the reminder's status, which the statistics were counted by,
-- is the message's from now on.
create temporary table last_message on commit drop as
select distinct on (m.reminder_id) m.id as message_id, r.id as reminder_id, r.status, r.reason, r.resend,
  r.started_at is not null as started
from first_release.message m join first_release.reminder r on r.id = m.reminder_id
order by m.reminder_id, m.handed_over_at desc nulls last, m.id desc;

insert into reminder (
  id, authority_id, source_id, appointment_id, slot, revision, rule, template, language, department, status, reason,
  due_at, due_day, expires_at, next_at, held_reason, tries, phone_hash, text_ciphertext, template_version, encoding,
  segments, created_at, updated_at)
select
  r.id, r.authority_id, r.source_id, r.appointment_id, r.slot, r.revision, r.rule, r.template, r.language,
  case when r.department is not null then coalesce(d.name, 'other') end,
  case
    -- A claim that was not started leaves no trace; what was to be sent again stays handed over.
    when r.status = 'claimed' and (r.started_at is not null or r.resend) then 'handed_over'
    when r.status = 'claimed' then 'planned'
    when r.status in ('accepted', 'delivered', 'undelivered', 'rejected') then 'handed_over'
    when r.status = 'uncertain' and l.message_id is not null and m.status <> 'not_sent' then 'handed_over'
    else r.status end,
  case when r.status in ('accepted', 'delivered', 'undelivered', 'rejected') then null else r.reason end,
  r.due_at, r.due_day, r.expires_at,
  case
    when r.status = 'claimed' and r.started_at is not null then null
    when r.status in ('planned', 'claimed') then r.next_at
    when r.status = 'uncertain' and l.message_id is not null and m.status <> 'not_sent' then r.next_at end,
  r.held_reason, 0,
  case when r.text_ciphertext is not null then r.phone_hash end, r.text_ciphertext,
  case when r.text_ciphertext is not null then r.template_version end,
  case when r.text_ciphertext is not null then r.encoding end,
  case when r.text_ciphertext is not null then r.segments end,
  r.created_at, r.updated_at
from first_release.reminder r
left join last_message l on l.reminder_id = r.id
left join first_release.message m on m.id = l.message_id
left join counted d on d.authority_id = r.authority_id and d.name = r.department;

-- Accepted and delivered are told by the instants of the message now.
insert into reminder_history (reminder_id, at, status, reason)
select reminder_id, at, status, reason from first_release.reminder_history
where status not in ('accepted', 'delivered') or reason is not null;

insert into message (
  id, authority_id, reminder_id, inbound_id, template, language, department, due_day, gateway, gateway_message_id,
  sender, phone_ciphertext, phone_hash, text_ciphertext, template_version, status, reason, code, attempts, encoding,
  segments, gateway_segments, valid_until, next_at, created_at, handed_over_at, accepted_at, delivered_at, updated_at)
select
  m.id, m.authority_id, m.reminder_id, m.inbound_id, m.template, m.language, n.department,
  -- A message whose reminder had ended otherwise before a receipt proved that it had left isn't counted.
  case when n.status in ('planned', 'handed_over') then r.due_day
    when m.status in ('not_sent', 'handing_over') then r.due_day end,
  m.gateway, m.gateway_message_id, m.sender, m.phone_ciphertext, m.phone_hash, t.text_ciphertext, r.template_version,
  case when n.status = 'handed_over' and l.status in ('accepted', 'delivered', 'undelivered', 'rejected', 'uncertain')
    then l.status else m.status end,
  m.reason, m.code, m.attempts, m.encoding, m.segments, m.gateway_segments, m.valid_until,
  case when m.reminder_id is null and m.status = 'handing_over' then m.updated_at else m.next_at end,
  m.created_at, m.handed_over_at, m.accepted_at, m.delivered_at, m.updated_at
from first_release.message m
left join first_release.message_text t on t.message_id = m.id
left join first_release.reminder r on r.id = m.reminder_id
left join reminder n on n.id = m.reminder_id
left join last_message l on l.message_id = m.id;

insert into uncertain_message (message_id, gateway, since)
select id, gateway, updated_at from message where reminder_id is not null and status = 'uncertain';

insert into failed_message (message_id, authority_id, reminder_id, expires_at)
select id, authority_id, reminder_id, valid_until from message
where reminder_id is not null and status in ('undelivered', 'rejected', 'uncertain');

insert into source_activity (source_id, authority_id, last_at)
select a.source_id, a.authority_id, max(a.updated_at) from appointment a
join source s on s.id = a.source_id and s.authority_id = a.authority_id group by 1, 2;

insert into callback (
  id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note)
select
  id, gateway, kind, dedupe_key, raw_ciphertext, phone_hash, received_at, applied_at, note
from first_release.callback;

insert into receipt (id, message_id, callback_id, state, cause, code, at, received_at)
select id, message_id, callback_id, state, cause, code, at, received_at from first_release.receipt;

-- A callback was stored at the instant of its reply. What was answered is not kept: it stood in clear.
insert into inbound_message (
  id, gateway, gateway_message_id, phone_ciphertext, phone_hash, recipient_ciphertext, text_ciphertext, meaning,
  scope, callback_id, received_at)
select
  i.id, i.gateway, i.gateway_message_id, i.phone_ciphertext, i.phone_hash, null, i.text_ciphertext, i.meaning, i.scope,
  (select c.id from callback c where c.kind = 'inbound' and c.gateway = i.gateway and c.phone_hash = i.phone_hash
    and c.received_at = i.received_at limit 1),
  i.received_at
from first_release.inbound_message i;

insert into inbound_authority (
  inbound_id, authority_id, phone_hash, needs_person, holds, settled_at, settled_by, action)
select
  inbound_id, authority_id, phone_hash, needs_person, holds, settled_at, settled_by, action
from first_release.inbound_authority;

insert into opt_out (
  id, authority_id, phone_hash, phone_ciphertext, reason, recorded_by, inbound_id, recorded_at, lifted_at, lifted_by,
  lift_reason)
select
  id, authority_id, phone_hash, phone_ciphertext, reason, recorded_by, inbound_id, recorded_at, lifted_at, lifted_by,
  lift_reason
from first_release.opt_out;

insert into idempotency_key (
  source_id, key, body_hash, response, created_at)
select
  source_id, key, body_hash, answer, created_at
from first_release.idempotency_key;

-- Which user of its database wrote an entry, and when by that server's clock, the first release did not record.
insert into audit (
  id, at, actor, action, authority_id, target, before, after, recorded_at, recorded_by, fold)
select
  id, at, actor, action, authority_id, target,
  -- Texts that staff typed about a citizen are no longer kept here.
  case when action like 'opt-out.%' then before - 'reason' else before end,
  case when action like 'opt-out.%' then after - 'reason' else after end,
  null, null,
  -- Each look-up has a line of its own.
  case when action in ('citizen.look-up', 'number.search', 'number.see') then id end
from first_release.audit;

insert into statistics_delta (
  authority_id, day, template, language, gateway, department, status, reminders, segments)
select
  x.authority_id, x.day, x.template, x.language, x.gateway,
  case x.department when 'none' then 'none' else coalesce(d.name, 'other') end, x.status, x.reminders, x.segments
from first_release.statistics_delta x
left join counted d on d.authority_id = x.authority_id and d.name = x.department;

insert into statistics_day (
  authority_id, day, template, language, gateway, department, status, reminders, segments)
select
  x.authority_id, x.day, x.template, x.language, x.gateway,
  case x.department when 'none' then 'none' else coalesce(d.name, 'other') end, x.status, sum(x.reminders),
  sum(x.segments)
from first_release.statistics_day x
left join counted d on d.authority_id = x.authority_id and d.name = x.department
group by 1, 2, 3, 4, 5, 6, 7;

insert into statistics_sum (
  authority_id, dimension, span, begins, key, status, reminders, segments)
select
  x.authority_id, x.dimension, x.span, x.begins,
  case when x.dimension <> 'department' or x.key = 'none' then x.key else coalesce(d.name, 'other') end,
  x.status, sum(x.reminders), sum(x.segments)
from first_release.statistics_sum x
left join counted d on d.authority_id = x.authority_id and d.name = x.key
group by 1, 2, 3, 4, 5, 6;

insert into statistics_sum (authority_id, dimension, span, begins, key, status, reminders, segments)
select authority_id, 'route', p.span, p.begins, gateway || ' none', status, sum(reminders), sum(segments)
from statistics_day
cross join lateral (values ('day', day), ('month', date_trunc('month', day::timestamp)::date)) p (span, begins)
where gateway <> 'none'
group by 1, 3, 4, 5, 6 having sum(reminders) <> 0 or sum(segments) <> 0;

-- The first release counted what it was to send again, and had claimed, as planned; its message is uncertain.
insert into statistics_delta (authority_id, day, template, language, gateway, department, status, reminders, segments)
select m.authority_id, m.due_day, m.template, m.language, x.gateway, coalesce(m.department, 'none'), x.status,
  sum(x.reminders), sum(x.segments)
from last_message l join message m on m.id = l.message_id
cross join lateral (values (m.gateway, 'uncertain', 1, m.segments::integer), ('none', 'planned', -1, 0))
  x (gateway, status, reminders, segments)
where l.status = 'claimed' and l.resend and not l.started
group by 1, 2, 3, 4, 5, 6, 7;
-- A reminder that a restored backup made uncertain counts under no gateway.
insert into statistics_delta (authority_id, day, template, language, gateway, department, status, reminders, segments)
select r.authority_id, r.due_day, r.template, r.language, x.gateway, coalesce(n.department, 'none'), 'uncertain',
  sum(x.reminders), sum(x.segments)
from reminder n join first_release.reminder r on r.id = n.id
cross join lateral (values (r.gateway, -1, -coalesce(r.segments, 0)::integer), ('none', 1, 0))
  x (gateway, reminders, segments)
where n.status = 'uncertain' and r.gateway is not null
group by 1, 2, 3, 4, 5, 6;

alter table reminder enable trigger user;
alter table message enable trigger user;
alter table statistics_day enable trigger user;
alter table audit enable trigger user;

-- What a process of the first release was handing over may have left.
update message set status = 'uncertain' where status = 'handing_over' and reminder_id is not null;

-- The next start notes the new identity; a database that was restored from a dump stays known as such.
update installation set database_identity = null where (select own from upgraded);
drop table upgraded;

drop table last_message;
drop table counted;
drop schema first_release cascade;

-- The first plans would be guesses otherwise.
analyze appointment, appointment_alias, reminder, message, receipt, callback, idempotency_key;
