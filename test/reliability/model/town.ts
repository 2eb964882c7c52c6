import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../src/database/tables.ts';
import { countTries, lookDue } from '../../../src/dispatch/look/look.sql.ts';
import { recover } from '../../../src/dispatch/processes.ts';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { InboundEvent, OutboundSms, RawCallback } from '../../../src/gateways/gateway.ts';
import { sweep } from '../../../src/operations/sweep.ts';
import { ReceiptAcceptor } from '../../../src/receipts/accept.ts';
import { acceptInbound } from '../../../src/replies/accept.ts';
import { callbackRow, insertCallbacks } from '../../../src/store/callbacks.ts';
import { ACCEPTED, REJECTED, ScriptedGateway, UNCERTAIN } from '../../support/gateway.ts';
import { MINUTE, MONDAY, postEvent, type Sending, settled, startSending } from '../../support/sending.ts';
import type { Expected, Message, Outcome, Receipt } from './model.ts';

const DAY = 24 * 60 * MINUTE;
const AUTHORITY = 'town';
const LONGEST_MS = 2_000;

/** Each inbound SMS has an id of its own, so that a second STOP is no repeat. */
class Supplier extends ScriptedGateway {
  override readInbound(callback: RawCallback): readonly InboundEvent[] {
    return super.readInbound(callback).map((event) => ({ ...event, gatewayMessageId: callback.query.number ?? null }));
  }
}

/** The real intake and hand-over on an empty database with one authority, and a gateway that remembers. */
export class Town {
  readonly #gateway = new Supplier();
  readonly #clock = { now: MONDAY };
  readonly #db: Kysely<Database>;
  #sending: Sending;
  #receipts: ReceiptAcceptor;
  /** Everything that the gateway called back with. */
  readonly #callbacks: RawCallback[] = [];
  #seen = 0;
  steps = 0;

  private constructor(db: Kysely<Database>) {
    this.#db = db;
    this.#sending = startSending({ db }, { gateway: this.#gateway, clock: this.#clock });
    this.#receipts = new ReceiptAcceptor(this.#sending.deps);
  }

