import { type Dispatcher, Pool } from 'undici';
import { HOUR_MS } from '../domain/duration.ts';
import { errorName } from '../domain/errors.ts';
import type { SendResult, SupplierFailure } from './gateway.ts';

const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 4_000;
const MAX_BODY_BYTES = 65_536;
/** The most of a list or report, which holds hundreds of entries. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_RETRY_AFTER_MS = HOUR_MS;
const ABORTED = 'aborted';

/** Response of a supplier; `body` is cut at 64 kB, a list at 4 MB. Header names are in lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Call without a response. `mayHaveLeft` is false when not one byte of the request was written. */
export interface HttpFailure {
  readonly mayHaveLeft: boolean;
  /** Code of the error, for logs. */
  readonly code: string;
}

/** Request to a supplier. */
export interface SupplierRequest {
  readonly method: 'GET' | 'POST';
  /** Below the client's URL, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The response to a POST is a list, as that to a GET may be. */
  readonly listed?: true;
}

/** HTTP client for one supplier, with persistent connections. Redirects are not followed. */
export class SupplierHttp {
  readonly #pool: Pool;
  readonly #path: string;

  /** @param connections null for as many as there are calls in flight */
  constructor(url: URL, connections: number | null = null) {
    this.#pool = new Pool(url.origin, {
      connections,
      pipelining: 1,
      connect: { timeout: CONNECT_MS },
      // Shorter than the idle timeout of servers: a call on a connection that is being closed would be uncertain.
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Only the caller's signal limits the duration of a call.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#path = url.pathname + url.search;
  }

  /** Makes a request to a path below the client's own. Never throws. `signal` aborts the call at once, in any state. */
  request(
    { method, path, headers, body, listed }: SupplierRequest,
    signal: AbortSignal,
  ): Promise<HttpResponse | HttpFailure> {
    const most = listed || method === 'GET' ? MAX_LIST_BYTES : MAX_BODY_BYTES;
    const whole = this.#path.replace(/\/$/, '') + path;
    return this.#dispatch({ method, path: whole, headers, body: body ?? null }, signal, most);
  }

  /** Posts to the client's own URL. Never throws. `signal` aborts the call at once, in any state. */
  post(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<HttpResponse | HttpFailure> {
    return this.#dispatch({ method: 'POST', path: this.#path, headers, body }, signal, MAX_BODY_BYTES);
  }

  async #dispatch(
    options: Dispatcher.DispatchOptions,
    signal: AbortSignal,
    mostBytes: number,
  ): Promise<HttpResponse | HttpFailure> {
    if (signal.aborted) return { mayHaveLeft: false, code: ABORTED };
    const call = new HttpCall(mostBytes);
    const abort = () => call.end(ABORTED);
    signal.addEventListener('abort', abort, { once: true });
    this.#pool.dispatch(options, call);
    const result = await call.result;
    signal.removeEventListener('abort', abort);
    return result;
  }

  /** Ends all connections at once, with the calls on them. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/**
 * Makes one request. undici reports each step, which tells whether anything was written: from `onRequestStart` on the
 * request counts as sent, since a broken socket doesn't tell how much the other side has read, and a persistent
 * connection may break while it is written to.
 */
class HttpCall implements Dispatcher.DispatchHandler {
  readonly result: Promise<HttpResponse | HttpFailure>;
  #resolve: (result: HttpResponse | HttpFailure) => void = () => {};
  #controller: Dispatcher.DispatchController | null = null;
  #ended = false;
  #head: Pick<HttpResponse, 'status' | 'headers'> | null = null;
  readonly #body: Buffer[] = [];
  readonly #mostBytes: number;
  #length = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The caller was told that nothing was sent. When this throws, undici leaves the request unwritten and its
    // connection intact.
    if (this.#ended) throw new Error(ABORTED);
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpResponse['headers']): void {
    this.#head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.push(chunk);
    this.#length += chunk.length;
    // A supplier must not be able to fill the memory.
    if (this.#length >= this.#mostBytes) this.end('too_long');
  }

  onResponseEnd(): void {
    this.#settle('');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(codeOf(error));
  }

  /** Ends the call with what has been received. */
  end(code: string): void {
    this.#settle(code);
    this.#controller?.abort(new Error(code));
  }

  /** Once the status is received it is the response, even if the body is incomplete; the adapter judges it. */
  #settle(code: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const body = () => Buffer.concat(this.#body).toString('utf8', 0, this.#mostBytes);
    this.#resolve(this.#head ? { ...this.#head, body: body() } : { mayHaveLeft: this.#controller !== null, code });
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string') return code;
  return errorName(error);
}

/** Why a request got no answer: the status of a response, or the code of a failure. */
export function failureOf(response: HttpResponse | HttpFailure): SupplierFailure {
  return { failedWith: 'mayHaveLeft' in response ? response.code : String(response.status) };
}

/** Send result for a call without a response. */
export function resultOfFailure(failure: HttpFailure): SendResult {
  if (failure.mayHaveLeft) return { kind: 'uncertain', code: failure.code, detail: 'the gateway did not respond' };
  return { kind: 'retry', reason: 'unreachable', retryAfterMs: null, stopQueue: false, code: failure.code };
}

/**
 * Send result for a response that the adapter can't interpret further. 2xx: it is unknown whether the message was
 * taken. 301, 307, 308, 404, 405 concern the address: no supplier has read the SMS, or would read the next; 302 and 303
 * may follow a request that was executed. 408, 429, 503: not taken. 500, 502, 504 and all others: a part of the
 * supplier may have it.
 */
export function resultOfStatus(response: HttpResponse, now: Date): SendResult {
  const { status } = response;
  const code = String(status);
  const retry = { kind: 'retry', retryAfterMs: null, code } as const;
  if (status === 401 || status === 403) return { ...retry, reason: 'auth', stopQueue: true };
  if (status === 402) return { ...retry, reason: 'credit', stopQueue: true };
  if (status === 429 || status === 503)
    return { ...retry, reason: 'throttled', retryAfterMs: retryAfterMs(response, now), stopQueue: false };
  if ([301, 307, 308, 404, 405].includes(status)) return { ...retry, reason: 'unreachable', stopQueue: true };
  if (status === 408) return { ...retry, reason: 'unreachable', stopQueue: false };
  if (status >= 400 && status < 500)
    return { kind: 'rejected', reason: 'permanent', code, detail: 'the gateway refused the request' };
  return { kind: 'uncertain', code, detail: 'the response does not tell whether the SMS was accepted' };
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Retry-After (RFC 9110 §10.2.3): seconds or a date. null for an invalid or past value; at most one hour. */
function retryAfterMs({ headers }: HttpResponse, now: Date): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, MAX_RETRY_AFTER_MS);
  const ms = HTTP_DATE.test(value) ? Date.parse(value) - now.getTime() : Number.NaN;
  return ms >= 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : null;
}
