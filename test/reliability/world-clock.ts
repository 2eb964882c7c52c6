import pg from 'pg';

/**
 * Makes the database's clock one that can be moved on: what the service compares its own clock with. `pg_catalog` is
 * searched last, so that an unqualified clock_timestamp() is ours. Commits are awaited again, which the server of the
 * tests does without.
 */
export async function installWorldClock(url: string): Promise<void> {
  await run(url, [
    'create schema world',
    'create table world.clock (ms double precision not null)',
    'insert into world.clock values (0)',
    `create function world.clock_timestamp() returns timestamptz language sql volatile as
      $$ select pg_catalog.clock_timestamp() + (select ms from world.clock) * interval '1 millisecond' $$`,
    `alter database ${new URL(url).pathname.slice(1)} set search_path = public, world, pg_catalog`,
    `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = on`,
  ]);
}

export async function setWorldClock(url: string, offsetMs: number): Promise<void> {
  await run(url, [`update world.clock set ms = ${offsetMs}`]);
}

/** Runs statements over a connection of its own. */
export async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
