import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../domain/errors.ts';
import { parseJsonText } from '../domain/json.ts';
import type { HttpEnv } from './env.ts';

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;

/**
 * Refuses JSON that a route's schemas must not see, before they are applied to it. What is no JSON is left to them.
 * @throws Problem 400 for what is nested too deep or names a key twice in one object
 */
export async function checkJsonBody(c: Context<HttpEnv>): Promise<void> {
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) return;
  const text = await c.req.text();
  c.get('resume')();
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
}

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
