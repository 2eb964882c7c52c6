import { type Dispatcher, Pool } from 'undici';
import type { SendResult } from './gateway.ts';

const CONNECT_MS = 5_000;
const READ_AT_MOST = 65_536;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** What a supplier answered; `body` is cut at 64 kB. Header names are lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A call without an answer. `mayHaveLeft` false: not one byte of the request was written. */
export interface HttpFailure {
  readonly mayHaveLeft: boolean;
  /** The error's code, for logs. */
  readonly code: string;
}

/**
 * Errors that come before a connection stands. Everything else counts as having left: a socket that breaks tells nobody how much of the
 * request the other side has read, and a kept-alive one may break in the very moment of writing.
 */
const BEFORE_WRITING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** HTTP to one supplier, over connections that are kept. Redirects are not followed. */
export class SupplierHttp {
  readonly #pool: Pool;
  readonly #path: string;

  /** @param connections null: as many as calls are in flight */
  constructor(url: URL, connections: number | null = null) {
    this.#pool = new Pool(url.origin, { connections, pipelining: 1, connect: { timeout: CONNECT_MS } });
    this.#path = url.pathname + url.search;
  }

  async post(headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<HttpAnswer | HttpFailure> {
    try {
      const answer = await this.#pool.request({ method: 'POST', path: this.#path, headers, body, signal });
      return { status: answer.statusCode, headers: answer.headers, body: await readStart(answer.body) };
    } catch (error) {
      const code = codeOf(error);
      return { mayHaveLeft: !BEFORE_WRITING.has(code), code };
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** A supplier that babbles must not fill our memory. @throws when the connection breaks before that */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length >= READ_AT_MOST) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, READ_AT_MOST);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}

/** What a call without an answer comes to. */
export function outcomeOfFailure(failure: HttpFailure): SendResult {
  if (failure.mayHaveLeft) return { kind: 'uncertain', code: failure.code, detail: 'no answer came' };
  return { kind: 'retry', reason: 'temporary', retryAfterMs: null, stopQueue: false, code: failure.code };
}

/**
 * What an answer that the adapter has no better reading of comes to. 2xx: taken or not, we can't tell. 3xx: a page of somebody else's
 * answered, so that no supplier has read the SMS. 429, 503: not taken. 500, 502, 504: a part of the supplier may have it.
 */
export function outcomeOfStatus(answer: HttpAnswer, now: Date): SendResult {
  const { status } = answer;
  const code = String(status);
  const retry = { kind: 'retry', retryAfterMs: null, code } as const;
  if (status === 401 || status === 403) return { ...retry, reason: 'auth', stopQueue: true };
  if (status === 402) return { ...retry, reason: 'credit', stopQueue: true };
  if (status === 429 || status === 503) return { ...retry, reason: 'throttled', retryAfterMs: retryAfterMs(answer, now), stopQueue: false };
  if (status >= 300 && status < 400) return { ...retry, reason: 'temporary', stopQueue: true };
  if (status >= 400 && status < 500) return { kind: 'rejected', reason: 'permanent', code, detail: 'the gateway refused the request' };
  return { kind: 'uncertain', code, detail: 'the answer does not tell whether the SMS was taken' };
}

/** RFC 9110 §10.2.3: seconds or a date. Nonsense is null; more than an hour is an hour. */
function retryAfterMs({ headers }: HttpAnswer, now: Date): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : null;
}
