import type { SendResult } from '../gateways/gateway.ts';
import { askedMs } from './outcome.ts';

const FAILURES_TO_CLOSE = 10;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const THROTTLED_PAUSE_MS = 1_000;

/**
 * Keeps a queue away from a gateway that can't take it: closed for as long as the gateway asks, for a minute when
 * nothing would get through until somebody acts (credentials, credit), and for a growing time when calls keep failing.
 * After such a pause one call goes first.
 */
export class CircuitBreaker {
  #closedUntil = 0;
  /** How long before that it may be closed: the clock may be set back in between. */
  #closedMs = 0;
  #failures = 0;
  #pauses = 0;

  /** null while open, else when it opens. */
  closedUntil(now: Date): Date | null {
    const leftMs = this.#closedUntil - now.getTime();
    return leftMs > 0 && leftMs <= this.#closedMs ? new Date(this.#closedUntil) : null;
  }

  /** True after a pause until a call gets through: try with one. */
  get probing(): boolean {
    return this.#pauses > 0;
  }

  /** @returns true when this result stopped the queue */
  observe(result: SendResult, now: Date): boolean {
    if (result.kind === 'accepted' || result.kind === 'rejected') {
      this.#failures = 0;
      this.#pauses = 0;
      return false;
    }
    if (result.kind === 'retry' && result.stopQueue) {
      this.#pauses++;
      return this.#close(now, LONGEST_PAUSE_MS);
    }
    if (result.kind === 'retry' && result.reason === 'throttled') {
      // A number of ours that throttles only this one call must not stop the others for long.
      const asked = askedMs(result.retryAfterMs);
      return asked === null ? false : this.#close(now, Math.max(asked, THROTTLED_PAUSE_MS));
    }
    this.#failures++;
    if (this.#failures < FAILURES_TO_CLOSE) return false;
    this.#failures = 0;
    const closed = this.#close(now, Math.min(FIRST_PAUSE_MS * 2 ** this.#pauses, LONGEST_PAUSE_MS));
    this.#pauses++;
    return closed;
  }

  #close(now: Date, ms: number): boolean {
    const closedUntil = this.closedUntil(now);
    this.#closedMs = Math.max(ms, closedUntil === null ? 0 : closedUntil.getTime() - now.getTime());
    this.#closedUntil = now.getTime() + this.#closedMs;
    return closedUntil === null;
  }
}
