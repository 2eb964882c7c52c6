import { setTimeout as sleep } from 'node:timers/promises';
import { type Built, startBuilt } from './built.ts';
import type { Cost } from './costs.ts';
import { DatabaseTime, perThing } from './database-time.ts';
import { JSON_EVENT, type Load, post } from './posts.ts';
import { processorTime, ServerTime } from './processor-time.ts';
import { say } from './report.ts';
import { dropDatabase, environmentFor, freshDatabase, LEAD_MS, makeSource } from './service.ts';
import { getReceipts, type Supplier } from './supplier.ts';

const LOOK_MS = 250;
/** A sweep comes every ten seconds. */
const REST_MS = 10_000;
const SINGLES: Omit<Load, 'appointments'> = { connections: 64 };
/** Appointments that are posted only to have something to hand over. */
const THOUSANDS: Omit<Load, 'appointments'> = { connections: 2, together: 500 };

/** Nothing is under way, and no job has anything left of what went before. */
const SETTLED = `not exists (select from hand_over_group) and not exists (select from callback where applied_at is null)
  and not exists (select from event_outbox where held_until is null) and not exists (select from statistics_delta)
  and not exists (select from event_endpoint join event_sequence using (source_id) where taken < last)
  and not exists (select from delivery where status = 'pending')`;

const NONE_DUE = `${SETTLED} and not exists (select from reminder where status = 'planned' and next_at <= now())`;

/** Processor time in µs. */
interface Used {
  readonly node: number;
  readonly store: number;
}

/**
 * A service as an installation runs it, with all of its jobs, on a database of its own. What it takes is counted whole:
 * by its process and by PostgreSQL with what that does in the background, until no job has anything left to do.
 */
export class Installation {
  readonly #serverUrl: string;
  readonly databaseUrl: string;
  readonly #supplier: Supplier;
  readonly #built: Built;
  readonly #token: string;
  readonly #time: DatabaseTime;
  readonly #server: ServerTime;
  /** From a post to its first reminder: as long as posts took to settle. */
  #leadMs = 20_000;
  #due = new Date(0);
  #posted = 0;
  /** Of one ms in which it has nothing to do. */
  #rest: Used = { node: 0, store: 0 };

  private constructor(
    place: { readonly serverUrl: string; readonly databaseUrl: string; readonly server: ServerTime },
    service: { readonly built: Built; readonly token: string; readonly time: DatabaseTime },
    supplier: Supplier,
  ) {
    [this.#serverUrl, this.databaseUrl, this.#server] = [place.serverUrl, place.databaseUrl, place.server];
    [this.#built, this.#token, this.#time] = [service.built, service.token, service.time];
    this.#supplier = supplier;
  }

  /** @param env settings on top of those of `npm start`, such as `supplier.env` */
  static async open(
    serverUrl: string,
    supplier: Supplier,
    env: Readonly<Record<string, string>>,
  ): Promise<Installation> {
    const databaseUrl = await freshDatabase(serverUrl);
    const built = await startBuilt({ ...environmentFor(databaseUrl), ...env });
    const token = await makeSource(built.url);
    const [time, server] = [await DatabaseTime.open(databaseUrl), await ServerTime.open(serverUrl)];
    return new Installation({ serverUrl, databaseUrl, server }, { built, token, time }, supplier);
  }

  /** Has it stand still, so that its jobs take nothing from what is measured meanwhile, and go on. */
  pause(): void {
    this.#built.pause();
  }

  resume(): void {
    this.#built.resume();
  }

  get url(): string {
    return this.#built.url;
  }

  peakMb(): number | null {
    return this.#built.peakMb();
  }

  /** Measures what it takes with nothing to do. @returns µs a second */
  async measureRest(): Promise<number> {
    await this.#settled();
    const [before, began] = [this.#used(), performance.now()];
    await sleep(REST_MS);
    const [after, ms] = [this.#used(), performance.now() - began];
    this.#rest = { node: (after.node - before.node) / ms, store: (after.store - before.store) / ms };
    return 1000 * (this.#rest.node + this.#rest.store);
  }

  /** Posts appointments whose first reminders are due once all of that has settled. */
  async post(count: number, load: Omit<Load, 'appointments'> = SINGLES): Promise<Cost> {
    for (;;) {
      await this.#supplier.forget();
      const began = Date.now();
      this.#due = new Date(began + this.#leadMs);
      const start = new Date(this.#due.getTime() + LEAD_MS);
      const cost = await this.#counted(count, () =>
        post(this.#built.url, JSON_EVENT, this.#token, `p${this.#posted++}`, { ...load, appointments: count, start }),
      );
      this.#leadMs = 1.2 * (Date.now() - began) + 4_000;
      if (Date.now() < this.#due.getTime() - 1_000) return cost;
      say('     reminders were due before their posts had settled: once more');
      await sleep(this.#due.getTime() + 100 - Date.now());
      await this.#settled(NONE_DUE);
    }
  }

  /** Hands over what was posted before. */
  async handOver(count: number): Promise<Cost & { readonly calls: number }> {
    await sleep(this.#due.getTime() - 500 - Date.now());
    let calls = 0;
    const cost = await this.#counted(count, async () => {
      const taken = await this.#supplier.taken(count);
      calls = taken.calls / count;
      return (1000 * count) / (taken.lastAt - taken.firstAt);
    });
    return { ...cost, calls };
  }

  /** Posts and hands over; only the latter is counted. */
  async postAndHandOver(count: number): Promise<Cost & { readonly calls: number }> {
    await this.post(count, THOUSANDS);
    return this.handOver(count);
  }

  /** Tells it that all of what it handed over last was delivered. */
  async receive(): Promise<Cost> {
    const addresses = (await this.#supplier.book()).map(([, , receipt]) => receipt);
    return this.#counted(addresses.length, async () => {
      const began = performance.now();
      await getReceipts(this.#built.url, addresses);
      while (await this.#time.isTrue('exists (select from callback where applied_at is null)')) await sleep(5);
      return (1000 * addresses.length) / (performance.now() - began);
    });
  }

  /** Posts appointments that are a month ahead. @returns how long each request took, in ms */
  async timesOf(load: Load): Promise<readonly number[]> {
    const times: number[] = [];
    const took = (ms: number) => void times.push(ms);
    await post(this.#built.url, JSON_EVENT, this.#token, `l${this.#posted++}`, { ...load, took });
    return times;
  }

  async stop(): Promise<void> {
    await this.#built.stop();
    await this.#time.close();
    await dropDatabase(this.#serverUrl, this.databaseUrl);
  }

  /** @param work returns how many things it did a second */
  async #counted(count: number, work: () => Promise<number>): Promise<Cost> {
    await this.#time.reset();
    const before = this.#used();
    const rate = await work();
    const done = performance.now();
    await this.#settled();
    // The jobs' turns are waited for, and what goes on whether or not there is anything to do is not its cost.
    const waited = performance.now() - done;
    const after = this.#used();
    const { calls, planMs, pages, wal } = perThing({ ...(await this.#time.spent()) }, count);
    const of = (figure: keyof Used) => (after[figure] - before[figure] - waited * this.#rest[figure]) / count;
    return { rate, node: of('node'), store: of('store'), statements: calls, planning: 1000 * planMs, pages, wal };
  }

  #used(): Used {
    return { node: processorTime(this.#built.pid), store: this.#server.used([this.#time.pid]) };
  }

  async #settled(condition = SETTLED): Promise<void> {
    while (!(await this.#time.isTrue(condition))) await sleep(LOOK_MS);
  }
}
