import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { CHANNELS, EVENT_TYPES } from '../../../domain/event-types.ts';
import { MAX_REFERENCE } from '../../../domain/reference.ts';
import { type DeliveryPlace, type DeliveryRow, readDeliveries } from '../../../staff/deliveries/deliveries.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { authorityParam, bearer, instant, iso, json, problems, sourceParam } from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { listBody, listQuery, readCursor, toPage } from '../../paging.ts';
import { createRoutes } from '../../problem.ts';

const status = z.enum(['pending', 'delivered', 'failed']).openapi({
  description: 'pending: due, or waiting for its next try or for an earlier event; failed: given up after three days',
});
const reference = z
  .string()
  .min(1)
  .max(MAX_REFERENCE)
  .openapi({ description: "The appointment's id in the booking system" });

const deliverySchema = z
  .object({
    id: z.uuid().openapi({ description: 'Id of the event' }),
    channel: z.enum(CHANNELS).openapi({ description: 'webhook: `events.url`; fhir: `fhirBaseUrl`' }),
    type: z.enum(EVENT_TYPES).openapi({ description: 'Type of the event' }),
    sequence: z.int().openapi({ description: 'Rises by one within the source' }),
    reference: reference.nullable(),
    timestamp: instant.openapi({ description: 'When it happened' }),
    status,
    attempts: z.int().openapi({ description: 'Tries of this event, but for those that found the endpoint paused' }),
    nextAttemptAt: instant.nullable().openapi({ description: 'When it is tried next; null: not before others' }),
    lastAttemptAt: instant.nullable().openapi({ description: 'When it was last tried' }),
    lastResult: z.string().nullable().openapi({ description: 'What the last try came to', example: 'HTTP 500' }),
  })
  .openapi('Delivery');

/** `GET /v1/authorities/{authority}/sources/{source}/deliveries`. */
export function deliveriesRoutes(deps: AuthorizeDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}/deliveries',
    tags: ['Events'],
    summary: 'List deliveries of events',
    description:
      'What became of the events that were to be sent to the endpoints of this source, the newest first, for 30 ' +
      'days. How the endpoint itself fares stands on the source (`eventEndpoints`).',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: {
      params: z.object({ authority: authorityParam, source: sourceParam }),
      query: listQuery.extend({ status: status.optional(), reference: reference.optional() }),
    },
    responses: { 200: json(listBody(deliverySchema), 'The newest first'), ...problems(401, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { authority: authorityId, source: sourceId } = c.req.valid('param');
    const { cursor, limit, status = null, reference = null } = c.req.valid('query');
    const page = { after: placeOfCursor(readCursor(cursor)), limit: limit + 1 };
    const rows = await readDeliveries(deps, { authorityId, sourceId, status, reference }, page);
    return c.json(
      toPage(rows, ({ sequence, channel }) => `${sequence}-${channel}`, toBody, limit),
      200,
    );
  });
  return routes;
}

/** The place in the list that a cursor stands for; null: the beginning. */
export function placeOfCursor(cursor: string | null): DeliveryPlace | null {
  const [, sequence, name] = /^(\d{1,18})-([a-z]+)$/.exec(cursor ?? '') ?? [];
  const channel = CHANNELS.find((each) => each === name);
  return sequence !== undefined && channel ? { sequence, channel } : null;
}

function toBody(row: DeliveryRow): z.infer<typeof deliverySchema> {
  const { id, channel, type, reference, status, attempts, lastResult } = row;
  return {
    id,
    channel,
    type,
    reference,
    status,
    attempts,
    lastResult,
    sequence: Number(row.sequence),
    timestamp: iso(row.at),
    nextAttemptAt: iso(row.nextAt),
    lastAttemptAt: iso(row.attemptedAt),
  };
}
