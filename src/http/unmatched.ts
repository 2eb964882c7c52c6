import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { Problem } from '../domain/errors.ts';
import { SUPPORTED_WRITES } from '../sources/fhir/receive.ts';
import type { HttpEnv } from './env.ts';

/**
 * Responds to a request that matches no route: 405 with `Allow` where the path exists under other methods, a redirect
 * where a page was asked for with a slash too many at its end, else 404.
 * @param respond writes a problem as the caller reads it
 */
export function unmatched(
  app: OpenAPIHono<HttpEnv>,
  respond: (c: Context<HttpEnv>, problem: Problem) => Response | Promise<Response>,
): (c: Context<HttpEnv>) => Promise<Response> {
  let router: TrieRouter<string> | undefined;
  return async (c) => {
    router ??= routerOf(app);
    const methods = new Set(router.match('ANY', c.req.path)[0].map(([method]) => method));
    if (methods.has('GET')) methods.add('HEAD');
    if (methods.size === 0)
      return trimTrailingSlash(c) ?? respond(c, new Problem(404, 'not-found', 'There is nothing at this address.'));
    const allow = [...methods].sort().join(', ');
    const response = await respond(
      c,
      new Problem(405, 'method-not-allowed', `This address takes the methods ${allow}.${adviceAt(c.req.path)}`),
    );
    response.headers.set('Allow', allow);
    return response;
  };
}

/** FHIR has writes without an id in the address, and patches, which a client may count on. */
function adviceAt(path: string): string {
  return path.startsWith('/v1/fhir/') ? ` ${SUPPORTED_WRITES}` : '';
}

/**
 * Redirects to a path and not to an address, which a Host header could choose. The path stays escaped as it came:
 * decoded, it could begin another host, or break the header.
 */
function trimTrailingSlash(c: Context<HttpEnv>): Response | undefined {
  const { method, path } = c.req;
  if ((method !== 'GET' && method !== 'HEAD') || path === '/' || !path.endsWith('/')) return undefined;
  // Two slashes in front would begin another host.
  const { origin, pathname, search } = new URL(c.req.url);
  const target = `/${pathname.replace(/^\/+/, '').slice(0, -1)}${search}`;
  return new URL(target, origin).origin === origin ? c.redirect(target, 301) : undefined;
}

/** Every route under one method, so that a match gives the methods of a path. */
function routerOf(app: OpenAPIHono<HttpEnv>): TrieRouter<string> {
  const router = new TrieRouter<string>();
  for (const route of app.routes) if (route.method !== 'ALL') router.add('ANY', route.path, route.method);
  return router;
}
