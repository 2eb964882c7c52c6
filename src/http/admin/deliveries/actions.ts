import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type EndpointTest, testEndpoint } from '../../../events/test-endpoint.ts';
import type { CurrentTime, KeyringAccess, Waiting } from '../../../runtime/deps.ts';
import type { OutgoingAccess } from '../../../runtime/outgoing/http.ts';
import { noEndpoint, replayEvents, resumeDeliveries } from '../../../staff/deliveries/deliveries.ts';
import { readSource } from '../../../staff/sources/sources.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems, sourceParam } from '../../describe.ts';
import { emptyIsNoBody } from '../../empty-body.ts';
import type { HttpEnv } from '../../env.ts';
import { createRoutes } from '../../problem.ts';
import { eventEndpointSchema, toEndpointBody } from '../../schemas/source-events.ts';
import { refuseWith } from '../../schemas/text.ts';

/** The dependencies of the routes that act on deliveries. */
export interface DeliveryActionsDeps extends AuthorizeDeps, KeyringAccess, OutgoingAccess, CurrentTime, Waiting {
  readonly publicUrl: string;
}

const params = z.object({ authority: authorityParam, source: sourceParam });
const path = '/v1/authorities/{authority}/sources/{source}/deliveries' as const;

const moment = z.iso.datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' });
const byTime = z
  .strictObject({
    from: moment.openapi({ description: 'Events that happened from then on' }),
    to: moment.openapi({ description: 'Events that happened before' }),
  })
  .refine(({ from, to }) => new Date(from) < new Date(to), {
    ...refuseWith('not_after', 'This must come after `from`.'),
    path: ['to'],
  });
const byId = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(1_000).openapi({ description: 'Ids of events' }),
});

/** `POST …/sources/{source}/deliveries/replay`, `…/test` and `…/resume`. */
export function deliveriesActionsRoutes(deps: DeliveryActionsDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  replayRoute(routes, deps);
  testRoute(routes, deps);
  resumeRoute(routes, deps);
  return routes;
}

function replayRoute(routes: OpenAPIHono<HttpEnv>, deps: DeliveryActionsDeps): void {
  const replay = createRoute({
    method: 'post',
    path: `${path}/replay`,
    tags: ['Events'],
    summary: 'Send events again',
    description:
      'Under their ids, whether or not they were taken, and in order with what is not taken yet; 10,000 at most. ' +
      'Events of types that the source leaves out, or that are no longer kept, are not sent.',
    security: bearer,
    middleware: requireRole(deps, 'operator'),
    request: { params, body: jsonBody(z.union([byId, byTime])) },
    responses: {
      202: json(z.object({ events: z.int().openapi({ description: 'How many will be sent' }) }), 'They will be sent'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  });
  routes.openapi(replay, async (c) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const body = c.req.valid('json');
    const meant = 'ids' in body ? body : { from: new Date(body.from), to: new Date(body.to) };
    const events = await replayEvents(deps, { authorityId, id, actor: c.var.actor.name }, meant);
    return c.json({ events }, 202);
  });
}

const testSchema = z
  .object({
    id: z.uuid().openapi({ description: '`webhook-id` of the call' }),
    delivered: z.boolean().openapi({ description: 'Whether the response was 2xx' }),
    result: z.string().openapi({ description: 'Status of the response, or why there was none', example: 'HTTP 200' }),
    milliseconds: z.int().openapi({ description: 'How long the response took' }),
  })
  .openapi('EndpointTest');

function testRoute(routes: OpenAPIHono<HttpEnv>, deps: DeliveryActionsDeps): void {
  const test = createRoute({
    method: 'post',
    path: `${path}/test`,
    tags: ['Events'],
    summary: 'Call the endpoint once',
    description:
      'With an event of the type `test`, signed like any other, whatever state the endpoint is in. Responds when the ' +
      'endpoint has responded, or after ten seconds.',
    security: bearer,
    middleware: [requireRole(deps, 'operator'), emptyIsNoBody],
    request: { params },
    responses: { 200: json(testSchema, 'What came of it'), ...problems(401, 403, 404, 409) },
  });
  routes.openapi(test, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    const source = await readSource(deps, authority, id);
    const tested = await testEndpoint(deps, { ...source, fhirAuthorization: null }, c.var.actor.name);
    if (!tested) throw noEndpoint();
    return c.json(tested satisfies EndpointTest, 200);
  });
}

const resumed = z.object({
  eventEndpoints: z.array(eventEndpointSchema).openapi({ description: 'How they fare now' }),
});

function resumeRoute(routes: OpenAPIHono<HttpEnv>, deps: DeliveryActionsDeps): void {
  const resume = createRoute({
    method: 'post',
    path: `${path}/resume`,
    tags: ['Events'],
    summary: 'Send to the endpoints again',
    description: 'One that is paused or ended is live again, and gets in order what it has not taken.',
    security: bearer,
    middleware: [requireRole(deps, 'operator'), emptyIsNoBody],
    request: { params },
    responses: {
      200: json(resumed, 'Resumed'),
      ...problems(401, 403, 404, 409),
    },
  });
  routes.openapi(resume, async (c) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const endpoints = await resumeDeliveries(deps, { authorityId, id, actor: c.var.actor.name });
    return c.json({ eventEndpoints: endpoints.map(toEndpointBody) }, 200);
  });
}
