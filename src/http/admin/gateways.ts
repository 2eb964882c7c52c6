import { z } from '@hono/zod-openapi';
import { OUT_REASONS } from '../../domain/gateway-state.ts';
import { readGateways, setGateway } from '../../staff/gateways/gateways.ts';
import { putGatewayPrices, readGatewayPrices } from '../../staff/gateways/prices.ts';
import { readGatewayTest, testGateway } from '../../staff/gateways/test-sms.ts';
import { requireRole } from '../authorize.ts';
import { instant, json, jsonBody, problems, written } from '../describe.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { settingsSender } from '../schemas/authority.ts';
import { country } from '../schemas/place-and-time.ts';
import { noteText, phoneInBody, readPhone, refuseWith } from '../schemas/text.ts';
import { statusOfMessage } from '../schemas/words.ts';
import { type AdminDeps, type AdminRoute, adminRoute } from './route.ts';

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

/** The path of what belongs to a gateway. */
export const gatewayParams = z.object({
  gateway: z.string().openapi({ example: 'inmobile', description: 'Id of the gateway' }),
});

async function listOf(deps: AdminDeps): Promise<z.infer<typeof listSchema>> {
  return { items: (await readGateways(deps, deps.now())).map(written) };
}

/** The routes of the gateways, and of whether they are in use. */
export const gatewayRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('installation'), {
    method: 'get',
    path: '/v1/gateways',
    tags: ['Gateways'],
    summary: 'List the gateways, and whether they are in use',
    description: 'In order of preference: the first that is in use takes the reminders.',
    request: { query: listQuery },
    responses: { 200: json(listBody(gatewaySchema), 'The gateways'), ...problems(401, 403, 422) },
  })(async (c, deps) => {
    return c.json(pageOfAll(await readGateways(deps, deps.now()), c.req.valid('query'), written), 200);
  }),
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/out',
    tags: ['Gateways'],
    summary: 'Take a gateway out of use',
    description:
      'Nothing is handed to it any more until it is brought back; what was handed over before stays with it. Replies ' +
      'to its numbers are understood as before.',
    request: { params: gatewayParams, body: jsonBody(outBody) },
    responses: { 200: json(listSchema, 'The gateways afterwards'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const change = { id: c.req.valid('param').gateway, actor: c.var.actor.name };
    await setGateway(deps, change, { note: c.req.valid('json').reason }, deps.now());
    return c.json(await listOf(deps), 200);
  }),
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/in',
    tags: ['Gateways'],
    summary: 'Bring a gateway back into use',
    description: 'It gets all its traffic at once, whoever took it out.',
    request: { params: gatewayParams },
    responses: { 200: json(listSchema, 'The gateways afterwards'), ...problems(401, 403, 404) },
  })(async (c, deps) => {
    await setGateway(deps, { id: c.req.valid('param').gateway, actor: c.var.actor.name }, null, deps.now());
    return c.json(await listOf(deps), 200);
  }),
];

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
const refusals = problems(400, 401, 403, 404, 413, 415, 422, 429);

/** The routes of test SMS to phones of one's own. */
export const gatewayTestRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/gateways/{gateway}/tests',
    tags: ['Gateways'],
    summary: 'Send one SMS to a phone of your own through a gateway',
    description:
      'At once, whether the gateway is in use or not; audited. The number must be one that some authority sends to, ' +
      'and the sender one that settings may have. At most 10 a number within 24 hours, and 50 within an hour.',
    request: {
      params: gatewayParams,
      body: jsonBody(z.strictObject({ phone: phoneInBody, sender: settingsSender })),
    },
    responses: {
      201: json(madeSchema, 'It will be sent'),
      ...refusals,
      429: { ...refusals[429], description: 'Too many test SMS, or wrong credentials; see Retry-After' },
    },
  })(async (c, deps) => {
    const { phone, sender } = c.req.valid('json');
    const request = { gateway: c.req.valid('param').gateway, phone: readPhone(phone), sender };
    return c.json({ id: await testGateway(deps, { ...request, actor: c.var.actor.name }, deps.now()) }, 201);
  }),
  adminRoute(requireRole('installation'), {
    method: 'get',
    path: '/v1/gateways/{gateway}/tests/{id}',
    tags: ['Gateways'],
    summary: 'Read what has become of a test',
    request: { params: gatewayParams.extend({ id: z.uuid() }) },
    responses: { 200: json(testSchema, 'The test'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { gateway: id, id: test } = c.req.valid('param');
    return c.json({ id: test, ...written(await readGatewayTest(deps, id, test)) }, 200);
  }),
];

const MOST = 500;
const DECIMALS = 1_000_000;

/** A price of a gateway. */
export const priceSchema = z
  .strictObject({
    country: country.describe('Country of the number (ISO 3166)'),
    perSegment: z
      .number()
      .min(0)
      .max(1000)
      .refine(
        (price) => Math.abs(price * DECIMALS - Math.round(price * DECIMALS)) < 1e-4,
        refuseWith('too_precise', 'A price has six decimals at most.'),
      )
      .openapi({ description: 'Price of one segment', example: 0.295 }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'Write a currency of ISO 4217 in three capital letters: DKK.')
      .openapi({ description: 'Currency (ISO 4217)', example: 'DKK' }),
    from: z.iso
      .date('Write a day: 2026-11-24.')
      .openapi({ description: 'First day, until the next price of the country', example: '2026-01-01' }),
  })
  .openapi('GatewayPrice');

/** All prices of a gateway. */
export const pricesBody = z
  .array(priceSchema)
  .max(MOST)
  .refine(
    (prices) => new Set(prices.map((price) => `${price.country} ${price.from}`)).size === prices.length,
    refuseWith('repeated', 'Two prices of one country begin on the same day.'),
  );

const path = '/v1/gateways/{gateway}/prices' as const;

/** The routes of what a gateway charges. */
export const gatewayPriceRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('installation'), {
    method: 'get',
    path,
    tags: ['Gateways'],
    summary: 'Read what a gateway charges',
    request: { params: gatewayParams },
    responses: { 200: json(z.array(priceSchema), 'Its prices by country and day'), ...problems(401, 403, 404) },
  })(async (c, deps) => c.json(await readGatewayPrices(deps, c.req.valid('param').gateway), 200)),
  adminRoute(requireRole('installation'), {
    method: 'put',
    path,
    tags: ['Gateways'],
    summary: 'Replace what a gateway charges',
    description:
      'Statistics tell the costs by these prices from then on, also those of the past: the price of a reminder is ' +
      'that of the day that it was due.',
    request: { params: gatewayParams, body: jsonBody(pricesBody) },
    responses: {
      200: json(z.array(priceSchema), 'Its prices by country and day'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const change = { id: c.req.valid('param').gateway, actor: c.var.actor.name };
    return c.json(await putGatewayPrices(deps, change, c.req.valid('json'), deps.now()), 200);
  }),
];
