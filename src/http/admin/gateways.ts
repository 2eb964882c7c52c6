import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { OUT_REASONS } from '../../domain/gateway-state.ts';
import type { CurrentTime, GatewayAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import type { SettingsRules } from '../../staff/authorities/authority-settings.ts';
import { type GatewayView, readGateways, setGateway } from '../../staff/gateways/gateways.ts';
import { readGatewayTest, testGateway } from '../../staff/gateways/test-sms.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { instant, iso, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { settingsSender } from '../schemas/authority.ts';
import { noteText, phoneInBody, readPhone } from '../schemas/text.ts';
import { statusOfMessage } from '../schemas/words.ts';

const gatewaySchema = z
  .object({
    id: z.string().openapi({ example: 'inmobile' }),
    state: z.enum(['in', 'out']).describe('out: it gets single messages at most'),
    since: instant.describe('Of the last change in or out'),
    reason: z
      .enum(OUT_REASONS)
      .nullable()
      .describe('Why it is out; timeouts: calls without a response, or slow ones. null: it is in use'),
    note: z.string().nullable().describe('What staff gave as the reason'),
    probeAt: instant
      .nullable()
      .describe('When it is tried next with a single message; null: never, while staff keep it out'),
    refusals: z
      .number()
      .nullable()
      .describe(
        'The part of the calls of the last ten minutes that failed, or was refused for good and not for the ' +
          'number, the text or an opt-out; null: there was none',
      ),
    latencyMs: z.int().nullable().describe('Mean duration of these calls'),
    backlog: z.int().describe('Reminders that are due and that it would be the first to get'),
    uncertain: z.int().describe('Its messages of which nobody knows yet whether they left'),
    ownOptOutList: z
      .boolean()
      .describe('It blocks numbers that wrote STOP itself: an opt-out that is lifted here stays there'),
  })
  .openapi('Gateway');
const listSchema = z.object({ items: z.array(gatewaySchema) }).openapi('Gateways');

const outBody = z.strictObject({ reason: noteText(200) });
const params = z.object({ gateway: z.string().openapi({ example: 'inmobile', description: 'Id of the gateway' }) });

/** The dependencies of the routes under `/v1/gateways`. */
type GatewaysDeps = AuthorizeDeps & CurrentTime & GatewayAccess & Logging & Metering;

/** `GET /v1/gateways` and `POST /v1/gateways/{gateway}/out` and `/in`. */
export function gatewaysRoutes(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  listRoute(routes, deps);
  outRoute(routes, deps);
  inRoute(routes, deps);
}

function listRoute(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  const list = adminRoute(requireRole(deps, 'installation'), {
    method: 'get',
    path: '/v1/gateways',
    tags: ['Gateways'],
    summary: 'List the gateways, and whether they are in use',
    description: 'In order of preference: the first that is in use takes the reminders.',
    request: { query: listQuery },
    responses: { 200: json(listBody(gatewaySchema), 'The gateways'), ...problems(401, 403, 422) },
  });
  routes.openapi(list, async (c) => {
    return c.json(pageOfAll(await readGateways(deps, deps.now()), c.req.valid('query'), toBody), 200);
  });
}

function outRoute(routes: OpenAPIHono<HttpEnv>, deps: GatewaysDeps): void {
  const out = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/out',
    tags: ['Gateways'],
    summary: 'Take a gateway out of use',
    description:
      'Nothing is handed to it any more until it is brought back; what was handed over before stays with it. Replies ' +
      'to its numbers are understood as before.',
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
  const back = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/in',
    tags: ['Gateways'],
    summary: 'Bring a gateway back into use',
    description: 'It gets all its traffic at once, whoever took it out.',
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

const gateway = z.string().openapi({ example: 'inmobile', description: 'Id of the gateway' });
const madeSchema = z.object({ id: z.uuid() }).openapi('GatewayTestMade');
const testSchema = z
  .object({
    id: z.uuid(),
    status: statusOfMessage.describe('As of a message'),
    reason: z.string().nullable(),
    code: z.string().nullable().describe("The supplier's own code for the last outcome"),
    acceptedAt: instant.nullable().describe('When the gateway accepted it'),
    receiptAt: instant.nullable().describe('When its final receipt came'),
    repliedAt: instant.nullable().describe('When the reply came'),
    meaning: z.string().nullable().describe('What was read in the reply: stop, other, …'),
  })
  .openapi('GatewayTest');

type TestsDeps = AuthorizeDeps & KeyringAccess & SettingsRules & CurrentTime;

/** `POST /v1/gateways/{gateway}/tests` and `GET /v1/gateways/{gateway}/tests/{id}`. */
export function gatewayTestsRoutes(routes: OpenAPIHono<HttpEnv>, deps: TestsDeps): void {
  makeRoute(routes, deps);
  readRoute(routes, deps);
}

function makeRoute(routes: OpenAPIHono<HttpEnv>, deps: TestsDeps): void {
  const refusals = problems(400, 401, 403, 404, 413, 415, 422, 429);
  const make = adminRoute(requireRole(deps, 'installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/tests',
    tags: ['Gateways'],
    summary: 'Send one SMS to a phone of your own through a gateway',
    description:
      'At once, whether the gateway is in use or not; audited. The number must be one that some authority sends to, ' +
      'and the sender one that settings may have. At most 10 a number within 24 hours, and 50 within an hour.',
    request: {
      params: z.object({ gateway }),
      body: jsonBody(z.strictObject({ phone: phoneInBody, sender: settingsSender })),
    },
    responses: {
      201: json(madeSchema, 'It will be sent'),
      ...refusals,
      429: { ...refusals[429], description: 'Too many test SMS, or wrong credentials; see Retry-After' },
    },
  });
  routes.openapi(make, async (c) => {
    const { phone, sender } = c.req.valid('json');
    const request = { gateway: c.req.valid('param').gateway, phone: readPhone(phone), sender };
    return c.json({ id: await testGateway(deps, { ...request, actor: c.var.actor.name }, deps.now()) }, 201);
  });
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: TestsDeps): void {
  const read = adminRoute(requireRole(deps, 'installation'), {
    method: 'get',
    path: '/v1/gateways/{gateway}/tests/{id}',
    tags: ['Gateways'],
    summary: 'Read what has become of a test',
    request: { params: z.object({ gateway, id: z.uuid() }) },
    responses: { 200: json(testSchema, 'The test'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(read, async (c) => {
    const { gateway: id, id: test } = c.req.valid('param');
    const { acceptedAt, receiptAt, repliedAt, ...row } = await readGatewayTest(deps, id, test);
    const times = { acceptedAt: iso(acceptedAt), receiptAt: iso(receiptAt), repliedAt: iso(repliedAt) };
    return c.json({ id: test, ...row, ...times }, 200);
  });
}
