-- The roles of the database behind compose.yaml, made by the superuser before each start; what is there already is kept:
--
--   OWNER_PASSWORD=… SERVICE_PASSWORD=… psql "$SUPERUSER_DATABASE_URL" -f docs/operations/compose.sql
--
-- easysms_owner owns the database and migrates; easysms_app is the user that the service runs as, with the rights of easysms_service alone, which roles.sql
-- grants. Both get the passwords of the environment anew. Neither may make databases or roles.

\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD

begin;

select format('create role %I', name)
from unnest(array['easysms_owner', 'easysms_service', 'easysms_report', 'easysms_app']) name
where not exists (select from pg_roles where rolname = name)
\gexec

alter role easysms_owner login nosuperuser nocreatedb nocreaterole password :'owner_password';
alter role easysms_app login nosuperuser nocreatedb nocreaterole password :'service_password';
grant easysms_service to easysms_app;
alter database :"DBNAME" owner to easysms_owner;

commit;
