import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type ApiKey, createKey, readKeys, revokeKey } from '../../accounts/keys.ts';
import { ROLES } from '../../domain/people/access.ts';
import type { CurrentTime } from '../../runtime/deps.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { authorityParam, bearer, instant, iso, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import { noteText } from '../schemas/text.ts';

type KeysRoutesDeps = AuthorizeDeps & CurrentTime;

const path = '/v1/authorities/{authority}/keys' as const;
const params = z.object({ authority: authorityParam });

const role = z
  .enum(ROLES)
  .describe(
    'viewer: reads, with numbers masked. operator: also sees numbers, records opt-outs, settles replies, ' +
      'pauses and resumes. administrator: everything within the authority.',
  );
const shape = { id: z.uuid(), name: z.string(), role, prefix: z.string().openapi({ example: 'esk_1f2e3d4c' }) };
const keySchema = z
  .object({ ...shape, createdAt: instant, lastUsedAt: instant.nullable(), revokedAt: instant.nullable() })
  .openapi('Key');
const newKeySchema = z.object({
  ...shape,
  key: z.string().describe('Shown this once and never again'),
});

function toKeyBody({ createdAt, lastUsedAt, revokedAt, ...key }: ApiKey): z.infer<typeof keySchema> {
  const { id, name, role, prefix } = key;
  const moments = { createdAt: iso(createdAt), lastUsedAt: iso(lastUsedAt), revokedAt: iso(revokedAt) };
  return { id, name, role, prefix, ...moments };
}

/** `GET` and `POST /v1/authorities/{authority}/keys`. */
export function keysRoutes(routes: OpenAPIHono<HttpEnv>, deps: KeysRoutesDeps): void {
  const common = { path, tags: ['Keys'], security: bearer, middleware: requireRole(deps, 'administrator') };
  const list = createRoute({
    ...common,
    method: 'get',
    summary: 'List API keys',
    request: { params, query: listQuery },
    responses: {
      200: json(listBody(keySchema), 'Newest first, revoked ones among them'),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { before: readCursor(cursor), limit: limit + 1 };
    const keys = await readKeys(deps, c.req.valid('param').authority, page);
    return c.json(toPage(keys, rowId, toKeyBody, limit), 200);
  });

  const make = createRoute({
    ...common,
    method: 'post',
    summary: 'Make an API key',
    request: { params, body: jsonBody(z.strictObject({ name: noteText(100), role })) },
    responses: { 201: json(newKeySchema, 'Made'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(make, async (c) => {
    const request = { authorityId: c.req.valid('param').authority, ...c.req.valid('json'), actor: c.var.actor.name };
    return c.json(await createKey(deps, request, deps.now()), 201);
  });
}

/** `DELETE /v1/authorities/{authority}/keys/{id}`. */
export function keyRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & CurrentTime): void {
  const end = adminRoute(requireRole(deps, 'administrator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/keys/{id}',
    tags: ['Keys'],
    summary: 'Revoke an API key at once',
    request: { params: z.object({ authority: authorityParam, id: z.uuid() }) },
    responses: { 204: { description: 'Revoked' }, ...problems(401, 403, 404) },
  });
  routes.openapi(end, async (c) => {
    const { authority, id } = c.req.valid('param');
    await revokeKey(deps, { authorityId: authority, id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
