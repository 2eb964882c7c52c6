import type { Problem } from '../../src/domain/errors.ts';
import type { LookUpResult } from '../../src/gateways/gateway.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import type { SharedDatabase } from './database.ts';
import type { BookedAppointment, Post } from './post.ts';
import type { SimulatedProcess } from './process.ts';
import { type AuthorityId, MINUTE, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** Processes must not hand over while their clock differs from the database's by more. */
const APART_MS = 30 * SECOND;

/** The time within which staff may take a decision about a reply back. */
const UNDO_WITHIN_MS = 10 * MINUTE;

/** A booking that a reply cancelled. */
export interface HeldBooking {
  readonly appointment: string;
  readonly slot: number;
}

/** A promise that nothing more is started for somebody, from an instant on until it is lifted. */
export interface Prohibition {
  readonly label: string;
  readonly authority: AuthorityId;
  /** null: every number. */
  readonly phone: string | null;
  /** The booking whose reminders it is about, notices of its end apart; null: all that is sent. */
  readonly booking: HeldBooking | null;
  /** The gateway's id of the reply that said the number is wrong; null: another promise. */
  readonly wrongNumber: string | null;
  /** When it was asked for; the promise holds once that was answered, at `from`. */
  readonly since: number;
  readonly from: number;
  until: number;
  /** References of messages that had been started by then. */
  readonly started: ReadonlySet<string>;
}

/** A post that was sent, with what its sender knows of its outcome. */
export interface SentPost {
  readonly post: Post;
  readonly at: number;
  ackedAt: number;
  /** References of messages that were started by the time of the answer. */
  started: ReadonlySet<string>;
  reported: readonly string[];
}

/** The label of the prohibition that is lifted when staff settle a cancellation by SMS. */
export const CANCELLATION = 'a cancellation by SMS';
const HELD = `select h.appointment_id as appointment, h.slot from inbound_appointment h
  join inbound_message i on i.id = h.inbound_id where i.gateway_message_id = $1 and h.holds`;

const STARTED = `select id from message where reminder_id is not null and status = 'handing_over'`;

/**
 * The test oracle: knows what citizens, staff and booking systems have been promised, what processes were answered, and
 * what stood in their way, and collects the violations.
 */
export class Judge {
  readonly violations: string[] = [];
  /** Bookings that cancellations by SMS have held. */
  cancellations = 0;
  readonly appointments = new Map<string, { readonly booked: BookedAppointment; readonly sent: SentPost[] }>();
  readonly prohibitions: Prohibition[] = [];
  /** Numbers that may have been erased, or may refuse messages, as `authority number`. */
  readonly inDoubt = new Set<string>();
  /** Erasures of numbers, each an update of the appointments that bear one. */
  readonly erasures: { readonly authority: AuthorityId; readonly phone: string; readonly at: number }[] = [];
  /**
   * Replies that the booking system has settled by another number, as `authority id`, or as `* id` where that came before
   * them: retention forgets them.
   */
  readonly settledByWord = new Set<string>();
  /** Receipts that were taken, by reference, with their states and times. */
  readonly receipts = new Map<string, { readonly state: string; readonly at: number }[]>();
  /** The states of all receipts that were sent: what never had an answer may have been taken too. */
  readonly receiptsSent = new Map<string, string[]>();
  /** References that the supplier said it knows nothing of, with the time. */
  readonly unknownToSupplier = new Map<string, number>();
  /** States that the supplier gave when it was asked, by reference. */
  readonly lookedUpStates = new Map<string, string[]>();
  /** The time since which a process's clock and the database's have been too far apart. */
  readonly clocksApartSince = new Map<SimulatedProcess, number>();
  /** Times in which an authority, or all of them (null), could not be expected to hand over. */
  readonly disturbances: {
    readonly authority: AuthorityId | null;
    readonly cause: string;
    readonly from: number;
    to: number;
  }[] = [];
  /** Times in which ticks were left out although something was due, since those before had come to nothing. */
  readonly ticksLeftOut: { readonly from: number; readonly to: number }[] = [];
  /** The times at which a purge failed. */
  readonly failedPurges: number[] = [];
  /** Times in which clocks were set wrong. */
  readonly clockFaults: { readonly from: number; to: number }[] = [];
  /** The times from which on staff may have said that an appointment is cancelled, by `authority reference`. */
  readonly #passedOn = new Map<string, number>();
  /** The time at which a prohibition was last lifted, by `label authority number`. */
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

  posted(booked: BookedAppointment, post: Post): void {
    const known = this.appointments.get(booked.reference) ?? { booked, sent: [] };
    this.appointments.set(booked.reference, known);
    // A number that was erased may be posted anew: for another appointment, or behind another number.
    if (known.sent.at(-1)?.post.phone !== post.phone) this.lift(booked.authority, post.phone, 'an erasure');
    known.sent.push({
      post,
      at: this.#timeline.now,
      ackedAt: Number.POSITIVE_INFINITY,
      started: new Set(),
      reported: [],
    });
  }

  answered(posts: readonly Post[], results: readonly EventResult[] | Problem): void {
    if (results instanceof Error) return void this.violation(`a post was refused: ${results.message}`);
    const started = this.started();
    for (const [position, post] of posts.entries()) {
      const result = results[position];
      const found = this.appointments.get(post.reference)?.sent.find((each) => each.post === post);
      if (!result || result.result === 'refused' || !found) {
        this.violation(`a post of ${post.reference} was refused`);
        continue;
      }
      this.#timeline.note(`${post.reference} ${post.order} ${result.result} ${result.reminders}`);
      if (found.ackedAt < Number.POSITIVE_INFINITY) continue;
      Object.assign(found, { ackedAt: this.#timeline.now, started, reported: result.alreadyHandedOver });
    }
  }

  /** References of the messages that are being handed over. */
  started(): ReadonlySet<string> {
    return new Set(this.#database.inspect<{ id: string }>(STARTED)?.map(({ id }) => id));
  }

  /**
   * Adds a prohibition.
   * @param since when it was asked for, where it is noted later: what was lifted in between may have come before it or
   * after it
   * @param about what else is known of it
   */
  forbid(
    label: string,
    authority: AuthorityId,
    phone: string | null,
    since = this.#timeline.now,
    { booking = null, wrongNumber = null }: Partial<Pick<Prohibition, 'booking' | 'wrongNumber'>> = {},
  ): void {
    const lifted = this.#lifted.get(`${label} ${authority} ${phone}`) ?? Number.NEGATIVE_INFINITY;
    if (lifted > since) return void this.inDoubt.add(`${authority} ${phone}`);
    this.prohibitions.push({
      label,
      authority,
      phone,
      booking,
      wrongNumber,
      since,
      from: this.#timeline.now,
      until: Number.POSITIVE_INFINITY,
      started: this.started(),
    });
  }

  lift(authority: AuthorityId, phone: string | null, ...labels: string[]): void {
    for (const label of labels) this.#lifted.set(`${label} ${authority} ${phone}`, this.#timeline.now);
    for (const prohibition of this.prohibitions) {
      const meant =
        prohibition.authority === authority && prohibition.phone === phone && labels.includes(prohibition.label);
      if (meant) prohibition.until = Math.min(prohibition.until, this.#timeline.now);
    }
  }

  /** Notes a cancellation by SMS that was taken: what it holds must not go until staff or the booking system decide. */
  cancelled(authority: AuthorityId, phone: string, inbound: string, writtenAt: number): void {
    const held = this.#database.inspect<HeldBooking>(HELD, [inbound]) ?? [];
    for (const booking of held) {
      this.cancellations++;
      this.forbid(CANCELLATION, authority, phone, writtenAt, { booking });
    }
  }

  /** Notes that staff are about to say that a cancellation has been entered, whether or not they hear that it was done. */
  passedOn(authority: AuthorityId, reference: string): void {
    const key = `${authority} ${reference}`;
    this.#passedOn.set(key, Math.min(this.#passedOn.get(key) ?? this.#timeline.now, this.#timeline.now));
  }

  /** True where staff may have said so as long before as their decision can be taken back. */
  mayTellOfPassedOn(authority: AuthorityId, reference: string, at: number): boolean {
    return (this.#passedOn.get(`${authority} ${reference}`) ?? Number.POSITIVE_INFINITY) <= at - UNDO_WITHIN_MS;
  }

  /** Notes the erasure of a number. */
  erased(authority: AuthorityId, phone: string): void {
    this.inDoubt.add(`${authority} ${phone}`);
    this.erasures.push({ authority, phone, at: this.#timeline.now });
    const bearing = [...this.appointments.values()].filter(({ sent }) => sent.some(({ post }) => post.phone === phone));
    // A post that is still on its way may come after the erasure as well as before it.
    if (bearing.every(({ sent }) => sent.every(({ ackedAt }) => ackedAt < this.#timeline.now)))
      this.forbid('an erasure', authority, phone);
  }

  /** Notes the begin of a disturbance. @returns it, to be ended by setting `to` */
  disturbance(authority: AuthorityId | null, cause: string): { to: number } {
    const disturbance = { authority, cause, from: this.#timeline.now, to: Number.POSITIVE_INFINITY };
    this.disturbances.push(disturbance);
    return disturbance;
  }

  receiptSent(reference: string, state: string): void {
    this.receiptsSent.set(reference, [...(this.receiptsSent.get(reference) ?? []), state]);
  }

  receiptTaken(reference: string, state: string): void {
    this.receipts.set(reference, [...(this.receipts.get(reference) ?? []), { state, at: this.#timeline.now }]);
  }

  /** Notes what a process heard from the supplier about a message. */
  lookedUp(reference: string, result: LookUpResult): void {
    if (result === 'not_found') this.unknownToSupplier.set(reference, this.#timeline.now);
    else if (result !== 'unknown')
      this.lookedUpStates.set(reference, [...(this.lookedUpStates.get(reference) ?? []), result.state]);
  }

  /** Compares the clock of a process with the database's, after one of them may have been set. */
  clocksMoved(process: SimulatedProcess): void {
    if (Math.abs(process.skewMs - this.#database.skewMs) <= APART_MS) this.clocksApartSince.delete(process);
    else if (!this.clocksApartSince.has(process)) this.clocksApartSince.set(process, this.#timeline.now);
  }

  /** True where clocks were set within this time. */
  clocksWrong(from: number, to: number): boolean {
    return this.clockFaults.some((fault) => fault.from <= to && fault.to >= from);
  }

  /** True where something else than a clock was wrong within this time. */
  disturbed(from: number, to: number): boolean {
    return this.disturbances.some(
      (disturbance) => !disturbance.cause.includes('clock') && disturbance.from <= to && disturbance.to >= from,
    );
  }
}
