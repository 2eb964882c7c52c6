import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../domain/errors.ts';
import { type ApiKey, listKeys } from '../../staff/keys.sql.ts';
import { endKey, makeKey } from '../../staff/keys.ts';
import { findAuthority } from '../../store/authorities.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  instant,
  json,
  jsonBody,
  listOf,
  noteText,
  PAGE,
  problems,
  readCursor,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';

const TAGS = ['Keys'];

const role = z.enum(['administrator', 'operator', 'viewer']).openapi({
  description:
    'viewer: reads, with numbers masked. operator: also sees numbers, records opt-outs, settles replies, pauses and resumes. administrator: everything within the authority.',
});

const shape = { id: z.uuid(), name: z.string(), role, prefix: z.string().openapi({ example: 'esk_1f2e3d4c' }) };
const keySchema = z.object({ ...shape, createdAt: instant, revokedAt: instant.nullable() }).openapi('Key');

function toKeyBody({ id, name, role, prefix, createdAt, revokedAt }: ApiKey): z.infer<typeof keySchema> {
  return { id, name, role, prefix, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}

/** API keys of an authority. */
export function keysRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  makeRoute(routes, deps);
  listAndEndRoutes(routes, deps);
  return routes;
}

function makeRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const make = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/keys',
    tags: TAGS,
    summary: 'Make an API key',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: {
      params: z.object({ authority: authorityParam }),
      body: jsonBody(z.strictObject({ name: noteText(100), role })),
    },
    responses: {
      201: json(
        z.object({ ...shape, key: z.string().openapi({ description: 'Shown this once and never again' }) }),
        'Made',
      ),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  });
  routes.openapi(make, async (c) => {
    const request = { authorityId: c.req.valid('param').authority, ...c.req.valid('json'), actor: c.var.actor.name };
    return c.json(await makeKey(deps, request, deps.now()), 201);
  });
}

function listAndEndRoutes(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const middleware = requireRole(deps, 'administrator');
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/keys',
    tags: TAGS,
    summary: 'List API keys',
    security: bearer,
    middleware,
    request: { params: z.object({ authority: authorityParam }), query: cursorQuery },
    responses: {
      200: json(listOf(keySchema), 'Newest first, revoked ones among them'),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const { authority } = c.req.valid('param');
    if (!(await findAuthority(deps.db, authority))) throw notFound('authority');
    const rows = await listKeys(deps.db, authority, readCursor(c.req.valid('query').cursor), PAGE + 1);
    return c.json(
      toPage(rows, ({ id }) => id, toKeyBody),
      200,
    );
  });

  const end = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/keys/{id}',
    tags: TAGS,
    summary: 'Revoke an API key at once',
    security: bearer,
    middleware,
    request: { params: z.object({ authority: authorityParam, id: z.uuid() }) },
    responses: { 204: { description: 'Revoked' }, ...problems(401, 403, 404) },
  });
  routes.openapi(end, async (c) => {
    const { authority, id } = c.req.valid('param');
    await endKey(deps, { authorityId: authority, id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
