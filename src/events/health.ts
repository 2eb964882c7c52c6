import { HOUR_MS } from '../domain/duration.ts';
import { FAILURES_IN_DOUBT } from '../domain/event-types.ts';
import type { EndpointVerdict } from './verdict.ts';

/** The state of an endpoint, as it is stored. */
export interface Health {
  readonly state: 'live' | 'paused' | 'ended';
  /** Calls that failed since the last one that did not. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** The endpoint is not called before this. */
  readonly nextAt: Date | null;
  readonly lastResult: string | null;
  readonly deliveredAt: Date | null;
  /** The time until which it asked to be left alone. Not stored: it matters to calls that were under way then. */
  readonly askedUntil?: Date;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** The time of failures after which an endpoint is paused. */
const PAUSED_AFTER_MS = HOUR_MS;
const PROBE_EVERY_MS = 300_000;

/** True for an endpoint that is tried with one event at a time. */
export function isProbed({ state, failures }: Pick<Health, 'state' | 'failures'>): boolean {
  return state === 'paused' || failures >= FAILURES_IN_DOUBT;
}

/** The state of an endpoint after a call. @param random in [0, 1) */
export function afterCall(health: Health, verdict: EndpointVerdict, now: Date, random: number): Health {
  const { result: lastResult } = verdict;
  // Calls that were under way at its 410 don't take that back.
  if (health.state === 'ended') return verdict.kind === 'delivered' ? { ...health, deliveredAt: now } : health;
  const asked = health.askedUntil && health.askedUntil > now ? { askedUntil: health.askedUntil } : {};
  if (verdict.kind === 'delivered') {
    const nextAt = asked.askedUntil ?? null;
    return { ...asked, state: 'live', failures: 0, failingSince: null, nextAt, lastResult, deliveredAt: now };
  }
  const failures = health.failures + 1;
  const failingSince = health.failingSince ?? now;
  if (verdict.kind === 'gone') return { ...health, state: 'ended', failures, failingSince, nextAt: null, lastResult };
  const isPaused = failures >= FAILURES_IN_DOUBT && now.getTime() - failingSince.getTime() >= PAUSED_AFTER_MS;
  const state = isPaused ? 'paused' : health.state;
  const waitMs = Math.max(pauseMs({ state, failures }, verdict, random), verdict.retryAfterMs ?? 0);
  const nextAt = waitMs === 0 ? health.nextAt : later(health.nextAt, new Date(now.getTime() + waitMs));
  const hasAsked = nextAt !== null && (verdict.slower || verdict.retryAfterMs !== null);
  return { ...health, ...(hasAsked ? { askedUntil: nextAt } : {}), state, failures, failingSince, nextAt, lastResult };
}

function later(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}

/** Zero: the endpoint may go on, and only the event waits. */
function pauseMs(
  health: Pick<Health, 'state' | 'failures'>,
  { slower }: Extract<EndpointVerdict, { kind: 'failed' }>,
  random: number,
): number {
  const spread = (ms: number) => Math.round(ms * (0.75 + random / 2));
  if (health.state === 'paused') return spread(PROBE_EVERY_MS);
  if (isProbed(health))
    return spread(Math.min(FIRST_PAUSE_MS * 2 ** (health.failures - FAILURES_IN_DOUBT), LONGEST_PAUSE_MS));
  return slower ? spread(FIRST_PAUSE_MS) : 0;
}

const FEWEST = 1;
const FIRST = 4;
/** Calls under way to one endpoint. */
export const MOST_CALLS = 16;
const SLOW_MS = 2_000;

/** The calls to an endpoint that may be under way: one more after each quick one, half as many after any other. */
export class CallWindow {
  #size = FIRST;

  /** The number of calls that may be under way; one while the endpoint is probed. */
  size(health: Pick<Health, 'state' | 'failures'>): number {
    return isProbed(health) ? FEWEST : Math.floor(this.#size);
  }

  /** Notes the end of a call, by which the window grows or shrinks. */
  observe(kind: EndpointVerdict['kind'], tookMs: number): void {
    const isQuick = kind === 'delivered' && tookMs < SLOW_MS;
    this.#size = isQuick ? Math.min(this.#size + 1, MOST_CALLS) : Math.max(this.#size / 2, FEWEST);
  }
}
