import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { liftOptOutByStaff, readOptOuts, recordOptOutByStaff } from '../../staff/opt-outs.ts';
import { type AuthorizeDeps, adminRoute, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { emptyIsNoBody } from '../json-body.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import { optOutSchema, toOptOutBody } from '../schemas/opt-out.ts';
import { noteText, phoneInBody, readPhone } from '../schemas/text.ts';

type OptOutsRoutesDeps = AuthorizeDeps & KeyringAccess & CurrentTime;

const common = { path: '/v1/authorities/{authority}/opt-outs' as const, tags: ['Opt-outs'], security: bearer };
const params = z.object({ authority: authorityParam });

/** `GET` and `POST /v1/authorities/{authority}/opt-outs`. */
export function optOutsRoutes(routes: OpenAPIHono<HttpEnv>, deps: OptOutsRoutesDeps): void {
  listRoute(routes, deps);
  recordRoute(routes, deps);
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: OptOutsRoutesDeps): void {
  const list = adminRoute(requireRoleIn(deps, 'viewer'), {
    ...common,
    method: 'get',
    summary: 'List opt-outs',
    request: { params, query: listQuery },
    responses: {
      200: json(listBody(optOutSchema), 'Newest first, lifted ones among them'),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { before: readCursor(cursor), limit: limit + 1 };
    const optOuts = await readOptOuts(deps, c.var.actor, c.req.valid('param').authority, page, deps.now());
    return c.json(toPage(optOuts, rowId, toOptOutBody, limit), 200);
  });
}

function recordRoute(routes: OpenAPIHono<HttpEnv>, deps: OptOutsRoutesDeps): void {
  const record = adminRoute(requireRoleIn(deps, 'operator'), {
    ...common,
    method: 'post',
    summary: 'Record an opt-out',
    description: 'From the response on, nothing more is handed over to the number for this authority.',
    request: { params, body: jsonBody(z.strictObject({ phone: phoneInBody, reason: noteText(500) })) },
    responses: {
      201: json(optOutSchema, 'Recorded'),
      200: json(optOutSchema, 'It was recorded before'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  });
  routes.openapi(record, async (c) => {
    const { phone, reason } = c.req.valid('json');
    const request = { authorityId: c.req.valid('param').authority, phone: readPhone(phone), reason };
    const { optOut, created } = await recordOptOutByStaff(deps, c.var.actor, request, deps.now());
    return created ? c.json(toOptOutBody(optOut), 201) : c.json(toOptOutBody(optOut), 200);
  });
}

/** `DELETE /v1/authorities/{authority}/opt-outs/{id}`. */
export function optOutRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & KeyringAccess & CurrentTime): void {
  const lift = adminRoute([...requireRoleIn(deps, 'operator'), emptyIsNoBody], {
    method: 'delete',
    path: '/v1/authorities/{authority}/opt-outs/{id}',
    tags: ['Opt-outs'],
    summary: 'Lift an opt-out',
    description:
      'What is still ahead is planned anew. One that holds for the whole installation takes the ' +
      "installation's administrator token. The opt-out stays in the list, with who lifted it and why.",
    request: {
      params: z.object({ authority: authorityParam, id: z.uuid() }),
      body: {
        required: false,
        content: { 'application/json': { schema: z.strictObject({ reason: noteText(500).optional() }) } },
      },
    },
    responses: { 204: { description: 'Lifted' }, ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(lift, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { reason = null } = c.req.valid('json');
    const request = { authorityId, id, reason, installation: c.var.actor.installation };
    await liftOptOutByStaff(deps, c.var.actor, request, deps.now());
    return c.body(null, 204);
  });
}
