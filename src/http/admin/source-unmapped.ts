import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readUnmapped } from '../../staff/sources/unmapped.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, instant, iso, json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { cursorQuery, listOf, PAGE_LIMIT, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';

const unmappedSchema = z
  .object({
    field: z
      .enum(['status', 'location'])
      .openapi({ description: 'status: add it to `statusMap`; location: to `locationMap`' }),
    value: z.string().openapi({ description: 'As the booking system writes it', example: 'AMB4' }),
    firstAt: instant,
    lastAt: instant.openapi({ description: 'To the hour' }),
  })
  .openapi('UnmappedValue');

/** `GET /v1/authorities/{authority}/sources/{source}/unmapped`. */
export function sourceUnmappedRoutes(deps: AuthorizeDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}/unmapped',
    tags: ['Sources'],
    summary: 'List unmapped codes',
    description:
      'Codes of status and of places that this source has sent and that its `statusMap` and `locationMap` do ' +
      'not know. At most 200 are kept of a source.',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }), query: cursorQuery },
    responses: { 200: json(listOf(unmappedSchema), 'By field and value'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { authority, source } = c.req.valid('param');
    const from = positionOf(c.req.valid('query').cursor);
    const rows = (await readUnmapped(deps, authority, source)).map((row, position) => ({ ...row, position }));
    const page = rows.slice(from, from + PAGE_LIMIT);
    const toItem = ({ field, value, firstAt, lastAt }: (typeof page)[number]) => ({
      field,
      value,
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
    });
    return c.json(
      toPage(page, ({ position }) => String(position + 1), toItem),
      200,
    );
  });
  return routes;
}

/** The list is short, so the cursor is a position in it. */
function positionOf(cursor: string | undefined): number {
  const position = Number(readCursor(cursor) ?? '0');
  return Number.isSafeInteger(position) ? position : 0;
}
