import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, openMigratedDatabase } from '../../src/database/connect.ts';
import { takeMigrationLock } from '../../src/database/dialect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { databaseClock } from '../../src/database/server-clock.ts';
import { StartError } from '../../src/domain/errors.ts';
import { inOpenTransaction } from '../support/contention.ts';
import { createDataFolder, createEmptyPostgres, describeDatabases, openTestDatabase } from '../support/database.ts';
import { insert } from '../support/stored-rows.ts';

const QUARTER_MS = 900_000;

describe('the embedded database', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'easysms-data-')), 'made', 'on', 'demand');
  });
  afterEach(() => rmSync(join(dataDir, '../../..'), { recursive: true }));

  it('keeps its rows for the next start, and refuses to be opened twice', async () => {
    const first = await openMigratedDatabase({ dataDir });
    await insert(first.db, 'audit', { id: randomUUID(), at: new Date(0), actor: 'a', action: 'x', target: 't' });
    await expect(openDatabase({ dataDir })).rejects.toThrow(dataDir);
    await first.close();
    const second = await openMigratedDatabase({ dataDir });
    expect(await second.db.selectFrom('audit').select('actor').execute()).toEqual([{ actor: 'a' }]);
    await second.close();
  });

  it('returns the result of a statement only after what arrived while it ran was read, so that this can go with the next one', async () => {
    const { folder, remove } = await createDataFolder();
    const database = await openDatabase({ dataDir: folder });
    const received: string[] = [];
    const server = createServer((socket) => socket.on('data', (bytes) => received.push(String(bytes)))).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    const statement = sql`select 1`.execute(database.db);
    socket.write('while it runs');
    await statement;
    expect(received).toEqual(['while it runs']);
    socket.destroy();
    server.close();
    await database.close();
    await remove();
  });

  it('lets its folder go when it is closed without having been used', async () => {
    const { folder, remove } = await createDataFolder();
    await (await openDatabase({ dataDir: folder })).close();
    await (await openDatabase({ dataDir: folder })).close();
    await remove();
  });
});

describe('a server that refuses the connection', () => {
  it.each([
    ['a database that is not there', { pathname: '/no_such_database' }, /does not exist/],
    ['a user that is not there', { username: 'no_such_user' }, /refuses the user/],
  ])('is told in one sentence: %s', async (_name, change, sentence) => {
    const { url, drop } = await createEmptyPostgres();
    const other = Object.assign(new URL(url), change);
    const refused = openMigratedDatabase({ databaseUrl: other.href });
    await expect(refused).rejects.toThrow(StartError);
    await expect(refused).rejects.toThrow(sentence);
    await drop();
  });
});

describe('migrations', () => {
  it('are carried out once when three processes start at once', async () => {
    const { url, drop } = await createEmptyPostgres();
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ databaseUrl: url })));
    const done = await Promise.all(opened.map(({ db }) => migrate(db)));
    expect(done.filter((names) => names.includes('0001_schema'))).toHaveLength(1);
    await Promise.all(opened.map(({ close }) => close()));
    await drop();
  });

  it('wait for nobody where none is pending, even while some session keeps their lock', async () => {
    const { db, close } = await openTestDatabase('postgres');
    const held = await inOpenTransaction(db, (trx) => takeMigrationLock(trx));
    expect(await migrate(db)).toEqual([]);
    await held.rollback();
    await close();
  });

  it('are all undone when one of them fails, and the error names it', async () => {
    const { url, drop } = await createEmptyPostgres();
    const { db, close } = await openDatabase({ databaseUrl: url });
    await sql`create table audit (clash integer)`.execute(db);
    await expect(migrate(db)).rejects.toThrow(/0001_schema failed.*audit/);
    const { rows } =
      await sql`select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`.execute(
        db,
      );
    expect(rows).toEqual([{ tablename: 'audit' }]);
    await sql`drop table audit`.execute(db);
    expect(await migrate(db)).toContain('0001_schema');
    await close();
    await drop();
  });

  it('refuse a database that a newer version has made', async () => {
    const { url, drop } = await createEmptyPostgres();
    const { db, close } = await openMigratedDatabase({ databaseUrl: url });
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01T00:00:00Z')`.execute(
      db,
    );
    await expect(migrate(db)).rejects.toThrow('made by a newer one');
    await close();
    await drop();
  });
});

describeDatabases('the clock of the database', (open) => {
  it('is read as an instant', async () => {
    const { db, close } = await open();
    const clock = await databaseClock(db);
    // Another time zone would be off by a quarter of an hour at least.
    expect(Math.round(Math.abs(clock.getTime() - Date.now()) / QUARTER_MS)).toBe(0);
    await close();
  });
});

describe('the pools of a process', () => {
  it('keep the connections that they have, however long nothing comes', async () => {
    const { url, drop } = await createEmptyPostgres();
    const database = await openDatabase({ databaseUrl: url });
    const open = async () => {
      const { rows } = await sql<{ count: string }>`
        select count(*) as count from pg_stat_activity
        where datname = current_database() and application_name = 'easysms'`.execute(database.db);
      return Number(rows[0]?.count);
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (const db of [database.db, database.adminPool])
        await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.2)`.execute(db)));
      vi.advanceTimersByTime(24 * 3_600_000);
      vi.useRealTimers();
      expect(await open()).toBe(6);
    } finally {
      vi.useRealTimers();
      await database.close();
      await drop();
    }
  });

  it('have two connections before anybody asks for one, and end them though nobody did', async () => {
    const { url, drop } = await createEmptyPostgres();
    const database = await openMigratedDatabase({ databaseUrl: url });
    expect(database.pool()).toEqual({ total: 2, idle: 2, waiting: 0 });
    await database.close();
    await drop();
  });
});
