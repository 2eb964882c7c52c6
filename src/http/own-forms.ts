import type { MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import type { HttpEnv } from './env.ts';

/**
 * Takes forms from our own pages only. Behind a proxy that ends TLS the address that the server sees is not the one
 * that the browser used, so the public one counts as ours too. A client that names no origin at all is no browser, and
 * carries no cookie that somebody could abuse.
 */
export function ownForms(publicUrl: string): MiddlewareHandler<HttpEnv> {
  const publicOrigin = new URL(publicUrl).origin;
  const guard = csrf({ origin: (origin, c) => origin === publicOrigin || origin === new URL(c.req.url).origin });
  return (c, next) => {
    const browser = c.req.header('Origin') !== undefined || c.req.header('Sec-Fetch-Site') !== undefined;
    return browser ? guard(c, next) : next();
  };
}
