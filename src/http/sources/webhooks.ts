import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { MAX_ELEMENTS } from '../../formats/format.ts';
import { webhookSchema } from '../../formats/json/json-schema.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { SourceRequest } from '../../sources/receive.ts';
import { receiveWebhook, type WebhookRequest, type WebhookResult } from '../../sources/webhook.ts';
import { json, open, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { faultSchema, problemResponse, problemSchema, toProblemBody } from '../problem.ts';
import { eventReason, reasonSentence } from '../schemas/words.ts';
import {
  type Exchange,
  explainedIn,
  keyHeader,
  languageHeader,
  type ReceiverAccess,
  sourceRequestOf,
} from './source-request.ts';

/** The result of an event that was taken. */
const acceptedSchema = z
  .object({
    result: z.enum(['accepted', 'duplicate', 'stale', 'ignored']),
    reference: z.string().nullable(),
    start: z.string().optional().openapi({
      description: 'The start as it was understood, in the zone of the source; absent where the event has none',
      example: '2026-12-01T09:00:00+01:00',
    }),
    reminders: z.int().describe('How many are planned afterwards'),
    alreadyHandedOver: z
      .array(z.uuid())
      .describe('Ids of the reminders of the slot that were handed over before this event'),
    reasons: z
      .array(eventReason)
      .optional()
      .openapi({ description: 'Why reminders of an accepted event are not planned', example: ['no_phone'] }),
    reasonDetails: z
      .array(z.object({ code: eventReason, detail: z.string() }))
      .optional()
      .describe('The same in sentences'),
    warnings: z.array(faultSchema).optional().describe('What the sender should know although the event was accepted'),
  })
  .openapi('EventResult');

/** The result of an event that was refused. */
const refusedSchema = z
  .object({ result: z.literal('refused'), reference: z.string().optional(), problem: problemSchema })
  .openapi('EventRefusal');

const EXAMPLE = {
  type: 'appointment.booked',
  timestamp: '2026-11-24T08:00:00Z',
  data: {
    id: 'A-4711',
    version: 3,
    start: '2026-12-01T09:00:00+01:00',
    end: '2026-12-01T09:30:00+01:00',
    kind: 'visit',
    patient: { id: 'P-100', phone: '20 12 34 56', language: 'da' },
    location: { code: '325441000016006', text: 'Opgang 4, 3. sal' },
    department: 'Ambulatoriet',
    contactPhone: '+4535453545',
  },
};

const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    time: z.string().optional(),
    datacontenttype: z.string().optional(),
    data: z.unknown().optional(),
    data_base64: z.string().optional().describe('JSON in base64, in place of data'),
  })
  .openapi('CloudEvent');

const CLOUD_EVENT = {
  specversion: '1.0',
  id: '0b9c3e7a',
  source: 'https://booking.example.org',
  type: 'dk.region.appointment.booked',
  time: EXAMPLE.timestamp,
  data: EXAMPLE.data,
};

const postWebhook = createRoute({
  method: 'post',
  path: '/v1/webhooks/{source}',
  tags: ['Booking systems'],
  summary: 'Appointments from a booking system',
  description:
    'One event, or an array of up to 1,000. The response comes after it is durably stored. A time without ' +
    'an offset is local to the source. A field that is left out keeps its stored value, `null` clears it. ' +
    '`reasons` says why reminders are not planned. `Idempotency-Key` or `webhook-id`: the same key with ' +
    'the same body is a duplicate; with another body, or with headers that change its meaning, it is refused. ' +
    'Keys are kept for 7 days. ' +
    'CloudEvents 1.0 are read in binary mode (`ce-` headers), structured and batched: their data is such an ' +
    'event, or only its `data` when the type ends like one of ours, as in `dk.region.appointment.booked`; ' +
    "source and id together are a key, also of each event in a batch. A vendor's JSON is read by the " +
    "source's `mapping`, and signed as its `auth.hmac` says. Headers that no signature covers count only with " +
    'the token.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    headers: z.object({
      ...keyHeader,
      ...languageHeader,
      'webhook-id': z.string().optional().describe('Standard Webhooks: id of the message, the key of its repeats'),
      'webhook-timestamp': z
        .string()
        .optional()
        .describe('Standard Webhooks: seconds since 1970, at most five minutes off'),
      'webhook-signature': z
        .string()
        .optional()
        .describe('Standard Webhooks: v1,<base64>; several are separated by blanks'),
      'ce-specversion': z
        .string()
        .optional()
        .openapi({ description: 'CloudEvents in binary mode: 1.0', example: '1.0' }),
      'ce-id': z.string().optional().describe('CloudEvents in binary mode; unique within ce-source'),
      'ce-source': z.string().optional().describe('CloudEvents in binary mode'),
      'ce-type': z
        .string()
        .optional()
        .openapi({ description: 'CloudEvents in binary mode', example: 'dk.region.appointment.booked' }),
      'ce-time': z.string().optional().describe('CloudEvents in binary mode: the timestamp of an event that has none'),
    }),
    body: {
      required: true,
      content: {
        'application/json': { schema: webhookSchema, example: EXAMPLE },
        'application/cloudevents+json': { schema: cloudEvent, example: CLOUD_EVENT },
        'application/cloudevents-batch+json': { schema: z.array(cloudEvent).max(MAX_ELEMENTS) },
      },
    },
  },
  responses: {
    202: json(acceptedSchema, 'Stored'),
    207: json(
      z.object({ results: z.array(z.union([acceptedSchema, refusedSchema])) }),
      'An array: one result for each element; a bad element does not affect the others',
    ),
    ...problems(400, 401, 403, 413, 415, 422, 503),
  },
});

