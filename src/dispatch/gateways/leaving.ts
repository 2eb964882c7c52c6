import { mostFrequent, type OutReason } from '../../domain/gateway-state.ts';
import type { SendResult } from '../../gateways/gateway.ts';
import { askedMs } from './backoff.ts';
import { type CallCounter, unanswered } from './call-counter.ts';

/** Failures of one process in a row that take a gateway out of use. */
const MOST_FAILURES = 10;
/**
 * Failures in a row while another gateway is in use, if the last found nobody or had no clear result: each of these
 * leaves a reminder late or uncertain that the other gateway would take.
 */
const MOST_UNANSWERED = 3;
/** A pause that the gateway asks for: it stays in use, and this process waits. A longer one takes it out of use. */
const SHORT_PAUSE_MS = 10_000;
const LEAST_PAUSE_MS = 1_000;

/** Decision to take a gateway out of use, and for how long before it is tried. */
export interface Leaving {
  readonly reason: OutReason;
  readonly pauseMs: number;
}

/**
 * The decision that follows from a call, by itself or as the last of a row; null: the gateway stays in use.
 * @param another whether another gateway is in use that could take over
 */
export function leavingFor(
  result: SendResult,
  counter: Pick<CallCounter, 'failuresInARow' | 'counts'>,
  pauseMs: number,
  another = false,
): Leaving | null {
  if (result.kind === 'retry') {
    const { reason } = result;
    if (reason === 'auth' || reason === 'credit') return { reason, pauseMs };
    if (result.stopQueue) return { reason: reason === 'throttled' ? reason : 'unreachable', pauseMs };
    const asked = askedPauseMs(result);
    if (asked > SHORT_PAUSE_MS) return { reason: 'throttled', pauseMs: Math.max(asked, pauseMs) };
  }
  const most = unanswered(result) && another ? MOST_UNANSWERED : MOST_FAILURES;
  return counter.failuresInARow < most ? null : { reason: mostFrequent(counter.counts), pauseMs };
}

/** How long this process waits, since a gateway that stays in use asks for it; 0: not at all. */
export function shortPauseMs(result: SendResult): number {
  const asked = askedPauseMs(result);
  return asked > SHORT_PAUSE_MS || asked < 0 ? 0 : Math.max(asked, LEAST_PAUSE_MS);
}

/** -1: it asks for none. */
function askedPauseMs(result: SendResult): number {
  return result.kind === 'retry' && result.reason === 'throttled' ? (askedMs(result.retryAfterMs) ?? -1) : -1;
}
