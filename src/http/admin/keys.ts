import { z } from '@hono/zod-openapi';
import { type ApiKey, createKey, readKeys, revokeKey } from '../../accounts/keys.ts';
import type { IdPage } from '../../domain/ids.ts';
import { ROLES } from '../../domain/people/access.ts';
import { requireRole } from '../authorize.ts';
import { authorityParams, bearer, instant, json, jsonBody, problems, written } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { noteText } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

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

function toKeyBody({ authorityId: _, ...key }: ApiKey): z.infer<typeof keySchema> {
  return written(key);
}

const common = { path: '/v1/authorities/{authority}/keys' as const, tags: ['Keys'], security: bearer };

/** The routes of the API keys of an authority. */
export const keyRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('administrator'), {
    ...common,
    method: 'get',
    summary: 'List API keys',
    request: { params: authorityParams, query: listQuery },
    responses: {
      200: json(listBody(keySchema), 'Newest first, revoked ones among them'),
      ...problems(401, 403, 404, 422),
    },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const read = ({ after: before, limit }: IdPage) => readKeys(deps, authority, { before, limit });
    return c.json(await readPage(c.req.valid('query'), read, toKeyBody), 200);
  }),
  adminRoute(requireRole('administrator'), {
    ...common,
    method: 'post',
    summary: 'Make an API key',
    request: { params: authorityParams, body: jsonBody(z.strictObject({ name: noteText(100), role })) },
    responses: { 201: json(newKeySchema, 'Made'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const request = { authorityId: c.req.valid('param').authority, ...c.req.valid('json'), actor: c.var.actor.name };
    return c.json(await createKey(deps, request, deps.now()), 201);
  }),
  adminRoute(requireRole('administrator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/keys/{id}',
    tags: ['Keys'],
    summary: 'Revoke an API key at once',
    request: { params: authorityParams.extend({ id: z.uuid() }) },
    responses: { 204: { description: 'Revoked' }, ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority, id } = c.req.valid('param');
    await revokeKey(deps, { authorityId: authority, id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  }),
];
