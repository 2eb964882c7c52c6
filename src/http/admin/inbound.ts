import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { readerOf } from '../../staff/access.ts';
import { readReplies } from '../../staff/replies.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { cursorQuery, listOf, PAGE_LIMIT, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { inboundSchema, toInboundBody } from '../schemas/inbound.ts';

const needsPerson = z
  .enum(['true', 'false'])
  .optional()
  .openapi({ description: 'true: only those that a person must still read; false: only the others' });

/** `GET /v1/authorities/{authority}/inbound`. */
export function inboundRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/inbound',
    tags: ['Inbound messages'],
    summary: 'List inbound messages',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }), query: cursorQuery.extend({ needsPerson }) },
    responses: { 200: json(listOf(inboundSchema), 'Newest first'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { needsPerson, cursor } = c.req.valid('query');
    const filter = {
      needsPerson: needsPerson && needsPerson === 'true',
      before: readCursor(cursor),
      limit: PAGE_LIMIT,
    };
    const reader = readerOf(c.var.actor);
    const replies = await readReplies(deps, reader, c.req.valid('param').authority, filter, deps.now());
    return c.json(
      toPage(replies, ({ id }) => id, toInboundBody),
      200,
    );
  });
  return routes;
}
