-- Sets the tables of the first release aside, in a schema of their own, so that the present ones can be made beside
-- them. Its triggers and functions go.

-- The identity of a database names its tables: whether it is this one's own is read before they are made anew
-- (src/store/installation.ts).
create temporary table upgraded on commit drop as
select database_identity = concat_ws('.', (select system_identifier from pg_control_system()),
  (select oid from pg_database where datname = current_database()),
  'installation'::regclass::oid, 'appointment'::regclass::oid, 'reminder'::regclass::oid,
  'message'::regclass::oid) as own
from installation;

drop function reminder_changed() cascade;
drop function statistics_day_changed() cascade;
drop function add_to_statistics_sum(statistics_day[]);
drop function accept_new(json, json, json, json, json, json);

create schema first_release;
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = current_schema and tablename not like 'kysely%' loop
    execute format('alter table %I set schema first_release', name);
  end loop;
end $$;
