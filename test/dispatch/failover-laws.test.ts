import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { recover } from '../../src/dispatch/processes.ts';
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
import { useOpened } from '../support/scenario.ts';
import {
  changeSettings,
  drainAndSettle,
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
  'takes_slowly',
  'refuses',
  'no_credit',
  'unreachable',
  'throttles',
  'throttles_long',
  'times_out_taken',
  'times_out',
  'cut_taken',
  'cut',
  'concerns_message',
  'rejects',
  'rejects_all',
] as const;
/** The fate of the receipt of what it took. */
const RECEIPTS = ['delivered', 'delivered', 'undelivered', 'twice', 'late', 'lost'] as const;
/** Its word when it is asked: the truth, or that it can't tell. */
const LOOK_UPS = ['truth', 'truth', 'later'] as const;

const NOT_SENT = { kind: 'retry', retryAfterMs: null, stopQueue: false } as const;
const UNCLEAR: SendResult = { kind: 'uncertain', code: 'timeout', detail: 'no answer' };
const ANSWERS: Readonly<Record<(typeof CALLS)[number], SendResult>> = {
  takes: ACCEPTED,
  takes_slowly: ACCEPTED,
  refuses: { ...NOT_SENT, reason: 'auth', stopQueue: true, code: '401' },
  no_credit: { ...NOT_SENT, reason: 'credit', stopQueue: true, code: '402' },
  unreachable: { ...NOT_SENT, reason: 'unreachable', code: 'ECONNREFUSED' },
  throttles: { ...NOT_SENT, reason: 'throttled', retryAfterMs: 2_000, code: '429' },
  throttles_long: { ...NOT_SENT, reason: 'throttled', retryAfterMs: 120_000, code: '429' },
  times_out_taken: UNCLEAR,
  times_out: UNCLEAR,
  cut_taken: UNCLEAR,
  cut: UNCLEAR,
  concerns_message: { ...NOT_SENT, reason: 'temporary', code: '0x0214' },
  rejects_all: { kind: 'rejected', reason: 'permanent', code: '400', detail: 'refused' },
  rejects: { kind: 'rejected', reason: 'invalid_number', code: '12', detail: 'no such number' },
};
const TAKEN: ReadonlySet<string> = new Set(['takes', 'takes_slowly', 'times_out_taken', 'cut_taken']);
const SLOW_SECONDS = 6;

type Outage = 'unreachable' | 'times_out' | 'refuses' | 'rejects_all';

/** A supplier that behaves as it was drawn, call by call, and knows what it took. */
class Supplier {
  readonly id: string;
  readonly asks: boolean;
  readonly taken: OutboundSms[] = [];
  /** null: it behaves as it was drawn; else it does the same with every call. */
  outage: Outage | 'takes' | null = null;
  readonly #draw: () => (typeof CALLS)[number];
  readonly #look: () => (typeof LOOK_UPS)[number];
  readonly #pass: (seconds: number) => void;

  constructor(
    id: string,
    asks: boolean,
    drawn: { call: () => (typeof CALLS)[number]; look: () => (typeof LOOK_UPS)[number] },
    pass: (seconds: number) => void,
  ) {
    this.id = id;
    this.asks = asks;
    this.#draw = drawn.call;
    this.#look = drawn.look;
    this.#pass = pass;
  }

  call(sms: OutboundSms): SendResult {
    const call = this.outage ?? this.#draw();
    if (TAKEN.has(call)) this.taken.push(sms);
    if (call === 'takes_slowly') this.#pass(SLOW_SECONDS);
    return ANSWERS[call];
  }

  lookUp(reference: string): LookUpResult {
    if (this.#look() === 'later') return 'unknown';
    if (!this.taken.some((sms) => sms.reference === reference)) return 'not_found';
    return { ...EVENT, reference, state: 'accepted' };
  }
}

/** A process: it may die before or after a call, and does nothing any more then. */
class Life {
  /** After so many calls; null: it doesn't. */
  diesAfter: number | null = null;
  /** The call that it dies over reaches the supplier. */
  reaches = false;
  dead = false;
  readonly died: Promise<void>;
  #die: () => void = () => {};

