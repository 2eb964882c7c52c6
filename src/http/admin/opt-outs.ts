import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { readOptOuts, recordOptOutByStaff } from '../../staff/opt-outs.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { optOutSchema, toOptOutBody } from '../schemas/opt-out.ts';
import { phoneInBody, readPhone } from '../schemas/phone.ts';
import { noteText } from '../schemas/text.ts';

type OptOutsRoutesDeps = AuthorizeDeps & KeyringAccess & CurrentTime;

const common = { path: '/v1/authorities/{authority}/opt-outs' as const, tags: ['Opt-outs'], security: bearer };
const params = z.object({ authority: authorityParam });

/** `GET` and `POST /v1/authorities/{authority}/opt-outs`. */
export function optOutsRoutes(deps: OptOutsRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  listRoute(routes, deps);
  recordRoute(routes, deps);
  return routes;
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: OptOutsRoutesDeps): void {
  const list = createRoute({
    ...common,
    method: 'get',
    summary: 'List opt-outs',
    middleware: requireRoleIn(deps, 'viewer'),
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
    return c.json(
      toPage(optOuts, ({ id }) => id, toOptOutBody, limit),
      200,
    );
  });
}

function recordRoute(routes: OpenAPIHono<HttpEnv>, deps: OptOutsRoutesDeps): void {
  const record = createRoute({
    ...common,
    method: 'post',
    summary: 'Record an opt-out',
    description: 'From the response on, nothing more is handed over to the number for this authority.',
    middleware: requireRoleIn(deps, 'operator'),
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
