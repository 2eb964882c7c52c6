import type { MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import type { HttpEnv } from './env.ts';

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