  constructor() {
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  async call(supplier: Supplier, sms: OutboundSms): Promise<SendResult> {
    if (this.dead) return NEVER;
    if (this.diesAfter === null || this.diesAfter-- > 0) return supplier.call(sms);
    if (this.reaches) supplier.call(sms);
    this.dead = true;
    this.#die();
    return NEVER;
  }

  /** The database as this process has it: nothing of a dead one is carried out. */
  databaseOf({ db }: TestDatabase): TestDatabase['db'] {
    return db.withPlugin({
      transformQuery: ({ node }) => {
        if (this.dead) throw new Error('the process is dead');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
  }

  /** The adapter of a supplier in this process. */
  adapterOf(supplier: Supplier): ScriptedGateway {
    const gateway = new ScriptedGateway({}, supplier.id);
    gateway.script((sms) => this.call(supplier, sms));
    const lookUp = async ({ reference }: { readonly reference: string }) => supplier.lookUp(reference);
    return supplier.asks ? Object.assign(gateway, { lookUp }) : gateway;
  }
}

const NEVER = new Promise<never>(() => {});

const EVENT: DeliveryEvent = {
  ...{ reference: null, gatewayMessageId: null, state: 'accepted', cause: null, code: 'x', at: null, segments: null },
};

type Step =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'drain'; readonly process: 0 | 1 }
  | { readonly kind: 'outage'; readonly gateway: 0 | 1; readonly how: Outage | null }
  | { readonly kind: 'staff'; readonly gateway: 0 | 1; readonly out: boolean }
  | { readonly kind: 'dies'; readonly process: 0 | 1; readonly after: number; readonly reaches: boolean }
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
      how: fc.constantFrom<(Outage | null)[]>('unreachable', 'times_out', 'refuses', 'rejects_all', null, null, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('staff' as const), gateway: which, out: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('dies' as const),
      process: which,
      after: fc.integer({ min: 0, max: 4 }),
      reaches: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look_up' as const), process: which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), process: which }) },
);

const story = fc.record({
  reminders: fc.integer({ min: 1, max: 8 }),
  asks: fc.tuple(fc.boolean(), fc.boolean()),
  onUncertain: fc.constantFrom('hold' as const, 'resend' as const),
  calls: fc.infiniteStream(fc.constantFrom(...CALLS)),
  receipts: fc.infiniteStream(fc.constantFrom(...RECEIPTS)),
  lookUps: fc.infiniteStream(fc.constantFrom(...LOOK_UPS)),
  steps: fc.array(step, { minLength: 5, maxLength: 14 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

let worlds = 0;
const database = useOpened(openTestDatabase);

const draw =
  <T>(stream: Iterator<T>) =>
  () =>
    stream.next().value as T;

class World {
  readonly suppliers: readonly [Supplier, Supplier];
  readonly #lives: [Life, Life] = [new Life(), new Life()];
  readonly #processes: [Sending, Sending];
  readonly #clock = { now: later(0) };
  readonly #reminders: string[] = [];
  readonly #authority = `a${++worlds}`;
  readonly #onUncertain: 'hold' | 'resend';
  readonly #receiptOf: () => (typeof RECEIPTS)[number];
  readonly #reported = new Set<string>();
  #late: { readonly supplier: Supplier; readonly reference: string; readonly at: Date }[] = [];

  constructor({ calls, receipts, lookUps, asks, onUncertain }: Story) {
    const drawn = { call: draw(calls[Symbol.iterator]()), look: draw(lookUps[Symbol.iterator]()) };
    const pass = (seconds: number) => this.#pass(seconds);
    this.suppliers = [new Supplier('first', asks[0], drawn, pass), new Supplier('second', asks[1], drawn, pass)];
    this.#onUncertain = onUncertain;
    this.#receiptOf = draw(receipts[Symbol.iterator]());
    const one = this.#start(this.#lives[0]);
    this.#processes = [one, this.#start(this.#lives[1], one.rows.keyring)];
  }

  #start(life: Life, keyring?: Sending['rows']['keyring']): Sending {
    const [first, second] = this.suppliers;
    const options = {
      ...{ gateway: life.adapterOf(first), others: [life.adapterOf(second)], concurrency: 4, clock: this.#clock },
      timers: {
        after: (ms: number, work: () => void) => systemTimers.after(ms, () => life.dead || work()),
        // A pause that a gateway asked for ends as the time of this world passes, not that of the machine.
        monotonic: () => this.#clock.now.getTime(),
      },
    };
    return startSending({ db: life.databaseOf(database) }, keyring ? { ...options, keyring } : options);
  }

  #pass(seconds: number): void {
    this.#clock.now = new Date(this.#clock.now.getTime() + seconds * SECOND);
  }

  async begin(count: number): Promise<void> {
    const [first] = this.#processes;
    const { db, rows } = first;
    for (const table of ['gateway_state', 'gateway_calls', 'process'] as const) await db.deleteFrom(table).execute();
    await rows.authority(this.#authority, { onUncertain: this.#onUncertain });
    await changeSettings(db, this.#authority, { gateways: ['first', 'second'] });
    for (let n = 0; n < count; n++) {
      const row = { reminder: { expires_at: later(8 * HOUR) } };
      this.#reminders.push((await first.due(this.#authority, `+4520${300_000 + n}`, row)).reminder);
    }
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'pass':
        return this.#pass(step.seconds);
      case 'drain':
        this.#hearOfGateways();
        await drainAndSettle(this.#processes[step.process]);
        return this.#report();
      case 'dies':
        await this.#die(step);
        return this.#report();
      case 'outage':
        this.suppliers[step.gateway].outage = step.how;
        return;
      case 'staff': {
        const { deps } = this.#processes[0];
        const id = this.suppliers[step.gateway].id;
        return setGateway(deps, { id, actor: 'test' }, step.out ? { note: 'x' } : null, this.#clock.now);
      }
      case 'look_up':
        return lookUpUncertain(this.#processes[step.process].deps, () => false);
      case 'heartbeat':
        return this.#processes[step.process].dispatcher.keepAlive();
    }
  }

  #hearOfGateways(): void {
    for (const { caller, otherCallers } of this.#processes)
      for (const { health } of [caller, ...otherCallers]) health.forget();
  }

  /** A process dies over what it hands over, another takes its place, and the other one recovers what it left. */
  async #die({ process, after, reaches }: Extract<Step, { kind: 'dies' }>): Promise<void> {
    this.#hearOfGateways();
    const life = this.#lives[process];
    Object.assign(life, { diesAfter: after, reaches });
    const dying = this.#processes[process];
    const drained = drainAndSettle(dying).catch((error: unknown) => {
      if (!life.dead) throw error;
    });
    await Promise.race([drained, life.died]);
    life.diesAfter = null;
    if (!life.dead) return;
    this.#lives[process] = new Life();
    this.#processes[process] = this.#start(this.#lives[process], dying.rows.keyring);
    this.#pass(50);
    const { deps, dispatcher } = this.#processes[process === 0 ? 1 : 0];
    await dispatcher.keepAlive();
    if ((await recover(deps, this.#clock.now)) > 0) dispatcher.suspectPoison();
  }

  /** Everything is well again, for long enough. */
  async settle(): Promise<void> {
    for (const nth of [0, 1] as const) {
      this.suppliers[nth].outage = 'takes';
      await this.step({ kind: 'staff', gateway: nth, out: false });
    }
    for (let n = 0; n < 6; n++) {
      await this.step({ kind: 'pass', seconds: 301 });
      await this.step({ kind: 'look_up', process: 0 });
      await this.step({ kind: 'drain', process: n % 2 === 0 ? 0 : 1 });
    }
  }

  async judge(): Promise<void> {
    const taken = this.suppliers.flatMap(({ taken, asks, id }) => taken.map((sms) => ({ ...sms, asks, id })));
    const doubled = taken.filter((sms, nth) => {
      const before = taken.slice(0, nth).filter(({ to }) => to === sms.to);
      // An SMS that may have left goes a second time where the policy says so: once, under its reference, at its gateway.
      const repeats = this.#onUncertain === 'resend' && !sms.asks && before.length === 1;
      return before.length > 0 && !(repeats && before[0]?.reference === sms.reference && before[0].id === sms.id);
    });
    expect(doubled.map(({ to, reference, id }) => ({ to, reference, id }))).toEqual([]);
    for (const reminder of this.#reminders) {
      const { status, expires_at } = await reminderNow(this.#processes[0], reminder);
      const ended = ['accepted', 'delivered', 'undelivered', 'rejected', 'expired', 'uncertain'];
      expect([status, ended.includes(status) || expires_at > this.#clock.now]).toEqual([status, true]);
      expect(status).not.toBe('planned');
    }
  }

  /** Receipts of what was taken since, as they were drawn. */
  async #report(): Promise<void> {
    const [{ deps }] = this.#processes;
    const receipts = new ReceiptAcceptor(deps);
    const say = async ({ id }: Supplier, reference: string, state: DeliveryState) => {
      const gateway = deps.gateways.find((each) => each.id === id) as ScriptedGateway;
      await receipts.accept(gateway, gateway.receipt(reference, state));
    };
    const { now } = this.#clock;
    for (const { supplier, reference } of this.#late.filter(({ at }) => at <= now))
      await say(supplier, reference, 'delivered');
    this.#late = this.#late.filter(({ at }) => at > now);
    for (const supplier of this.suppliers)
      for (const { reference } of supplier.taken) {
        if (this.#reported.has(reference)) continue;
        this.#reported.add(reference);
        const receipt = this.#receiptOf();
        const at = new Date(now.getTime() + 20 * MINUTE);
        if (receipt === 'late') this.#late.push({ supplier, reference, at });
        if (receipt === 'delivered' || receipt === 'twice') await say(supplier, reference, 'delivered');
        if (receipt === 'undelivered') await say(supplier, reference, 'undelivered');
        if (receipt === 'twice') await say(supplier, reference, 'delivered');
      }
    await receipts.idle();
  }
}

it('nobody gets a reminder twice through two gateways but by the policy, whatever they do and whoever dies, and each ends or stands as uncertain', async () => {
  const property = fc.asyncProperty(story, async (drawn) => {
    const world = new World(drawn);
    await world.begin(drawn.reminders);
    for (const each of drawn.steps) await world.step(each);
    await world.settle();
    await world.judge();
  });
  await fc.assert(property, { numRuns: 40 });
});
