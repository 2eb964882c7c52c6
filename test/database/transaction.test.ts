import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { inTransaction, isConnectionFailure, isTimeOut } from '../../src/database/transaction.ts';
import { inOpenTransaction } from '../support/contention.ts';
import { describeDatabases, openTestDatabase } from '../support/database.ts';
import { insert } from '../support/stored-rows.ts';

/** Resolves for all once `count` have arrived. */
function meeting(count: number): () => Promise<void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    if (++arrived === count) open();
    return opened;
  };
}

const entry = (actor: string) => ({ id: randomUUID(), at: new Date(0), actor, action: 'x', target: 't' });

describeDatabases('a transaction', (open) => {
  it('joins the one that it is begun in', async () => {
    const { db, close } = await open();
    const work = inTransaction(db, async (outer) => {
      await inTransaction(outer, async (inner) => void (await inner.insertInto('audit').values(entry('a')).execute()));
      throw new Error('undo');
    });
    await expect(work).rejects.toThrow('undo');
    expect(await db.selectFrom('audit').selectAll().execute()).toEqual([]);
    await close();
  });

  it('is not repeated for an error that would come again', async () => {
    const { db, close } = await open();
    let runs = 0;
    const work = inTransaction(db, async (trx) => {
      runs++;
      await sql`select 1/0`.execute(trx);
    });
    await expect(work).rejects.toMatchObject({ code: '22012' });
    expect(runs).toBe(1);
    await close();
  });
});

describe('a deadlock', () => {
  it('is no failure: the transaction that lost runs anew', async () => {
    const { db, close } = await openTestDatabase('postgres');
    await insert(db, 'audit', [entry('a'), entry('b')]);
    const bothHoldOne = meeting(2);
    let runs = 0;
    const change = (first: string, second: string) =>
      inTransaction(db, async (trx) => {
        runs++;
        await touch(trx, first);
        if (runs <= 2) await bothHoldOne();
        await touch(trx, second);
      });
    await Promise.all([change('a', 'b'), change('b', 'a')]);
    expect(runs).toBe(3);
    const rows = await db.selectFrom('audit').select('action').execute();
    expect(rows).toEqual([{ action: 'xyy' }, { action: 'xyy' }]);
    await close();
  });
});

async function touch(db: Kysely<Database>, actor: string): Promise<void> {
  await db.updateTable('audit').set({ action: sql<string>`action || 'y'` }).where('actor', '=', actor).execute();
}

describe('a statement that the server lets run no longer', () => {
  it.each([
    ['lock_timeout', sql`lock table audit`],
    ['statement_timeout', sql`select pg_sleep(60)`],
  ])('may be repeated later: %s', async (setting, statement) => {
    const { db, close } = await openTestDatabase('postgres');
    const held = await inOpenTransaction(db, (trx) => sql`lock table audit`.execute(trx));
    const late = await inTransaction(db, async (trx) => {
      await sql`select set_config(${setting}, '50ms', true)`.execute(trx);
      await statement.execute(trx);
    }).catch((error: unknown) => error);
    expect([isConnectionFailure(late), isTimeOut(late)]).toEqual([true, true]);
    await held.rollback();
    await close();
  });
});

describe('a failure of the connection', () => {
  it.each([
    ['server refuses', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['several addresses, all refused', new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })])],
    ['no file descriptor is left', Object.assign(new Error('connect EMFILE 127.0.0.1:5432'), { code: 'EMFILE' })],
    ['server shuts down', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['too many connections', Object.assign(new Error('sorry'), { code: '53300' })],
    ['connection exception', Object.assign(new Error('x'), { code: '08006' })],
    ['standby', Object.assign(new Error('read-only'), { code: '25006' })],
    ['idle in a transaction for too long', Object.assign(new Error('terminating connection'), { code: '25P03' })],
    ['no answer', new Error('Query read timeout')],
    ['no connection in time', new Error('timeout exceeded when trying to connect')],
    ['broken', new Error('Connection terminated unexpectedly')],
  ])('is told from a fault of ours: %s', (_name, error) => {
    expect(isConnectionFailure(error)).toBe(true);
  });

  it.each([
    ['duplicate key', Object.assign(new Error('duplicate key'), { code: '23505' })],
    ['a bug', new TypeError('x is not a function')],
    ['nothing', undefined],
  ])('is not seen in %s', (_name, error) => {
    expect(isConnectionFailure(error)).toBe(false);
  });

  it('is what a server that is not there gives', async () => {
    const { openDatabase } = await import('../../src/database/connect.ts');
    const { db, close } = await openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(sql`select 1`.execute(db)).rejects.toSatisfy(isConnectionFailure);
    await close();
  });
});
