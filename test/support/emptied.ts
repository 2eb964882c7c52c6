import pg from 'pg';

/**
 * Deletes all rows, and sets the sequences to their starts: a sixth of the time of truncating fifty tables, most of
 * which a test leaves empty. Deleted rows stay in their pages, so that tables are truncated after all once one of them
 * has many. As a replica, since triggers and keys would look for others at each row.
 */
export const EMPTY = `do $$
  declare
    names text[] := array(
      select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename not like 'kysely%');
    name text;
  begin
    perform set_config('session_replication_role', 'replica', true);
    foreach name in array names loop
      execute 'delete from ' || name;
      if pg_relation_size(name::regclass) > 512 * 1024 then
        execute 'truncate ' || array_to_string(names, ', ') || ' restart identity';
        return;
      end if;
    end loop;
    perform setval(quote_ident(sequencename)::regclass, start_value, false)
      from pg_sequences where schemaname = 'public' and last_value is not null;
  end $$`;

/** Every change of a schema makes a row in one of these, of a later transaction than all that the template has. */
const CATALOGS = [
  ...['attrdef', 'attribute', 'class', 'constraint', 'default_acl', 'extension', 'index', 'inherits', 'namespace'],
  ...['policy', 'proc', 'rewrite', 'sequence', 'statistic_ext', 'trigger', 'type'],
];

/** A text that is the same in every copy of a database until its schema changes, or a table gets statistics. */
export const MARK = `select concat_ws(' ',
  ${CATALOGS.map((name) => `(select concat(count(*), '/', sum(xmin::text::bigint)) from pg_${name})`).join(', ')},
  (select concat(count(*), '/', sum(xmin::text::bigint)) from kysely_migration),
  (select count(*) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
    where d.datname = current_database()),
  (select sum(reltuples) from pg_class)) as mark`;

/**
 * Tables and indexes of more than ten pages. A table with fewer, and without statistics, is to the planner as one that
 * nothing was ever in: it counts ten pages for either. Of an index it takes the pages that are there, which may differ
 * by those ten, and statistics go by a table's pages: tests of plans and statistics take a new database.
 */
const GROWN = `select from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
  and greatest(pg_relation_size(oid), pg_relation_size(nullif(reltoastrelid, 0))) > 10 * 8192 limit 1`;

/** Ends what a test has left, and waits until it is gone. */
const OTHERS_END = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

/** @returns what tells whether a copy of this database still has its schema */
export async function markOf(url: string): Promise<string> {
  return connected(url, readMark);
}

/**
 * Empties a copy of a database, in a fraction of the time that making one takes.
 * @param mark of the database that it is a copy of
 * @returns false when that would not make it as new: its schema was changed, it has grown, something holds it
 */
export async function makeAsNew(url: string, mark: string): Promise<boolean> {
  try {
    return await connected(url, async (client) => {
      await client.query(OTHERS_END);
      if ((await readMark(client)) !== mark || (await client.query(GROWN)).rows.length > 0) return false;
      await client.query("set lock_timeout = '5s'");
      await client.query(EMPTY);
      await client.query('select pg_stat_reset()');
      return true;
    });
  } catch {
    return false;
  }
}

async function readMark(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ mark: string }>(MARK);
  return rows[0]?.mark ?? '';
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
