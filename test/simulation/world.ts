import { receiveCallback } from '../../src/callbacks/receive.ts';
import { isConnectionFailure } from '../../src/database/transaction.ts';
import type { LookUpResult } from '../../src/gateways/gateway.ts';
import { checkNotLost } from './again-check.ts';
import { BookingSystems } from './booking.ts';
import { dueTimes } from './calendar.ts';
import { CallCheck } from './call-check.ts';
import { SharedDatabase, USUAL_BREAK_RATE } from './database.ts';
import { checkDeliveries } from './delivery-check.ts';
import { Desk } from './desk.ts';
import { Dice, seedRandomness, stopMachineClock } from './dice.ts';
import { EventEndpoint } from './event-endpoint.ts';
import { planFaults } from './faults.ts';
import { FeedCheck } from './feed-check.ts';
import { checkHospital } from './hospital.ts';
import { Judge } from './judge.ts';
import { checkLists } from './lists.ts';
import { People } from './people.ts';
import { type Job, type ProcessEnvironment, SimulatedProcess } from './process.ts';
import { RaceInjector, START } from './race-injector.ts';
import { Requests } from './requests.ts';
import { SimulatedScheduler } from './scheduler.ts';
import type { Session } from './session.ts';
import { setUp } from './set-up.ts';
import { AUTHORITIES, DAY, HOUR, MANY, MINUTE, SECOND, type Setting, settingOf } from './settings.ts';
import { StateCheck } from './state-check.ts';
import { type Call, type Report, Supplier } from './supplier.ts';
import type { Acceptance, Receipt } from './supplier-book.ts';
import { Timeline } from './timeline.ts';
import { checkUnclearStatuses } from './unclear-statuses.ts';

/** The result of a seed. */
export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** A hash of all that happened: a seed that runs again has the same. */
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly trace: readonly string[] | null;
}

/** Options of a simulated seed. `trace`: keep the trace; `stop`: end at the first violation. */
export interface SimulationOptions {
  readonly trace?: boolean;
  readonly stop?: boolean;
  /** 2: a second gateway stands behind the first; 1 unless it is given. */
  readonly gateways?: 1 | 2;
  /** The booking systems speak a vendor's JSON: with a zone and a country beside, and without version and time. */
  readonly vendors?: boolean;
  /** The suppliers take many SMS in one call. */
  readonly many?: boolean;
  /** Staff send reminders again. */
  readonly staff?: boolean;
  /** The only fault is that the first gateway is away for six hours of the second day. */
  readonly outage?: boolean;
}

/** Simulates so many days of two authorities, as the seed decides. @param session of a migrated, empty database */
export async function simulate(
  session: Session,
  seed: number,
  days: number,
  how: SimulationOptions = {},
): Promise<SimulationResult> {
  const dice = new Dice(seed);
  const restoreRandomness = seedRandomness(dice.fork());
  const restoreClock = stopMachineClock();
  try {
    const world = await World.make(session, dice, how);
    return { seed, ...(await world.run(days)) };
  } finally {
    restoreClock();
    restoreRandomness();
  }
}

/** The outage: six hours from 08:00 UTC of the second day on, in which most reminders of both authorities are due. */
const OUTAGE_AT_MS = 26 * HOUR;
const OUTAGE_MS = 6 * HOUR;

