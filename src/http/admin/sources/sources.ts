import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { asReadBy } from '../../../staff/sources/audited-settings.ts';
import { readSources } from '../../../staff/sources/sources.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { authorityParam, bearer, json, problems } from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../../paging.ts';
import { createRoutes } from '../../problem.ts';
import { listedSourceSchema, toListedSourceBody } from '../../schemas/source.ts';

/** `GET /v1/authorities/{authority}/sources`. */
export function sourcesRoutes(deps: AuthorizeDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources',
    tags: ['Sources'],
    summary: 'List sources',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }), query: listQuery },
    responses: { 200: json(listBody(listedSourceSchema), 'By id'), ...problems(401, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { after: readCursor(cursor), limit: limit + 1 };
    const sources = await readSources(deps, c.req.valid('param').authority, page);
    return c.json(
      toPage(
        sources,
        ({ id }) => id,
        (source) => toListedSourceBody(asReadBy(c.var.actor, source)),
        limit,
      ),
      200,
    );
  });
  return routes;
}
