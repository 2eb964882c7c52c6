import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { liftOptOutByStaff, type OptOutView, readOptOuts, recordOptOutByStaff } from '../../staff/opt-outs.ts';
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
import { emptyIsNoBody } from './pause.ts';
import { iso, phoneInBody, readPhone, staff, toReader } from './staff.ts';

const TAGS = ['Opt-outs'];
const params = z.object({ authority: authorityParam });

export const optOutSchema = z
  .object({
    id: z.uuid(),
    scope: z.enum(['authority', 'installation']),
    phone: z.string().nullable().openapi({ description: 'Masked for a viewer; null where only its hash is kept' }),
    reason: z.string(),
    recordedBy: z.string(),
    recordedAt: instant,
    liftedAt: instant.nullable(),
    liftedBy: z.string().nullable(),
    liftReason: z.string().nullable(),
  })
  .openapi('OptOut');

export function toOptOutBody(optOut: OptOutView): z.infer<typeof optOutSchema> {
  return { ...optOut, recordedAt: iso(optOut.recordedAt), liftedAt: iso(optOut.liftedAt) };
}

/** Citizens' refusals: listed, recorded and lifted by staff. */
export function optOutsRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  listRoute(routes, deps);
  recordRoute(routes, deps);
  liftRoute(routes, deps);
  return routes;
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/opt-outs',
    tags: TAGS,
    summary: 'List opt-outs',
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params, query: cursorQuery },
    responses: {
      200: json(listOf(optOutSchema), 'Newest first, lifted ones among them'),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const page = { before: readCursor(c.req.valid('query').cursor), limit: PAGE + 1 };
    const optOuts = await readOptOuts(deps, toReader(c.var.actor), c.req.valid('param').authority, page, deps.now());
    return c.json(
      toPage(optOuts, ({ id }) => id, toOptOutBody),
      200,
    );
  });
}

function recordRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const record = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/opt-outs',
    tags: TAGS,
    summary: 'Record an opt-out',
    description: 'Once this is answered, nothing more is handed over to the number for this authority.',
    security: bearer,
    middleware: staff(deps, 'operator'),
    request: { params, body: jsonBody(z.strictObject({ phone: phoneInBody, reason: noteText(500) })) },
    responses: {
      201: json(optOutSchema, 'Recorded'),
      200: json(optOutSchema, 'It stood already'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  });
  routes.openapi(record, async (c) => {
    const { phone, reason } = c.req.valid('json');
    const request = { authorityId: c.req.valid('param').authority, phone: readPhone(phone), reason };
    const { optOut, created } = await recordOptOutByStaff(deps, toReader(c.var.actor), request, deps.now());
    return created ? c.json(toOptOutBody(optOut), 201) : c.json(toOptOutBody(optOut), 200);
  });
}

function liftRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const body = {
    required: false,
    content: { 'application/json': { schema: z.strictObject({ reason: noteText(500).optional() }) } },
  };
  const lift = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/opt-outs/{id}',
    tags: TAGS,
    summary: 'Lift an opt-out',
    description:
      "What is still ahead is planned anew. One that holds for the whole installation takes the installation's administrator token. The opt-out stays in the list, with who lifted it and why.",
    security: bearer,
    middleware: [...staff(deps, 'operator'), emptyIsNoBody],
    request: { params: params.extend({ id: z.uuid() }), body },
    responses: { 204: { description: 'Lifted' }, ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(lift, async (c) => {
    const { authority: authorityId, id } = c.req.valid('param');
    const { reason = null } = c.req.valid('json');
    const { actor } = c.var;
    await liftOptOutByStaff(
      deps,
      toReader(actor),
      { authorityId, id, reason, installation: actor.kind === 'installation' },
      deps.now(),
    );
    return c.body(null, 204);
  });
}
