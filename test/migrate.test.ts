import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../src/database/connect.ts';
import { startChild } from './support/child.ts';
import { createEmptyPostgres } from './support/database.ts';

const FIRST_RELEASE = readFileSync(new URL('./database/first-release.sql', import.meta.url), 'utf8');

async function emptyDatabase() {
  const { url, drop } = await createEmptyPostgres();
  const { db, close } = await openDatabase({ databaseUrl: url });
  onTestFinished(() => close().then(drop));
  return { url, db };
}

/** The exit code of `npm run migrate` over a database, with what it says. */
async function migrated(url: string): Promise<readonly [number | null, string | null, string]> {
  const child = startChild('src/migrate.ts', [], { DATABASE_URL: url });
  const said = await child.nextLine();
  return [await child.exit, said, child.errors()];
}

describe('npm run migrate', () => {
  it('brings a database of the first release to the schema of now, as often as it is run', async () => {
    const { url, db } = await emptyDatabase();
    await sql.raw(FIRST_RELEASE).execute(db);
    const { count: before } = await db
      .selectFrom('appointment')
      .select(sql<string>`count(*)`.as('count'))
      .executeTakeFirstOrThrow();
    for (let time = 0; time < 2; time++) expect(await migrated(url)).toEqual([0, 'The schema is up to date.', '']);
    const appointments = await db.selectFrom('appointment').selectAll().execute();
    expect(appointments.length).toBe(Number(before));
    expect(await db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
  });

  it('says in one line what is wrong with a database that it cannot reach, and fails', async () => {
    const [code, said, errors] = await migrated('postgres://nobody:secret-word@127.0.0.1:1/none');
    expect([code, said, errors.trim().split('\n').length]).toEqual([1, null, 1]);
    expect(errors).not.toContain('secret-word');
  });
});
