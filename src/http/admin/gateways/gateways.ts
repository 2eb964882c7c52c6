import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { OUT_REASONS } from '../../../domain/gateway-state.ts';
import type { CurrentTime, GatewayAccess, Logging, Metering } from '../../../runtime/deps.ts';
import { type GatewayView, readGateways, setGateway } from '../../../staff/gateways/gateways.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { bearer, instant, iso, json, jsonBody, problems } from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { listBody, listQuery, pageOfAll } from '../../paging.ts';
import { createRoutes } from '../../problem.ts';
import { noteText } from '../../schemas/text.ts';

const gatewaySchema = z
  .object({
    id: z.string().openapi({ example: 'inmobile' }),
    state: z.enum(['in', 'out']).openapi({ description: 'out: it gets single messages at most' }),
    since: instant.openapi({ description: 'Of the last change in or out' }),
    reason: z
      .enum(OUT_REASONS)
      .nullable()
      .openapi({ description: 'Why it is out; timeouts: calls without a response, or slow ones. null: it is in use' }),
    note: z.string().nullable().openapi({ description: 'What staff gave as the reason' }),
    probeAt: instant
      .nullable()
      .openapi({ description: 'When it is tried next with a single message; null: never, while staff keep it out' }),
    refusals: z
      .number()
      .nullable()
      .openapi({
        description:
          'The part of the calls of the last ten minutes that failed, or was refused for good and not for the ' +
          'number, the text or an opt-out; null: there was none',
      }),
    latencyMs: z.int().nullable().openapi({ description: 'Mean duration of these calls' }),
    backlog: z.int().openapi({ description: 'Reminders that are due and that it would be the first to get' }),
    uncertain: z.int().openapi({ description: 'Its messages of which nobody knows yet whether they left' }),
    ownOptOutList: z
      .boolean()
      .openapi({ description: 'It blocks numbers that wrote STOP itself: an opt-out that is lifted here stays there' }),
  })
  .openapi('Gateway');
const listSchema = z.object({ items: z.array(gatewaySchema) }).openapi('Gateways');

const outBody = z.strictObject({ reason: noteText(200) });
const params = z.object({ gateway: z.string().openapi({ example: 'inmobile', description: 'Id of the gateway' }) });

/** The dependencies of the routes under `/v1/gateways`. */
export type GatewaysDeps = AuthorizeDeps & CurrentTime & GatewayAccess & Logging & Metering;

/** `GET /v1/gateways` and `POST /v1/gateways/{gateway}/out` and `/in`. */
export function gatewaysRoutes(deps: GatewaysDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  listRoute(routes, deps);
  outRoute(routes, deps);
  inRoute(routes, deps);
  return routes;
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/v1/gateways',
    tags: ['Gateways'],
    summary: 'List the gateways, and whether they are in use',
    description: 'In order of preference: the first that is in use takes the reminders.',
    security: bearer,
    middleware: requireRole(deps, 'installation'),
    request: { query: listQuery },
    responses: { 200: json(listBody(gatewaySchema), 'The gateways'), ...problems(401, 403, 422) },
  });
  routes.openapi(list, async (c) => {
    return c.json(pageOfAll(await readGateways(deps, deps.now()), c.req.valid('query'), toBody), 200);
  });
}

function outRoute(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  const out = createRoute({
    method: 'post',
    path: '/v1/gateways/{gateway}/out',
    tags: ['Gateways'],
    summary: 'Take a gateway out of use',
    description:
      'Nothing is handed to it any more until it is brought back; what was handed over before stays with it. Replies ' +
      'to its numbers are understood as before.',
    security: bearer,
    middleware: requireRole(deps, 'installation'),
    request: { params, body: jsonBody(outBody) },
    responses: { 200: json(listSchema, 'The gateways afterwards'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(out, async (c) => {
    const change = { id: c.req.valid('param').gateway, actor: c.var.actor.name };
    await setGateway(deps, change, { note: c.req.valid('json').reason }, deps.now());
    return c.json(await listOf(deps), 200);
  });
}

function inRoute(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  const back = createRoute({
    method: 'post',
    path: '/v1/gateways/{gateway}/in',
    tags: ['Gateways'],
    summary: 'Bring a gateway back into use',
    description: 'It gets all its traffic at once, whoever took it out.',
    security: bearer,
    middleware: requireRole(deps, 'installation'),
    request: { params },
    responses: { 200: json(listSchema, 'The gateways afterwards'), ...problems(401, 403, 404) },
  });
  routes.openapi(back, async (c) => {
    await setGateway(deps, { id: c.req.valid('param').gateway, actor: c.var.actor.name }, null, deps.now());
    return c.json(await listOf(deps), 200);
  });
}

async function listOf(deps: GatewaysDeps): Promise<z.infer<typeof listSchema>> {
  return { items: (await readGateways(deps, deps.now())).map(toBody) };
}

function toBody({ since, probeAt, ...view }: GatewayView): z.infer<typeof gatewaySchema> {
  return { ...view, since: iso(since), probeAt: iso(probeAt) };
}
