/** Why a gateway is out of use. */
export const OUT_REASONS = ['auth', 'credit', 'throttled', 'unreachable', 'timeouts', 'staff'] as const;
/** A member of `OUT_REASONS`. */
export type OutReason = (typeof OUT_REASONS)[number];

/** The state of a gateway: in use, or out of it and why. */
export interface GatewayState {
  readonly gateway: string;
  /** Raised by every change, and when a process takes the next probe. */
  readonly version: number;
  /** Instant of the last change in or out. */
  readonly since: Date;
  /** null: it is in use. */
  readonly reason: OutReason | null;
  /** Text that staff gave as the reason. */
  readonly note: string | null;
  /** When the next single message may be tried; null while it is in use, and where staff took it out. */
  readonly probeAt: Date | null;
}

/** The gateways that an authority uses, of those that there are. @param own those that it names; empty: all */
export function usedGateways(configured: readonly string[], own: readonly string[]): string[] {
  return configured.filter((id) => own.length === 0 || own.includes(id));
}

/** Calls to a gateway over some time, counted. Each that failed or was refused counts under one kind. */
export interface CallCounts {
  readonly calls: number;
  readonly throttled: number;
  /** Calls that failed for another reason and were not made, so that their messages may be sent again. */
  readonly unreachable: number;
  /** Calls without a clear result. */
  readonly uncertain: number;
  /** Messages refused for good, and not for the number, the text or an opt-out: the account may be the reason. */
  readonly refused: number;
  /** Duration of all calls together. */
  readonly latencyMs: number;
}

/** The time over which calls are judged. */
export const WINDOW_MS = 60_000;
/** Single messages that get through in a row before a gateway has all traffic again. */
export const PROBES = 3;
/** Duration from which calls are no better than none: a call is given ten seconds. */
export const SLOW_MS = 5_000;
/** Calls, at least, that a gateway is judged by. */
const LEAST_CALLS = 10;
const MOST_FAILED = 0.5;

/** The part of the calls that failed or were refused; null where there was none. */
export function refusedShare(counts: CallCounts): number | null {
  return counts.calls === 0 ? null : (failuresOf(counts) + counts.refused) / counts.calls;
}

function failuresOf({ throttled, unreachable, uncertain }: CallCounts): number {
  return throttled + unreachable + uncertain;
}

/** The mean duration of a call in milliseconds; null where there was none. */
export function meanLatencyMs({ calls, latencyMs }: CallCounts): number | null {
  return calls === 0 ? null : latencyMs / calls;
}

/** Why a gateway with these calls within `WINDOW_MS` is to be taken out of use; null: it stays. */
export function reasonToLeave(counts: CallCounts): Exclude<OutReason, 'staff' | 'auth' | 'credit'> | null {
  if (counts.calls < LEAST_CALLS) return null;
  if (failuresOf(counts) >= MOST_FAILED * counts.calls) return mostFrequent(counts);
  return (meanLatencyMs(counts) ?? 0) >= SLOW_MS ? 'timeouts' : null;
}

/** The kind that most of the failures are of. */
export function mostFrequent({ throttled, unreachable, uncertain }: CallCounts) {
  if (uncertain >= throttled && uncertain >= unreachable) return 'timeouts';
  return throttled > unreachable ? 'throttled' : 'unreachable';
}

/** Permission to make one call to a gateway that is out of use: its result is observed, or it is given back. */
export interface Probe {
  /** Version of the state once the probe was taken. */
  readonly version: number;
}

/** Stands for the template's name in test SMS, which staff send through a gateway whether it is in use or not. */
export const GATEWAY_TEST = 'gateway-test';

const LONGEST_PROBE_MS = 600_000;

/**
 * The pause after a probe without a clear result, in milliseconds: such a probe leaves a reminder uncertain, so they
 * grow rarer the longer the gateway has been out, down to one in ten minutes.
 */
export function pauseOfUnclear(outMs: number, probeMs: number): number {
  return Math.max(probeMs, Math.min(outMs, LONGEST_PROBE_MS));
}
