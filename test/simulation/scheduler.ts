import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { Job, SimulatedProcess } from './process.ts';
import { HOUR, MINUTE, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** From when on a process counts as gone that left something behind, or no longer lives. */
const GONE = `select min(p.heartbeat_at) + interval '45 s' as gone from process p
  where p.name <> all ($1::text[]) or exists (select from hand_over_group g where g.process_id = p.id and g.message_ids <> '{}')`;
/** What there is to be done, and from when on: what is due, what waits to be settled, what may be asked about. */
const NEXT = `select
  (select min(next_at) from reminder) as reminder,
  (select min(next_at) from message where reminder_id is null and status = 'planned') as answer,
  (select min(received_at) + interval '30 s' from callback where applied_at is null) as callback,
  (select min(next_at) from message where reminder_id is null and status = 'handing_over') as abandoned,
  (select min(coalesce(m.next_at, m.updated_at + interval '1 min')) from reminder r join message m on m.reminder_id = r.id
    where r.next_at is null and m.status = 'uncertain') as question,
  least(
    (select min(coalesce(held_until, '2000-01-01')) from event_outbox),
    (select min(greatest(e.next_at, e.owned_until, w.due)) from event_endpoint e cross join lateral (
      select least((select min(next_at) from delivery d where d.source_id = e.source_id and d.channel = e.channel),
        (select '2000-01-01'::timestamptz from event v where v.source_id = e.source_id and v.sequence > e.taken limit 1)) as due) w
      where e.state <> 'ended' and w.due is not null)) as told`;
type Next = Readonly<Record<'reminder' | 'answer' | 'callback' | 'abandoned' | 'question' | 'told', Date | null>>;

type Woken = 'dispatch' | 'sweep' | 'look_up' | 'events';
const WOKEN: readonly Woken[] = ['dispatch', 'sweep', 'look_up', 'events'];

const HEARTBEAT_MS = 5 * SECOND;
/** Heartbeats go on for so long after a start, or when trouble begins or ends: a call fits in, and a lapse. */
const BEATING_MS = MINUTE;

interface Rhythm {
  /** When it runs next; infinite: when something comes in. */
  at: number;
  callOff: () => void;
  /** How many runs in a row found something due that they could do nothing about. */
  idle: number;
}

interface Woke {
  readonly rhythms: Readonly<Record<Woken, Rhythm>>;
  /** Of its scheduler: processes do not beat at the same moment. */
  readonly phase: number;
  /** The next heartbeat that is planned. */
  beatAt: number;
}

/**
 * Wakes processes as the scheduler does, but for the seconds in which nothing could happen: it sees what is due next. A
 * tick each second in an outage of a day would be a day's work to simulate, so that runs that come to nothing grow
 * apart. Likewise heartbeats are left out while nobody hands over and all is well; before any job all that live and don't
 * stand still write theirs, as they would have done all along.
 */
export class Waker {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #database: SharedDatabase;
  readonly #processes = new Map<SimulatedProcess, Woke>();
  #looking = false;
  /** The last answer of `NEXT`, and how many changes of the database it came behind. */
  #next: { readonly row: Next; readonly changes: number } | null = null;
  #beatingUntil = Number.NEGATIVE_INFINITY;
  /** When all were last asked for their heartbeat. */
  #beatenAt = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline, dice: Dice, database: SharedDatabase) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#database = database;
  }

  /** From now on until it dies. */
  adopt(process: SimulatedProcess): void {
    const rhythm = (): Rhythm => ({ at: Number.POSITIVE_INFINITY, callOff: () => {}, idle: 0 });
    this.#processes.set(process, {
      rhythms: { dispatch: rhythm(), sweep: rhythm(), look_up: rhythm(), events: rhythm() },
      phase: this.#dice.between(0, HEARTBEAT_MS - 1),
      beatAt: Number.NEGATIVE_INFINITY,
    });
    this.stir();
    this.#timeline.after(this.#dice.between(0, 999), () => this.#run(process, 'dispatch'), process);
    this.#every(process, 'sweep', this.#dice.between(1, 10) * SECOND, 24 * HOUR);
    this.#every(process, 'purge', this.#dice.between(1, 24) * HOUR, 72 * HOUR);
  }

  /** After trouble: what could not be done before can be done at once. */
  lookAgain(): void {
    this.stir();
    for (const [process, { rhythms }] of this.#processes) {
      for (const job of WOKEN) rhythms[job].idle = 0;
      if (this.#dice.chance(0.5))
        this.#timeline.after(this.#dice.between(1, 60) * SECOND, () => this.#wake(process, 'sweep'), process);
    }
    this.lookSoon();
  }

  /** Heartbeats come each five seconds for a while from now on. */
  stir(): void {
    this.#beatingUntil = Math.max(this.#beatingUntil, this.#timeline.now + BEATING_MS);
    for (const [process, woke] of this.#processes) this.#beatOn(process, woke);
  }

  /**
   * A clock was set, its own or the database's: the next tick notices, and the next sweep, one of which comes each ten
   * seconds.
   */
  clockSet(process: SimulatedProcess): void {
    this.stir();
    this.#timeline.after(this.#dice.between(0, 999), () => this.#run(process, 'dispatch'), process);
    const sweep = this.#dice.between(1_000, 9_000);
    for (const later of [0, 10 * SECOND, 20 * SECOND])
      this.#timeline.after(sweep + later, () => this.#wake(process, 'sweep'), process);
    this.#timeline.after(this.#dice.between(1, 600) * SECOND, () => this.#wake(process, 'purge'), process);
  }

  /** Something may have come in, or have been done. */
  lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#timeline.after(this.#dice.between(100, 900), () => this.#look());
  }

  #every(process: SimulatedProcess, name: 'sweep' | 'purge', first: number, ms: number): void {
    this.#timeline.after(
      first,
      () => {
        this.#wake(process, name);
        this.#every(process, name, ms + this.#dice.between(0, 10) * SECOND, ms);
      },
      process,
    );
  }

  /** Runs a job; where no heartbeat has come for a while, these come first. */
  #wake(process: SimulatedProcess, job: Job): void {
    const { now } = this.#timeline;
    if (Math.max(this.#beatingUntil, this.#beatenAt + HEARTBEAT_MS) >= now) return void process.wake(job);
    this.#beatAll();
    this.#timeline.after(this.#dice.between(50, 500), () => void process.wake(job), process);
  }

  #beatAll(): void {
    this.#beatenAt = this.#timeline.now;
    for (const process of this.#processes.keys())
      this.#timeline.after(this.#dice.between(0, 20), () => void process.wake('heartbeat'), process);
  }

  #beatOn(process: SimulatedProcess, woke: Woke): void {
    const { now } = this.#timeline;
    if (process.dead || woke.beatAt > now) return;
    const since = (((now - woke.phase) % HEARTBEAT_MS) + HEARTBEAT_MS) % HEARTBEAT_MS;
    woke.beatAt = now + HEARTBEAT_MS - since;
    this.#timeline.at(
      woke.beatAt,
      () => {
        void process.wake('heartbeat');
        if (this.#timeline.now < this.#beatingUntil) this.#beatOn(process, woke);
      },
      process,
    );
  }

  #look(): void {
    this.#looking = false;
    for (const process of this.#processes.keys()) if (process.dead) this.#processes.delete(process);
    const { now } = this.#timeline;
    const living = [...this.#processes.keys()].filter(({ stoppedUntil }) => stoppedUntil <= now);
    const row = this.#lookForNext();
    const [left] = this.#database.look<{ gone: Date | null }>(GONE, [living.map(({ name }) => name)]) ?? [];
    if (!row || !left) return void this.lookSoon();
    const first = (...instants: (Date | null)[]) =>
      Math.min(...instants.map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
    const due = {
      dispatch: first(row.reminder, row.answer),
      sweep: first(row.callback, row.abandoned),
      look_up: first(row.question),
      events: first(row.told),
    };
    // Heartbeats are by the database's clock, everything else is by the process's own.
    const gone = first(left.gone) - this.#database.skewMs;
    for (const [process, { rhythms }] of this.#processes) {
      const by = { ...due, sweep: Math.min(due.sweep, gone + process.skewMs) };
      for (const job of WOKEN) this.#schedule(process, job, rhythms[job], by[job] - process.skewMs);
    }
  }

  #lookForNext(): Next | undefined {
    const { changes } = this.#database;
    if (this.#next?.changes === changes) return this.#next.row;
    const [row] = this.#database.look<Next>(NEXT) ?? [];
    if (row) this.#next = { row, changes };
    return row;
  }

  #schedule(process: SimulatedProcess, job: Woken, rhythm: Rhythm, due: number): void {
    if (job === 'events' && due === Number.POSITIVE_INFINITY) rhythm.idle = 0;
    if (due === Number.POSITIVE_INFINITY || (job === 'look_up' && !process.asks)) return;
    const { now } = this.#timeline;
    if (due > now) rhythm.idle = 0;
    const pause = rhythm.idle === 0 ? 0 : Math.min(SECOND * 2 ** Math.max(0, rhythm.idle - 3), 30 * MINUTE);
    const earliest = Math.ceil(Math.max(due, now + pause) / SECOND) * SECOND;
    const at = earliest + this.#dice.between(0, job === 'dispatch' ? 20 : 10 * SECOND);
    if (rhythm.at <= at && rhythm.at > now) return;
    rhythm.callOff();
    rhythm.at = at;
    const callOffRun = this.#timeline.at(at, () => this.#run(process, job), process);
    const callOffBeat = this.#timeline.at(at - this.#dice.between(200, 3_000), () => this.#beatAll());
    rhythm.callOff = () => {
      callOffRun();
      callOffBeat();
    };
  }

  #run(process: SimulatedProcess, job: Woken): void {
    const rhythm = this.#processes.get(process)?.rhythms[job];
    if (rhythm) rhythm.idle++;
    this.#wake(process, job);
    this.lookSoon();
    if (job !== 'dispatch') return;
    this.#wake(process, 'answers');
    // Sweeps also come while calls are in flight.
    if (this.#dice.chance(0.1))
      this.#timeline.after(this.#dice.between(0, 9_000), () => this.#wake(process, 'sweep'), process);
  }
}
