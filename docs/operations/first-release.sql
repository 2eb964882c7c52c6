-- Once, for a volume that compose.yaml of the first release made: there the superuser was called easysms, and owned the tables
-- (docs/operations.md, "Upgrade"). Run by that superuser, with its password in PGPASSWORD, after every process is stopped:
--
--   PGPASSWORD=… psql -f docs/operations/first-release.sql postgres://easysms@…/easysms
--
-- Makes the superuser postgres with the same password, gives what the first release made to easysms_owner, and shuts easysms out: the role itself can't be
-- dropped, since the cluster was made by it. Then compose.sql, the migration and roles.sql go on as with any other database.

\set ON_ERROR_STOP on
\getenv password PGPASSWORD

begin;

select format('create role %I', name) from unnest(array['postgres', 'easysms_owner']) name
where not exists (select from pg_roles where rolname = name)
\gexec
alter role postgres superuser createdb createrole replication bypassrls login password :'password';

select format('alter table %s owner to easysms_owner', oid::regclass)
from pg_class where relnamespace = 'public'::regnamespace and relowner = 'easysms'::regrole and relkind in ('r', 'p', 'v', 'm')
\gexec
-- Sequences of a column went with their table.
select format('alter sequence %s owner to easysms_owner', oid::regclass)
from pg_class where relnamespace = 'public'::regnamespace and relowner = 'easysms'::regrole and relkind = 'S'
\gexec
select format('alter routine %s owner to easysms_owner', oid::regprocedure)
from pg_proc where pronamespace = 'public'::regnamespace and proowner = 'easysms'::regrole
\gexec

alter role easysms nologin;

commit;
