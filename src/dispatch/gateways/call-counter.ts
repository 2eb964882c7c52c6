import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { type CallCounts, type OutReason, SLOW_MS } from '../../domain/gateway-state.ts';
import type { SendResult } from '../../gateways/gateway.ts';
import { addCalls } from '../../store/gateway-states.ts';
import { isRefusal } from './recent-results.ts';

type OwnCounts = { -readonly [Name in keyof CallCounts]: number };

/**
 * Counts the calls of this process to a gateway until they are added to those of all processes. A call says something
 * of the gateway's present state only where it began in it.
 */
export class CallCounter {
  readonly #counts: Record<'present' | 'earlier', OwnCounts> = { present: none(), earlier: none() };
  #sinceMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;

  /** The calls of the present state that are counted now. */
  get counts(): CallCounts {
    return this.#counts.present;
  }

  /** The last calls of the present state that all failed. */
  get failuresInARow(): number {
    return this.#inARow;
  }

  /**
   * Begins a new state: must be called when the gateway comes into use, or leaves it.
   * @param atMs by the monotonic clock
   */
  begin(atMs: number): void {
    addTo(this.#counts.earlier, this.#counts.present);
    this.#counts.present = none();
    this.#inARow = 0;
    this.#sinceMs = atMs;
  }

  /**
   * Counts a call.
   * @param ms how long it took
   * @param endedMs by the monotonic clock
   * @returns false where it began before the present state
   */
  add(result: SendResult, ms: number, endedMs: number): boolean {
    const present = endedMs - ms >= this.#sinceMs;
    addTo(this.#counts[present ? 'present' : 'earlier'], countOf(result, ms));
    if (!present) return false;
    if (!hasFailed(result)) this.#inARow = 0;
    else if (!concernsItsMessage(result)) this.#inARow++;
    return true;
  }

  /** Gives the calls of the present state, or those that began before it, and counts anew; null: there was none. */
  take(state: 'present' | 'earlier'): CallCounts | null {
    const counts = this.#counts[state];
    this.#counts[state] = none();
    return counts.calls === 0 ? null : counts;
  }

  /** Counts again what `take` gave, since it could not be added. */
  putBack(state: 'present' | 'earlier', counts: CallCounts): void {
    addTo(this.#counts[state], counts);
  }
}

/**
 * Adds the calls of this process to those of all of them: those that began before the gateway's present state to the
 * time before it.
 * @param of.since the beginning of that state
 * @returns whether there were any of the present state
 */
export async function addCounted(
  db: Kysely<Database>,
  counter: CallCounter,
  { gateway, since, now }: { readonly gateway: string; readonly since: Date; readonly now: Date },
): Promise<boolean> {
  let any = false;
  for (const state of ['earlier', 'present'] as const) {
    const counts = counter.take(state);
    if (!counts) continue;
    any = state === 'present';
    try {
      await addCalls(db, gateway, counts, any ? now : new Date(since.getTime() - 1));
    } catch (error) {
      counter.putBack(state, counts);
      throw error;
    }
  }
  return any;
}

function none(): OwnCounts {
  return { calls: 0, throttled: 0, unreachable: 0, uncertain: 0, refused: 0, latencyMs: 0 };
}

function countOf(result: SendResult, ms: number): CallCounts {
  const counts = { ...none(), calls: 1, latencyMs: ms };
  if (isRefusal(result)) counts.refused = 1;
  else if (result.kind === 'uncertain') counts.uncertain = 1;
  else if (result.kind === 'retry') counts[result.reason === 'throttled' ? 'throttled' : 'unreachable'] = 1;
  return counts;
}

function addTo(sum: OwnCounts, counts: CallCounts): void {
  for (const name of Object.keys(counts) as (keyof CallCounts)[]) sum[name] += counts[name];
}

/** True where the message was not taken for a reason that it may be tried again for, or nobody knows whether it was. */
export function hasFailed(result: SendResult): boolean {
  return result.kind === 'retry' || result.kind === 'uncertain';
}

/** The gateway would take another message: many such results are a sign of trouble, a few in a row are not. */
function concernsItsMessage(result: SendResult): boolean {
  return result.kind === 'retry' && result.reason === 'temporary' && !result.stopQueue;
}

/** True for a call that took so long that it counts like one without a clear result. */
export function isSlow(ms: number): boolean {
  return ms >= SLOW_MS;
}

/** The reason why a gateway is out of use that a single call failed at. */
export function reasonOf(result: SendResult): OutReason {
  if (isRefusal(result)) return 'unreachable';
  if (result.kind !== 'retry') return 'timeouts';
  return result.reason === 'throttled' ? 'throttled' : 'unreachable';
}

/** True where nobody was found at the gateway, or it did not say what became of the message. */
export function unanswered(result: SendResult): boolean {
  return result.kind === 'uncertain' || (result.kind === 'retry' && result.reason === 'unreachable');
}
