import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { SimulatedProcess } from './process.ts';
import { HOUR, MINUTE, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

/**
 * What there is to be done, and from when on: what is due, what a dead process left behind, what may be asked about.
 */
const NEXT = `select
  (select min(next_at) from reminder where status in ('planned', 'uncertain')) as reminder,
  (select min(next_at) from message where status = 'planned') as answer,
  (select min(b.lease_until) from reminder r join batch b on b.id = r.batch_id where r.status = 'claimed') as lease,
  (select min(received_at) + interval '30 s' from callback where applied_at is null) as callback,
  (select min(updated_at) + interval '2 min' from message where reminder_id is null and status = 'handing_over') as abandoned,
  (select min(coalesce(m.next_at, m.updated_at + interval '1 min')) from reminder r join message m on m.reminder_id = r.id
    where r.status = 'uncertain' and r.next_at is null and m.status = 'uncertain') as question`;
type Next = Readonly<Record<'reminder' | 'answer' | 'lease' | 'callback' | 'abandoned' | 'question', Date | null>>;

type Job = 'dispatch' | 'sweep' | 'look_up';
const JOBS: readonly Job[] = ['dispatch', 'sweep', 'look_up'];

interface Rhythm {
  /** When it runs next; infinite: when something comes in. */
  at: number;
  callOff: () => void;
  /** How many runs in a row found something due that they could do nothing about. */
  idle: number;
}

/**
 * Wakes processes as the scheduler does, but for the seconds in which nothing could happen: it sees what is due next. A
 * tick each second in an outage of a day would be a day's work to simulate, so that runs that come to nothing grow
 * apart.
 */
export class Waker {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #database: SharedDatabase;
  readonly #rhythms = new Map<SimulatedProcess, Record<Job, Rhythm>>();
  #looking = false;

  constructor(timeline: Timeline, dice: Dice, database: SharedDatabase) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#database = database;
  }

  /** From now on until it dies. */
  adopt(process: SimulatedProcess): void {
    const rhythm = (): Rhythm => ({ at: Number.POSITIVE_INFINITY, callOff: () => {}, idle: 0 });
    this.#rhythms.set(process, { dispatch: rhythm(), sweep: rhythm(), look_up: rhythm() });
    this.lookSoon();
    this.#every(process, 'sweep', this.#dice.between(1, 10) * SECOND, 24 * HOUR);
    this.#every(process, 'purge', this.#dice.between(1, 24) * HOUR, 72 * HOUR);
  }

  /** After trouble: what could not be done before can be done at once. */
  lookAgain(): void {
    for (const [process, rhythms] of this.#rhythms) {
      for (const job of JOBS) rhythms[job].idle = 0;
      if (this.#dice.chance(0.5))
        this.#timeline.after(this.#dice.between(1, 60) * SECOND, () => void process.wake('sweep'), process);
    }
    this.lookSoon();
  }

  /**
   * A clock was set, its own or the database's: the next tick notices, and the next sweep, one of which comes each ten
   * seconds.
   */
  clockSet(process: SimulatedProcess): void {
    this.#timeline.after(this.#dice.between(0, 999), () => this.#run(process, 'dispatch'), process);
    const sweep = this.#dice.between(1_000, 9_000);
    for (const later of [0, 10 * SECOND, 20 * SECOND])
      this.#timeline.after(sweep + later, () => void process.wake('sweep'), process);
    this.#timeline.after(this.#dice.between(1, 600) * SECOND, () => void process.wake('purge'), process);
  }

  #every(process: SimulatedProcess, name: 'sweep' | 'purge', first: number, ms: number): void {
    this.#timeline.after(
      first,
      () => {
        void process.wake(name);
        this.#every(process, name, ms + this.#dice.between(0, 10) * SECOND, ms);
      },
      process,
    );
  }

  /** Something may have come in, or have been done. */
  lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#timeline.after(this.#dice.between(100, 900), () => this.#look());
  }

  #look(): void {
    this.#looking = false;
    const [row] = this.#database.look<Next>(NEXT) ?? [];
    if (!row) return void this.lookSoon();
    const first = (...instants: (Date | null)[]) =>
      Math.min(...instants.map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
    const due = {
      dispatch: first(row.reminder, row.answer),
      sweep: first(row.lease, row.callback, row.abandoned),
      look_up: first(row.question),
    };
    for (const [process, rhythms] of this.#rhythms) {
      if (process.dead) this.#rhythms.delete(process);
      else for (const job of JOBS) this.#schedule(process, job, rhythms[job], due[job] - process.skewMs);
    }
  }

  #schedule(process: SimulatedProcess, job: Job, rhythm: Rhythm, due: number): void {
    if (due === Number.POSITIVE_INFINITY || (job === 'look_up' && !process.asks)) return;
    const { now } = this.#timeline;
    if (due > now) rhythm.idle = 0;
    const pause = rhythm.idle === 0 ? 0 : Math.min(SECOND * 2 ** Math.max(0, rhythm.idle - 3), 30 * MINUTE);
    const earliest = Math.ceil(Math.max(due, now + pause) / SECOND) * SECOND;
    const at = earliest + this.#dice.between(0, job === 'dispatch' ? 20 : 10 * SECOND);
    if (rhythm.at <= at && rhythm.at > now) return;
    rhythm.callOff();
    rhythm.at = at;
    rhythm.callOff = this.#timeline.at(at, () => this.#run(process, job), process);
  }

  #run(process: SimulatedProcess, job: Job): void {
    const rhythm = this.#rhythms.get(process)?.[job];
    if (rhythm) rhythm.idle++;
    void process.wake(job);
    this.lookSoon();
    if (job !== 'dispatch') return;
    void process.wake('answers');
    // Sweeps also come while calls are in flight.
    if (this.#dice.chance(0.1))
      this.#timeline.after(this.#dice.between(0, 9_000), () => void process.wake('sweep'), process);
  }
}
