import type { Context } from 'hono';
import { isWithin, type Network, parseAddress } from '../runtime/networks.ts';
import type { HttpEnv } from './env.ts';

/** The proxies in front of this service. */
export interface ProxyTrust {
  /** TRUSTED_PROXIES: what they say of the client that they forward for is believed. */
  readonly trustedProxies: readonly Network[];
}

/**
 * The address of the client: that of the socket, or behind a trusted proxy the one that the proxy names.
 * @returns `unknown` where the connection has no address, as within the process
 */
export function clientOf(c: Context<HttpEnv>, { trustedProxies }: ProxyTrust): string {
  const headers = { forwardedFor: c.req.header('X-Forwarded-For'), forwarded: c.req.header('Forwarded') };
  return clientAddress(c.env?.incoming?.socket?.remoteAddress, headers, trustedProxies);
}

/**
 * Follows the proxies from the nearest to the first one that is not trusted, which is the client: what stands left of
 * it in the headers is the client's own invention. A proxy writes one of the two headers and passes the other on as
 * the client sent it; where both are there and disagree, the proxy itself counts as the client.
 * @param remote the address of the socket
 */
export function clientAddress(
  remote: string | undefined,
  headers: { readonly forwardedFor: string | undefined; readonly forwarded: string | undefined },
  trusted: readonly Network[],
): string {
  const socket = parseAddress(remote ?? '');
  if (!socket) return 'unknown';
  const { forwardedFor, forwarded } = headers;
  const named = [
    ...(forwardedFor === undefined ? [] : [follow(socket, forwardedFor.split(','), trusted)]),
    ...(forwarded === undefined ? [] : [follow(socket, forwarded.split(',').map(forParameter), trusted)]),
  ];
  const [first = socket.toString(), second = first] = named;
  return first === second ? first : socket.toString();
}

type IpAddress = Network['address'];

/** @param hops the nearest one last */
function follow(socket: IpAddress, hops: readonly string[], trusted: readonly Network[]): string {
  let client = socket;
  for (let nth = hops.length - 1; nth >= 0 && isWithin(client, trusted); nth--) {
    const hop = parseHop(hops[nth] ?? '');
    if (!hop) break;
    client = hop;
  }
  return client.toString();
}

/** The value of `for` in one element of `Forwarded` (RFC 7239 §4); empty for an element without it. */
function forParameter(element: string): string {
  const pair = element.split(';').find((part) => /^\s*for=/i.test(part)) ?? '';
  return pair
    .slice(pair.indexOf('=') + 1)
    .trim()
    .replace(/^"|"$/g, '');
}

/** An address, which some proxies write with a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function parseHop(text: string): IpAddress | null {
  const hop = text.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(hop) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(hop) ?? [];
  return parseAddress(bracketed ?? withPort ?? hop);
}
