-- Sets the tables of the first release aside, in a schema of their own, so that the present ones can be made beside them. Its triggers and functions go.

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
