import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './env.ts';

/**
 * Drops the content type of an empty body, for routes whose body is optional: some clients send the header with every
 * request, and the validator would refuse the empty body as malformed JSON.
 */
export const emptyIsNoBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.header('Content-Type') !== undefined && (await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers);
    headers.delete('Content-Type');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
  }
  await next();
};
