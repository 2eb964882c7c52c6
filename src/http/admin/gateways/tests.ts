import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess } from '../../../runtime/deps.ts';
import type { SettingsRules } from '../../../staff/authorities/authority-settings.ts';
import { readGatewayTest, testGateway } from '../../../staff/gateways/test-sms.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { bearer, instant, iso, json, jsonBody, problems } from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { createRoutes } from '../../problem.ts';
import { settingsSender } from '../../schemas/authority.ts';
import { phoneInBody, readPhone } from '../../schemas/phone.ts';
import { statusOfMessage } from '../../schemas/words.ts';

const gateway = z.string().openapi({ example: 'inmobile', description: 'Id of the gateway' });
const madeSchema = z.object({ id: z.uuid() }).openapi('GatewayTestMade');
const testSchema = z
  .object({
    id: z.uuid(),
    status: statusOfMessage.openapi({ description: 'As of a message' }),
    reason: z.string().nullable(),
    code: z.string().nullable().openapi({ description: "The supplier's own code for the last outcome" }),
    acceptedAt: instant.nullable().openapi({ description: 'When the gateway accepted it' }),
    receiptAt: instant.nullable().openapi({ description: 'When its final receipt came' }),
    repliedAt: instant.nullable().openapi({ description: 'When the reply came' }),
    meaning: z.string().nullable().openapi({ description: 'What was read in the reply: stop, other, …' }),
  })
  .openapi('GatewayTest');

type TestsDeps = AuthorizeDeps & KeyringAccess & SettingsRules & CurrentTime;

/** `POST /v1/gateways/{gateway}/tests` and `GET /v1/gateways/{gateway}/tests/{id}`. */
export function gatewayTestsRoutes(deps: TestsDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  makeRoute(routes, deps);
  readRoute(routes, deps);
  return routes;
}

function makeRoute(routes: OpenAPIHono<HttpEnv>, deps: TestsDeps): void {
  const refusals = problems(400, 401, 403, 404, 413, 415, 422, 429);
  const make = createRoute({
    method: 'post',
    path: '/v1/gateways/{gateway}/tests',
    tags: ['Gateways'],
    summary: 'Send one SMS to a phone of your own through a gateway',
    description:
      'At once, whether the gateway is in use or not; audited. The number must be one that some authority sends to, ' +
      'and the sender one that settings may have. At most 10 a number within 24 hours, and 50 within an hour.',
    security: bearer,
    middleware: requireRole(deps, 'installation'),
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
  const read = createRoute({
    method: 'get',
    path: '/v1/gateways/{gateway}/tests/{id}',
    tags: ['Gateways'],
    summary: 'Read what has become of a test',
    security: bearer,
    middleware: requireRole(deps, 'installation'),
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
