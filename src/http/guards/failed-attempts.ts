import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Guesses, MOST_GUESSES, MOST_GUESSES_HERE } from '../../accounts/guesses.ts';
import { Problem } from '../../domain/errors.ts';
import type { GatewayAccess, Logging } from '../../runtime/deps.ts';
import { clientKey } from '../../runtime/networks.ts';
import { noteRefused, type RefusedAudit } from '../authorize.ts';
import { clientOf } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';
import { BEFORE_SOURCE } from '../source-addresses.ts';
import { looksSigned, type ReceiverAccess } from '../sources/source-request.ts';

/** A count beyond its limit. */
interface Over {
  readonly waitMs: number;
  /** True for the first failure beyond the limit. */
  readonly first: boolean;
}

/**
 * Counts wrong credentials by whom they came from and by what they were for, over a minute. A right credential is never
 * counted and never refused, however many wrong ones came before it: others could keep its owner out by guessing.
 */
export class FailedAttempts {
  readonly #tries: RateLimiterMemory;
  readonly #limit: number;
  readonly #guesses: Pick<Guesses, 'count'> | null;

  /** @param guesses counts those of all processes; null: each process has a limit of its own */
  constructor(guesses: Pick<Guesses, 'count'> | null, limit = MOST_GUESSES_HERE) {
    this.#guesses = guesses;
    this.#limit = limit;
    this.#tries = new RateLimiterMemory({ points: limit, duration: 60 });
  }

  /**
   * Counts a failure under each key.
   * @returns `waitSeconds` 0 while none has more than its limit; `first`: this failure is the first beyond the limit
   */
  async count(keys: readonly string[]): Promise<{ readonly waitSeconds: number; readonly first: boolean }> {
    const buckets = [...new Set(keys.map(bucketOf))];
    const here = (await Promise.all(buckets.map((bucket) => this.#count(bucket)))).filter((one) => one !== null);
    // A guess that is refused here already costs the database nothing.
    const over = here.length > 0 ? here : await this.#countEverywhere(buckets);
    const waitSeconds = Math.max(0, ...over.map(({ waitMs }) => Math.max(1, Math.ceil(waitMs / 1000))));
    return { waitSeconds, first: over.some(({ first }) => first) };
  }

  async #count(bucket: string): Promise<Over | null> {
    try {
      await this.#tries.consume(bucket);
      return null;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { waitMs: refused.msBeforeNext, first: refused.consumedPoints === this.#limit + 1 };
    }
  }

  /** While the database is away each process has its own limit alone. */
  async #countEverywhere(buckets: readonly string[]): Promise<readonly Over[]> {
    const counted = await this.#guesses?.count(buckets).catch(() => []);
    return (counted ?? [])
      .filter(({ count }) => count > MOST_GUESSES)
      .map(({ count, endsInMs }) => ({ waitMs: endsInMs, first: count === MOST_GUESSES + 1 }));
  }
}

/** 65,536 buckets bound memory and rows; two keys in one only share a limit that no right credential ever meets. */
function bucketOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 4);
}

/** The target of a path: a source under any of its routes, or a gateway. */
const TARGET = new RegExp(`^/v1/(?:${BEFORE_SOURCE}|(callbacks))/([^/]+)`);
/** Names of headers that hold a credential, whatever their source calls its own. */
const CREDENTIAL = /^authorization$|signature|hmac|token|secret|api-?key/i;
/** The dependencies of what counts guesses, and audits them. */
export interface GuessDeps extends RefusedAudit, ReceiverAccess, GatewayAccess, Logging {}

/**
 * Turns a 401 into 429 once its client, or its source or gateway, has had too many, and notes it for the audit. A
 * request without any credential is no guess: many booking systems send theirs only after a 401.
 */
export function limitGuesses(
  attempts: FailedAttempts,
  deps: GuessDeps,
): (c: Context<HttpEnv>, problem: Problem) => Promise<Problem> {
  return async (c, problem) => {
    if (problem.status !== 401) return problem;
    const [, callbacks, written] = TARGET.exec(c.req.path) ?? [];
    if (callbacks === undefined && !holdsCredential(c.req.header(), written !== undefined)) return problem;
    const id = written === undefined ? undefined : decoded(written);
    noteRefused(c, deps, { action: 'authentication.refused', actor: 'anonymous', ...targetOf(deps, callbacks, id) });
    const target = id === undefined ? [] : [`${callbacks ? 'gateway' : 'source'} ${id}`];
    const { waitSeconds, first } = await attempts.count([clientKey(clientOf(c, deps)), ...target]);
    if (waitSeconds === 0) return problem;
    // One line a minute: a line for each guess would fill the log.
    if (first) deps.log.warn('too many wrong credentials: further ones get 429 for the rest of the minute');
    const detail = 'Too many wrong credentials came from here, or for this: try again later.';
    return new Problem(429, 'too-many-attempts', detail, { retryAfterSeconds: waitSeconds });
  };
}

/** @param toSource only what looks like a signature can be right in a header of its own */
function holdsCredential(headers: Readonly<Record<string, string>>, toSource: boolean): boolean {
  return Object.keys(headers).some((name) => CREDENTIAL.test(name)) || (toSource && looksSigned(headers));
}

/** The id of a path, which is one and the same however it is escaped. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** The target as the audit names it. An id that nobody has is the caller's own invention, and may be anything. */
function targetOf({ receiver, gateways }: GuessDeps, callbacks: string | undefined, id: string | undefined) {
  if (id === undefined) return { target: 'administration', authorityId: null };
  if (callbacks !== undefined) {
    const isGateway = gateways.some((gateway) => gateway.id === id);
    return { target: isGateway ? `gateway:${id}` : 'gateway:unknown', authorityId: null };
  }
  const authorityId = receiver.authenticator.ownerOf(id);
  return { target: authorityId === null ? 'source:unknown' : `source:${id}`, authorityId };
}
