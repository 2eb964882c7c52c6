import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openMigratedDatabase } from '../../src/database/connect.ts';
import type { Db } from '../../src/database/tables.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import { openInstallation } from '../../src/store/installation.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { isPgbouncerInstalled, startPgbouncer } from '../support/pgbouncer.ts';

/** Executes one statement often enough for it to be prepared, in turn on all connections of the pooler. */
async function execute(db: Db, times: number): Promise<void> {
  const once = (n: number) =>
    inTransaction(db, async (trx) => {
      const { rows } = await sql<{ n: number }>`select ${n}::integer as n`.execute(trx);
      expect(rows).toEqual([{ n }]);
    });
  for (let n = 0; n < times; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(once));
}

describe.skipIf(!isPgbouncerInstalled())('behind PgBouncer in transaction mode', () => {
  let postgres: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let pooler: Awaited<ReturnType<typeof startPgbouncer>>;
  let databaseUrl: string;

  beforeAll(async () => {
    postgres = await createEmptyPostgres();
    pooler = await startPgbouncer(postgres.url, 2);
    databaseUrl = pooler.url;
  });
  afterAll(async () => {
    await pooler.stop();
    await postgres.drop();
  });

  it('three processes that start at once migrate once, and share the keys', async () => {
    const cipher = new Cipher([{ id: 'k', bytes: Buffer.alloc(32) }]);
    const starts = [1, 2, 3].map(async () => {
      const { db, close } = await openMigratedDatabase({ databaseUrl });
      const { keyring } = await openInstallation(db, cipher, 'https://sms.example.org', new Date(0));
      await close();
      return keyring.phoneHash('+4520123456').toString('hex');
    });
    expect(new Set(await Promise.all(starts)).size).toBe(1);
    const { db, close } = await openDatabase({ databaseUrl });
    const { rows } =
      await sql`select count(*) as count from kysely_migration group by name having count(*) > 1`.execute(db);
    expect(rows).toEqual([]);
    const locks =
      await sql`select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`.execute(
        db,
      );
    expect(locks.rows).toEqual([]);
    await close();
  });

  it('more transactions than it has connections wait their turn and do not mix', async () => {
    const { db, close } = await openDatabase({ databaseUrl });
    await sql`create table counter (n integer not null)`.execute(db);
    await sql`insert into counter values (0)`.execute(db);
    const raise = () =>
      inTransaction(db, async (trx) => {
        const { rows } = await sql<{ n: number }>`select n from counter for update`.execute(trx);
        await sql`update counter set n = ${(rows[0]?.n ?? 0) + 1}`.execute(trx);
      });
    await Promise.all(Array.from({ length: 40 }, raise));
    expect((await sql`select n from counter`.execute(db)).rows).toEqual([{ n: 40 }]);
    await close();
  });

  it('statements are prepared where it keeps them, whichever connection a transaction gets', async () => {
    const keeping = await startPgbouncer(postgres.url, 2, 100);
    const { db, close, preparesStatements } = await openMigratedDatabase({ databaseUrl: keeping.url });
    expect(preparesStatements).toBe(true);
    await execute(db, 40);
    await close();
    await keeping.stop();
  });

  it('no statement is prepared where it keeps none', async () => {
    const { db, close, preparesStatements } = await openMigratedDatabase({ databaseUrl });
    expect(preparesStatements).toBe(false);
    await execute(db, 40);
    await close();
  });
});
