import { connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../src/store/connect.ts';
import { inTransaction, isConnectionFailure } from '../../src/store/transaction.ts';
import { createEmptyPostgres } from '../support/database.ts';

/** A network between the process and PostgreSQL that can fall silent without a word to either. */
async function startProxy(target: {
  hostname: string;
  port: string;
}): Promise<{ port: number; silence(silent: boolean): void; stop(): void }> {
  const sockets = new Set<Socket>();
  const swallowed = new Set<Socket>();
  let silent = false;
  const server: Server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void (silent || swallowed.has(near) || to.write(chunk)));
      from.on('close', () => to.destroy());
      from.on('error', () => {});
    }
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

  beforeEach(async () => {
    postgres = await createEmptyPostgres();
    const url = new URL(postgres.url);
    proxy = await startProxy({ hostname: url.hostname, port: url.port });
    url.port = String(proxy.port);
    database = await openDatabase({ databaseUrl: url.href }, { connections: 2, queryTimeoutMs: 300 });
  });
  afterEach(async () => {
    proxy.stop();
    await database.close();
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

  it('is survived like a server that ends the connection between two statements', async () => {
    const work = inTransaction(database.db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
      // The end has to arrive before the next statement leaves.
      await new Promise((resolve) => setTimeout(resolve, 100));
      await sql`select 2`.execute(trx);
    });
    await expect(work).rejects.toSatisfy(isConnectionFailure);
    expect((await one()).rows).toEqual([{ one: 1 }]);
  });
});
