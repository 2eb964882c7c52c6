import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutboundSms, SendResult } from '../../src/gateways/gateway.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { ACCEPTED, AUTH, OPTED_OUT, REJECTED, RETRY, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { later, MINUTE, PHONE, runningClock, SECOND, type Sending, startSending } from '../support/sending.ts';

const ALONE = { ...RETRY, code: '400', alone: true } as SendResult;
const MOST = 4;

/** An SMS in the answer to a call of many, and how its message ends. */
const ENDS = [
  [ACCEPTED, 'accepted'],
  [REJECTED, 'rejected'],
  [RETRY, 'not_sent'],
  [UNCERTAIN, 'uncertain'],
  [ALONE, 'accepted'],
] as const;

describeDatabases('many SMS in one call', (open) => {
  let database: TestDatabase;
  let gateway: ScriptedGateway;
  let sending: Sending;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.close());

  const begin = async (options: Parameters<typeof startSending>[1] & { readonly maxPerSecond?: number } = {}) => {
    const { maxPerSecond = null, ...others } = options;
    gateway = new ScriptedGateway({ maxPerCall: MOST, maxPerSecond });
    sending = startSending(database, { gateway, concurrency: 20, ...others });
    await sending.rows.authority('rh');
  };
  let numbers = 20_200_000;
  const due = async (count: number): Promise<void> => {
    for (let nth = 0; nth < count; nth++) await sending.due('rh', `+45${numbers++}`);
  };
  const sizes = () => gateway.batches.map(({ length }) => length).sort((a, b) => b - a);
  const statuses = async () => {
    const rows = await sending.db.selectFrom('message').select(['id', 'status']).execute();
    return new Map(rows.map(({ id, status }) => [id, status]));
  };

  it('go together as they were started, each with its own end, and what a call takes at the most', async () => {
    await begin();
    await due(10);
    gateway.script((sms) => (sms.reference === gateway.sent[0]?.reference ? REJECTED : ACCEPTED));
    await sending.drain();
    expect(sizes()).toEqual([4, 4, 2]);
    expect(new Set(gateway.sent.map(({ reference }) => reference)).size).toBe(10);
    expect([...(await statuses()).values()].sort()).toEqual([
      ...Array.from({ length: 9 }, () => 'accepted'),
      'rejected',
    ]);
  });

  it('go one by one where the setting, or the gateway, lets one call take one', async () => {
    await begin({ maxPerCall: 1 });
    await due(3);
    await sending.drain();
    expect([gateway.batches, gateway.sent.length]).toEqual([[], 3]);
  });

  it('are all uncertain when the call has no response in time, and none of them is sent again', async () => {
    await begin();
    await due(4);
    gateway.script(UNCERTAIN);
    await sending.drain();
    sending.clock.now = later(MINUTE);
    await sending.drain();
    expect(gateway.sent).toHaveLength(4);
    expect(new Set((await statuses()).values())).toEqual(new Set(['uncertain']));
  });

  it('are uncertain where an adapter throws, or leaves some of them out', async () => {
    await begin();
    await due(8);
    let nth = 0;
    gateway.answerMany = (results) => {
      if (nth++ === 0) throw new Error('a bug');
      return results.slice(0, 1);
    };
    await sending.drain();
    expect([...(await statuses()).values()].sort()).toEqual([
      'accepted',
      ...Array.from({ length: 7 }, () => 'uncertain'),
    ]);
  });

  it('each have exactly one end, whatever the answer to the call says of each', async () => {
    await begin();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: ENDS.length - 1 }), { minLength: 1, maxLength: 12 }),
        async (chosen) => {
          await sending.db.deleteFrom('message').execute();
          await sending.db.updateTable('gateway_state').set({ reason: null, probe_at: null }).execute();
          await sending.db.updateTable('reminder').set({ status: 'cancelled', next_at: null }).execute();
          gateway.sent.length = 0;
          const ends = new Map<string, (typeof ENDS)[number]>();
          gateway.answerMany = (_, sms) =>
            sms.map(({ reference }) => {
              const end = ENDS[chosen[ends.size] ?? 0] ?? ENDS[0];
              ends.set(reference, end);
              return end[0];
            });
          await due(chosen.length);
          await sending.drain();
          const found = await statuses();
          expect(found.size).toBe(chosen.length);
          for (const [reference, status] of found) expect(status).toBe(ends.get(reference)?.[1] ?? 'accepted');
          const calls = (reference: string) => gateway.sent.filter((sms) => sms.reference === reference).length;
          for (const [reference, [result]] of ends) expect(calls(reference)).toBe(result === ALONE ? 2 : 1);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('go each alone, at once, where the call was refused for what may be one of them', async () => {
    await begin();
    await due(4);
    const bad = (sms: OutboundSms) => sms.reference === gateway.batches[0]?.[2]?.reference;
    gateway.script((sms) => (bad(sms) ? REJECTED : ACCEPTED));
    gateway.answerMany = (results) => results.map(() => ALONE);
    await sending.drain();
    expect(gateway.sent).toHaveLength(8);
    expect([...(await statuses()).values()].sort()).toEqual(['accepted', 'accepted', 'accepted', 'rejected']);
    expect((await sending.deps.metrics.handovers.get()).values.map(({ value }) => value)).toEqual([3, 1]);
  });

  it('record the opt-out of the one whose number the gateway blocks', async () => {
    await begin();
    await due(2);
    const blocked = await sending.due('rh', '+4520999999');
    gateway.script(OPTED_OUT, '+4520999999');
    await sending.drain();
    expect(await sending.reminder(blocked.reminder)).toMatchObject({ status: 'rejected', reason: 'opted_out' });
    const optOuts = await sending.db.selectFrom('opt_out').select('authority_id').execute();
    expect(optOuts).toEqual([{ authority_id: 'rh' }]);
  });

  it('leave out a repetition, and what was tried twice, which go alone', async () => {
    await begin({});
    await sending.changeSettings('rh', { onUncertain: 'resend' });
    const repeated = await sending.due('rh', PHONE);
    gateway.script(UNCERTAIN);
    await sending.drain();
    gateway.script(RETRY);
    await sending.due('rh', '+4520888888');
    for (let nth = 1; nth <= 2; nth++) {
      sending.clock.now = later(nth * 5 * SECOND);
      await sending.drain();
    }
    gateway.script(ACCEPTED);
    gateway.batches.length = 0;
    sending.clock.now = later(15 * MINUTE);
    await due(3);
    await sending.drain();
    expect(gateway.batches.map((batch) => batch.length)).toEqual([3]);
    expect((await sending.reminder(repeated.reminder)).status).toBe('accepted');
    expect(gateway.sent.filter(({ to }) => to === '+4520888888').length).toBeGreaterThan(2);
  });

  it('are no more at once than may be uncertain: twice the calls that may be open', async () => {
    await begin({ concurrency: 6 });
    await due(40);
    gateway.hold();
    const draining = sending.drain();
    await gateway.open(2);
    await sending.caller.health.refresh();
    expect(gateway.sent.length).toBeLessThanOrEqual(12);
    gateway.release();
    await draining;
    expect(gateway.mostUnanswered).toBeGreaterThan(4);
    expect(gateway.mostUnanswered).toBeLessThanOrEqual(12);
    expect(gateway.sent).toHaveLength(40);
  });

  it('go together at a gateway with a rate, too, where their turns lie close together', async () => {
    await begin({ maxPerSecond: 200, clock: runningClock() });
    await due(60);
    await sending.drain();
    expect(sizes()[0]).toBe(MOST);
    expect(gateway.sent).toHaveLength(60);
  });

  it('don’t go once their gateway is out of use, or sending is held, by the time of their call', async () => {
    await begin();
    await due(8);
    gateway.answerMany = (results) => results.map(() => AUTH);
    await sending.drain();
    expect(sizes().length).toBeLessThanOrEqual(2);
    expect(new Set((await statuses()).values())).toEqual(new Set(['not_sent']));
    expect(sending.caller.health.inUse).toBe(false);
  });
});
