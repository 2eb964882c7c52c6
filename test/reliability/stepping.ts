import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Kysely } from 'kysely';
import pg from 'pg';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import type { Database } from '../../src/database/tables.ts';

/** How long a statement may be under way before somebody looks whether it waits for a lock. */
const PATIENCE_MS = 4;
const TURNS = 10;

/** One connection whose every statement waits for a word, and the work that is done over it. */
export class Actor {
  readonly name: string;
  readonly db: Kysely<Database>;
  readonly #client: pg.Client;
  readonly #monitor: pg.Client;
  #pid = 0;
  /** Where it stands: several where it does several things at once. The first goes on first. */
  #paused: (() => void)[] = [];
  #atStatement = false;
  #blocked = false;
  #ready: () => boolean = () => true;
  #turn: Promise<void> = Promise.resolve();
  #ended: Promise<void> = Promise.resolve();
  /** The answer to the next such statement is lost, though it was executed. */
  loses: RegExp | null = null;
  done = false;
  steps = 0;
  error: unknown = null;

  constructor(name: string, url: string, monitor: pg.Client) {
    this.name = name;
    this.#client = new pg.Client({ connectionString: url });
    // One that is ended with its database, at the end of a run, is no error.
    this.#client.on('error', () => {});
    this.#monitor = monitor;
    const pool = { connect: () => this.#borrow(), end: () => this.#client.end() };
    this.db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool: pool as never }) });
  }

  async open(): Promise<void> {
    await this.#client.connect();
    const { rows } = await this.#client.query<{ pid: number }>('select pg_backend_pid() as pid');
    this.#pid = rows[0]?.pid ?? 0;
  }

  close(): Promise<void> {
    return this.db.destroy();
  }

  /** @param ready looked at before the work may begin; a token that comes earlier is lost */
  begin(work: () => Promise<unknown>, ready: () => boolean): void {
    Object.assign(this, { done: false, steps: 0, error: null });
    this.#ready = ready;
    this.#ended = this.stand()
      .then(work)
      .catch((error: unknown) => {
        this.error = error;
      })
      .then(() => {
        this.done = true;
      });
  }

  /** Where the work stops until the next word: before each statement, and wherever it says so itself. */
  stand(): Promise<void> {
    return new Promise((resolve) => this.#paused.push(resolve));
  }

  /**
   * Lets it go on to where it next stands, or until it waits for somebody else's lock. @returns false when it could not
   * move
   */
  async step(): Promise<boolean> {
    if (this.#blocked) await this.#settle();
    if (this.done || this.#blocked || !this.#ready()) return false;
    const [go] = this.#paused.splice(0, 1);
    if (!go) return false;
    // Once begun it needs no leave any more.
    this.#ready = () => true;
    this.steps++;
    go();
    await this.#settle();
    return true;
  }

  async whenDone(): Promise<void> {
    await this.#ended;
  }

  /** Until it is done, waits for a lock, or stands and does nothing else. */
  async #settle(): Promise<void> {
    for (let since = performance.now(); ; ) {
      await turn();
      if (this.done) return;
      if (performance.now() - since < PATIENCE_MS) {
        // What follows from the step comes within a few turns.
        for (let turns = 0; turns < TURNS && !this.#atStatement; turns++) await turn();
        if (!this.#atStatement && this.#paused.length > 0) return;
        continue;
      }
      this.#blocked = this.#atStatement && (await this.#waitsForLock()) && this.#atStatement;
      if (this.#blocked) return;
      since = performance.now();
    }
  }

  async #waitsForLock(): Promise<boolean> {
    const { rows } = await this.#monitor.query<{ waits: boolean }>(
      "select coalesce(wait_event_type = 'Lock', false) as waits from pg_stat_activity where pid = $1",
      [this.#pid],
    );
    return rows[0]?.waits === true;
  }

  /** One at a time, as a pool of one. */
  async #borrow() {
    const before = this.#turn;
    let release: () => void = () => {};
    this.#turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    return { query: (...given: [string, unknown[]?]) => this.#query(given), release: () => release() };
  }

  async #query(given: [string, unknown[]?]): Promise<unknown> {
    await this.stand();
    this.#atStatement = true;
    try {
      const answer = await this.#client.query(...given);
      if (!this.loses?.test(given[0])) return answer;
      this.loses = null;
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    } finally {
      this.#atStatement = false;
      this.#blocked = false;
    }
  }
}

/**
 * Lets them take steps in this order, as many as its stride each time that one is named, then all to their ends by
 * turns. @throws Error when they hold each other up for ever
 */
export async function play(
  actors: readonly Actor[],
  order: readonly number[],
  strides: readonly number[],
): Promise<void> {
  for (const who of order) for (let n = 0; n < (strides[who] ?? 1); n++) await actors[who]?.step();
  for (let idle = 0; actors.some((actor) => !actor.done); ) {
    let moved = false;
    for (const actor of actors) moved = (await actor.step()) || moved;
    idle = moved ? 0 : idle + 1;
    if (idle > 2_000) throw new Error(`nobody moves: ${actors.filter((actor) => !actor.done).map(({ name }) => name)}`);
    if (!moved) await sleep(2);
  }
  await Promise.all(actors.map((actor) => actor.whenDone()));
}

/** Every order of so many tokens for each of so many actors. */
export function* orders(actors: number, tokens: number): Generator<number[]> {
  const left = Array.from({ length: actors }, () => tokens);
  const order: number[] = [];
  yield* extend();
  function* extend(): Generator<number[]> {
    if (order.length === actors * tokens) yield [...order];
    for (let who = 0; who < actors; who++) {
      if ((left[who] ?? 0) === 0) continue;
      left[who] = (left[who] ?? 0) - 1;
      order.push(who);
      yield* extend();
      order.pop();
      left[who] = (left[who] ?? 0) + 1;
    }
  }
}
