import { type Selectable, sql } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import { recover } from '../../src/dispatch/processes.ts';
import { newId } from '../../src/domain/ids.ts';
import type { OutboundSms } from '../../src/gateways/gateway.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { acceptInbound } from '../../src/replies/accept.ts';
import type { Deps, Timers } from '../../src/runtime/deps.ts';
import { ACCEPTED, ScriptedGateway } from '../support/gateway.ts';
import {
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  postEvent,
  type Sending,
  startSending,
} from '../support/sending.ts';
import { START } from './fail-points.ts';
import { SHOWN_REMINDERS } from './shown.ts';
import { type Actor, play } from './stepping.ts';
import { Expectations } from './verdict.ts';

/** Who does what in a scene. `dispatch`: a group, everything being its share; `dispatch alone`: as after an unclean end. */
export type Role = 'dispatch' | 'dispatch alone' | 'start unknown' | 'cancel' | 'move' | 'stop' | 'receipt' | 'recover';
/** Those that are a process that hands over. */
const HAND_OVER: ReadonlySet<Role> = new Set<Role>(['dispatch', 'dispatch alone', 'start unknown']);

/** Time that passes at once where somebody only gathers, and never where somebody would give up. */
const TIMERS: Timers = {
  monotonic: () => 0,
  after(ms, work) {
    const timer = ms <= 5 ? setImmediate(work) : null;
    return () => void (timer && clearImmediate(timer));
  },
};

/** One reminder, one order. */
export class Scene {
  readonly #sending: Sending;
  readonly #roles: readonly Role[];
  readonly #actors: readonly Actor[];
  readonly #phone: string;
  readonly #gateway = new ScriptedGateway();
  /** The same supplier, as each process that hands over knows it. */
  readonly #seen = [this.#gateway];
  /** One came for an SMS that was sent in this scene. */
  #receipt = false;
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

  get receipted(): boolean {
    return this.#receipt;
  }

  get handedOver(): boolean {
    return this.#changed?.told === true;
  }

  /** @returns what did not hold */
  async play(order: readonly number[], strides: readonly number[]): Promise<string[]> {
    const dispatchers = await this.#join();
    const { reminder, reference } = await due(this.#sending, 'rh', this.#phone);
    for (const [n, actor] of this.#actors.entries()) {
      const role = this.#roles[n] ?? 'recover';
      const ready = () => role !== 'receipt' || this.calls > 0 || this.#others(actor);
      actor.begin(() => this.#work(role, actor, dispatchers[n] ?? null, { reminder, reference }), ready);
    }
    await play(this.#actors, order, strides);
    // Whatever was left is recovered, and goes out by somebody else.
    await recover(this.#sending.deps, later(3 * MINUTE));
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

  #depsOf(db: Deps['db']): Deps {
    return { ...this.#sending.deps, db, timers: TIMERS, gateways: [this.#gateway], now: () => MONDAY };
  }

  /** What hands over, at the place of its actor: a process of its own, which has joined before unless it prepares alone. */
  async #join(): Promise<(Dispatcher | null)[]> {
    const { db } = this.#sending;
    const joined: Selectable<Database['process']>[] = [];
    const all: (Dispatcher | null)[] = [];
    for (const [n, actor] of this.#actors.entries()) {
      const role = this.#roles[n] ?? 'recover';
      const deps = this.#depsOf(db);
      const dispatcher = HAND_OVER.has(role)
        ? new Dispatcher(deps, new GatewayCaller(this.#gatewayOf(actor), deps))
        : null;
      all.push(dispatcher);
      if (dispatcher && role !== 'dispatch alone') {
        // Each finds nobody else, so that it is not careful, and takes everything for its share.
        await db.deleteFrom('process').execute();
        await dispatcher.drain();
        joined.push(...(await db.deleteFrom('process').returningAll().execute()));
      }
      // From now on it speaks by its own connection.
      Object.assign(deps, { db: actor.db });
    }
    const another = { id: newId(MONDAY), name: 'another', version: '1.2.3', started_at: MONDAY, heartbeat_at: MONDAY };
    await db
      .insertInto('process')
      .values([...joined, another])
      .execute();
    return all;
  }

  #gatewayOf(actor: Actor): ScriptedGateway {
    const gateway = new ScriptedGateway();
    this.#seen.push(gateway);
    gateway.script(async () => {
      await actor.stand();
      return ACCEPTED;
    });
    return gateway;
  }

  async #work(
    role: Role,
    actor: Actor,
    dispatcher: Dispatcher | null,
    { reminder, reference }: { readonly reminder: string; readonly reference: string },
  ): Promise<void> {
    const { db } = actor;
    const deps = this.#depsOf(db);
    switch (role) {
      case 'dispatch':
      case 'dispatch alone':
        // As the next tick: one that found itself taken for gone starts nothing, and joins again.
        for (let ticks = 0; ticks < 2; ticks++) await dispatcher?.drain();
        return dispatcher?.stop();
      case 'start unknown':
        actor.loses = START;
        await dispatcher?.drain().catch((error: Error) => {
          if (!error.message.includes('ECONNRESET')) throw error;
        });
        await dispatcher?.drain();
        return dispatcher?.stop();
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
        this.#receipt = true;
        const receipts = new ReceiptAcceptor(deps);
        await receipts.accept(this.#gateway, this.#gateway.receipt(sms.reference, 'delivered'));
        return receipts.idle();
      }
      case 'recover':
        await recover(deps, later(MINUTE));
    }
  }

  async #isStarted(reminder: string): Promise<boolean> {
    const row = await this.#sending.db
      .selectFrom('reminder')
      .select('status')
      .where('id', '=', reminder)
      .executeTakeFirstOrThrow();
    return row.status === 'handed_over';
  }

  async #judge(reminder: string): Promise<string[]> {
    const { expect, failures } = new Expectations();
    const { rows } = await sql<{ status: string; reason: string | null }>`
      select status, reason from ${sql.raw(SHOWN_REMINDERS)} r where id = ${reminder}`.execute(this.#sending.db);
    const { status = 'missing', reason = null } = rows[0] ?? {};
    const sent = this.calls;
    for (const { name, error } of this.#actors)
      expect(error === null, `${name} failed: ${error instanceof Error ? error.message : error}`);
    expect(sent <= 1, `${sent} SMS`);
    const changed = this.#changed;
    expect(!changed || changed.told || sent === 0, `an SMS after ${changed?.role}, which did not name it`);
    expect(!['planned', 'handing_over', 'missing'].includes(status), `it ended as ${status}`);
    if (sent > 0)
      expect(['accepted', 'delivered', 'uncertain'].includes(status), `it was sent, and is ${status} (${reason})`);
    else
      expect(
        ['cancelled', 'superseded', 'suppressed', 'uncertain'].includes(status),
        `it was not sent, and is ${status} (${reason})`,
      );
    // Only a recovery of a process that lives can leave it open whether one has left.
    expect(status !== 'uncertain' || this.#roles.includes('recover'), 'nothing is uncertain without a recovery');
    if (this.#receipt) expect(status === 'delivered', `its receipt came, and it is ${status}`);
    return failures;
  }
}
