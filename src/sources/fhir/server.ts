import { parseJsonText } from '../../domain/json.ts';
import { CONNECTION_CLOSED, type Outgoing, type OutgoingResult } from '../../runtime/outgoing/http.ts';

/** Why a response over 1 MiB is of no use. */
export const TOO_LONG = 'over 1 MiB';

/** The result of a request to a booking system's FHIR server. */
export type FhirRead =
  | {
      readonly kind: 'read';
      readonly body: unknown;
      readonly bytes: Uint8Array;
      /** The time of the response by the server's clock. */
      readonly at: Date | null;
    }
  /** HTTP 410: it was there once. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'missing' }
  /** 401 or 403: our credentials do not reach it. */
  | { readonly kind: 'forbidden'; readonly status: number }
  /**
   * A response that a repeat will not change: a redirect, which is not followed, more than 1 MiB, no JSON, another 4xx.
   */
  | { readonly kind: 'unusable'; readonly why: string }
  /** No response in time, 5xx, or 429. */
  | { readonly kind: 'unavailable'; readonly why: string };

const NOT_ALLOWED = 'its address is neither public nor named in EASYSMS_ALLOWED_ADDRESSES';

/** HTTP to the FHIR servers that resources are read back from, over connections that are kept. */
export class FhirServer {
  readonly #outgoing: Outgoing;

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  /**
   * Reads a resource or a page; once more where a kept connection was just closed. Never throws.
   * @param url one that `isUnder` the source's own address
   */
  async get(url: URL, authorization: string | null, signal: AbortSignal): Promise<FhirRead> {
    const read = await this.#ask(url, authorization, signal);
    // A connection that was kept may be closed at the other end just when it is used again.
    return read.kind === 'unavailable' && CONNECTION_CLOSED.has(read.why)
      ? this.#ask(url, authorization, signal)
      : read;
  }

  async #ask(url: URL, authorization: string | null, signal: AbortSignal): Promise<FhirRead> {
    const headers = {
      accept: 'application/fhir+json',
      // HAPI serves the same search from its cache for a minute.
      'cache-control': 'no-cache',
      ...(authorization !== null && { authorization }),
    };
    return toRead(await this.#outgoing.get(url, { headers, signal }));
  }
}

function toRead(result: OutgoingResult): FhirRead {
  switch (result.kind) {
    case 'forbidden':
      return { kind: 'unusable', why: NOT_ALLOWED };
    case 'too_long':
      return { kind: 'unusable', why: TOO_LONG };
    case 'failed':
      return { kind: 'unavailable', why: result.code };
    case 'responded': {
      const { date } = result.headers;
      return outcomeOf(result.status, result.body, typeof date === 'string' ? new Date(date) : null);
    }
  }
}

function outcomeOf(status: number, bytes: Uint8Array, at: Date | null): FhirRead {
  if (status === 200) {
    try {
      const body: unknown = parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      return { kind: 'read', body, bytes, at: at && !Number.isNaN(at.getTime()) ? at : null };
    } catch {
      return { kind: 'unusable', why: 'no JSON' };
    }
  }
  if (status === 404) return { kind: 'missing' };
  if (status === 410) return { kind: 'gone' };
  if (status === 401 || status === 403) return { kind: 'forbidden', status };
  if (status === 408 || status === 429 || status >= 500) return { kind: 'unavailable', why: `HTTP ${status}` };
  return { kind: 'unusable', why: `HTTP ${status}` };
}

/** `Type/id`, of which the id is no way out of the path. FHIR R4 §2.20.0.1 */
const RELATIVE = /^[A-Z][A-Za-z]{1,63}\/(?!\.+$)[A-Za-z0-9\-.]{1,64}$/;

/**
 * The address of `Type/id` at a server; undefined for what is none, so that nothing a message says chooses another
 * address.
 */
export function resourceUrl(base: string, reference: string): URL | undefined {
  if (!RELATIVE.test(reference)) return undefined;
  const url = new URL(`${base}/${reference}`);
  return isUnder(base, url) ? url : undefined;
}

/** True for the server's own address and what lies below it. */
export function isUnder(base: string, url: URL): boolean {
  const own = new URL(base);
  const root = own.pathname.replace(/\/$/, '');
  if (url.origin !== own.origin || url.username !== '' || url.password !== '') return false;
  // An encoded slash is a slash again behind some proxies.
  if (/%(?:2f|5c|2e|00)/i.test(url.pathname)) return false;
  return url.pathname === root || url.pathname.startsWith(`${root}/`);
}
