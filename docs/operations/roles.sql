-- Three roles for PostgreSQL, to be run by the owner of the database after each migration (`npm run migrate`, with the owner's DATABASE_URL):
--
--   psql "$OWNER_DATABASE_URL" -f docs/operations/roles.sql
--
-- easysms_service: what the service runs as. It can write entries of the audit, whose time and user of the database a trigger notes, and neither change one
-- nor delete one of the last 180 days; it can't change the schema and its triggers, nor turn back that ciphertexts are bound to their row.
-- easysms_report: reads numbers of states for reports, and no column with a citizen's number, text, place, id or secret, not even encrypted.
-- Make users of them: create role sms login password '…' in role easysms_service;

begin;

do $$
begin
  if not exists (select from pg_roles where rolname = 'easysms_service') then create role easysms_service nologin; end if;
  if not exists (select from pg_roles where rolname = 'easysms_report') then create role easysms_report nologin; end if;
end $$;

-- PostgreSQL 14 lets everybody make tables in the schema.
revoke create on schema public from public;
revoke all on all tables in schema public from public, easysms_service, easysms_report;
grant usage on schema public to easysms_service, easysms_report;
grant select, insert, update, delete on all tables in schema public to easysms_service;
-- Its row says that ciphertexts are bound; made anew, it could say otherwise.
revoke delete on installation from easysms_service;
grant usage on all sequences in schema public to easysms_service;
revoke update, delete, truncate on audit from easysms_service;
-- Deletes what is older than the retention, and by the server's clock than 180 days: with the rights of the owner, for the service alone.
revoke execute on function purge_audit(timestamptz, integer) from public, easysms_report;
grant execute on function purge_audit(timestamptz, integer) to easysms_service;

grant select on statistics_delta, statistics_day, statistics_sum, reminder_history, uncertain_message, failed_message, source_activity to easysms_report;
grant select (id, name, language, time_zone, retention_days, paused_at, paused_until, created_at, updated_at) on authority to easysms_report;
grant select (id, authority_id, name, mode, paused_at, paused_until, created_at, updated_at) on source to easysms_report;
grant select (id, authority_id, source_id, slot, status, start_at, end_at, kind, source_mode, test, outcome, outcome_at, received_at, updated_at,
  erased_at) on appointment to easysms_report;
grant select (id, authority_id, source_id, appointment_id, slot, rule, template, language, department, status, reason, due_at, due_day, expires_at,
  next_at, held_reason, template_version, encoding, segments, created_at, updated_at) on reminder to easysms_report;
grant select (id, authority_id, reminder_id, template, language, department, due_day, gateway, status, reason, code, attempts, encoding, segments,
  gateway_segments, valid_until, created_at, handed_over_at, accepted_at, delivered_at, updated_at) on message to easysms_report;

commit;