/** Statements of a heartbeat, which give nobody anything to do. */
const HEARTBEAT =
  /^\s*(insert into process as|select id from process where|select \* from "gateway_state"|(insert into|delete from) "?gateway_calls|select gateway, sum)/;

const startsOne = (row: unknown): boolean => (row as { readonly verdict: string }).verdict === 'start';

class World {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #setting: Setting;
  readonly #database: SharedDatabase;
  readonly #judge: Judge;
  readonly #supplier: Supplier;
  readonly #suppliers: readonly [Supplier, ...Supplier[]];
  readonly #how: SimulationOptions;
  readonly #requests: Requests;
  readonly #booking: BookingSystems;
  readonly #people: People;
  readonly #callCheck: CallCheck;
  /** null: nobody sends again. */
  readonly #desk: Desk | null;
  readonly #scheduler: SimulatedScheduler;
  readonly #races: RaceInjector;
  readonly #environment: ProcessEnvironment;
  readonly #endpoint: EventEndpoint;
  readonly #eventSecret: string;
  #processes: SimulatedProcess[] = [];
  #started = 0;

  static async make(session: Session, dice: Dice, how: SimulationOptions): Promise<World> {
    const setting = { ...settingOf(dice), ...(how.vendors && { vendors: true }), ...(how.many && MANY) };
    const timeline = new Timeline(setting.start, how.trace ?? false);
    const database = new SharedDatabase(timeline, dice.fork(), session);
    const prepared = await setUp(database, timeline, setting);
    return new World(
      timeline,
      dice,
      setting,
      database,
      new Judge(timeline, database, how.stop ?? false),
      prepared,
      how,
    );
  }

  private constructor(
    timeline: Timeline,
    dice: Dice,
    setting: Setting,
    database: SharedDatabase,
    judge: Judge,
    { keyring, eventSecret }: Awaited<ReturnType<typeof setUp>>,
    how: SimulationOptions,
  ) {
    this.#how = how;
    this.#timeline = timeline;
    this.#dice = dice;
    this.#setting = setting;
    this.#database = database;
    this.#judge = judge;
    const requests = new Requests(timeline, dice.fork(), () => this.#processes);
    this.#requests = requests;
    const reportAs =
      (gateway: () => string): Report =>
      (kind, body, taken) => {
        const id = gateway();
        const raw = Buffer.from(JSON.stringify(body));
        const callback = { kind, method: 'POST', path: '', query: {}, headers: {}, body: raw };
        const take = ({ deps, receipts }: SimulatedProcess) => receiveCallback({ ...deps, receipts }, id, callback);
        requests.ask(`${kind} ${JSON.stringify(body)}`, take, taken, { tries: 12, late: true });
        if (dice.chance(0.05))
          timeline.after(dice.between(0, 40) * MINUTE, () =>
            requests.ask(`${kind} again`, take, () => {}, { tries: 2, late: true }),
          );
      };
    const callCheck = new CallCheck(judge, database, setting);
    this.#callCheck = callCheck;
    const makeSupplier = (supplierDice: Dice, id: string): Supplier => {
      const hooks = {
        onCall: (call: Call) => {
          callCheck.called(call);
          this.#desk?.onCall(call);
        },
        onLookUp: (reference: string, result: LookUpResult) => this.#judge.lookedUp(reference, result),
        onAccept: (acceptance: Acceptance) => this.#people.onRead(acceptance),
        report: (event: Receipt) => {
          const reference = event.reference ?? '';
          this.#judge.receiptSent(reference, event.state);
          reportAs(() => id)('receipts', event, () => this.#judge.receiptTaken(reference, event.state));
        },
      };
      return new Supplier(timeline, supplierDice, setting, hooks, id);
    };
    this.#supplier = makeSupplier(dice.fork(), 'supplier');
    // The dice fall in a world with one gateway as if there were no second.
    const second = how.gateways === 2 ? dice.fork() : null;
    this.#suppliers = second ? [this.#supplier, makeSupplier(second.fork(), 'second')] : [this.#supplier];
    const inboundAt = () => second?.pick(['supplier', 'second'] as const) ?? 'supplier';
    this.#booking = new BookingSystems(timeline, dice.fork(), requests, this.#judge, setting);
    this.#people = new People(timeline, dice.fork(), requests, this.#judge, setting, reportAs(inboundAt));
    // The dice fall in a world whose staff send nothing again as if they never could.
    this.#desk = how.staff ? new Desk(timeline, dice.fork(), requests, judge, setting) : null;
    this.#scheduler = new SimulatedScheduler(timeline, dice.fork(), database, (from, to) =>
      this.#noteTicksLeftOut(from, to),
    );
    this.#races = new RaceInjector(timeline, dice.fork(), database, this.#booking, this.#people);
    database.onRollback = () => this.#scheduler.checkSoon();
    database.onStatement = (owner, text, rows) => {
      if (!HEARTBEAT.test(text)) this.#scheduler.checkSoon();
      if (text.includes(START) && rows.some(startsOne)) this.#scheduler.keepHeartbeats();
      const process = this.#processes.find((each) => each === owner);
      if (process) this.#races.afterStatement(process, text, rows);
    };
    this.#environment = {
      timeline,
      database,
      keyring,
      dice: dice.fork(),
      concurrency: setting.concurrency,
      gatewaysFor: (process) => {
        const [first, ...others] = this.#suppliers;
        return [first.adapterFor(process), ...others.map((supplier) => supplier.adapterFor(process))];
      },
      outgoingFor: (process) => this.#endpoint.for(process),
      onLog: (line) => this.#onLog(line),
      onFailed: (job, error) => this.#onFailed(job, error),
    };
    this.#endpoint = new EventEndpoint(timeline, dice.fork());
    this.#eventSecret = eventSecret;
  }

  async run(days: number): Promise<Omit<SimulationResult, 'seed'>> {
    const { start } = this.#setting;
    this.#database.breaking = USUAL_BREAK_RATE;
    for (let nth = 0; nth < this.#setting.processes; nth++) this.#startProcess();
    this.#booking.book(Math.round(20 + days * 0.7), days);
    this.#people.planStaff(days);
    if (this.#how.outage) this.#planOutage();
    else {
      this.#planFaults(days);
      this.#endpoint.flap(start, days);
    }
    const stateCheck = new StateCheck(this.#timeline, this.#database, this.#judge, this.#suppliers, this.#setting, () =>
      this.#processes.filter(({ dead }) => !dead).map(({ name }) => name),
    );
    const feedCheck = new FeedCheck(this.#timeline, this.#database, this.#judge, this.#suppliers, AUTHORITIES);
    const check = (): void => {
      stateCheck.check();
      feedCheck.check();
    };
    for (let at = start; at < start + (days + 3) * DAY; at += 6 * HOUR) this.#timeline.at(at, check);
    // Everything that is due by then has had days without a fault.
    await this.#timeline.runUntil(start + (days + 3) * DAY);
    // The judge sees nothing while a transaction is open, and would take what it did not see for missing.
    while (!this.#timeline.over && this.#database.isBusy) await this.#timeline.runUntil(this.#timeline.now + 1);
    if (!this.#timeline.over) {
      stateCheck.checkEnd();
      checkNotLost(this.#judge, this.#database, this.#timeline);
      feedCheck.checkEnd();
      const receiver = { source: AUTHORITIES[0], endpoint: this.#endpoint, secret: this.#eventSecret };
      checkDeliveries(this.#judge, this.#database, receiver, feedCheck.events, this.#timeline.now);
      const world = {
        ...{ timeline: this.#timeline, requests: this.#requests, database: this.#database, judge: this.#judge },
      };
      this.#races.active = false;
      this.#people.active = false;
      await checkLists(world);
      await checkHospital(world);
      await checkUnclearStatuses({ ...world, setting: this.#setting });
    }
    for (const process of this.#processes) process.dead = true;
    return {
      violations: this.#judge.violations,
      digest: this.#timeline.digest(),
      counts: {
        ...stateCheck.counts,
        events: feedCheck.events.length,
        delivered: this.#endpoint.taken.length,
        ...(this.#how.staff && { sentAgain: this.#callCheck.again.called }),
        ...(this.#how.many && { calledTogether: this.#suppliers.reduce((sum, each) => sum + each.calledTogether, 0) }),
        ...(this.#how.outage && this.#reachedInOutage()),
        races: this.#races.injected,
        steps: this.#timeline.steps,
        statements: this.#database.statements,
        processes: this.#started,
      },
      trace: this.#timeline.trace,
    };
  }

  #planFaults(days: number): void {
    const { start } = this.#setting;
    planFaults(
      {
        timeline: this.#timeline,
        dice: this.#dice.fork(),
        database: this.#database,
        supplier: this.#supplier,
        suppliers: this.#suppliers,
        judge: this.#judge,
        setting: this.#setting,
        processes: () => this.#processes,
        kill: (process) => this.#kill(process),
        keepHeartbeats: () => this.#scheduler.keepHeartbeats(),
        retryAll: () => this.#scheduler.retryAll(),
        clockSet: (process) => {
          this.#scheduler.clockSet(process);
          this.#judge.clocksMoved(process);
        },
        dueAt: (near) => this.#nextDue(near),
        bookCrowdDueAt: () => this.#booking.bookCrowd(4),
      },
      start,
      days,
    );
  }

  /** Plans an outage: the first gateway can't be reached, or gives no answer. */
  #planOutage(): void {
    const from = this.#setting.start + OUTAGE_AT_MS;
    const fault = this.#dice.chance(0.5) ? 'unreachable' : 'unresponsive';
    for (const process of this.#processes) process.skewMs = 0;
    this.#timeline.at(from, () => {
      this.#supplier[fault] = true;
    });
    this.#timeline.at(from + OUTAGE_MS, () => {
      this.#supplier[fault] = false;
    });
  }

  /**
   * Counts the reminders that were due while the first gateway was away, and those of them that a gateway took in time;
   * without those that the world ended, and those whose number or text a gateway refused.
   */
  #reachedInOutage(): Record<'dueInOutage' | 'reachedInOutage' | 'uncertainInOutage', number> {
    const from = this.#setting.start + OUTAGE_AT_MS;
    const taken = new Set(this.#suppliers.flatMap(({ book }) => book.entries).map(({ reference }) => reference));
    const rows =
      this.#database.inspect<{ ids: string[]; uncertain: boolean }>(
        `select array_agg(m.id) as ids, bool_or(m.status = 'uncertain') as uncertain
          from reminder r join message m on m.reminder_id = r.id
          where r.template = 'reminder' and r.due_at >= $1 and r.due_at < $2
            and r.status not in ('cancelled', 'superseded', 'suppressed')
          group by r.id having not bool_or(m.status = 'rejected')`,
        [new Date(from), new Date(from + OUTAGE_MS)],
      ) ?? [];
    const reached = rows.filter(({ ids }) => ids.some((id) => taken.has(id))).length;
    const uncertain = rows.filter((row) => row.uncertain).length;
    return { dueInOutage: rows.length, reachedInOutage: reached, uncertainInOutage: uncertain };
  }

  #startProcess(): void {
    // Most clocks are right to the millisecond, so that what is aimed at a moment hits it.
    const skew = this.#dice.chance(0.75) ? this.#dice.between(-30, 30) : this.#dice.between(-8, 8) * SECOND;
    const process = new SimulatedProcess(`p${++this.#started}`, skew, this.#environment);
    this.#processes = [...this.#processes.filter(({ dead }) => !dead), process];
    this.#scheduler.add(process);
    this.#judge.clocksMoved(process);
  }

  #kill(process: SimulatedProcess): void {
    process.dead = true;
    this.#database.cut(process);
    this.#timeline.after(this.#dice.between(1, 100) * SECOND, () => this.#startProcess());
  }

  #nextDue(near: number): number {
    const due = [...this.#judge.appointments.values()].flatMap(({ booked, sent }) =>
      dueTimes(booked.authority, sent.at(-1)?.post.start ?? 0),
    );
    const ahead = due.filter((at) => at > near && at < near + 2 * DAY);
    return ahead[this.#dice.between(0, Math.max(0, ahead.length - 1))] ?? near;
  }

  /** Ticks that are left out excuse a reminder that was not tried only while a gateway is out of use. */
  #noteTicksLeftOut(from: number, to: number): void {
    const out = this.#database.inspect('select gateway from gateway_state where reason is not null');
    if (out === null || out.length > 0) this.#judge.ticksLeftOut.push({ from, to });
  }

  /** A purge may fail with its connection, and for no other reason. */
  #onFailed(job: Job, error: unknown): void {
    if (job !== 'purge') return;
    if (isConnectionFailure(error)) this.#judge.failedPurges.push(this.#timeline.now);
    else this.#judge.violation(`a purge failed: ${error}`);
  }

  /** I11: no line of the log holds a number. */
  #onLog(line: string): void {
    this.#timeline.note(`log ${line.trim()}`);
    if (/\+45\d{8}/.test(line)) this.#judge.violation(`a log line holds a number: ${line.trim()}`);
  }
}
