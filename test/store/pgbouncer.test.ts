import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cipher } from '../../src/domain/keyring.ts';
import { openDatabase, openMigratedDatabase } from '../../src/store/connect.ts';
import { openInstallation } from '../../src/store/installation.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { freePort, ordinaryUser } from '../support/postgres-server.ts';

const installed = ((): boolean => {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore', env: { PATH: `${process.env.PATH}:/usr/sbin` } });
    return true;
  } catch {
    return false;
  }
})();

/** Two connections to PostgreSQL, a new one for each transaction of a client, and no prepared statement that outlives it. */
const settings = (target: URL, port: number): string => `
[databases]
easysms = host=${target.hostname} port=${target.port} dbname=${target.pathname.slice(1)} user=${target.username} ${target.password && `password=${target.password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_prepared_statements = 0
`;

describe.skipIf(!installed)('behind PgBouncer in transaction mode', () => {
  let postgres: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let folder: string;
  let pooler: ChildProcess;
  let databaseUrl: string;

  beforeAll(async () => {
    postgres = await createEmptyPostgres();
    folder = mkdtempSync(join(tmpdir(), 'easysms-pgbouncer-'));
    const user = ordinaryUser();
    if (user) chownSync(folder, user.uid, user.gid);
    const port = await freePort();
    const file = join(folder, 'pgbouncer.ini');
    writeFileSync(file, settings(new URL(postgres.url), port));
    pooler = spawn('pgbouncer', [file], { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: `${process.env.PATH}:/usr/sbin` }, ...user });
    const log = createInterface(pooler.stderr as NonNullable<typeof pooler.stderr>);
    for await (const line of log) if (line.includes('process up')) break;
    pooler.stderr?.resume();
    databaseUrl = `postgres://someone@127.0.0.1:${port}/easysms`;
  });
  afterAll(async () => {
    const ended = once(pooler, 'exit');
    pooler.kill('SIGINT');
    pooler.kill('SIGTERM');
    await ended;
    await postgres.drop();
    rmSync(folder, { recursive: true });
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
    const { rows } = await sql`select count(*) as count from kysely_migration group by name having count(*) > 1`.execute(db);
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
});
