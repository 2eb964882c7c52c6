import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { recordRefusal } from '../../src/opt-outs/opt-outs.ts';
import { describeSending } from '../support/scenario.ts';
import { MONDAY, PHONE, type Sending } from '../support/sending.ts';

const REFUSAL = { authorityId: 'rh', phone: PHONE, gateway: 'scripted', messageId: randomUUID() };

describeSending('a refusal that a gateway reports', (sending, database) => {
  let waits: number[];
  beforeEach(() => {
    waits = [];
  });

  /** Dependencies whose database fails with these codes first, and whose timers end at once. */
  const failingWith = (...codes: string[]): Sending['deps'] => ({
    ...sending.deps,
    get db() {
      const code = codes.shift();
      if (code !== undefined) throw Object.assign(new Error(`the database failed: ${code}`), { code });
      return database.db;
    },
    timers: {
      after: (ms, work) => {
        waits.push(ms);
        queueMicrotask(work);
        return () => {};
      },
      monotonic: () => 0,
    },
  });
  const optOuts = () => database.db.selectFrom('opt_out').selectAll().execute();

  it('is recorded once the database is back, however often it is out of reach before', async () => {
    await recordRefusal(failingWith('ECONNREFUSED', 'ECONNRESET', 'ECONNREFUSED'), REFUSAL);
    expect(await optOuts()).toMatchObject([
      { authority_id: 'rh', reason: 'gateway', recorded_by: 'gateway:scripted', recorded_at: MONDAY },
    ]);
    expect(waits).toEqual([1_000, 1_000, 1_000]);
  });

  it('is given up after any other error, which is logged without the number and not thrown', async () => {
    await recordRefusal(failingWith('22P02'), REFUSAL);
    expect(await optOuts()).toEqual([]);
    expect(waits).toEqual([]);
    const found = sending.logged.filter((line) => line.includes('an opt-out that a gateway reported could not'));
    expect(found).toHaveLength(1);
    expect(sending.logged.join()).not.toContain(PHONE.slice(3));
  });

  it('that is recorded already changes nothing', async () => {
    await recordRefusal(sending.deps, REFUSAL);
    const before = await optOuts();
    await recordRefusal(sending.deps, { ...REFUSAL, gateway: 'other' });
    expect(await optOuts()).toEqual(before);
    expect(before).toHaveLength(1);
  });
});
