import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { takeTurns } from '../../../src/store/gateway-states.ts';
import { describeDatabases, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { later, MINUTE, MONDAY, SECOND, type SendingOptions, startSending } from '../../support/sending.ts';

const PER_SECOND = 10;

/** Milliseconds between two steps of `steadyTime`. */
const STEP_MS = 5;

/**
 * A clock and timers that go on step by step with the turns of this process, so many times as fast: they stand still
 * while it does, so that what else the machine does makes no call late.
 */
function steadyTime(times = 1): Required<Pick<SendingOptions, 'clock' | 'timers'>> & {
  /** Goes on by so much at once, as after the process was stopped. */
  readonly skip: (ms: number) => void;
} {
  let ms = 0;
  const waiting = new Set<{ readonly at: number; readonly work: () => void }>();
  const skip = (byMs: number) => {
    ms += byMs;
    for (const each of [...waiting].sort((a, b) => a.at - b.at)) if (each.at <= ms && waiting.delete(each)) each.work();
  };
  const beat = setInterval(() => skip(STEP_MS), STEP_MS / times);
  onTestFinished(() => clearInterval(beat));
  return {
    skip,
    clock: {
      get now() {
        return later(ms);
      },
    },
    timers: {
      monotonic: () => ms,
      after(inMs, work) {
        const timer = { at: ms + inMs, work };
        waiting.add(timer);
        return () => void waiting.delete(timer);
      },
    },
  };
}

describeDatabases('the rate of a gateway', (open) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.close());

  /** The moments of the turns that a process gets which asks for so many at this time, in milliseconds. */
  const ask = async (count: number, now: Date, gateway = 'scripted'): Promise<number[]> => {
    const until = later(2 * SECOND, now);
    const asked = { gateway, perSecond: PER_SECOND, count, until };
    const { first, granted } = await takeTurns(database.db, asked, now);
    return Array.from({ length: granted }, (_, nth) => first.getTime() + (nth * SECOND) / PER_SECOND);
  };
  const closest = (turns: readonly number[]): number => {
    const sorted = [...turns].sort((a, b) => a - b);
    return Math.min(...sorted.slice(1).map((turn, nth) => turn - (sorted[nth] ?? 0)));
  };

  it('is that of all processes together, however many ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(10, MONDAY)));
    const turns = asked.flat();
    expect(turns).toHaveLength(1 + 2 * PER_SECOND);
    expect(closest(turns)).toBeGreaterThanOrEqual(SECOND / PER_SECOND - 1);
    expect(await ask(10, MONDAY)).toEqual([]);
  });

  it('holds in every second of a minute in which four processes ask for more than it allows', async () => {
    const turns: number[] = [];
    for (let ms = 0; ms < 60 * SECOND; ms += 500)
      for (const each of await Promise.all([3, 1, 4, 2].map((count) => ask(count, later(ms))))) turns.push(...each);
    expect(closest(turns)).toBeGreaterThanOrEqual(SECOND / PER_SECOND - 1);
    // None is wasted while there is always somebody who asks.
    expect(turns.length).toBeGreaterThanOrEqual(60 * PER_SECOND);
    for (const turn of turns)
      expect(turns.filter((other) => other >= turn && other < turn + SECOND).length).toBeLessThanOrEqual(
        PER_SECOND + 1,
      );
  });

  it('gives nothing away for a time in which nobody asked', async () => {
    await ask(5, MONDAY);
    const turns = await ask(50, later(MINUTE));
    expect(turns[0]).toBe(later(MINUTE).getTime());
    expect(turns).toHaveLength(1 + 2 * PER_SECOND);
  });

  it('is each gateway’s own', async () => {
    await ask(100, MONDAY);
    expect(await ask(100, MONDAY, 'other')).toHaveLength(1 + 2 * PER_SECOND);
  });

  it('outlasts a clock that was ahead when it was asked', async () => {
    await ask(5, later(24 * 60 * MINUTE));
    expect((await ask(5, MONDAY))[0]).toBe(MONDAY.getTime());
  });

  it.each([1, 5])('is kept by the calls of two processes, for up to %i SMS each', async (maxPerCall) => {
    const gateway = new ScriptedGateway({ maxPerSecond: 50, maxPerCall });
    const times: number[] = [];
    const time = steadyTime();
    gateway.script(() => {
      times.push(time.timers.monotonic());
      return { kind: 'accepted', gatewayMessageId: null, segments: null };
    });
    const one = startSending(database, { gateway, ...time });
    await one.rows.authority('rh');
    for (let n = 0; n < 60; n++) await one.due('rh', `+45${20_300_000 + n}`);
    const two = startSending(database, { gateway, ...time, keyring: one.rows.keyring });
    await Promise.all([one.dispatcher.drain(), two.dispatcher.drain()]);
    // Reminders that one looked at before it learned of the other may be in the share of the other, which went on.
    for (const each of [one, two]) await each.dispatcher.drain();
    expect(times).toHaveLength(60);
    // Turns that go together lie within 20 ms.
    expect(gateway.batches.every(({ length }) => length === 2)).toBe(true);
    expect(gateway.batches.length > 0).toBe(maxPerCall > 1);
    // A turn that is missed by a tenth of a second is another one.
    for (const at of times)
      expect(times.filter((other) => other >= at && other < at + SECOND).length).toBeLessThanOrEqual(50 * 1.1 + 1);
  });
});

