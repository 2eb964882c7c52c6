import type { Problem } from '../../src/domain/errors.ts';
import type { LookUpResult } from '../../src/gateways/gateway.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import type { Booked, Post } from './booking.ts';
import type { SharedDatabase } from './database.ts';
import type { SimulatedProcess } from './process.ts';
import { type AuthorityId, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** Processes must not hand over while their clock differs from the database's by more. */
const APART_MS = 30 * SECOND;

/** A booking that a reply cancelled. */
export interface HeldBooking {
  readonly appointment: string;
  readonly slot: number;
}

/** From here on nothing more may be started for these, until it is lifted. */
interface Barrier {
  readonly label: string;
  readonly authority: AuthorityId;
  /** null: every number. */
  readonly phone: string | null;
  /** The booking whose reminders it is about, notices of its end apart; null: all that is sent. */
  readonly booking: HeldBooking | null;
  readonly from: number;
  until: number;
  /** References of messages that had been started by then. */
  readonly started: ReadonlySet<string>;
}

/** A post with what its sender knows of its fate. */
export interface Told {
  readonly post: Post;
  readonly at: number;
  ackedAt: number;
  /** Started by the time of the answer. */
  started: ReadonlySet<string>;
  reported: readonly string[];
}

/** What is lifted when staff settle a cancellation by SMS. */
export const CANCELLATION = 'a cancellation by SMS';
const HELD = `select h.appointment_id as appointment, h.slot from inbound_appointment h
  join inbound_message i on i.id = h.inbound_id where i.gateway_message_id = $1 and h.holds`;

const STARTED = `select id from message where reminder_id is not null and status = 'handing_over'`;

/**
 * Knows what citizens, staff and booking systems have been promised, what processes were told, and what stood in their
 * way.
 */
export class Judge {
  readonly violations: string[] = [];
  /** Bookings that cancellations by SMS have held. */
  cancellations = 0;
  readonly appointments = new Map<string, { readonly booked: Booked; readonly told: Told[] }>();
  readonly barriers: Barrier[] = [];
  /** Numbers that may have been taken from whatever bore them, or refuse messages, as `authority number`. */
  readonly gone = new Set<string>();
  /** References whose receipt was taken, with the states and when. */
  readonly receipts = new Map<string, { readonly state: string; readonly at: number }[]>();
  /** The states of all receipts that were sent: what never had an answer may have been taken too. */
  readonly receiptsSent = new Map<string, string[]>();
  /**
   * References that the supplier was heard to know nothing of, with when; and states that it told of others when it was
   * asked.
   */
  readonly disowned = new Map<string, number>();
  readonly answers = new Map<string, string[]>();
  /** Since when a process's clock and the database's have been too far apart. */
  readonly apart = new Map<SimulatedProcess, number>();
  /** Stretches in which an authority, or all of them (null), could not be expected to hand over. */
  readonly holdups: {
    readonly authority: AuthorityId | null;
    readonly cause: string;
    readonly from: number;
    to: number;
  }[] = [];
  /** Stretches in which clocks were set wrong. */
  readonly clockFaults: { readonly from: number; to: number }[] = [];
  /** When what was forbidden was last lifted, as `label authority number`. */
  readonly #lifted = new Map<string, number>();
  readonly #timeline: Timeline;
  readonly #database: SharedDatabase;
  readonly #stopAtFirst: boolean;

  constructor(timeline: Timeline, database: SharedDatabase, stopAtFirst: boolean) {
    this.#stopAtFirst = stopAtFirst;
    this.#timeline = timeline;
    this.#database = database;
  }

  violation(what: string): void {
    this.#timeline.note(`VIOLATION ${what}`);
    this.#timeline.over = this.#stopAtFirst;
    this.violations.push(`${new Date(this.#timeline.now).toISOString()} ${what}`);
  }

  told(booked: Booked, post: Post): void {
    const known = this.appointments.get(booked.reference) ?? { booked, told: [] };
    this.appointments.set(booked.reference, known);
    // Another number, or another appointment: what was erased may be told anew.
    if (known.told.at(-1)?.post.phone !== post.phone) this.lift(booked.authority, post.phone, 'an erasure');
    known.told.push({
      post,
      at: this.#timeline.now,
      ackedAt: Number.POSITIVE_INFINITY,
      started: new Set(),
      reported: [],
    });
  }

  answered(posts: readonly Post[], answers: readonly EventResult[] | Problem): void {
    if (answers instanceof Error) return void this.violation(`a post was refused: ${answers.message}`);
    const started = this.started();
    for (const [position, post] of posts.entries()) {
      const answer = answers[position];
      const told = this.appointments.get(post.reference)?.told.find((each) => each.post === post);
      if (!answer || answer.result === 'refused' || !told) {
        this.violation(`a post of ${post.reference} was refused`);
        continue;
      }
      this.#timeline.note(`${post.reference} ${post.order} ${answer.result} ${answer.reminders}`);
      if (told.ackedAt < Number.POSITIVE_INFINITY) continue;
      Object.assign(told, { ackedAt: this.#timeline.now, started, reported: answer.alreadyHandedOver });
    }
  }

  /** References of what is in somebody's hands. */
  started(): ReadonlySet<string> {
    return new Set(this.#database.look<{ id: string }>(STARTED)?.map(({ id }) => id));
  }

  /**
   * @param since when it was said, where it is heard of later: what was lifted in between may have come here after it,
   * or before
   */
  forbid(
    label: string,
    authority: AuthorityId,
    phone: string | null,
    since = this.#timeline.now,
    booking: HeldBooking | null = null,
  ): void {
    const lifted = this.#lifted.get(`${label} ${authority} ${phone}`) ?? Number.NEGATIVE_INFINITY;
    if (lifted > since) return void this.gone.add(`${authority} ${phone}`);
    this.barriers.push({
      label,
      authority,
      phone,
      booking,
      from: this.#timeline.now,
      until: Number.POSITIVE_INFINITY,
      started: this.started(),
    });
  }

  lift(authority: AuthorityId, phone: string | null, ...labels: string[]): void {
    for (const label of labels) this.#lifted.set(`${label} ${authority} ${phone}`, this.#timeline.now);
    for (const barrier of this.barriers) {
      const meant = barrier.authority === authority && barrier.phone === phone && labels.includes(barrier.label);
      if (meant) barrier.until = Math.min(barrier.until, this.#timeline.now);
    }
  }

  /** A cancellation by SMS was taken: what it holds must not go, until somebody speaks. */
  cancelled(authority: AuthorityId, phone: string, inbound: string, writtenAt: number): void {
    const held = this.#database.look<HeldBooking>(HELD, [inbound]) ?? [];
    for (const booking of held) {
      this.cancellations++;
      this.forbid(CANCELLATION, authority, phone, writtenAt, booking);
    }
  }

  /** The number goes from whatever is known. */
  erased(authority: AuthorityId, phone: string): void {
    this.gone.add(`${authority} ${phone}`);
    const bearing = [...this.appointments.values()].filter(({ told }) => told.some(({ post }) => post.phone === phone));
    // Where something of it is still on its way, it may come after the erasure as well as before it.
    if (bearing.every(({ told }) => told.every(({ ackedAt }) => ackedAt < this.#timeline.now)))
      this.forbid('an erasure', authority, phone);
  }

  /** @returns to be ended by setting `to` */
  holdup(authority: AuthorityId | null, cause: string): { to: number } {
    const holdup = { authority, cause, from: this.#timeline.now, to: Number.POSITIVE_INFINITY };
    this.holdups.push(holdup);
    return holdup;
  }

  receiptSent(reference: string, state: string): void {
    this.receiptsSent.set(reference, [...(this.receiptsSent.get(reference) ?? []), state]);
  }

  receiptTaken(reference: string, state: string): void {
    this.receipts.set(reference, [...(this.receipts.get(reference) ?? []), { state, at: this.#timeline.now }]);
  }

  /** A process heard what the supplier knows of a message. */
  lookedUp(reference: string, result: LookUpResult): void {
    if (result === 'not_found') this.disowned.set(reference, this.#timeline.now);
    else if (result !== 'unknown') this.answers.set(reference, [...(this.answers.get(reference) ?? []), result.state]);
  }

  /** To be called whenever the clock of the process, or the database's, may have been set. */
  clocksMoved(process: SimulatedProcess): void {
    if (Math.abs(process.skewMs - this.#database.skewMs) <= APART_MS) this.apart.delete(process);
    else if (!this.apart.has(process)) this.apart.set(process, this.#timeline.now);
  }

  /** Clocks were set within this time. */
  clocksWrong(from: number, to: number): boolean {
    return this.clockFaults.some((fault) => fault.from <= to && fault.to >= from);
  }

  /** Something else than a clock was wrong within this time. */
  disturbed(from: number, to: number): boolean {
    return this.holdups.some((holdup) => !holdup.cause.includes('clock') && holdup.from <= to && holdup.to >= from);
  }
}
