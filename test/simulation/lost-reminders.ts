import { deadline, dueTimes, isOpen } from './calendar.ts';
import type { SharedDatabase } from './database.ts';
import type { Judge, SentPost } from './judge.ts';
import { type AuthorityId, DAY, HOUR, MINUTE } from './settings.ts';
import { statusesOf } from './statuses.ts';
import type { Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** The undisturbed time that a reminder needs to count as one that was to be handed over. */
const CLEAN_MS = 20 * MINUTE;
const GAP_MS = 20 * HOUR;

const STARTED = `select m.id from appointment a join reminder r on r.appointment_id = a.id join message m on m.reminder_id = r.id
  where a.reference = $1 and r.due_at = $2 and r.status = 'handed_over' and m.status = 'uncertain'`;

/** I8: finds reminders that were to be handed over and that nobody tried to hand over. */
export class LostReminderCheck {
  /** The reminders that were as expected. */
  expected = 0;
  readonly #timeline: Timeline;
  readonly #database: SharedDatabase;
  readonly #judge: Judge;
  readonly #suppliers: readonly Supplier[];

  constructor(timeline: Timeline, database: SharedDatabase, judge: Judge, suppliers: readonly Supplier[]) {
    this.#timeline = timeline;
    this.#database = database;
    this.#judge = judge;
    this.#suppliers = suppliers;
  }

  /** Checks that each reminder that was due, undisturbed for a while, was at least tried. */
  check(): void {
    for (const { booked, sent } of this.#judge.appointments.values()) {
      for (const [nth, each] of sent.entries()) {
        // An update of one that was called off, or whose patient has come, books nothing.
        if (statusesOf(sent.slice(0, nth + 1)).some((status) => status !== 'booked')) continue;
        const next = sent[nth + 1]?.at ?? Number.POSITIVE_INFINITY;
        for (const due of dueTimes(booked.authority, each.post.start)) {
          if (
            this.#mustGo(booked.authority, sent, nth, due, next) &&
            !this.#tried(each, due) &&
            !this.#startedAtLeast(booked.reference, due)
          )
            this.#judge.violation(
              `the reminder of ${booked.reference} ${each.post.order} due ${new Date(due).toISOString()} was never tried: ${this.#describe(booked.reference)}`,
            );
          else this.expected++;
        }
      }
    }
  }

  #describe(reference: string): string {
    const rows = this.#database.inspect<{ described: string }>(
      `select concat_ws(' ', r.rule, r.slot, r.status, r.reason, r.held_reason, r.due_at, au.pause_reason) as described
       from reminder r join appointment a on a.id = r.appointment_id join authority au on au.id = r.authority_id where a.reference = $1`,
      [reference],
    );
    return (rows ?? []).map(({ described }) => described).join('; ');
  }

  #mustGo(authority: AuthorityId, sent: readonly SentPost[], nth: number, due: number, next: number): boolean {
    const each = sent[nth] as SentPost;
    const { phone, start } = each.post;
    // Only posts that were acknowledged in good time count; odd numbers are left to the other checks.
    const settled = sent
      .slice(0, nth + 1)
      .every(({ ackedAt, at }) => ackedAt < due - 10 * MINUTE && !this.#judge.clocksWrong(at - MINUTE, ackedAt));
    const inDoubt = sent.some(({ post }) => this.#judge.inDoubt.has(`${authority} ${post.phone}`));
    const odd =
      // A STOP to somebody who never wrote to the number holds for all.
      inDoubt || phone.endsWith('99') || this.#judge.prohibitions.some((prohibition) => prohibition.phone === phone);
    if (!settled || odd || due >= deadline(start) - CLEAN_MS || due > this.#timeline.now - HOUR) return false;
    // The minimum gap of every authority here lets a reminder give way to an earlier one of its appointment that is
    // planned, and a late one to the next: in the night of a clock change the first rule comes within the gap of the
    // second.
    const moments = dueTimes(authority, start);
    if (moments.some((moment) => moment < due && moment > due - GAP_MS && moment > (sent[0]?.at ?? 0))) return false;
    const following = moments.filter((moment) => moment > due);
    const end = Math.min(next, deadline(start), this.#timeline.now, ...following.map((moment) => moment - GAP_MS));
    return this.#clean(authority, due, end) !== null;
  }

  /** The begin of a time in which everything worked and the window was open; null: there was none. */
  #clean(authority: AuthorityId, from: number, to: number): number | null {
    for (let at = from; at + CLEAN_MS <= to && at < from + 3 * DAY; at += 5 * MINUTE) {
      const held = this.#judge.disturbances.some(
        (disturbance) =>
          (disturbance.authority ?? authority) === authority &&
          disturbance.from <= at + CLEAN_MS &&
          disturbance.to >= at,
      );
      const leftOut = this.#judge.ticksLeftOut.some((time) => time.from <= at + CLEAN_MS && time.to >= at);
      if (!held && !leftOut && isOpen(authority, at) && isOpen(authority, at + CLEAN_MS)) return at;
    }
    return null;
  }

  #tried({ post }: SentPost, due: number): boolean {
    return this.#suppliers.some(({ calls }) =>
      calls.some(({ sms, at }) => sms.to === post.phone && at >= due - 2 * MINUTE && at <= due + 3 * DAY + HOUR),
    );
  }

  /**
   * True for a start that was committed, also when its process came no further: the reminder is uncertain, which staff
   * see.
   */
  #startedAtLeast(reference: string, due: number): boolean {
    const rows = this.#database.inspect(STARTED, [reference, new Date(due)]);
    return rows !== null && rows.length > 0;
  }
}
