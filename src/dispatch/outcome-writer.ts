import { isConnectionFailure } from '../database/transaction.ts';
import { type Deps, pause } from '../runtime/deps.ts';
import { type SettleRow, settle } from './settle.sql.ts';

const GATHER_MS = 5;
const RETRY_MS = 1_000;
/** Of one outcome alone, for reasons that are not the connection's. */
const MOST_FAILURES = 3;

/**
 * Records outcomes in bulk, soon after they come: what arrives while a statement runs goes with the next one.
 * While the database is away it keeps them and tries again. One that the database refuses harms no other: it is left to
 * the sweeper.
 */
export class OutcomeWriter {
  readonly #deps: Pick<Deps, 'db' | 'log' | 'now' | 'timers' | 'metrics'>;
  readonly #settled: (count: number) => void;
  #waiting: SettleRow[] = [];
  #running: Promise<void> | null = null;

  /** @param settled told how many outcomes were committed, or given up */
  constructor(deps: Pick<Deps, 'db' | 'log' | 'now' | 'timers' | 'metrics'>, settled: (count: number) => void) {
    this.#deps = deps;
    this.#settled = settled;
  }

  add(outcome: SettleRow): void {
    this.#waiting.push(outcome);
    this.#running ??= this.#run();
  }

  /** Resolves when everything that was added is recorded. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await pause(this.#deps.timers, GATHER_MS);
    while (this.#waiting.length > 0) {
      const rows = this.#waiting;
      this.#waiting = [];
      const refused = await this.#settle(rows);
      if (refused) for (const row of rows) await this.#settleAlone(row);
    }
    this.#running = null;
  }

  /** @returns true when the database refused one of them; while it is away they wait on */
  async #settle(rows: SettleRow[]): Promise<boolean> {
    try {
      await settle(this.#deps.db, rows, this.#deps.now());
      this.#settled(rows.length);
      return false;
    } catch (error) {
      this.#report(error, rows.length + this.#waiting.length);
      if (!isConnectionFailure(error)) return true;
      this.#waiting.unshift(...rows);
      await pause(this.#deps.timers, RETRY_MS);
      return false;
    }
  }

  async #settleAlone(row: SettleRow): Promise<void> {
    for (let failures = 0; failures < MOST_FAILURES; failures++) {
      // One that waits on for the connection is no failure of its own.
      if (!(await this.#settle([row]))) return;
      await pause(this.#deps.timers, RETRY_MS / MOST_FAILURES);
    }
    this.#settled(1);
  }

  #report(error: unknown, outcomes: number): void {
    this.#deps.metrics.failures.inc({ place: 'settle' });
    this.#deps.log.error(
      { outcomes, error: error instanceof Error ? error.message : 'unknown' },
      'outcomes could not be recorded yet',
    );
  }
}
