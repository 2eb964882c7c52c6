import type { Db } from '../../database/tables.ts';
import { HOUR_MS } from '../../domain/duration.ts';
import { type CallCounts, mostFrequent, type OutReason, SLOW_MS } from '../../domain/gateway-state.ts';
import type { SendResult } from '../../gateways/gateway.ts';
import { addCalls } from '../../store/gateway-states.ts';

/** The number of results that are judged together. */
const JUDGED = 20;
const MOST_REFUSED = 0.9;
/** Refusals of authorities other than the one with most of them, at least, for the gateway to count as at fault. */
const LEAST_OTHERS = 3;

interface Judged {
  readonly authority: string;
  readonly refused: boolean;
}

/**
 * The last clear results of calls of this process to a gateway. Where it refuses nearly everything, the messages are
 * not the reason: its contract may have ended. But the trouble may be one authority's, whose sender is not registered.
 */
export class RecentResults {
  #judged: Judged[] = [];
  readonly #refusedProbes = new Set<string>();

  /**
   * Notes the result of a call. One that is not clear, or about the gateway alone, says nothing here.
   * @returns whose messages the gateway refuses, nearly all of them; null: it takes some, or nothing can be said yet
   */
  add(authority: string, result: SendResult): 'everybody' | 'one' | null {
    if (result.kind !== 'accepted' && result.kind !== 'rejected') return null;
    this.#judged.push({ authority, refused: isRefusal(result) });
    if (this.#judged.length > JUDGED) this.#judged.shift();
    const refused = isRefusal(result) ? refusedBy(this.#judged) : null;
    // Results are judged once: the next judgement is on later ones.
    if (refused !== null) this.#judged = [];
    return refused;
  }

  /** Begins anew: must be called when the gateway comes into use, or leaves it. */
  begin(): void {
    this.#judged = [];
    this.#refusedProbes.clear();
  }

  /** Notes an authority whose message was refused that the gateway was tried with: another's is tried next. */
  refuseProbe(authority: string): void {
    this.#refusedProbes.add(authority);
  }

  /** False for an authority that `refuseProbe` noted. */
  mayTry(authority: string): boolean {
    return !this.#refusedProbes.has(authority);
  }
}

/** A refusal for good for which the reason may be the account, not the message. */
export function isRefusal(result: SendResult): boolean {
  return result.kind === 'rejected' && (result.reason === 'permanent' || result.reason === 'sender');
}

function refusedBy(all: readonly Judged[]): 'everybody' | 'one' | null {
  const refused = all.flatMap((each) => (each.refused ? each.authority : []));
  if (all.length < JUDGED || refused.length < MOST_REFUSED * JUDGED) return null;
  const most = mostRefused(refused);
  if (all.every(({ authority }) => authority === most)) return 'one';
  return refused.filter((authority) => authority !== most).length >= LEAST_OTHERS ? 'everybody' : null;
}

function mostRefused(authorities: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const each of authorities) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Failures in a row that one call of many SMS counts as: one call that breaks is no sign yet, two are. */
const MOST_OF_ONE_CALL = 5;

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
   * @param nth of the SMS of one call, from 0: of those that fail together, only the first few count as a row
   * @returns false where it began before the present state
   */
  add(result: SendResult, ms: number, endedMs: number, nth = 0): boolean {
    const present = endedMs - ms >= this.#sinceMs;
    addTo(this.#counts[present ? 'present' : 'earlier'], countOf(result, ms));
    if (!present) return false;
    if (!hasFailed(result)) this.#inARow = 0;
    else if (!concernsItsMessage(result) && nth < MOST_OF_ONE_CALL) this.#inARow++;
    return true;
  }

  /**
   * Adds the calls of this process to those of all of them: those that began before the gateway's present state to the
   * time before it.
   * @param of.since the beginning of that state
   * @returns whether there were any of the present state
   */
  async addToAll(
    db: Db,
    { gateway, since, now }: { readonly gateway: string; readonly since: Date; readonly now: Date },
  ): Promise<boolean> {
    await this.#addToAll(db, gateway, 'earlier', new Date(since.getTime() - 1));
    return this.#addToAll(db, gateway, 'present', now);
  }

  /** @returns whether there were any */
  async #addToAll(db: Db, gateway: string, state: 'present' | 'earlier', at: Date): Promise<boolean> {
    const counts = this.#counts[state];
    if (counts.calls === 0) return false;
    this.#counts[state] = none();
    try {
      await addCalls(db, gateway, counts, at);
      return true;
    } catch (error) {
      addTo(this.#counts[state], counts);
      throw error;
    }
  }
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
function hasNoResponse(result: SendResult): boolean {
  return result.kind === 'uncertain' || (result.kind === 'retry' && result.reason === 'unreachable');
}

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

/** Failures of one process in a row that take a gateway out of use. */
const MOST_FAILURES = 10;
/**
 * Failures in a row while another gateway is in use, if the last found nobody or had no clear result: each of these
 * leaves a reminder late or uncertain that the other gateway would take.
 */
const MOST_WITHOUT_RESPONSE = 3;
/** A pause that the gateway asks for: it stays in use, and this process waits. A longer one takes it out of use. */
const SHORT_PAUSE_MS = 10_000;
const LEAST_PAUSE_MS = 1_000;

/** Why a gateway is taken out of use, and for how long before it is tried. */
export interface Outage {
  readonly reason: OutReason;
  readonly pauseMs: number;
}

/**
 * The outage that a call shows, by itself or as the last of a row; null: the gateway stays in use.
 * @param another whether another gateway is in use that could take over
 */
export function outageShownBy(
  result: SendResult,
  counter: Pick<CallCounter, 'failuresInARow' | 'counts'>,
  pauseMs: number,
  another = false,
): Outage | null {
  if (result.kind === 'retry') {
    const { reason } = result;
    if (reason === 'auth' || reason === 'credit') return { reason, pauseMs };
    if (result.stopQueue) return { reason: reason === 'throttled' ? reason : 'unreachable', pauseMs };
    const asked = askedPauseMs(result);
    if (asked > SHORT_PAUSE_MS) return { reason: 'throttled', pauseMs: Math.max(asked, pauseMs) };
  }
  const most = hasNoResponse(result) && another ? MOST_WITHOUT_RESPONSE : MOST_FAILURES;
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
