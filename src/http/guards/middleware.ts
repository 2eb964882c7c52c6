import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import { routePath } from 'hono/route';
import { Problem } from '../../domain/errors.ts';
import type { Logging, Metering } from '../../runtime/deps.ts';
import { parseAddress } from '../../runtime/networks.ts';
import type { ProxyTrust } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';

/** The policy of responses that set none of their own: a browser may load and run nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The headers of responses whose route sets none of these: no caching, and nothing that a browser could do. */
const CAUTIOUS = Object.entries({
  'Content-Security-Policy': NO_PAGE,
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
});

/**
 * Gives the request an id, and its response that id and the cautious headers, unless the route sets others. Node's
 * response takes them as they are; as headers of a Response each would be checked and copied three times.
 */
export async function cautiousHeaders(c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> {
  const requestId = randomUUID();
  c.set('requestId', requestId);
  const outgoing = c.env?.outgoing;
  for (const [name, value] of CAUTIOUS) outgoing?.setHeader(name, value);
  outgoing?.setHeader('X-Request-Id', requestId);
  await next();
  if (outgoing) return;
  // Asked within the process, there is no other response.
  const { headers } = c.res;
  for (const [name, value] of CAUTIOUS) if (!headers.has(name)) headers.set(name, value);
  headers.set('X-Request-Id', requestId);
}

/** Runs checks before a route, in one layer: a layer of its own for each would cost every request three promises. */
export function checked(...checks: readonly ((c: Context<HttpEnv>) => void)[]): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    for (const check of checks) check(c);
    return next();
  };
}

/** Refuses compressed bodies with 415: no route decompresses, and each would read garbage. */
export function requirePlainBody(c: Context<HttpEnv>): void {
  const encoding = c.req.header('Content-Encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new Problem(415, 'unsupported-content-encoding', 'Send the body as it is, without Content-Encoding.');
}

/**
 * Counts each request, and logs it at level debug under the id of its response; stalls are counted for its route. The
 * log names the route's pattern and not the path, which may hold anything.
 */
export function requestLog(deps: Logging & Metering): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const began = performance.now();
    const route = routePath(c, -1);
    const { stalls } = deps.metrics;
    c.set('resume', () => stalls.enter(route));
    stalls.enter(route);
    await next();
    const ms = Math.round(performance.now() - began);
    const { status } = c.res;
    deps.metrics.responses.inc({ route, status: `${Math.floor(status / 100)}xx` });
    deps.log.debug({ requestId: c.get('requestId'), method: c.req.method, route, status, ms }, 'response sent');
  };
}

/**
 * Tells an operator once that a proxy stands in front which TRUSTED_PROXIES does not name: all its clients have one
 * address, so that wrong passwords of one of them keep the others out.
 */
export function noticeProxy({
  log,
  metrics,
  trustedProxies,
}: Logging & Metering & ProxyTrust): (c: Context<HttpEnv>) => void {
  let isLookingOut = trustedProxies.length === 0;
  return (c) => {
    if (isLookingOut && (c.req.header('X-Forwarded-For') ?? c.req.header('Forwarded')) !== undefined) {
      isLookingOut = false;
      metrics.proxyUnknown.set(1);
      log.warn('requests come through a proxy, and TRUSTED_PROXIES is unset: all its clients count as one address');
    }
  };
}

/**
 * Refuses requests to any other host than this machine or PUBLIC_URL: a page of another site can let its own name lead
 * to this machine (DNS rebinding), and would then read here what is open to everybody on it.
 */
export function ownHosts(publicUrl: string): MiddlewareHandler<HttpEnv> {
  const own = new URL(publicUrl).hostname;
  return (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (hostname === own || hostname === 'localhost' || isLoopback(hostname)) return next();
    throw new Problem(403, 'forbidden', 'This page is open on this machine alone, under its own names.');
  };
}

function isLoopback(hostname: string): boolean {
  return parseAddress(hostname.replace(/^\[|\]$/g, ''))?.range() === 'loopback';
}

/**
 * Refuses forms that a browser sends from another site (CSRF). Behind a proxy that ends TLS the server sees another
 * address than the browser, so the origin of PUBLIC_URL is allowed too. A client that names no origin is no browser,
 * and has no cookie that could be abused.
 */
export function ownForms(publicUrl: string): MiddlewareHandler<HttpEnv> {
  const publicOrigin = new URL(publicUrl).origin;
  const guard = csrf({ origin: (origin, c) => origin === publicOrigin || origin === new URL(c.req.url).origin });
  return (c, next) => {
    const browser = c.req.header('Origin') !== undefined || c.req.header('Sec-Fetch-Site') !== undefined;
    return browser ? guard(c, next) : next();
  };
}
