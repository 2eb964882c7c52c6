import { type CallCounts, type OutReason, SLOW_MS } from '../../domain/gateway-state.ts';
import type { SendResult } from '../../gateways/gateway.ts';

type Counts = { -readonly [Name in keyof CallCounts]: number };

/** Counts the calls of this process to a gateway until they are added to those of all processes. */
export class CallCounter {
  #counts: Counts = none();

  /** The failures that are counted now. */
  get failures(): CallCounts {
    return this.#counts;
  }

  /** @param ms how long it took. @returns whether that was too long */
  add(result: SendResult, ms: number): boolean {
    this.#counts.calls++;
    this.#counts.latencyMs += ms;
    if (result.kind === 'uncertain') this.#counts.uncertain++;
    else if (result.kind === 'retry') this.#counts[result.reason === 'throttled' ? 'throttled' : 'unreachable']++;
    return ms >= SLOW_MS;
  }

  /** Gives what was counted, and begins anew; null where there was none. */
  take(): CallCounts | null {
    const counts = this.#counts;
    if (counts.calls === 0) return null;
    this.#counts = none();
    return counts;
  }

  /** Counts again what `take` gave, since it could not be added. */
  putBack(counts: CallCounts): void {
    for (const name of Object.keys(counts) as (keyof CallCounts)[]) this.#counts[name] += counts[name];
  }
}

function none(): Counts {
  return { calls: 0, throttled: 0, unreachable: 0, uncertain: 0, latencyMs: 0 };
}

/** Why a gateway is out of use that a single call failed at. */
export function reasonOf(result: SendResult): OutReason {
  if (result.kind !== 'retry') return 'timeouts';
  return result.reason === 'throttled' ? 'throttled' : 'unreachable';
}

/** Nobody was found at the gateway, or it did not say what became of the message. */
export function unanswered(result: SendResult): boolean {
  return result.kind === 'uncertain' || (result.kind === 'retry' && result.reason === 'unreachable');
}
