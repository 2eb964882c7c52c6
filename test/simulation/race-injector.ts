import type { BookingSystems } from './booking.ts';
import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { People } from './people.ts';
import type { SimulatedProcess } from './process.ts';
import type { AuthorityId } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** The longest delay of a statement: the network gives up after ten seconds. */
const LONGEST_MS = 9_000;

/** Text that only the look of the dispatcher holds. */
const LOOK = 'as appointment_revision';
/** Text that only the start of the dispatcher holds. */
export const START = 'with alive as';
/** The reminders of a look that may be started with its first group. */
const MOST_IN_A_GROUP = 3;

const APPOINTMENT = `select a.reference, a.authority_id from reminder r join appointment a on a.id = r.appointment_id where r.id = $1`;

/**
 * Injects races: once a process has found something due, its next statements are delayed, and what it has read is
 * changed meanwhile: before it reads the settings that it decides by, or between its decision and its start.
 */
export class RaceInjector {
  /** The races so far. */
  injected = 0;
  /** False once appointments are due that its booking systems do not know. */
  active = true;
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #database: SharedDatabase;
  readonly #booking: BookingSystems;
  readonly #people: People;

  constructor(timeline: Timeline, dice: Dice, database: SharedDatabase, booking: BookingSystems, people: People) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#database = database;
    this.#booking = booking;
    this.#people = people;
  }

  /** Decides after each statement of a process whether to inject a race. */
  afterStatement(process: SimulatedProcess, text: string, rows: readonly unknown[]): void {
    const due = text.includes(LOOK) ? (rows as { readonly id: string; readonly expires_at: Date }[]) : [];
    const first = due[this.#dice.between(0, Math.min(due.length, MOST_IN_A_GROUP) - 1)];
    if (!first || !this.active) return;
    const left = first.expires_at.getTime() - this.#timeline.now - process.skewMs;
    // The reminder passes its deadline before it can be started.
    if (left > 0 && left < LONGEST_MS && this.#dice.chance(0.2)) {
      this.#database.delayNext(process, left + this.#dice.between(20, 500));
      return;
    }
    if (!this.#dice.chance(0.12)) return;
    const [appointment] =
      this.#database.inspect<{ reference: string; authority_id: AuthorityId }>(APPOINTMENT, [first.id]) ?? [];
    if (!appointment) return;
    this.injected++;
    if (this.#dice.chance(0.5)) this.#database.delayNext(process, this.#dice.between(50, 500), START);
    else
      for (let statement = this.#dice.between(1, 3); statement > 0; statement--)
        this.#database.delayNext(process, this.#dice.between(50, 500));
    if (this.#dice.chance(0.75)) this.#booking.changeNow(appointment.reference);
    else this.#people.changeNow(appointment.authority_id, appointment.reference);
  }
}
