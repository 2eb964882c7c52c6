import {
  type CurrentTime,
  type DatabaseAccess,
  databaseNow,
  type SendingPermission,
  type Waiting,
} from '../../runtime/deps.ts';
import { takeTurns } from '../../store/gateway-states.ts';

/** How far ahead turns are taken: what waits longer could be handed over by another process. */
const HORIZON_MS = 2_000;
/** A turn that is missed by more is no turn any more: calls that were late together would go together. */
const LATE_MS = 100;

type PaceDeps = DatabaseAccess & CurrentTime & Waiting & SendingPermission;

/** Moment of a call, by the monotonic clock of this process. */
export type Turn = number;

/**
 * Gives calls to one gateway their turns, so that all processes together keep its rate. Turns that are not used are
 * given to the next calls of this process, if their time has not passed.
 */
export class Pace {
  readonly perSecond: number;
  readonly #gateway: string;
  readonly #deps: PaceDeps;
  readonly #stopping: AbortSignal;
  #unused: Turn[] = [];
  #taking: Promise<unknown> = Promise.resolve();

  /** @param stopping aborted: nobody waits any more */
  constructor(gateway: string, perSecond: number, deps: PaceDeps, stopping: AbortSignal) {
    this.perSecond = perSecond;
    this.#gateway = gateway;
    this.#deps = deps;
    this.#stopping = stopping;
  }

  /**
   * Takes turns, in the order of asking. @returns at least one and at most `count`; none when the process stops
   * @throws where the database is away
   */
  take(count: number): Promise<Turn[]> {
    const taken = this.#taking.then(() => this.#take(count));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  /** Gives turns back that no call was made in. */
  giveBack(turns: readonly Turn[]): void {
    this.#unused = [...this.#unused, ...turns].sort((a, b) => a - b);
  }

  /**
   * Waits for a turn, or for others where it has passed, also while the process stood still.
   * @param count of the turns that the call takes, of which this one is the last
   * @returns false when the process stops meanwhile
   */
  async wait(turn: Turn | null, count = 1): Promise<boolean> {
    const valid = turn === null || this.#isMissed(turn) ? await this.#next(count) : turn;
    await this.#until(valid);
    // Other turns are waited for once only: the calls of a process that is always late would else wait for ever.
    if (this.#isMissed(valid)) await this.#until(await this.#next(count));
    return !this.#stopping.aborted;
  }

  #isMissed(turn: Turn): boolean {
    return turn < this.#deps.timers.monotonic() - LATE_MS;
  }

  /** @returns the last of the next turns; one that is over when the process stops */
  async #next(count: number): Promise<Turn> {
    let last = Number.NEGATIVE_INFINITY;
    for (let left = count; left > 0; ) {
      const turns = await this.take(left);
      last = turns.at(-1) ?? Number.NEGATIVE_INFINITY;
      left -= turns.length || left;
    }
    return last;
  }

  async #take(count: number): Promise<Turn[]> {
    while (!this.#stopping.aborted) {
      const nowMs = this.#deps.timers.monotonic();
      this.#unused = this.#unused.filter((turn) => turn >= nowMs);
      if (this.#unused.length > 0) return this.#unused.splice(0, count);
      const { firstMs, granted } = await this.#reserve(count, nowMs);
      if (granted > 0) return Array.from({ length: granted }, (_, nth) => firstMs + (nth * 1000) / this.perSecond);
      // Moments are read to the millisecond: a turn just past the horizon would otherwise be asked for without a pause.
      await this.#until(Math.max(firstMs - HORIZON_MS, nowMs + 1));
    }
    return [];
  }

  /** @returns the first turn that no process has, and how many from there on are this one's: none past the horizon */
  async #reserve(count: number, nowMs: number): Promise<{ readonly firstMs: Turn; readonly granted: number }> {
    const now = databaseNow(this.#deps);
    const until = new Date(now.getTime() + HORIZON_MS);
    const asked = { gateway: this.#gateway, perSecond: this.perSecond, count, until };
    const { first, granted } = await takeTurns(this.#deps.db, asked, now);
    return { firstMs: nowMs + first.getTime() - now.getTime(), granted };
  }

  #until(at: number): Promise<void> {
    const ms = at - this.#deps.timers.monotonic();
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        callOff();
        this.#stopping.removeEventListener('abort', end);
        resolve();
      };
      const callOff = this.#deps.timers.after(ms, end);
      this.#stopping.addEventListener('abort', end);
      if (this.#stopping.aborted) end();
    });
  }
}
