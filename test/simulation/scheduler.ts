import type { SharedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { Job, SimulatedProcess } from './process.ts';
import { HOUR, MINUTE, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** The instant from which a process counts as gone that left something behind, or no longer lives. */
const GONE = `select min(p.heartbeat_at) + interval '45 s' as gone from process p
  where p.name <> all ($1::text[]) or exists (select from hand_over_group g where g.process_id = p.id and g.message_ids <> '{}')`;
/** The next instants at which there is work: what is due, what waits to be settled, what may be asked about. */
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
      where e.state <> 'ended' and w.due is not null)) as event`;
type Next = Readonly<Record<'reminder' | 'answer' | 'callback' | 'abandoned' | 'question' | 'event', Date | null>>;

type ScheduledJob = 'dispatch' | 'sweep' | 'look_up' | 'events';
const SCHEDULED_JOBS: readonly ScheduledJob[] = ['dispatch', 'sweep', 'look_up', 'events'];

const HEARTBEAT_MS = 5 * SECOND;
/** A pause between ticks that came to nothing in which a reminder may wait for one. */
const LEFT_OUT_MS = 4 * MINUTE;
/** The time in which heartbeats are sent after a start, and after a fault begins or ends: for a call and a lapse. */
const HEARTBEATS_LAST_MS = MINUTE;

/** The pause after so many runs in a row that came to nothing. */
const pauseAfter = (idle: number) => (idle === 0 ? 0 : Math.min(SECOND * 2 ** Math.max(0, idle - 3), 30 * MINUTE));

interface JobSchedule {
  /** The next run; infinite: when something comes in. */
  at: number;
  cancel: () => void;
  /** Runs in a row that found something due and could do nothing about it. */
  idle: number;
}

interface ProcessSchedule {
  readonly jobs: Readonly<Record<ScheduledJob, JobSchedule>>;
  /** The position of its heartbeats in the interval: those of two processes do not come at the same moment. */
  readonly phase: number;
  /** The next heartbeat that is planned. */
  heartbeatAt: number;
}

/**
 * Runs the jobs of processes as their scheduler does, but for the seconds in which nothing could happen: it reads what
 * is due next. A tick each second in an outage of a day would be a day's work to simulate, so that runs that come to
 * nothing grow apart. Likewise heartbeats are left out while nobody hands over and there is no fault; before any job
 * all processes that live and don't stand still write theirs, as they would have done all along.
 */
export class SimulatedScheduler {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #database: SharedDatabase;
  readonly #processes = new Map<SimulatedProcess, ProcessSchedule>();
  #checkPlanned = false;
  /** The last answer of `NEXT`, with the number of changes of the database before it. */
  #next: { readonly row: Next; readonly changes: number } | null = null;
  #heartbeatsUntil = Number.NEGATIVE_INFINITY;
  /** The last time at which all processes were to write their heartbeat. */
  #heartbeatsAt = Number.NEGATIVE_INFINITY;

  /** The last tick of any process. */
  #tickedAt = Number.NEGATIVE_INFINITY;
  readonly #onTicksLeftOut: (from: number, to: number) => void;

  /** @param onTicksLeftOut told of long times without a tick in which one would have come each second */
  constructor(
    timeline: Timeline,
    dice: Dice,
    database: SharedDatabase,
    onTicksLeftOut: (from: number, to: number) => void,
  ) {
    this.#onTicksLeftOut = onTicksLeftOut;
    this.#timeline = timeline;
    this.#dice = dice;
    this.#database = database;
  }

  /** Runs the jobs of a process from now on until it dies. */
  add(process: SimulatedProcess): void {
    const nothing = (): JobSchedule => ({ at: Number.POSITIVE_INFINITY, cancel: () => {}, idle: 0 });
    this.#processes.set(process, {
      jobs: { dispatch: nothing(), sweep: nothing(), look_up: nothing(), events: nothing() },
      phase: this.#dice.between(0, HEARTBEAT_MS - 1),
      heartbeatAt: Number.NEGATIVE_INFINITY,
    });
    this.keepHeartbeats();
    this.#timeline.after(this.#dice.between(0, 999), () => this.#run(process, 'dispatch'), process);
    this.#every(process, 'sweep', this.#dice.between(1, 10) * SECOND, 24 * HOUR);
    this.#every(process, 'purge', this.#dice.between(1, 24) * HOUR, 72 * HOUR);
  }

  /** Runs all jobs soon, after a fault: what could not be done before can be done at once. */
  retryAll(): void {
    this.keepHeartbeats();
    for (const [process, { jobs }] of this.#processes) {
      for (const job of SCHEDULED_JOBS) jobs[job].idle = 0;
      if (this.#dice.chance(0.5))
        this.#timeline.after(this.#dice.between(1, 60) * SECOND, () => this.#startJob(process, 'sweep'), process);
    }
    this.checkSoon();
  }

  /** Sends heartbeats each five seconds for a while from now on. */
  keepHeartbeats(): void {
    this.#heartbeatsUntil = Math.max(this.#heartbeatsUntil, this.#timeline.now + HEARTBEATS_LAST_MS);
    for (const [process, schedule] of this.#processes) this.#planHeartbeat(process, schedule);
  }

  /**
   * Runs the jobs that notice a clock which was set, the process's own or the database's: the next tick, and the next
   * sweeps, one of which comes each ten seconds.
   */
  clockSet(process: SimulatedProcess): void {
    this.keepHeartbeats();
    this.#timeline.after(this.#dice.between(0, 999), () => this.#run(process, 'dispatch'), process);
    const sweep = this.#dice.between(1_000, 9_000);
    for (const later of [0, 10 * SECOND, 20 * SECOND])
      this.#timeline.after(sweep + later, () => this.#startJob(process, 'sweep'), process);
    this.#timeline.after(this.#dice.between(1, 600) * SECOND, () => this.#startJob(process, 'purge'), process);
  }

  /** Checks soon what is due next, since something may have come in or have been done. */
  checkSoon(): void {
    if (this.#checkPlanned) return;
    this.#checkPlanned = true;
    this.#timeline.after(this.#dice.between(100, 900), () => this.#check());
  }

  #every(process: SimulatedProcess, name: 'sweep' | 'purge', first: number, ms: number): void {
    this.#timeline.after(
      first,
      () => {
        this.#startJob(process, name);
        this.#every(process, name, ms + this.#dice.between(0, 10) * SECOND, ms);
      },
      process,
    );
  }

  /** Runs a job; where no heartbeat was sent for a while, heartbeats come first. */
  #startJob(process: SimulatedProcess, job: Job): void {
    const { now } = this.#timeline;
    if (Math.max(this.#heartbeatsUntil, this.#heartbeatsAt + HEARTBEAT_MS) >= now) return void process.run(job);
    this.#sendHeartbeats();
    this.#timeline.after(this.#dice.between(50, 500), () => void process.run(job), process);
  }

  #sendHeartbeats(): void {
    this.#heartbeatsAt = this.#timeline.now;
    for (const process of this.#processes.keys())
      this.#timeline.after(this.#dice.between(0, 20), () => void process.run('heartbeat'), process);
  }

  #planHeartbeat(process: SimulatedProcess, schedule: ProcessSchedule): void {
    const { now } = this.#timeline;
    if (process.dead || schedule.heartbeatAt > now) return;
    const since = (((now - schedule.phase) % HEARTBEAT_MS) + HEARTBEAT_MS) % HEARTBEAT_MS;
    schedule.heartbeatAt = now + HEARTBEAT_MS - since;
    this.#timeline.at(
      schedule.heartbeatAt,
      () => {
        void process.run('heartbeat');
        if (this.#timeline.now < this.#heartbeatsUntil) this.#planHeartbeat(process, schedule);
      },
      process,
    );
  }

  #check(): void {
    this.#checkPlanned = false;
    for (const process of this.#processes.keys()) if (process.dead) this.#processes.delete(process);
    const { now } = this.#timeline;
    const living = [...this.#processes.keys()].filter(({ stoppedUntil }) => stoppedUntil <= now);
    const row = this.#readNext();
    const [left] = this.#database.inspect<{ gone: Date | null }>(GONE, [living.map(({ name }) => name)]) ?? [];
    if (!row || !left) return void this.checkSoon();
    const first = (...instants: (Date | null)[]) =>
      Math.min(...instants.map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
    const due = {
      dispatch: first(row.reminder, row.answer),
      sweep: first(row.callback, row.abandoned),
      look_up: first(row.question),
      events: first(row.event),
    };
    // Heartbeats are by the database's clock, everything else is by the process's own.
    const gone = first(left.gone) - this.#database.skewMs;
    for (const [process, { jobs }] of this.#processes) {
      const by = { ...due, sweep: Math.min(due.sweep, gone + process.skewMs) };
      for (const job of SCHEDULED_JOBS) this.#schedule(process, job, jobs[job], by[job] - process.skewMs);
    }
  }

  #readNext(): Next | undefined {
    const { changes } = this.#database;
    if (this.#next?.changes === changes) return this.#next.row;
    const [row] = this.#database.inspect<Next>(NEXT) ?? [];
    if (row) this.#next = { row, changes };
    return row;
  }

  #schedule(process: SimulatedProcess, job: ScheduledJob, next: JobSchedule, due: number): void {
    if (job === 'events' && due === Number.POSITIVE_INFINITY) next.idle = 0;
    if (due === Number.POSITIVE_INFINITY || (job === 'look_up' && !process.canLookUp)) return;
    const { now } = this.#timeline;
    if (due > now) next.idle = 0;
    const earliest = Math.ceil(Math.max(due, now + pauseAfter(next.idle)) / SECOND) * SECOND;
    const at = earliest + this.#dice.between(0, job === 'dispatch' ? 20 : 10 * SECOND);
    if (next.at <= at && next.at > now) return;
    next.cancel();
    next.at = at;
    const cancelRun = this.#timeline.at(at, () => this.#run(process, job), process);
    const cancelHeartbeats = this.#timeline.at(at - this.#dice.between(200, 3_000), () => this.#sendHeartbeats());
    next.cancel = () => {
      cancelRun();
      cancelHeartbeats();
    };
  }

  /** Tells of the pause before this tick where it was a long one, since the ticks before had come to nothing. */
  #noteTick(idle: number): void {
    const { now } = this.#timeline;
    const from = Math.max(this.#tickedAt, now - pauseAfter(idle) - MINUTE);
    if (pauseAfter(idle) >= LEFT_OUT_MS && now - from >= LEFT_OUT_MS) this.#onTicksLeftOut(from, now);
    this.#tickedAt = now;
  }

  #run(process: SimulatedProcess, job: ScheduledJob): void {
    const next = this.#processes.get(process)?.jobs[job];
    if (job === 'dispatch') this.#noteTick(next?.idle ?? 0);
    if (next) next.idle++;
    this.#startJob(process, job);
    this.checkSoon();
    if (job !== 'dispatch') return;
    this.#startJob(process, 'answers');
    // Sweeps also come while calls are in flight.
    if (this.#dice.chance(0.1))
      this.#timeline.after(this.#dice.between(0, 9_000), () => this.#startJob(process, 'sweep'), process);
  }
}