  static async open(db: Kysely<Database>): Promise<Town> {
    const { rows } = await sql<{
      tables: string;
    }>`select string_agg(quote_ident(tablename), ', ') as tables from pg_tables
      where schemaname = 'public' and tablename not like 'kysely%'`.execute(db);
    await sql`truncate ${sql.raw(rows[0]?.tables ?? '')} restart identity`.execute(db);
    const town = new Town(db);
    await town.#sending.rows.authority(AUTHORITY, {
      rules: [{ id: 'before', template: 'reminder', lead: 'PT2H' }],
      // Whose days are all of one length.
      timeZone: 'UTC',
      sendingWindow: null,
      lateBooking: 'PT90M',
      minimumNotice: 'PT1H',
      notices: { booked: false, moved: false, cancelled: false },
      maxPerNumberPerDay: 1_000,
    });
    return town;
  }

  get now(): number {
    return this.#clock.now.getTime();
  }

  pass(ms: number): void {
    this.#clock.now = new Date(this.now + ms);
  }

  /** @returns how many reminders it names as handed over already */
  async post(event: Pick<AppointmentEvent, 'reference'> & Partial<AppointmentEvent>): Promise<number> {
    const answer = await postEvent(this.#sending.deps, AUTHORITY, event);
    return answer.alreadyHandedOver.length;
  }

  async write(phone: string, text: 'STOP' | 'START'): Promise<void> {
    await this.#callBack(this.#gateway.inbound(phone, 'Sundhed', text));
  }

  async receipt(message: Message, said: Receipt | 'blocked'): Promise<void> {
    await this.#callBack(this.#receiptOf(await this.#referenceOf(message), said));
  }

  /** It is stored, and the process dies before it is applied. */
  async receiptAndDie(message: Message, said: Receipt): Promise<void> {
    const callback = this.#numbered(this.#receiptOf(await this.#referenceOf(message), said));
    await insertCallbacks(this.#db, [callbackRow(this.#sending.deps, this.#gateway, callback, this.#clock.now)]);
    this.pass(MINUTE);
    await this.#takeOver();
  }

  /** The gateway calls back once more with what it said so many calls ago. */
  async repeat(ago: number): Promise<void> {
    const callback = this.#callbacks.at(-1 - ago);
    if (callback) await this.#take(callback);
  }

  /** @returns what was handed to the gateway */
  async handOver(outcome: Exclude<Outcome, 'uncertain'>): Promise<Expected[]> {
    this.#gateway.script(async ({ reference }) => {
      if (outcome === 'rejected') return REJECTED;
      if (outcome !== 'accepted') await this.#callBack(this.#receiptOf(reference, outcome));
      return ACCEPTED;
    });
    await this.#sending.dispatcher.drain();
    await settled(this.#sending);
    return this.#news();
  }

  /**
   * The process dies with what is due in its hands, before it started any; another one takes over at once. `counted`:
   * it was about to prepare the first one alone.
   */
  async lookAndDie(how: 'looked' | 'counted'): Promise<void> {
    const { now } = this.#clock;
    const [first] = await lookDue(this.#db, { now, limit: 500, share: null, which: { behind: null } });
    if (how === 'counted' && first) await countTries(this.#db, [first], now);
    await this.#takeOver();
  }

  /**
   * The process dies, or stands still, while its calls are open; another one takes over once its heartbeat has lapsed.
   * Of one that stood still the answers come then.
   * @param calls so many are open at its death
   */
  async handOverAndDie(how: 'uncertain' | 'accepted', calls: number): Promise<Expected[]> {
    this.#gateway.script(() => (how === 'accepted' ? ACCEPTED : UNCERTAIN));
    this.#gateway.hold();
    const { dispatcher } = this.#sending;
    const draining = dispatcher.drain();
    await Promise.race([draining, this.#gateway.open(calls), sleep(LONGEST_MS)]);
    this.pass(MINUTE);
    await this.#takeOver();
    this.#gateway.release();
    await dispatcher.stop();
    return this.#news();
  }

  /** How every reminder stands, by appointment and slot. */
  async statuses(): Promise<Record<string, string>> {
    const { rows } = await sql<{ key: string; status: string; message: string | null }>`
      select a.reference || ' ' || r.slot as key, r.status, m.status as message
      from reminder r join appointment a on a.id = r.appointment_id left join message m on m.reminder_id = r.id order by 1`.execute(
      this.#db,
    );
    // What was handed over stands on the message; nothing else has one, since no call here is turned away.
    const stands = (status: string, message: string | null) => {
      if (status === 'handed_over' && message !== null) return message;
      return message === null && status !== 'handed_over' ? status : `${status}, message ${message}`;
    };
    return Object.fromEntries(rows.map(({ key, status, message }) => [key, stands(status, message)]));
  }

  /** Another process, which recovers what the one before left if its heartbeat has lapsed. */
  async #takeOver(): Promise<void> {
    const { keyring } = this.#sending.rows;
    this.#sending = startSending({ db: this.#db }, { gateway: this.#gateway, clock: this.#clock, keyring });
    this.#receipts = new ReceiptAcceptor(this.#sending.deps);
    const { deps, dispatcher } = this.#sending;
    if ((await recover(deps, this.#clock.now)) > 0) dispatcher.suspectPoison();
    await sweep(deps, this.#receipts, this.#clock.now);
  }

  #numbered(callback: RawCallback): RawCallback {
    const numbered = { ...callback, query: { ...callback.query, number: String(this.#callbacks.length) } };
    this.#callbacks.push(numbered);
    return numbered;
  }

  #callBack(callback: RawCallback): Promise<void> {
    return this.#take(this.#numbered(callback));
  }

  async #take(callback: RawCallback): Promise<void> {
    if (callback.kind === 'inbound') return acceptInbound(this.#sending.deps, this.#gateway, callback, this.#clock.now);
    await this.#receipts.accept(this.#gateway, callback);
    await this.#receipts.idle();
  }

  #receiptOf(reference: string, said: Receipt | 'blocked'): RawCallback {
    return said === 'blocked'
      ? this.#gateway.receipt(reference, 'undelivered', 'opted_out')
      : this.#gateway.receipt(reference, said);
  }

  async #referenceOf({ reference, slot }: Message): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select m.id from message m join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
      where a.reference = ${reference} and r.slot = ${slot}`.execute(this.#db);
    if (!rows[0]) throw new Error(`no message of ${reference}, slot ${slot}`);
    return rows[0].id;
  }

  /** What the gateway was given since the last look. */
  #news(): Expected[] {
    const sent = this.#gateway.sent.slice(this.#seen);
    this.#seen = this.#gateway.sent.length;
    return sent.map((sms) => ({ phone: sms.to, start: startOf(sms, this.now) }));
  }
}

/** As the text tells it: the next such time of day after now. */
function startOf({ text }: OutboundSms, now: number): number {
  const [, hour = '0', minute = '0'] = /kl\. (\d+)[.:](\d\d)/.exec(text) ?? [];
  const today = Math.floor(now / DAY) * DAY + (Number(hour) * 60 + Number(minute)) * MINUTE;
  return today < now ? today + DAY : today;
}
