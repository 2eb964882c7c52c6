import { z } from '@hono/zod-openapi';
import { CHANNELS, EVENT_TYPES } from '../../domain/event-types.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import { type EndpointTest, testEndpoint } from '../../events/send.ts';
import {
  type DeliveryPlace,
  type DeliveryRow,
  noEndpoint,
  readDeliveries,
  replayEvents,
  resumeDeliveries,
} from '../../staff/deliveries/deliveries.ts';
import { readSource } from '../../staff/sources/sources.ts';
import { requireRole } from '../authorize.ts';
import { instant, iso, json, jsonBody, problems, sourceParams } from '../describe.ts';
import { listBody, listQuery, readCursor, toPage } from '../paging.ts';
import { eventEndpointSchema, toEndpointBody } from '../schemas/source-events.ts';
import { refuseWith } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const status = z
  .enum(['pending', 'delivered', 'failed'])
  .describe('pending: due, or waiting for its next try or for an earlier event; failed: given up after three days');
const reference = z.string().min(1).max(MAX_REFERENCE).describe("The appointment's id in the booking system");

const deliverySchema = z
  .object({
    id: z.uuid().describe('Id of the event'),
    channel: z.enum(CHANNELS).describe('webhook: `events.url`; fhir: `fhirBaseUrl`'),
    type: z.enum(EVENT_TYPES).describe('Type of the event'),
    sequence: z.int().describe('Rises by one within the source'),
    reference: reference.nullable(),
    timestamp: instant.describe('When it happened'),
    status,
    attempts: z.int().describe('Tries of this event, but for those that found the endpoint paused'),
    nextAttemptAt: instant.nullable().describe('When it is tried next; null: not before others'),
    lastAttemptAt: instant.nullable().describe('When it was last tried'),
    lastResult: z.string().nullable().openapi({ description: 'What the last try came to', example: 'HTTP 500' }),
  })
  .openapi('Delivery');

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

const path = '/v1/authorities/{authority}/sources/{source}/deliveries' as const;

const moment = z.iso.datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' });
const byTime = z
  .strictObject({
    from: moment.describe('Events that happened from then on'),
    to: moment.describe('Events that happened before'),
  })
  .refine(({ from, to }) => new Date(from) < new Date(to), {
    ...refuseWith('not_after', 'This must come after `from`.'),
    path: ['to'],
  });
const byId = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(1_000).describe('Ids of events'),
});

const testSchema = z
  .object({
    id: z.uuid().describe('`webhook-id` of the call'),
    delivered: z.boolean().describe('Whether the response was 2xx'),
    result: z.string().openapi({ description: 'Status of the response, or why there was none', example: 'HTTP 200' }),
    milliseconds: z.int().describe('How long the response took'),
  })
  .openapi('EndpointTest');

const resumed = z.object({
  eventEndpoints: z.array(eventEndpointSchema).describe('How they fare now'),
});

/** The routes of what booking systems were told, and are told again. */
export const deliveryRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path,
    tags: ['Events'],
    summary: 'List deliveries of events',
    description:
      'What became of the events that were to be sent to the endpoints of this source, the newest first, for 30 ' +
      'days. How the endpoint itself fares stands on the source (`eventEndpoints`).',
    request: {
      params: sourceParams,
      query: listQuery.extend({ status: status.optional(), reference: reference.optional() }),
    },
    responses: { 200: json(listBody(deliverySchema), 'The newest first'), ...problems(401, 404, 422) },
  })(async (c, deps) => {
    const { authority: authorityId, source: sourceId } = c.req.valid('param');
    const { cursor, limit, status = null, reference = null } = c.req.valid('query');
    const page = { after: placeOfCursor(readCursor(cursor)), limit: limit + 1 };
    const rows = await readDeliveries(deps, { authorityId, sourceId, status, reference }, page);
    return c.json(
      toPage(rows, ({ sequence, channel }) => `${sequence}-${channel}`, toBody, limit),
      200,
    );
  }),
  adminRoute(requireRole('operator'), {
    method: 'post',
    path: `${path}/replay`,
    tags: ['Events'],
    summary: 'Send events again',
    description:
      'Under their ids, whether or not they were taken, and in order with what is not taken yet; 10,000 at most. ' +
      'Events of types that the source leaves out, or that are no longer kept, are not sent.',
    request: { params: sourceParams, body: jsonBody(z.union([byId, byTime])) },
    responses: {
      202: json(z.object({ events: z.int().describe('How many will be sent') }), 'They will be sent'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const body = c.req.valid('json');
    const meant = 'ids' in body ? body : { from: new Date(body.from), to: new Date(body.to) };
    const events = await replayEvents(deps, { authorityId, id, actor: c.var.actor.name }, meant);
    return c.json({ events }, 202);
  }),
  adminRoute(requireRole('operator'), {
    method: 'post',
    path: `${path}/test`,
    tags: ['Events'],
    summary: 'Call the endpoint once',
    description:
      'With an event of the type `test`, signed like any other, whatever state the endpoint is in. Responds when the ' +
      'endpoint has responded, or after ten seconds.',
    request: { params: sourceParams },
    responses: { 200: json(testSchema, 'What came of it'), ...problems(401, 403, 404, 409) },
  })(async (c, deps) => {
    const { authority, source: id } = c.req.valid('param');
    const source = await readSource(deps, authority, id);
    const tested = await testEndpoint(deps, { ...source, fhirAuthorization: null }, c.var.actor.name);
    if (!tested) throw noEndpoint();
    return c.json(tested satisfies EndpointTest, 200);
  }),
  adminRoute(requireRole('operator'), {
    method: 'post',
    path: `${path}/resume`,
    tags: ['Events'],
    summary: 'Send to the endpoints again',
    description: 'One that is paused or ended is live again, and gets in order what it has not taken.',
    request: { params: sourceParams },
    responses: {
      200: json(resumed, 'Resumed'),
      ...problems(401, 403, 404, 409),
    },
  })(async (c, deps) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const endpoints = await resumeDeliveries(deps, { authorityId, id, actor: c.var.actor.name });
    return c.json({ eventEndpoints: endpoints.map(toEndpointBody) }, 200);
  }),
];
