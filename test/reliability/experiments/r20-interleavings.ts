import pg from 'pg';
import { openDatabase } from '../../../src/database/connect.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../../src/dispatch/gateway-caller.ts';
import type { OutboundSms } from '../../../src/gateways/gateway.ts';
import { sweepLapsedClaims } from '../../../src/operations/sweep.sql.ts';
import { ReceiptAcceptor } from '../../../src/receipts/accept.ts';
import { acceptInbound } from '../../../src/replies/accept.ts';
import type { Deps, Timers } from '../../../src/runtime/deps.ts';
import { ACCEPTED, ScriptedGateway } from '../../support/gateway.ts';
import {
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  postEvent,
  type Sending,
  startSending,
} from '../../support/sending.ts';
import type { Experiment, Setting } from '../experiment.ts';
import { seeded } from '../random.ts';
import { Actor, orders, play } from '../stepping.ts';
import { Expectations, type Outcome } from '../verdict.ts';

const TOKENS = 4;
/**
 * Statements that an actor takes for each token, at most: how many is drawn, so that now one and now another is the
 * quicker one.
 */
const LONGEST_STRIDE = 4;
const PARTS = [
  ['dispatch', 'cancel', 'sweep'],
  ['dispatch', 'receipt', 'sweep'],
  ['dispatch', 'dispatch', 'cancel'],
  ['dispatch', 'move', 'receipt'],
  ['dispatch', 'stop', 'sweep'],
] as const;
type Role = (typeof PARTS)[number][number];

/** R20: what happens between the statements of one is what another does. */
export const interleavings: Experiment = {
  name: 'R20',
  title: 'statements of several processes in every order',
  says:
    'Three connections do the work of the service on one reminder, statement by statement, in an order that is given: hand over, cancel, move, STOP, a receipt, a ' +
    'sweep that takes the lease for lapsed. Of the 34,650 orders of four steps each, the short form draws 25 for every three of them, the long form 1,000. After each: one ' +
    'SMS at most, none after a cancel, a move or a STOP that did not say so, an end for the reminder, no error and no deadlock.',
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const roles of PARTS) outcomes.push(await run(setting, roles));
    return outcomes;
  },
};

async function run({ databases, form, seed }: Setting, roles: readonly Role[]): Promise<Outcome> {
  const url = await databases.create();
  const random = seeded(seed);
  const monitor = new pg.Client({ connectionString: url });
  monitor.on('error', () => {});
  await monitor.connect();
  const { db, close } = await openDatabase({ databaseUrl: url });
  const actors = roles.map((role) => new Actor(role, url, monitor));
  const { expect, failures } = new Expectations();
  try {
    await Promise.all(actors.map((actor) => actor.open()));
    const all = [...orders(roles.length, TOKENS)];
    const wanted = form === 'long' ? 1_000 : 25;
    const sending = startSending({ db });
    await sending.rows.authority('rh');
    const told = { calls: 0, 'handed over already': 0, steps: 0 };
    for (let n = 0; n < wanted; n++) {
      const order = all.splice(Math.floor(random() * all.length), 1)[0] ?? [];
      const scene = new Scene(sending, roles, actors, `+45${25_200_000 + n}`);
      const strides = roles.map(() => 1 + Math.floor(random() * LONGEST_STRIDE));
      for (const failure of await scene.play(order, strides))
        expect(false, `${roles} in the order ${order.join('')} by ${strides.join('')}: ${failure}`);
      told.calls += scene.calls;
      told['handed over already'] += scene.handedOver ? 1 : 0;
      told.steps += actors.reduce((sum, actor) => sum + actor.steps, 0);
    }
    const { rows } = await monitor.query<{ n: number }>(
      'select deadlocks::int as n from pg_stat_database where datname = current_database()',
    );
    expect(rows[0]?.n === 0, 'no deadlock');
    return { part: roles.join(', '), verdict: null, counts: { orders: wanted, ...told }, failures };
  } finally {
    await Promise.all(actors.map((actor) => actor.close()));
    await close();
    await monitor.end();
  }
}

/** Time that passes at once where somebody only gathers, and never where somebody would give up. */
const TIMERS: Timers = {
  monotonic: () => 0,
  after(ms, work) {
    const timer = ms <= 5 ? setImmediate(work) : null;
    return () => void (timer && clearImmediate(timer));
  },
};

/** One reminder, one order. */
class Scene {
  readonly #sending: Sending;
  readonly #roles: readonly Role[];
  readonly #actors: readonly Actor[];
  readonly #phone: string;
  readonly #gateway = new ScriptedGateway();
  /** The same supplier, as each process that hands over knows it. */
  readonly #seen = [this.#gateway];
  /** Set once it was answered; whether the answer named the reminder, or the reminder was started by then. */
  #changed: { readonly role: Role; readonly told: boolean } | null = null;

