import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { readAuthorities } from '../../staff/authorities/authorities.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { bearer, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { authoritySchema, toAuthorityBody } from '../schemas/authority.ts';

/** `GET /v1/authorities`. */
export function authoritiesRoutes(deps: AuthorizeDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities',
    tags: ['Authorities'],
    summary: 'List authorities',
    description: 'A key sees its own.',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { query: listQuery },
    responses: { 200: json(listBody(authoritySchema), 'By id'), ...problems(401, 422) },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { only: c.var.principal.keyOf, after: readCursor(cursor), limit: limit + 1 };
    const authorities = await readAuthorities(deps, page);
    return c.json(
      toPage(authorities, ({ id }) => id, toAuthorityBody, limit),
      200,
    );
  });
  return routes;
}
