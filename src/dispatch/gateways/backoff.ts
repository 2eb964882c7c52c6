import { HOUR_MS } from '../../domain/duration.ts';

const FIRST_BACKOFF_MS = 2_000;
const LONGEST_BACKOFF_MS = 300_000;
const LONGEST_ASKED_MS = HOUR_MS;

/**
 * The wait after a try that was certainly not sent: what the gateway asks for, else doubling, with jitter so
 * that a crowd doesn't come back at once.
 * @param random in [0, 1)
 */
export function backoffMs(attempts: number, retryAfterMs: number | null, random: number): number {
  const asked = askedMs(retryAfterMs);
  if (asked !== null) return Math.round(asked * (1 + random / 10));
  const base = Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1), LONGEST_BACKOFF_MS);
  return Math.round(base * (0.5 + random / 2));
}

/** The delay that a gateway asks for, an hour at most; null where it asks for none that makes sense. */
export function askedMs(retryAfterMs: number | null): number | null {
  return retryAfterMs !== null && retryAfterMs >= 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) : null;
}
