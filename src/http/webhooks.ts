import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createAcceptor } from '../pipeline/accept-appointments.ts';
import type { EventAnswer } from '../pipeline/apply-events.ts';
import { SourceAuthenticator } from '../pipeline/authenticate-source.ts';
import { receiveWebhook, webhookSchema } from '../pipeline/receive-webhook.ts';
import type { HttpDeps, HttpEnv } from './deps.ts';
import { json, problems, sourceParam } from './describe.ts';
import { createRoutes, problemSchema, toProblemBody } from './problem.ts';

const accepted = z
  .object({
    result: z.enum(['accepted', 'duplicate', 'stale', 'ignored']),
    reference: z.string(),
    reminders: z.int().openapi({ description: 'How many stand planned afterwards' }),
    alreadyHandedOver: z.array(z.uuid()).openapi({ description: 'Ids of the reminders of the slot that had left before this event' }),
    reasons: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Why reminders of an accepted event are not planned', example: ['no_phone'] }),
  })
  .openapi('EventAnswer');
const refused = z
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

const postWebhook = createRoute({
  method: 'post',
  path: '/v1/webhooks/{source}',
  tags: ['Booking systems'],
  summary: 'Appointments from a booking system',
  description:
    'One event, or an array of up to 1,000. Answered after it is durably stored. A time without an offset is local to the source. ' +
    'What is left out keeps its stored value, `null` clears it. `reasons` says why reminders are not planned. `Idempotency-Key` or `webhook-id`: the same key with the same body ' +
    'is a duplicate, with another body it is refused. Keys are kept for 7 days.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    headers: z.object({
      'idempotency-key': z.string().max(255).optional(),
      'webhook-id': z.string().optional().openapi({ description: 'Standard Webhooks: id of the message, the key of its repeats' }),
      'webhook-timestamp': z
        .string()
        .optional()
        .openapi({ description: 'Standard Webhooks: seconds since 1970, at most five minutes off' }),
      'webhook-signature': z.string().optional().openapi({ description: 'Standard Webhooks: v1,<base64>, several with blanks between' }),
    }),
    body: { required: true, content: { 'application/json': { schema: webhookSchema, example: EXAMPLE } } },
  },
  responses: {
    202: json(accepted, 'Stored'),
    207: json(z.object({ results: z.array(z.union([accepted, refused])) }), 'An array: one line an element, a bad one harms no other'),
    ...problems(400, 401, 413, 415, 422, 503),
  },
});

/**
 * `POST /v1/webhooks/{source}`. The sender is known by the raw bytes, before anything is parsed, and each element of an array is judged by
 * itself: so it is the format that applies the schema which the document shows, and not the route.
 */
export function webhookRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const authenticator = new SourceAuthenticator(deps);
  const accept = createAcceptor(deps);
  routes.openAPIRegistry.registerPath(postWebhook);
  routes.post(postWebhook.getRoutingPath(), async (c) => {
    const header = (name: string) => c.req.header(name);
    const { array, answers } = await receiveWebhook(deps, authenticator, accept, {
      sourceId: c.req.param('source') ?? '',
      contentType: header('content-type') ?? '',
      idempotencyKey: header('idempotency-key'),
      authorization: header('authorization'),
      webhookId: header('webhook-id'),
      webhookTimestamp: header('webhook-timestamp'),
      webhookSignature: header('webhook-signature'),
      body: new Uint8Array(await c.req.arrayBuffer()),
    });
    if (array) return c.json({ results: answers.map((answer) => toJson(answer, c.var.requestId)) }, 207);
    return c.json(toJson(answers[0] as EventAnswer, c.var.requestId), 202);
  });
  return routes;
}

function toJson(answer: EventAnswer, requestId: string): z.infer<typeof accepted> | z.infer<typeof refused> {
  if (answer.result !== 'refused') {
    const { reasons, ...rest } = answer;
    return { ...rest, alreadyHandedOver: [...rest.alreadyHandedOver], ...(reasons && reasons.length > 0 ? { reasons: [...reasons] } : {}) };
  }
  const problem = toProblemBody(answer.problem, requestId);
  return answer.reference === null ? { result: 'refused', problem } : { result: 'refused', reference: answer.reference, problem };
}
