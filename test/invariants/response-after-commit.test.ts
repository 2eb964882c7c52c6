import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { RawCallback } from '../../src/gateways/gateway.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useApp } from '../support/scenario.ts';

const EVENT = {
  type: 'appointment.booked',
  data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: '20 12 34 56' } },
};
const gateway = new ScriptedGateway();

const test = useApp({
  each: true,
  kind: 'postgres',
  deps: () => ({ gateways: [gateway] }),
  authorities: { rh: { sources: ['rh-epj'] } },
});

const book = () => test.request('/v1/webhooks/rh-epj', { token: test.token, body: EVENT });
const callBack = ({ path, query }: RawCallback) =>
  test.request(`${path}?${new URLSearchParams(query)}`, { token: null });
const receipt = () => callBack(gateway.receipt('018f0000-0000-7000-8000-000000000000', 'delivered'));
const stop = () => callBack(gateway.inbound('+4520123456', 'Sundhed', 'STOP'));
const count = async (table: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}`.execute(
    test.db,
  );
  return rows[0]?.count ?? -1;
};

/** Each with the table that it must write before it answers. */
const REQUESTS = [
  ['an appointment', book, 'reminder', 'appointment', 202],
  ['a delivery receipt', receipt, 'callback', 'callback', 200],
  ['a STOP', stop, 'opt_out', 'inbound_message', 200],
] as const;

describe('a 2xx is given after the commit, never before', () => {
  it.each(REQUESTS)('%s waits for it, and is there when the response is', async (_, request, locked, table, status) => {
    const blocking = await inOpenTransaction(test.db, (trx) =>
      sql`lock table ${sql.table(locked)} in exclusive mode`.execute(trx),
    );
    let answered = false;
    const answering = Promise.resolve(request()).then((response) => {
      answered = true;
      return response;
    });
    await waitingForLock(test.db);
    expect(answered).toBe(false);
    expect(await count(table)).toBe(0);
    await blocking.commit();
    expect((await answering).status).toBe(status);
    expect(await count(table)).toBe(1);
  });

  it.each(REQUESTS)(
    '%s whose commit fails is answered 503, and may come again',
    async (_, request, locked, table, status) => {
      const blocking = await inOpenTransaction(test.db, (trx) =>
        sql`lock table ${sql.table(locked)} in exclusive mode`.execute(trx),
      );
      const answering = request();
      await waitingForLock(test.db);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        test.db,
      );
      const response = await answering;
      expect(response.status).toBe(503);
      expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
      await blocking.commit();
      expect(await count(table)).toBe(0);
      expect((await request()).status).toBe(status);
      expect(await count(table)).toBe(1);
    },
  );
});
