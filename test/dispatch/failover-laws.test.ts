import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import type {
  DeliveryEvent,
  DeliveryState,
  LookUpResult,
  OutboundSms,
  SendResult,
} from '../../src/gateways/gateway.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { lookUpUncertain } from '../../src/receipts/look-up-uncertain.ts';
import { setGateway } from '../../src/staff/gateways/gateways.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { ACCEPTED, ScriptedGateway } from '../support/gateway.ts';
import {
  changeSettings,
  drainAndSettle,
  due,
  HOUR,
  later,
  MINUTE,
  reminderNow,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';

/** The behaviour of a supplier in one call: what it does, and what it says. */
const CALLS = [
  'takes',
  'takes',
  'takes',
  'refuses',
  'no_credit',
  'unreachable',
  'throttles',
  'throttles_long',
  'times_out_taken',
  'times_out',
  'cut_taken',
  'cut',
  'rejects',
] as const;
/** The fate of the receipt of what it took. */
const RECEIPTS = ['delivered', 'delivered', 'undelivered', 'twice', 'late', 'lost'] as const;
/** Its word when it is asked: the truth, or that it can't tell. */
const LOOK_UPS = ['truth', 'truth', 'later'] as const;

const NOT_SENT = { kind: 'retry', retryAfterMs: null, stopQueue: false } as const;
const UNCLEAR: SendResult = { kind: 'uncertain', code: 'timeout', detail: 'no answer' };
const ANSWERS: Readonly<Record<(typeof CALLS)[number], SendResult>> = {
  takes: ACCEPTED,
  refuses: { ...NOT_SENT, reason: 'auth', stopQueue: true, code: '401' },
  no_credit: { ...NOT_SENT, reason: 'credit', stopQueue: true, code: '402' },
  unreachable: { ...NOT_SENT, reason: 'unreachable', code: 'ECONNREFUSED' },
  throttles: { ...NOT_SENT, reason: 'throttled', retryAfterMs: 2_000, code: '429' },
  throttles_long: { ...NOT_SENT, reason: 'throttled', retryAfterMs: 120_000, code: '429' },
  times_out_taken: UNCLEAR,
  times_out: UNCLEAR,
  cut_taken: UNCLEAR,
  cut: UNCLEAR,
  rejects: { kind: 'rejected', reason: 'invalid_number', code: '12', detail: 'no such number' },
};
const TAKEN: ReadonlySet<string> = new Set(['takes', 'times_out_taken', 'cut_taken']);

/** A supplier that behaves as it was drawn, call by call, and knows what it took. */
class DrawnGateway extends ScriptedGateway {
  readonly taken: OutboundSms[] = [];
  /** null: it behaves as it was drawn; else it does the same with every call. */
  outage: 'unreachable' | 'times_out' | 'refuses' | null = null;
  readonly #draw: () => (typeof CALLS)[number];

  constructor(id: string, draw: () => (typeof CALLS)[number]) {
    super({}, id);
    this.#draw = draw;
    this.script((sms) => this.#go(sms));
  }

  #go(sms: OutboundSms): SendResult {
    const call = this.outage ?? this.#draw();
    if (TAKEN.has(call)) this.taken.push(sms);
    return ANSWERS[call];
  }
}

/** A gateway that can be asked about a message. */
class AskableGateway extends DrawnGateway {
  readonly #look: () => (typeof LOOK_UPS)[number];

  constructor(id: string, draw: () => (typeof CALLS)[number], look: () => (typeof LOOK_UPS)[number]) {
    super(id, draw);
    this.#look = look;
  }

  async lookUp({ reference }: { readonly reference: string }): Promise<LookUpResult> {
    if (this.#look() === 'later') return 'unknown';
    if (!this.taken.some((sms) => sms.reference === reference)) return 'not_found';
    return { ...EVENT, reference, state: 'accepted' };
  }
}

const EVENT: DeliveryEvent = {
  ...{ reference: null, gatewayMessageId: null, state: 'accepted', cause: null, code: 'x', at: null, segments: null },
};

type Step =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'drain'; readonly process: 0 | 1 }
  | { readonly kind: 'outage'; readonly gateway: 0 | 1; readonly how: 'unreachable' | 'times_out' | 'refuses' | null }
  | { readonly kind: 'staff'; readonly gateway: 0 | 1; readonly out: boolean }
  | { readonly kind: 'look_up'; readonly process: 0 | 1 }
  | { readonly kind: 'heartbeat'; readonly process: 0 | 1 };

const which = fc.constantFrom<(0 | 1)[]>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('drain' as const), process: which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 5, 30, 61, 130, 700, 2_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('outage' as const),
      gateway: which,
      how: fc.constantFrom('unreachable' as const, 'times_out' as const, 'refuses' as const, null, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('staff' as const), gateway: which, out: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look_up' as const), process: which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), process: which }) },
);

const life = fc.record({
  reminders: fc.integer({ min: 1, max: 8 }),
  asks: fc.boolean(),
  calls: fc.infiniteStream(fc.constantFrom(...CALLS)),
  receipts: fc.infiniteStream(fc.constantFrom(...RECEIPTS)),
  lookUps: fc.infiniteStream(fc.constantFrom(...LOOK_UPS)),
  steps: fc.array(step, { minLength: 5, maxLength: 14 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

let database: TestDatabase;
let lives = 0;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const draw =
  <T>(stream: Iterator<T>) =>
  () =>
    stream.next().value as T;

class World {
  readonly gateways: readonly [DrawnGateway, DrawnGateway];
  readonly processes: readonly [Sending, Sending];
  readonly #clock = { now: later(0) };
  readonly #reminders: string[] = [];
  readonly #authority = `a${++lives}`;
  readonly #receiptOf: () => (typeof RECEIPTS)[number];
  readonly #reported = new Set<string>();
  #late: { readonly gateway: DrawnGateway; readonly reference: string; readonly at: Date }[] = [];

  constructor({ calls, receipts, lookUps, asks }: Life) {
    const call = draw(calls[Symbol.iterator]());
    const look = draw(lookUps[Symbol.iterator]());
    const make = (id: string) => (asks ? new AskableGateway(id, call, look) : new DrawnGateway(id, call));
    this.#receiptOf = draw(receipts[Symbol.iterator]());
    this.gateways = [make('first'), make('second')];
    const [first, second] = this.gateways;
    const start = (keyring?: Sending['rows']['keyring']) =>
      startSending(database, {
        ...{ gateway: first, others: [second], concurrency: 4, clock: this.#clock },
        // A pause that a gateway asked for ends as the time of this world passes, not that of the machine.
        timers: { ...systemTimers, monotonic: () => this.#clock.now.getTime() },
        ...(keyring && { keyring }),
      });
    const one = start();
    this.processes = [one, start(one.rows.keyring)];
  }

  async begin(count: number): Promise<void> {
    const [{ db, rows }] = this.processes;
    for (const table of ['gateway_state', 'gateway_calls', 'process'] as const) await db.deleteFrom(table).execute();
    await rows.authority(this.#authority);
    await changeSettings(db, this.#authority, { gateways: ['first', 'second'] });
    for (let n = 0; n < count; n++) {
      const row = { reminder: { expires_at: later(8 * HOUR) } };
      this.#reminders.push((await due(this.processes[0], this.#authority, `+4520${300_000 + n}`, row)).reminder);
    }
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'pass':
        this.#clock.now = new Date(this.#clock.now.getTime() + step.seconds * SECOND);
        return;
      case 'drain':
        for (const { caller, otherCallers } of this.processes)
          for (const { health } of [caller, ...otherCallers]) health.forget();
        await drainAndSettle(this.processes[step.process]);
        return this.#report();
      case 'outage':
        this.gateways[step.gateway].outage = step.how;
        return;
      case 'staff': {
        const { deps } = this.processes[0];
        const id = this.gateways[step.gateway].id;
        return setGateway(deps, { id, actor: 'test' }, step.out ? { note: 'x' } : null, this.#clock.now);
      }
      case 'look_up':
        return lookUpUncertain(this.processes[step.process].deps, () => false);
      case 'heartbeat':
        return this.processes[step.process].dispatcher.keepAlive();
    }
  }

  /** Everything is well again, for long enough. */
  async settle(): Promise<void> {
    for (const gateway of this.gateways) {
      gateway.outage = null;
      gateway.script((sms) => {
        gateway.taken.push(sms);
        return ACCEPTED;
      });
      await this.step({ kind: 'staff', gateway: gateway.id === 'first' ? 0 : 1, out: false });
    }
    for (let n = 0; n < 6; n++) {
      await this.step({ kind: 'pass', seconds: 301 });
      await this.step({ kind: 'look_up', process: 0 });
      await this.step({ kind: 'drain', process: n % 2 === 0 ? 0 : 1 });
    }
  }

  async judge(): Promise<void> {
    const taken = this.gateways.flatMap(({ taken }) => taken);
    const doubled = taken.filter(({ to }, nth) => taken.findIndex((other) => other.to === to) !== nth);
    expect(doubled.map(({ to, reference }) => ({ to, reference }))).toEqual([]);
    for (const reminder of this.#reminders) {
      const { status, expires_at } = await reminderNow(this.processes[0], reminder);
      const ended = ['accepted', 'delivered', 'undelivered', 'rejected', 'expired', 'uncertain'];
      expect([status, ended.includes(status) || expires_at > this.#clock.now]).toEqual([status, true]);
      expect(status).not.toBe('planned');
    }
  }

  /** Receipts of what was taken since, as they were drawn. */
  async #report(): Promise<void> {
    const [{ deps }] = this.processes;
    const receipts = new ReceiptAcceptor(deps);
    const say = (gateway: DrawnGateway, reference: string, state: DeliveryState) =>
      receipts.accept(gateway, gateway.receipt(reference, state));
    const { now } = this.#clock;
    for (const { gateway, reference } of this.#late.filter(({ at }) => at <= now))
      await say(gateway, reference, 'delivered');
    this.#late = this.#late.filter(({ at }) => at > now);
    for (const gateway of this.gateways)
      for (const { reference } of gateway.taken) {
        if (this.#reported.has(reference)) continue;
        this.#reported.add(reference);
        const receipt = this.#receiptOf();
        const at = new Date(now.getTime() + 20 * MINUTE);
        if (receipt === 'late') this.#late.push({ gateway, reference, at });
        if (receipt === 'delivered' || receipt === 'twice') await say(gateway, reference, 'delivered');
        if (receipt === 'undelivered') await say(gateway, reference, 'undelivered');
        if (receipt === 'twice') await say(gateway, reference, 'delivered');
      }
    await receipts.idle();
  }
}

it('nobody gets a reminder twice through two gateways, whatever they do, and each ends or stands as uncertain', async () => {
  const property = fc.asyncProperty(life, async (drawn) => {
    const world = new World(drawn);
    await world.begin(drawn.reminders);
    for (const each of drawn.steps) await world.step(each);
    await world.settle();
    await world.judge();
  });
  await fc.assert(property, { numRuns: 40 });
});
