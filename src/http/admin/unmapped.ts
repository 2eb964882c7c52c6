import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readUnmapped } from '../../staff/unmapped.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  instant,
  json,
  listOf,
  PAGE,
  problems,
  readCursor,
  sourceParam,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { iso, staff } from './staff.ts';

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

/** What a booking system sends and its settings don't know. */
export function unmappedRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}/unmapped',
    tags: ['Sources'],
    summary: 'List codes that nobody has mapped',
    description:
      'Codes of status and of places that this source has sent and that its `statusMap` and `locationMap` do not know. At most 200 are kept of a source.',
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }), query: cursorQuery },
    responses: { 200: json(listOf(unmappedSchema), 'By field and value'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { authority, source } = c.req.valid('param');
    const from = positionOf(c.req.valid('query').cursor);
    const rows = (await readUnmapped(deps, authority, source)).map((row, position) => ({ ...row, position }));
    const page = rows.slice(from, from + PAGE + 1);
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

/** The list is short: a cursor counts what came before. */
function positionOf(cursor: string | undefined): number {
  const position = Number(readCursor(cursor) ?? '0');
  return Number.isSafeInteger(position) ? position : 0;
}
