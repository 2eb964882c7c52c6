import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../domain/errors.ts';
import { parseAddress } from '../../runtime/networks.ts';
import type { HttpEnv } from '../env.ts';

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
