import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../src/database/connect.ts';
import { inTransaction, isConnectionFailure } from '../../src/database/transaction.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

/**
 * A network between the process and PostgreSQL that can fall silent without a word to either, or keep from the process
 * that a connection ended.
 */
async function startProxy(target: { hostname: string; port: string }): Promise<{
  port: number;
  silence(silent: boolean): void;
  holdEnds(): void;
  /** What the server says from now on arrives when the process has asked for the next thing. */
  delay(): void;
  /** Resolves once an end that the server made has been passed on, and can have been read. */
  ended(): Promise<void>;
  stop(): void;
}> {
  const sockets = new Set<Socket>();
  const swallowed = new Set<Socket>();
  let silent = false;
  let holdsEnds = false;
  let delayed: (() => void)[] | null = null;
  let passOn: () => void = () => {};
  const passedOn = new Promise<void>((resolve) => {
    passOn = resolve;
  });
  const server: Server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      const pass = (event: () => void): void => {
        if (from === far && delayed) delayed.push(event);
        else event();
      };
      from.on('data', (chunk) => pass(() => void (silent || swallowed.has(near) || to.write(chunk))));
      from.on('close', () => pass(() => void (holdsEnds || to.destroy())));
      from.on('error', () => {});
    }
    near.on('data', () => {
      const events = delayed ?? [];
      delayed = null;
      for (const event of events) event();
    });
    near.on('close', passOn);
    if (silent) swallowed.add(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    silence(on) {
      silent = on;
      // What was open during the silence stays dead, as a NAT that forgot a connection leaves it.
      if (on) for (const socket of sockets) swallowed.add(socket);
    },
    holdEnds() {
      holdsEnds = true;
    },
    delay() {
      delayed = [];
    },
    async ended() {
      await passedOn;
      // The first turn of the event loop ends the one that is under way; the second has looked at the network.
      await turn();
      await turn();
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe('a network that fell silent', () => {
  let postgres: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let database: OpenDatabase;
  /** Past that network. */
  let direct: OpenDatabase;

  beforeEach(async () => {
    postgres = await createEmptyPostgres();
    direct = await openDatabase({ databaseUrl: postgres.url });
    const url = new URL(postgres.url);
    proxy = await startProxy({ hostname: url.hostname, port: url.port });
    url.port = String(proxy.port);
    database = await openDatabase({ databaseUrl: url.href }, { connections: 2, queryTimeoutMs: 2_000 });
  });
  afterEach(async () => {
    proxy.stop();
    await database.close();
    await direct.close();
    await postgres.drop();
  });

  const one = () => sql<{ one: number }>`select 1 as one`.execute(database.db);

  it('leaves no dead connection in the pool once it is back', async () => {
    await Promise.all([one(), one()]);
    proxy.silence(true);
    const lost = await Promise.allSettled([one(), inTransaction(database.db, (trx) => sql`select 1`.execute(trx))]);
    for (const result of lost) {
      expect(result.status).toBe('rejected');
      expect(result).toSatisfy((rejected: PromiseRejectedResult) => isConnectionFailure(rejected.reason));
    }
    proxy.silence(false);
    for (let round = 0; round < 4; round++)
      expect((await Promise.all([one(), one()])).map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  });

  it('is noticed in time for a post to be refused within ten seconds', async () => {
    const usual = await openDatabase({
      databaseUrl: Object.assign(new URL(postgres.url), { port: String(proxy.port) }).href,
    });
    await sql`select 1`.execute(usual.db);
    proxy.silence(true);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const lost = expect(sql`select 1`.execute(usual.db)).rejects.toSatisfy(isConnectionFailure);
      // Kysely asks for the connection in turns of its own.
      while (vi.getTimerCount() === 0) await turn();
      await vi.advanceTimersByTimeAsync(9_900);
      await lost;
    } finally {
      vi.useRealTimers();
    }
    await usual.close();
  });

  it('in the middle of a transaction is a failure of the connection too', async () => {
    const work = inTransaction(database.db, async (trx) => {
      await sql`select 1`.execute(trx);
      proxy.silence(true);
      await sql`select 2`.execute(trx);
    });
    await expect(work).rejects.toSatisfy(isConnectionFailure);
    proxy.silence(false);
    expect((await one()).rows).toEqual([{ one: 1 }]);
  });

  it('leaves no lock behind in a transaction that the server still waits for', async () => {
    await sql`create table locked as select 1 as n`.execute(database.db);
    proxy.holdEnds();
    const work = inTransaction(database.db, async (trx) => {
      await sql`update locked set n = 2`.execute(trx);
      proxy.silence(true);
      await sql`select 1`.execute(trx);
    });
    await expect(work).rejects.toSatisfy(isConnectionFailure);
    proxy.silence(false);
    // Waits for the server to give the first one up: longer than a query may take here.
    expect((await sql`update locked set n = 3 where n = 1`.execute(direct.db)).numAffectedRows).toBe(1n);
  });

  it('is a failure of the connection for a transaction that the server has given up since', async () => {
    const work = inTransaction(database.db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      // As a process that stands still: it reads the server's farewell only when it has asked for the next thing.
      proxy.delay();
      await eventually(async () => {
        const left = await sql`select from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(direct.db);
        expect(left.rows).toEqual([]);
      });
      await sql`select 2`.execute(trx);
    });
    await expect(work).rejects.toSatisfy(isConnectionFailure);
    expect((await one()).rows).toEqual([{ one: 1 }]);
  });

  it('is survived like a server that ends the connection between two statements', async () => {
    const work = inTransaction(database.db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
      // The end has to arrive before the next statement leaves.
      await proxy.ended();
      await sql`select 2`.execute(trx);
    });
    await expect(work).rejects.toSatisfy(isConnectionFailure);
    expect((await one()).rows).toEqual([{ one: 1 }]);
  });

  it('never meets again a connection that the server has said farewell on, even before its end arrives', async () => {
    proxy.holdEnds();
    const asked = sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db);
    await expect(asked).rejects.toSatisfy(isConnectionFailure);
    expect((await one()).rows).toEqual([{ one: 1 }]);
  });

  it('gives up a connection that leads to a standby once it is to write, so that the next finds the primary', async () => {
    await sql`set default_transaction_read_only = on`.execute(database.db);
    await expect(sql`create table written ()`.execute(database.db)).rejects.toSatisfy(isConnectionFailure);
    await sql`create table written ()`.execute(database.db);
  });
});