  constructor(sending: Sending, roles: readonly Role[], actors: readonly Actor[], phone: string) {
    this.#sending = sending;
    this.#roles = roles;
    this.#actors = actors;
    this.#phone = phone;
  }

  get calls(): number {
    return this.#sent.length;
  }

  get #sent(): readonly OutboundSms[] {
    return this.#seen.flatMap(({ sent }) => sent);
  }

  get handedOver(): boolean {
    return this.#changed?.told === true;
  }

  /** @returns what did not hold */
  async play(order: readonly number[], strides: readonly number[]): Promise<string[]> {
    const { reminder, reference } = await due(this.#sending, 'rh', this.#phone);
    for (const [n, actor] of this.#actors.entries()) {
      const role = this.#roles[n] ?? 'sweep';
      const ready = () => role !== 'receipt' || this.calls > 0 || this.#others(actor);
      actor.begin(() => this.#work(role, actor, reminder, reference), ready);
    }
    await play(this.#actors, order, strides);
    // Whatever was left is swept, and goes out by somebody else.
    await this.#sweep(this.#sending.db, later(3 * MINUTE));
    await drainAndSettle(
      startSending(this.#sending, {
        gateway: this.#gateway,
        clock: { now: later(4 * MINUTE) },
        keyring: this.#sending.rows.keyring,
      }),
    );
    return this.#judge(reminder);
  }

  /** True once everybody else has come to the end: nothing is left to wait for. */
  #others(actor: Actor): boolean {
    return this.#actors.every((other) => other === actor || other.done);
  }

  async #work(role: Role, actor: Actor, reminder: string, reference: string): Promise<void> {
    const { db } = actor;
    const deps: Deps = { ...this.#sending.deps, db, timers: TIMERS, gateways: [this.#gateway], now: () => MONDAY };
    switch (role) {
      case 'dispatch': {
        const gateway = new ScriptedGateway();
        this.#seen.push(gateway);
        gateway.script(async () => {
          await actor.stand();
          return ACCEPTED;
        });
        const dispatcher = new Dispatcher(deps, new GatewayCaller(gateway, deps));
        await dispatcher.drain();
        return dispatcher.stop();
      }
      case 'cancel':
      case 'move': {
        const event = role === 'cancel' ? { status: 'cancelled' as const } : { start: later(48 * 60 * MINUTE) };
        const { alreadyHandedOver } = await postEvent(deps, 'rh', { reference, ...event }, db);
        this.#changed = { role, told: alreadyHandedOver.includes(reminder) };
        return;
      }
      case 'stop':
        await acceptInbound(deps, this.#gateway, this.#gateway.inbound(this.#phone, 'Sundhed', 'STOP'), MONDAY);
        this.#changed = { role, told: await this.#isStarted(reminder) };
        return;
      case 'receipt': {
        const [sms] = this.#sent;
        if (!sms) return;
        const receipts = new ReceiptAcceptor(deps);
        await receipts.accept(this.#gateway, this.#gateway.receipt(sms.reference, 'delivered'));
        return receipts.idle();
      }
      case 'sweep':
        return this.#sweep(db, later(MINUTE));
    }
  }

  async #sweep(db: Deps['db'], now: Date): Promise<void> {
    await inTransaction(db, (trx) => sweepLapsedClaims(trx, [{ gateway: this.#gateway.id, ms: null }], now));
  }

  async #isStarted(reminder: string): Promise<boolean> {
    const row = await this.#sending.db
      .selectFrom('reminder')
      .select('started_at')
      .where('id', '=', reminder)
      .executeTakeFirstOrThrow();
    return row.started_at !== null;
  }

  async #judge(reminder: string): Promise<string[]> {
    const { expect, failures } = new Expectations();
    const { status, reason } = await this.#sending.db
      .selectFrom('reminder')
      .select(['status', 'reason'])
      .where('id', '=', reminder)
      .executeTakeFirstOrThrow();
    const sent = this.calls;
    for (const { name, error } of this.#actors)
      expect(error === null, `${name} failed: ${error instanceof Error ? error.message : error}`);
    expect(sent <= 1, `${sent} SMS`);
    const changed = this.#changed;
    expect(!changed || changed.told || sent === 0, `an SMS after ${changed?.role}, which did not name it`);
    expect(!['planned', 'claimed'].includes(status), `it ended as ${status}`);
    if (sent > 0)
      expect(['accepted', 'delivered', 'uncertain'].includes(status), `it was sent, and is ${status} (${reason})`);
    else
      expect(
        ['cancelled', 'superseded', 'suppressed', 'uncertain'].includes(status),
        `it was not sent, and is ${status} (${reason})`,
      );
    if (this.#roles.includes('receipt') && sent > 0)
      expect(status === 'delivered', `its receipt came, and it is ${status}`);
    return failures;
  }
}
