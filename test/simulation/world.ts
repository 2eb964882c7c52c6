import { receiveCallback } from '../../src/http/callbacks.ts';
import { Ambush, START } from './ambush.ts';
import { BookingSystems } from './booking.ts';
import { dueMoments } from './calendar.ts';
import { CallJudge } from './call-judge.ts';
import { SharedDatabase, USUALLY_BREAKING } from './database.ts';
import { Dice, loadRandomness } from './dice.ts';
import { planFaults } from './faults.ts';
import { Judge } from './judge.ts';
import { People } from './people.ts';
import { SimulatedProcess, type Surroundings } from './process.ts';
import { Requests } from './requests.ts';
import type { Session } from './session.ts';
import { setUp } from './set-up.ts';
import { AUTHORITIES, DAY, HOUR, MINUTE, SECOND, type Setting, settingOf } from './settings.ts';
import { type Report, Supplier } from './supplier.ts';
import { Timeline } from './timeline.ts';
import { ToldJudge } from './told-judge.ts';
import { Verdict } from './verdict.ts';
import { Waker } from './waker.ts';

export interface Lived {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Of all that happened: a seed that is lived through again has the same. */
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly trace: readonly string[] | null;
}

/** `trace`: keep it; `stop`: at the first violation. */
export interface How {
  readonly trace?: boolean;
  readonly stop?: boolean;
}

