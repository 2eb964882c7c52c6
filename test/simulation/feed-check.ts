import type { SharedDatabase } from './database.ts';
import type { Judge } from './judge.ts';
import { MINUTE } from './settings.ts';
import type { Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** An event as the feed of its source shows it. */
export interface FeedEvent {
  readonly id: string;
  readonly source_id: string;
  readonly sequence: string;
  readonly type: string;
  readonly status: string | null;
  readonly reason: string | null;
  readonly reminder_id: string | null;
  readonly inbound_id: string | null;
  readonly appointment_id: string;
  readonly reference: string | null;
  readonly at: Date;
}

/** A reminder as callers see it, with its message. */
export interface ShownReminder {
  readonly id: string;
  readonly status: string;
  readonly message: string | null;
}

const EVENTS = `select id, source_id, sequence, type, status, reason, reminder_id, inbound_id, appointment_id, reference, at
  from event where source_id = $1 and sequence > $2 order by sequence`;
/** Reminders as callers see them. */
export const SHOWN_REMINDERS = `select r.id, m.id as message,
    case r.status when 'handed_over' then coalesce(m.status, 'nothing') else r.status end as status
  from reminder r left join lateral (
    select * from message x where x.reminder_id = r.id order by x.status = 'not_sent', x.handed_over_at desc limit 1) m on true`;

/** States that events tell. The others follow from what the booking system did itself, or are on their way to these. */
export const STATES = ['accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'expired', 'suppressed'];
/** Ends of reminders without an SMS, and states that only one with an SMS has. */
const ENDED_UNSENT = ['cancelled', 'superseded'];
const SENT = ['accepted', 'delivered', 'undelivered', 'rejected'];
/** States that may follow a state in the events of a reminder. One that was planned again may come to any. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  accepted: ['delivered', 'undelivered'],
  undelivered: ['delivered'],
  delivered: [],
  rejected: [],
  uncertain: ['uncertain', 'accepted', 'delivered', 'undelivered'],
  expired: STATES,
  suppressed: STATES,
};
/** The meanings of the replies that an event may follow from. Staff may take any reply for a confirmation. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  'citizen.cancelled': ['cancel'],
  'citizen.replied': ['cancel', 'confirm', 'maybe_stop', 'deceased', 'other'],
};

/**
 * Events that should have been told. A slot that staff gave away waits as long as a later reply about its appointment
 * is open, or was settled lately.
 */
const NEVER_NUMBERED = `select o.ordinal from event_outbox o where o.at < $1 and not (o.type = 'slot.freed' and exists (
  select from inbound_appointment h join inbound_authority s on s.inbound_id = h.inbound_id
  where h.appointment_id = o.appointment_id and h.inbound_id > o.inbound_id and s.authority_id = h.authority_id
    and s.needs_person and (s.settled_at is null or s.settled_at > $1)))`;
/** Events of reminders that are noted and not in a feed yet. */
const WAITING = `select reminder_id, type, status from event_outbox where reminder_id is not null order by ordinal`;

/** A reply that its booking systems are told of, with how many events of the citizen's follow from it. */
const REPLIES = `select distinct i.id, i.meaning from inbound_message i join inbound_appointment h on h.inbound_id = i.id
  where i.meaning in ('cancel', 'confirm', 'maybe_stop', 'deceased', 'other')`;
/** Reminders that ended since the booking system cancelled their booking, but for the last minute. */
const CANCELLED = `select distinct a.id, a.reference as status, null as message
  from appointment a join reminder r on r.appointment_id = a.id and r.slot = a.slot
  where a.status in ('cancelled', 'entered-in-error') and r.status = 'cancelled' and r.reason is null
    and a.start_at > r.updated_at + interval '1 hour' and r.updated_at < $1`;
/**
 * Refusals of citizens whose number had an SMS about an appointment that still has the number. Where a STOP follows an
 * opt-out that staff recorded because of an earlier reply, its row is the citizen's since, and was told when it began.
 */
const REFUSED = `select distinct o.inbound_id as id, a.id as appointment, o.recorded_at as at from opt_out o
  join message m on m.phone_hash = o.phone_hash and m.handed_over_at < o.recorded_at - interval '1 hour'
  join reminder r on r.id = m.reminder_id and r.slot = 0
  join appointment a on a.id = r.appointment_id and a.phone_hash = o.phone_hash and a.authority_id = o.authority_id
  where o.recorded_by = 'citizen' and a.updated_at < o.recorded_at - interval '1 hour'
    and a.status = 'booked' and a.start_at > o.recorded_at + interval '1 day'
    and not exists (select from opt_out x where x.phone_hash = o.phone_hash and x.id <> o.id)`;

/** Checks what booking systems are told: reads the feeds now and then, and compares them with what happened. */
export class FeedCheck {
  readonly #timeline: Timeline;
  readonly #database: SharedDatabase;
  readonly #judge: Judge;
  readonly #suppliers: readonly Supplier[];
  readonly #sources: readonly string[];
  readonly #events: FeedEvent[] = [];
  readonly #last = new Map<string, number>();
  /** The states that reminders were seen in. */
  readonly #seen = new Map<string, Set<string>>();

  constructor(
    timeline: Timeline,
    database: SharedDatabase,
    judge: Judge,
    suppliers: readonly Supplier[],
    sources: readonly string[],
  ) {
    this.#timeline = timeline;
    this.#database = database;
    this.#judge = judge;
    this.#suppliers = suppliers;
    this.#sources = sources;
  }

  /** All events that the feeds showed, in their order. */
  get events(): readonly FeedEvent[] {
    return this.#events;
  }

  /** Reads new events, and the reminders as callers see them. */
  check(): void {
    for (const source of this.#sources) this.#read(source);
    for (const { id, status } of this.#database.committed<ShownReminder>(SHOWN_REMINDERS) ?? []) {
      const seen = this.#seen.get(id) ?? new Set();
      this.#seen.set(id, seen.add(status));
    }
  }

  /** Checks what must have been told once everything has had its time. */
  checkEnd(): void {
    this.check();
    const waiting = this.#database.committed<{ ordinal: string }>(NEVER_NUMBERED, [
      new Date(this.#timeline.now - 45 * MINUTE),
    ]);
    for (const { ordinal } of waiting ?? []) this.#judge.violation(`event ${ordinal} was never numbered`);
    this.#checkReminders();
    this.#checkReplies();
    this.#checkSlots();
  }

  #read(source: string): void {
    let last = this.#last.get(source) ?? 0;
    for (const event of this.#database.committed<FeedEvent>(EVENTS, [source, last]) ?? []) {
      if (Number(event.sequence) !== last + 1)
        this.#judge.violation(`event ${event.sequence} of ${source} came behind ${last}`);
      last = Number(event.sequence);
      this.#events.push(event);
    }
    this.#last.set(source, last);
  }

  /**
   * Checks that each state that a reminder was seen in was told, or waits to be since the last minutes, in a possible
   * order, and that the last is the API's.
   */
  #checkReminders(): void {
    const told = new Map<string, string[]>();
    const waiting = this.#database.committed<Pick<FeedEvent, 'reminder_id' | 'type' | 'status'>>(WAITING) ?? [];
    for (const { type, reminder_id: id, status } of [...this.#events, ...waiting]) {
      if (!type.startsWith('reminder.') || id === null || status === null) continue;
      const before = told.get(id) ?? [];
      const last = before.at(-1);
      if (last && !NEXT[last]?.includes(status)) this.#judge.violation(`${id} was told ${status} behind ${last}`);
      told.set(id, [...before, status]);
    }
    for (const [id, states] of this.#seen)
      for (const state of states)
        if (STATES.includes(state) && !told.get(id)?.includes(state))
          this.#judge.violation(`${id} stood as ${state}, which nobody was told`);
    for (const { id, status, message } of this.#database.committed<ShownReminder>(SHOWN_REMINDERS) ?? []) {
      const last = told.get(id)?.at(-1);
      if (ENDED_UNSENT.includes(status) && last && SENT.includes(last))
        this.#judge.violation(`${id} stands as ${status}, and was last told as ${last}`);
      if (STATES.includes(status) && last !== status)
        this.#judge.violation(`${id} stands as ${status}, and was last told as ${last}`);
      if (message) this.#checkHappened(id, message, told.get(id) ?? []);
    }
  }

  /** Checks that nothing is told of an SMS that neither the supplier's book nor its receipts and answers know. */
  #checkHappened(id: string, message: string, states: readonly string[]): void {
    const reports = [
      ...(this.#judge.receiptsSent.get(message) ?? []),
      ...(this.#judge.lookedUpStates.get(message) ?? []),
    ];
    for (const end of ['delivered', 'undelivered'])
      if (states.includes(end) && !reports.includes(end)) this.#judge.violation(`${id} was told ${end}, and never was`);
    const taken = this.#suppliers.some(({ book }) => book.entries.some(({ reference }) => reference === message));
    if (states.includes('accepted') && !taken) this.#judge.violation(`${id} was told as handed over, and never was`);
  }

  #checkReplies(): void {
    const replies = this.#database.committed<{ id: string; meaning: string }>(REPLIES) ?? [];
    const meanings = new Map(replies.map(({ id, meaning }) => [id, meaning]));
    const told = new Map<string, number>();
    for (const { type, inbound_id: id, appointment_id } of this.#events) {
      if (id === null || !type.startsWith('citizen.')) continue;
      const meaning = meanings.get(id);
      if (meaning && MEANINGS[type] && !MEANINGS[type].includes(meaning))
        this.#judge.violation(`reply ${id} means ${meaning}, and was told as ${type}`);
      told.set(id, (told.get(id) ?? 0) + 1);
      const once = `${type} ${id} ${appointment_id}`;
      told.set(once, (told.get(once) ?? 0) + 1);
      if ((told.get(once) ?? 0) > 1 && type !== 'citizen.confirmed') this.#judge.violation(`${once} was told twice`);
    }
    for (const [id, meaning] of meanings)
      if (!told.has(id)) this.#judge.violation(`reply ${id} means ${meaning}, which nobody was told`);
    const toldAt = new Set(
      this.#events.flatMap(({ type, inbound_id, appointment_id, at }) =>
        type === 'citizen.opted_out' && inbound_id !== null ? [`${appointment_id} ${at.toISOString()}`] : [],
      ),
    );
    const refused = this.#database.committed<{ id: string; appointment: string; at: Date }>(REFUSED) ?? [];
    for (const { id, appointment, at } of refused)
      if (!toldAt.has(`${appointment} ${at.toISOString()}`))
        this.#judge.violation(`the STOP ${id} was told to nobody about ${appointment}`);
  }

  #checkSlots(): void {
    const freed = this.#events.filter(({ type }) => type === 'slot.freed');
    const known = new Set(freed.map(({ appointment_id }) => appointment_id));
    const justNow = new Date(this.#timeline.now - MINUTE);
    for (const { id, status: reference } of this.#database.committed<ShownReminder>(CANCELLED, [justNow]) ?? [])
      if (!known.has(id)) this.#judge.violation(`${reference} was cancelled, and nobody was told of a free slot`);
    for (const { reference, reason } of freed) {
      const posts = reference === null ? undefined : this.#judge.appointments.get(reference)?.sent;
      const said = posts?.some(({ post }) => ['cancelled', 'deleted'].includes(post.type));
      if (posts && reason === 'booking_system' && !said)
        this.#judge.violation(`${reference} was told as a free slot, and nobody cancelled it`);
    }
  }
}
