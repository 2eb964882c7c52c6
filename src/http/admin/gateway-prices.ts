import { z } from '@hono/zod-openapi';
import { putGatewayPrices, readGatewayPrices } from '../../staff/gateways/prices.ts';
import { requireRole } from '../authorize.ts';
import { json, jsonBody, problems } from '../describe.ts';
import { country } from '../schemas/place-and-time.ts';
import { refuseWith } from '../schemas/text.ts';
import { gatewayParams } from './gateways.ts';
import { type AdminRoute, adminRoute } from './route.ts';

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
