import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { MIB } from '../body-memory.ts';
import { AddressRules, type AllowedAddress, type Destination } from './allowed-addresses.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
const LOOK_UP_MS = 2_000;
/** Shorter than the idle timeout of servers. */
const KEEP_ALIVE_MS = 4_000;
const FORBIDDEN = 'FORBIDDEN_ADDRESS';

/** The result of a request to another system. */
export type OutgoingResult =
  /** A status, whatever it says; 3xx too, since redirects are not followed. Header names are in lower case. */
  | {
      readonly kind: 'responded';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: Uint8Array;
    }
  /** The address is neither public nor named in EASYSMS_ALLOWED_ADDRESSES, or no http address at all: not asked. */
  | { readonly kind: 'forbidden' }
  /** The body is over 1 MiB. */
  | { readonly kind: 'too_long' }
  /** No response, or none in time. `code` is the error's, for logs: it holds no address. */
  | { readonly kind: 'failed'; readonly code: string };

/** The parts of a request beside its address. */
export interface OutgoingOptions {
  /** Ends the request, whatever its state: every request has a time limit. */
  readonly signal: AbortSignal;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Codes of a request whose connection the other end closed, such as one that was kept, just when it was used again. */
export const CONNECTION_CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
/** Code of a request whose signal ended it. */
export const TIME_IS_UP = 'time is up';

/**
 * Tells if an address may be asked, as far as is known now; `unknown_host`: its name has no address at the moment, so
 * that only a request will tell.
 */
export type AddressVerdict = 'allowed' | 'private_address' | 'port_not_allowed' | 'unknown_host';

/** Requests to systems whose addresses people have entered, which must not lead into the service's own network. */
export interface Outgoing {
  /** Judges an address without asking it, so that a setting can be refused early. Never throws. */
  judge(url: URL): Promise<AddressVerdict>;
  /** Requests an address. Never throws. */
  get(url: URL, options: OutgoingOptions): Promise<OutgoingResult>;
  /** Posts a value as JSON, or a text as it is, since a signature is made over it. Never throws. */
  post(url: URL, body: unknown, options: OutgoingOptions): Promise<OutgoingResult>;
  close(): Promise<void>;
}

/** Requests to other systems than gateways. */
export interface OutgoingAccess {
  readonly outgoing: Outgoing;
}

/**
 * The only way out of the service but for gateways. An address is judged when its name is looked up for the connection
 * itself, so that a name can't lead elsewhere between the check and the connection.
 */
export class OutgoingHttp implements Outgoing {
  readonly #rules: AddressRules;
  readonly #connections: number;
  /** Agents by destination, which decides about addresses: each has connections of its own. */
  readonly #agents = new Map<string, Agent>();

  /** @param connections to one server at most; further requests to it wait */
  constructor(allowed: readonly AllowedAddress[], connections = CONNECTIONS) {
    this.#rules = new AddressRules(allowed);
    this.#connections = connections;
  }

  /** Tells without a connection whether an address may be reached, by what its name leads to now. */
  async judge(url: URL): Promise<AddressVerdict> {
    const destination = this.#rules.destinationOf(url);
    const addresses = await addressesOf(literalOf(url));
    if (addresses.length === 0) return 'unknown_host';
    const isAllowed = (where: Destination) => addresses.some((address) => this.#rules.allows(address, where));
    if (isAllowed(destination)) return 'allowed';
    return isAllowed({ ...destination, ...PUBLIC }) ? 'port_not_allowed' : 'private_address';
  }

  /** Requests an address. Never throws. */
  get(url: URL, options: OutgoingOptions): Promise<OutgoingResult> {
    return this.#send(url, 'GET', null, options);
  }

  /** Posts a value as JSON, or a text as it is, since a signature is made over it. Never throws. */
  post(url: URL, body: unknown, options: OutgoingOptions): Promise<OutgoingResult> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', ...options.headers };
    return this.#send(url, 'POST', text, { ...options, headers });
  }

  /** Ends all connections at once, with the requests on them. */
  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  async #send(
    url: URL,
    method: 'GET' | 'POST',
    body: string | null,
    { signal, headers }: OutgoingOptions,
  ): Promise<OutgoingResult> {
    if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return { kind: 'forbidden' };
    const destination = this.#rules.destinationOf(url);
    // No name is looked up for an address that is one already.
    const literal = literalOf(url);
    if (isIP(literal) !== 0 && !this.#rules.allows(literal, destination)) return { kind: 'forbidden' };
    try {
      const response = await this.#agentFor(destination).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        body,
        signal,
        headers: { 'user-agent': 'EasySMS', ...headers },
      });
      const bytes = new Uint8Array(await response.body.arrayBuffer());
      return { kind: 'responded', status: response.statusCode, headers: response.headers, body: bytes };
    } catch (error) {
      if (signal.aborted) return { kind: 'failed', code: TIME_IS_UP };
      const code = codeOf(error);
      if (code === FORBIDDEN) return { kind: 'forbidden' };
      return code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? { kind: 'too_long' } : { kind: 'failed', code };
    }
  }

  #agentFor(destination: Destination): Agent {
    const key = JSON.stringify(destination);
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = new Agent({
      connections: this.#connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MIB,
      connect: { timeout: CONNECT_MS, lookup: allowedLookup(this.#rules, destination) },
    });
    this.#agents.set(key, agent);
    return agent;
  }
}

/** The way in which any public address may be asked. */
const PUBLIC = { port: 443, https: true };

/** The host of an address, of an IPv6 address without its brackets. */
function literalOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** @returns an empty list for a name without an address, or whose servers do not respond in time */
function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return Promise.resolve([host]);
  return new Promise((settle) => {
    const late = setTimeout(() => settle([]), LOOK_UP_MS);
    resolve(host, { all: true }, (_error, addresses: readonly { address: string }[] | undefined) => {
      clearTimeout(late);
      settle((addresses ?? []).map(({ address }) => address));
    });
  });
}

/** Finds those addresses of a name that may be connected to. */
function allowedLookup(rules: AddressRules, destination: Destination): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => rules.allows(address, destination));
      const [first] = allowed;
      if (!first) return callback(Object.assign(new Error('no address that may be asked'), { code: FORBIDDEN }), '');
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

/** undici names what went wrong in `code`; its message may hold an address. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? (Reflect.get(error, 'code') ?? error.name) : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