const askWebhook = createRoute({
  method: 'options',
  path: '/v1/webhooks/{source}',
  tags: ['Booking systems'],
  summary: 'Whether CloudEvents may be sent here',
  description: 'The handshake of CloudEvents (HTTP 1.1 Web Hooks §4), with one response for known and unknown sources.',
  security: open,
  request: {
    params: z.object({ source: sourceParam }),
    headers: z.object({
      'webhook-request-origin': z
        .string()
        .optional()
        .openapi({ description: 'The host of the sender', example: 'booking.example.org' }),
      'webhook-request-rate': z.string().optional().openapi({ description: 'Requests a minute', example: '120' }),
    }),
  },
  responses: {
    200: {
      description: 'They may be sent',
      headers: z.object({
        'webhook-allowed-origin': z.string(),
        'webhook-allowed-rate': z.string().describe('`*`: there is no limit'),
        allow: z.string(),
      }),
    },
  },
});

/** Open to anybody: it discloses nothing, and every event is authenticated. */
function respondToHandshake(c: Context<HttpEnv>): Response {
  const origin = c.req.header('webhook-request-origin');
  if (origin !== undefined) {
    c.header('WebHook-Allowed-Origin', /^[A-Za-z0-9.:*-]{1,255}$/.test(origin) ? origin : '*');
    const rate = c.req.header('webhook-request-rate') ?? '';
    c.header('WebHook-Allowed-Rate', /^[1-9]\d{0,8}$/.test(rate) ? rate : '*');
  }
  c.header('Allow', 'OPTIONS, POST');
  return c.body(null, 200);
}

/**
 * `POST` and `OPTIONS /v1/webhooks/{source}`. The format applies the schema that the OpenAPI document shows, and not
 * the route: the sender is authenticated by the raw bytes first, and each element of an array is validated by itself.
 */
export function webhookRoutes(routes: OpenAPIHono<HttpEnv>, deps: ReceiverAccess): void {
  routes.openAPIRegistry.registerPath(postWebhook);
  routes.openAPIRegistry.registerPath(askWebhook);
  routes.options(askWebhook.getRoutingPath(), respondToHandshake);
  routes.post(postWebhook.getRoutingPath(), async (c) => {
    const { response } = await exchangeWebhook(c, deps, await sourceRequestOf(c));
    return response;
  });
}

/** Receives JSON, and writes the response to it. @throws Problem as `receiveWebhook` does */
export async function exchangeWebhook(
  c: Context<HttpEnv>,
  { receiver }: ReceiverAccess,
  request: SourceRequest,
): Promise<Exchange<WebhookResult>> {
  const received = await receiveWebhook(receiver, toWebhookRequest(c, request));
  return { received, response: toWebhookResponse(c, received) };
}

/** The request with the headers that the webhook's formats read. */
function toWebhookRequest(c: Context<HttpEnv>, request: SourceRequest): WebhookRequest {
  return { ...request, contentType: c.req.header('content-type') ?? '', header: (name) => c.req.header(name) };
}

/** 202 for one event that was accepted, 207 for an array, else the problem. */
function toWebhookResponse(c: Context<HttpEnv>, { array, results }: WebhookResult): Response {
  const toBody = (result: EventResult) => toJson(result, c.get('requestId'), explainedIn(c));
  if (array) return c.json({ results: results.map(toBody) }, 207);
  const [only] = results as [EventResult];
  return only.result === 'refused' ? problemResponse(c, only.problem) : c.json(toBody(only), 202);
}

function toJson(
  result: EventResult,
  requestId: string,
  language: 'da' | 'en',
): z.infer<typeof acceptedSchema> | z.infer<typeof refusedSchema> {
  if (result.result !== 'refused') {
    const { reasons = [], warnings, created: _, ...rest } = result;
    const reasonDetails = reasons.map((code) => ({ code, detail: reasonSentence(code, language) }));
    return {
      ...rest,
      alreadyHandedOver: [...rest.alreadyHandedOver],
      ...(reasons.length > 0 ? { reasons: [...reasons], reasonDetails } : {}),
      ...(warnings && warnings.length > 0 ? { warnings: warnings.map((warning) => ({ ...warning })) } : {}),
    };
  }
  const problem = toProblemBody(result.problem, requestId);
  return result.reference === null
    ? { result: 'refused', problem }
    : { result: 'refused', reference: result.reference, problem };
}