/** Lives through so many days of two authorities, as the seed decides. `session`: of a migrated, empty database. */
export async function live(session: Session, seed: number, days: number, how: How = {}): Promise<Lived> {
  const dice = new Dice(seed);
  const unload = loadRandomness(dice.fork());
  try {
    const world = await World.make(session, dice, how);
    return { seed, ...(await world.live(days)) };
  } finally {
    unload();
  }
}

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
  readonly #booking: BookingSystems;
  readonly #people: People;
  readonly #waker: Waker;
  readonly #ambush: Ambush;
  readonly #around: Surroundings;
  #processes: SimulatedProcess[] = [];
  #started = 0;

  static async make(session: Session, dice: Dice, how: How): Promise<World> {
    const setting = settingOf(dice);
    const timeline = new Timeline(setting.start, how.trace ?? false);
    const database = new SharedDatabase(timeline, dice.fork(), session);
    const keyring = await setUp(database, timeline, setting);
    return new World(timeline, dice, setting, database, new Judge(timeline, database, how.stop ?? false), keyring);
  }

  private constructor(
    timeline: Timeline,
    dice: Dice,
    setting: Setting,
    database: SharedDatabase,
    judge: Judge,
    keyring: Surroundings['keyring'],
  ) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#setting = setting;
    this.#database = database;
    this.#judge = judge;
    const requests = new Requests(timeline, dice.fork(), () => this.#processes);
    const report: Report = (kind, body, taken) => {
      const callback = { method: 'POST', path: '', query: {}, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      const take = ({ deps, receipts }: SimulatedProcess) =>
        receiveCallback({ ...deps, receipts }, kind, this.#supplier.id, callback);
      requests.ask(`${kind} ${JSON.stringify(body)}`, take, taken, { tries: 12, late: true });
      if (dice.chance(0.05))
        timeline.after(dice.between(0, 40) * MINUTE, () =>
          requests.ask(`${kind} again`, take, () => {}, { tries: 2, late: true }),
        );
    };
    const callJudge = new CallJudge(judge, database, setting);
    this.#supplier = new Supplier(timeline, dice.fork(), setting, {
      onCall: (call) => callJudge.called(call),
      onLookUp: (reference, result) => this.#judge.lookedUp(reference, result),
      onAccept: (acceptance) => this.#people.reads(acceptance),
      report: (event) => {
        const reference = event.reference ?? '';
        this.#judge.receiptSent(reference, event.state);
        report('receipts', event, () => this.#judge.receiptTaken(reference, event.state));
      },
    });
    this.#booking = new BookingSystems(timeline, dice.fork(), requests, this.#judge, setting);
    this.#people = new People(timeline, dice.fork(), requests, this.#judge, setting, report);
    this.#waker = new Waker(timeline, dice.fork(), database);
    this.#ambush = new Ambush(timeline, dice.fork(), database, this.#booking, this.#people);
    database.onRollback = () => this.#waker.lookSoon();
    database.onStatement = (life, text, rows) => {
      if (!HEARTBEAT.test(text)) this.#waker.lookSoon();
      if (text.includes(START) && rows.some(startsOne)) this.#waker.stir();
      const process = this.#processes.find((each) => each === life);
      if (process) this.#ambush.watch(process, text, rows);
    };
    this.#around = {
      timeline,
      database,
      keyring,
      dice: dice.fork(),
      concurrency: setting.concurrency,
      gatewayFor: (process) => this.#supplier.adapterFor(process),
      onLog: (line) => this.#hear(line),
    };
  }

  async live(days: number): Promise<Omit<Lived, 'seed'>> {
    const { start } = this.#setting;
    this.#database.breaking = USUALLY_BREAKING;
    for (let nth = 0; nth < this.#setting.processes; nth++) this.#startProcess();
    this.#booking.book(Math.round(20 + days * 0.7), days);
    this.#people.employ(days);
    planFaults(
      {
        timeline: this.#timeline,
        dice: this.#dice.fork(),
        database: this.#database,
        supplier: this.#supplier,
        judge: this.#judge,
        setting: this.#setting,
        processes: () => this.#processes,
        kill: (process) => this.#kill(process),
        stir: () => this.#waker.stir(),
        lookAgain: () => this.#waker.lookAgain(),
        clockSet: (process) => {
          this.#waker.clockSet(process);
          this.#judge.clocksMoved(process);
        },
        dueAt: (near) => this.#nextDue(near),
        crowdDueAt: () => this.#booking.crowd(4),
      },
      start,
      days,
    );
    const verdict = new Verdict(this.#timeline, this.#database, this.#judge, this.#supplier, this.#setting, () =>
      this.#processes.filter(({ dead }) => !dead).map(({ name }) => name),
    );
    const told = new ToldJudge(this.#timeline, this.#database, this.#judge, this.#supplier, AUTHORITIES);
    const look = (): void => {
      verdict.look();
      told.look();
    };
    for (let at = start; at < start + (days + 3) * DAY; at += 6 * HOUR) this.#timeline.at(at, look);
    // Whatever is due by then has had days without a fault.
    await this.#timeline.runUntil(start + (days + 3) * DAY);
    if (!this.#timeline.over) {
      verdict.end();
      told.end();
    }
    for (const process of this.#processes) process.dead = true;
    return {
      violations: this.#judge.violations,
      digest: this.#timeline.digest(),
      counts: {
        ...verdict.counts,
        told: told.count,
        ambushes: this.#ambush.sprung,
        steps: this.#timeline.steps,
        statements: this.#database.statements,
        processes: this.#started,
      },
      trace: this.#timeline.trace,
    };
  }

  #startProcess(): void {
    // Most are right to the millisecond, so that what is aimed at a moment hits it.
    const skew = this.#dice.chance(0.75) ? this.#dice.between(-30, 30) : this.#dice.between(-8, 8) * SECOND;
    const process = new SimulatedProcess(`p${++this.#started}`, skew, this.#around);
    this.#processes = [...this.#processes.filter(({ dead }) => !dead), process];
    this.#waker.adopt(process);
    this.#judge.clocksMoved(process);
  }

  #kill(process: SimulatedProcess): void {
    process.dead = true;
    this.#database.cut(process);
    this.#timeline.after(this.#dice.between(1, 100) * SECOND, () => this.#startProcess());
  }

  #nextDue(near: number): number {
    const due = [...this.#judge.appointments.values()].flatMap(({ booked, told }) =>
      dueMoments(booked.authority, told.at(-1)?.post.start ?? 0),
    );
    const ahead = due.filter((at) => at > near && at < near + 2 * DAY);
    return ahead[this.#dice.between(0, Math.max(0, ahead.length - 1))] ?? near;
  }

  /** I11. */
  #hear(line: string): void {
    this.#timeline.note(`log ${line.trim()}`);
    if (/\+45\d{8}/.test(line)) this.#judge.violation(`a log line holds a number: ${line.trim()}`);
  }
}
