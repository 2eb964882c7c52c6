import type { BookingSystems } from './booking.ts';
import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { People } from './people.ts';
import type { SimulatedProcess } from './process.ts';
import type { AuthorityId } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** Of a statement on its way; the network gives up after ten seconds. */
const LONGEST_MS = 9_000;

/** What only these statements of the dispatch hold. */
const LOOK = 'as appointment_revision';
export const START = 'with alive as';
/** Those of a look that may be started with its first group. */
const MOST_IN_A_GROUP = 3;

const WHOSE = `select a.reference, a.authority_id from reminder r join appointment a on a.id = r.appointment_id where r.id = $1`;

/**
 * Waits for a process to find something due, keeps it from going on for a moment, and has the world change what it has
 * read: before it reads the settings that it decides by, or between its decision and its start.
 */
export class Ambush {
  /** How often it sprang. */
  sprung = 0;
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

  /** Of each statement that was carried out for a process. */
  watch(process: SimulatedProcess, text: string, rows: readonly unknown[]): void {
    const due = text.includes(LOOK) ? (rows as { readonly id: string; readonly expires_at: Date }[]) : [];
    const first = due[this.#dice.between(0, Math.min(due.length, MOST_IN_A_GROUP) - 1)];
    if (!first) return;
    const left = first.expires_at.getTime() - this.#timeline.now - process.skewMs;
    // Past its deadline before it can be started.
    if (left > 0 && left < LONGEST_MS && this.#dice.chance(0.2)) {
      this.#database.dawdle(process, left + this.#dice.between(20, 500));
      return;
    }
    if (!this.#dice.chance(0.12)) return;
    const [whose] = this.#database.look<{ reference: string; authority_id: AuthorityId }>(WHOSE, [first.id]) ?? [];
    if (!whose) return;
    this.sprung++;
    if (this.#dice.chance(0.5)) this.#database.dawdle(process, this.#dice.between(50, 500), START);
    else
      for (let statement = this.#dice.between(1, 3); statement > 0; statement--)
        this.#database.dawdle(process, this.#dice.between(50, 500));
    if (this.#dice.chance(0.75)) this.#booking.surprise(whose.reference);
    else this.#people.surprise(whose.authority_id, whose.reference);
  }
}
