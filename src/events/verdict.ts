import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import type { OutgoingResult } from '../runtime/outgoing/http.ts';

/** The meaning of a call to an endpoint for its event. */
export type EndpointVerdict =
  | { readonly kind: 'delivered'; readonly result: string }
  /** 410: the receiver wants no more events, of whatever kind. */
  | { readonly kind: 'gone'; readonly result: string }
  /**
   * The event was not taken, or nobody knows. `slower`: the receiver asks for fewer calls, and the event itself is not
   * at fault. `retryAfterMs`: how long it asks to be left alone.
   */
  | {
      readonly kind: 'failed';
      readonly result: string;
      readonly slower: boolean;
      readonly retryAfterMs: number | null;
    };

const LONGEST_ASKED_MS = DAY_MS;

/**
 * Judges what came back from an endpoint: any 2xx takes an event (Standard Webhooks); a redirect does not, since it is
 * not followed. A response over 1 MiB or one that broke off says nothing.
 */
export function verdictOf(outcome: OutgoingResult, now: Date): EndpointVerdict {
  if (outcome.kind !== 'responded') return failed(wordOf(outcome));
  const { status, headers } = outcome;
  const result = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered', result };
  if (status === 410) return { kind: 'gone', result };
  const asked = status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], now) : null;
  return { kind: 'failed', result, slower: status === 429, retryAfterMs: asked };
}

/** Words for a call that got no response: never an address. */
function wordOf(outcome: Exclude<OutgoingResult, { kind: 'responded' }>): string {
  if (outcome.kind === 'forbidden') return 'address not allowed';
  return outcome.kind === 'too_long' ? 'response over 1 MiB' : outcome.code.slice(0, 60);
}

/** A call that could not be made or got no response. */
export function failed(result: string): EndpointVerdict {
  return { kind: 'failed', result, slower: false, retryAfterMs: null };
}

/** RFC 9110 §10.2.3: seconds or a date; null for anything else. A day at most. */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_ASKED_MS);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now.getTime()), LONGEST_ASKED_MS);
}

/** Waits before the second, third, … try of an event, the least: three days, after which it is given up. */
const WAITS_MS: readonly number[] = [
  MINUTE_MS / 2,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  ...[1, 3, 6, 12, 24, 27].map((hours) => hours * HOUR_MS),
];
/** Long waits are spread by so much of themselves at most, short ones by as much as they are long. */
const SPREAD_OF_LONG = 0.15;

/**
 * The time of the next try of an event; null when it is given up. The first wait is 30 to 60 s.
 * @param attempts tries so far, the failed one included
 * @param random in [0, 1)
 */
export function nextTry(attempts: number, now: Date, random: number): Date | null {
  const wait = WAITS_MS[attempts - 1];
  if (wait === undefined) return null;
  const spread = wait < HOUR_MS ? 1 : SPREAD_OF_LONG;
  return new Date(now.getTime() + Math.round(wait * (1 + spread * random)));
}