it.each([0, 2_500])(
  'has twenty of another authority, due after %i ms, go within five seconds beside a backlog of 5,000',
  async (afterMs) => {
    const perSecond = 40;
    const database = await openTestDatabase('postgres');
    const gateway = new ScriptedGateway({ maxPerSecond: perSecond });
    const time = steadyTime(3);
    const sending = startSending(database, { gateway, ...time });
    for (const authority of ['backlog', 'small'])
      await sending.rows.authority(authority, { maxPerNumberPerDay: 10_000 });
    const one = await sending.due('backlog', '+4520300000', { at: later(-MINUTE) });
    await sending.multiply(one, 4_999);
    const began = time.timers.monotonic();
    for (let n = 0; n < 20; n++) await sending.due('small', '+4520400000', { at: later(began + afterMs) });
    let before = 0;
    time.timers.after(began + afterMs - time.timers.monotonic(), () => {
      before = gateway.sent.length;
    });
    const draining = sending.dispatcher.drain();
    const placesOfSmall = () => gateway.sent.flatMap(({ to }, nth) => (to === '+4520400000' ? nth + 1 : []));
    await eventually(async () => expect(placesOfSmall()).toHaveLength(20));
    expect(Math.max(...placesOfSmall()) - before).toBeLessThanOrEqual(5 * perSecond);
    sending.caller.hurry();
    await sending.dispatcher.stop();
    await draining;
    await database.close();
  },
);

describe('a call that waits for its turn', () => {
  it('is not made when the process stops: it certainly was not sent', async () => {
    const database = await openTestDatabase();
    const gateway = new ScriptedGateway({ maxPerSecond: 1 });
    const { caller } = startSending(database, { gateway, ...steadyTime() });
    const sms = { reference: 'r', to: '+4520123456', from: 'Sundhed', text: 'Hej', encoding: 'gsm7' } as const;
    const calls = [1, 2, 3].map(() => caller.send({ ...sms, validUntil: MONDAY }));
    await expect.poll(() => gateway.sent.length).toBe(1);
    caller.hurry();
    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(['accepted', 'retry', 'retry']);
    expect(gateway.sent).toHaveLength(1);
    await database.close();
  });

  it('takes one turn for each SMS, also where those of the next seconds are not enough', async () => {
    const database = await openTestDatabase();
    const gateway = new ScriptedGateway({ maxPerSecond: PER_SECOND, maxPerCall: 25 });
    const time = steadyTime();
    const times: number[] = [];
    gateway.script(() => {
      times.push(time.timers.monotonic());
      return { kind: 'accepted', gatewayMessageId: null, segments: null };
    });
    const { caller } = startSending(database, { gateway, ...time });
    const of = { to: '+4520123456', from: 'Sundhed', text: 'Hej', encoding: 'gsm7' } as const;
    const parcelOf = (reference: string) => ({
      sms: { reference, ...of, validUntil: later(MINUTE) },
      alternatives: [],
      authority: 'rh',
    });
    await caller.sendMany(
      Array.from({ length: 25 }, (_, nth) => parcelOf(`nth-${nth}`)),
      {},
    );
    await caller.send(parcelOf('last').sms);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    expect(gateway.batches).toHaveLength(1);
    expect(last - first).toBeGreaterThanOrEqual(SECOND / PER_SECOND - STEP_MS);
    expect(first).toBeGreaterThanOrEqual((24 * SECOND) / PER_SECOND - STEP_MS);
    await database.close();
  });

  it('takes another one where the process stood still past it: those that waited together don’t go together', async () => {
    const database = await openTestDatabase();
    const gateway = new ScriptedGateway({ maxPerSecond: PER_SECOND });
    const { skip, ...time } = steadyTime();
    const times: number[] = [];
    gateway.script(() => {
      times.push(time.timers.monotonic());
      return { kind: 'accepted', gatewayMessageId: null, segments: null };
    });
    const { caller } = startSending(database, { gateway, ...time });
    const sms = { reference: 'r', to: '+4520123456', from: 'Sundhed', text: 'Hej', encoding: 'gsm7' } as const;
    const calls = Array.from({ length: 6 }, () => caller.send({ ...sms, validUntil: later(MINUTE) }));
    await expect.poll(() => times.length).toBe(2);
    skip(1_500);
    await Promise.all(calls);
    const afterwards = times.slice(2);
    for (const [nth, at] of afterwards.slice(1).entries())
      expect(at - (afterwards[nth] ?? 0)).toBeGreaterThanOrEqual(SECOND / PER_SECOND - STEP_MS);
    await database.close();
  });
});
