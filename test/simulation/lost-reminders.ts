import { deadline, dueMoments, isOpen } from './calendar.ts';
import type { SharedDatabase } from './database.ts';
import type { Judge, Told } from './judge.ts';
import { type AuthorityId, DAY, HOUR, MINUTE } from './settings.ts';
import { statusesOf } from './statuses.ts';
import type { Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** One that was to be handed over has this long in which nothing stands in its way. */
const CLEAN_MS = 20 * MINUTE;
const GAP_MS = 20 * HOUR;

const STARTED = `select m.id from appointment a join reminder r on r.appointment_id = a.id join message m on m.reminder_id = r.id
  where a.reference = $1 and r.due_at = $2 and r.status = 'handed_over' and m.status = 'uncertain'`;

/** I8: what was to be handed over, and nobody tried to. */
export class LostReminders {
  /** How many were looked at. */
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

  /** Each that was due, with nothing in its way for a while, was at least tried. */
  look(): void {
    for (const { booked, told } of this.#judge.appointments.values()) {
      for (const [nth, each] of told.entries()) {
        // An update of one that was called off, or whose patient has come, books nothing.
        if (statusesOf(told.slice(0, nth + 1)).some((status) => status !== 'booked')) continue;
        const next = told[nth + 1]?.at ?? Number.POSITIVE_INFINITY;
        for (const due of dueMoments(booked.authority, each.post.start)) {
          if (
            this.#mustGo(booked.authority, told, nth, due, next) &&
            !this.#tried(each, due) &&
            !this.#startedAtLeast(booked.reference, due)
          )
            this.#judge.violation(
              `the reminder of ${booked.reference} ${each.post.order} due ${new Date(due).toISOString()} was never tried: ${this.#told(booked.reference)}`,
            );
          else this.expected++;
        }
      }
    }
  }

  #told(reference: string): string {
    const rows = this.#database.look<{ told: string }>(
      `select concat_ws(' ', r.rule, r.slot, r.status, r.reason, r.held_reason, r.due_at, au.pause_reason) as told
       from reminder r join appointment a on a.id = r.appointment_id join authority au on au.id = r.authority_id where a.reference = $1`,
      [reference],
    );
    return (rows ?? []).map(({ told }) => told).join('; ');
  }

  #mustGo(authority: AuthorityId, told: readonly Told[], nth: number, due: number, next: number): boolean {
    const each = told[nth] as Told;
    const { phone, start } = each.post;
    // What was known for sure in good time; what is odd about the number is left to the other checks.
    const settled = told
      .slice(0, nth + 1)
      .every(({ ackedAt, at }) => ackedAt < due - 10 * MINUTE && !this.#judge.clocksWrong(at - MINUTE, ackedAt));
    const gone = told.some(({ post }) => this.#judge.gone.has(`${authority} ${post.phone}`));
    const odd =
      // A STOP to somebody who never wrote to the number holds for all.
      gone || phone.endsWith('99') || this.#judge.barriers.some((barrier) => barrier.phone === phone);
    if (!settled || odd || due >= deadline(start) - CLEAN_MS || due > this.#timeline.now - HOUR) return false;
    // By the minimum gap of every authority here one gives way to an earlier one of its appointment that is planned, and
    // a late one to the next: in the night of a clock change the first rule comes within the gap of the second.
    const moments = dueMoments(authority, start);
    if (moments.some((moment) => moment < due && moment > due - GAP_MS && moment > (told[0]?.at ?? 0))) return false;
    const following = moments.filter((moment) => moment > due);
    const end = Math.min(next, deadline(start), this.#timeline.now, ...following.map((moment) => moment - GAP_MS));
    return this.#clean(authority, due, end) !== null;
  }

  /** A while in which everything worked and the window was open. */
  #clean(authority: AuthorityId, from: number, to: number): number | null {
    for (let at = from; at + CLEAN_MS <= to && at < from + 3 * DAY; at += 5 * MINUTE) {
      const held = this.#judge.holdups.some(
        (holdup) => (holdup.authority ?? authority) === authority && holdup.from <= at + CLEAN_MS && holdup.to >= at,
      );
      if (!held && isOpen(authority, at) && isOpen(authority, at + CLEAN_MS)) return at;
    }
    return null;
  }

  #tried({ post }: Told, due: number): boolean {
    return this.#suppliers.some(({ calls }) =>
      calls.some(({ sms, at }) => sms.to === post.phone && at >= due - 2 * MINUTE && at <= due + 3 * DAY + HOUR),
    );
  }

  /**
   * A start that is committed counts, also when its process came no further: it stands as uncertain for staff to see.
   */
  #startedAtLeast(reference: string, due: number): boolean {
    const rows = this.#database.look(STARTED, [reference, new Date(due)]);
    return rows !== null && rows.length > 0;
  }
}
