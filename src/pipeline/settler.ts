import { type SettleRow, settle } from '../store/dispatch.ts';
import type { Deps } from './deps.ts';

const GATHER_MS = 5;
const RETRY_MS = 1_000;

/**
 * Records outcomes in bulk, soon after they come: what arrives while a statement runs goes with the next one.
 * While the database is away it keeps them and tries again.
 */
export class Settler {
  readonly #deps: Pick<Deps, 'db' | 'log' | 'now' | 'metrics'>;
  readonly #settled: (count: number) => void;
  #waiting: SettleRow[] = [];
  #running: Promise<void> | null = null;

  /** @param settled told how many outcomes were committed */
  constructor(deps: Pick<Deps, 'db' | 'log' | 'now' | 'metrics'>, settled: (count: number) => void) {
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
    await pause(GATHER_MS);
    while (this.#waiting.length > 0) {
      const rows = this.#waiting;
      this.#waiting = [];
      try {
        await settle(this.#deps.db, rows, this.#deps.now());
        this.#settled(rows.length);
      } catch (error) {
        this.#waiting.unshift(...rows);
        this.#deps.metrics.failures.inc({ place: 'settle' });
        this.#deps.log.error(
          { outcomes: this.#waiting.length, error: error instanceof Error ? error.message : 'unknown' },
          'outcomes wait for the database',
        );
        await pause(RETRY_MS);
      }
    }
    this.#running = null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
