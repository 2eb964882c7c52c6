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
  })
  .openapi('EventAnswer');
const refused = z
  .object({ result: z.literal('refused'), reference: z.string().optional(), problem: problemSchema })
  .openapi('EventRefusal');

const postWebhook = createRoute({
  method: 'post',
  path: '/v1/webhooks/{source}',
  tags: ['Booking systems'],
  summary: 'Appointments from a booking system',
  description:
    'One event, or an array of up to 1,000. Answered after it is durably stored. `Idempotency-Key` or `webhook-id`: the same key with the same body ' +
    'is a duplicate, with another body it is refused. Keys are kept for 7 days.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    headers: z.object({ 'idempotency-key': z.string().max(255).optional() }),
    body: { required: true, content: { 'application/json': { schema: webhookSchema } } },
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
  if (answer.result !== 'refused') return { ...answer, alreadyHandedOver: [...answer.alreadyHandedOver] };
  const problem = toProblemBody(answer.problem, requestId);
  return answer.reference === null ? { result: 'refused', problem } : { result: 'refused', reference: answer.reference, problem };
}
