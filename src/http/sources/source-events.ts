import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Problem } from '../../domain/errors.ts';
import { bodyOf } from '../../domain/events/event.ts';
import { readFeed } from '../../events/feed.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { requireToken } from '../../sources/credentials.ts';
import { json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody } from '../paging.ts';
import { createRoutes, faultsOf } from '../problem.ts';
import { eventSchema } from '../schemas/event.ts';
import { type ReceiverAccess, sourceRequestOf } from './source-request.ts';

const MOST = 500;

const query = z.strictObject({
  after: z.uuid().optional().openapi({
    description: 'The id of an event, such as `nextCursor` of the page before: what follows it. Unknown: 422',
  }),
  limit: z.coerce.number().int().min(1).max(MOST).default(100).openapi({ description: 'Events of a page at most' }),
});

const readEvents = createRoute({
  method: 'get',
  path: '/v1/sources/{source}/events',
  tags: ['Booking systems'],
  summary: 'Read the events of this source',
  description:
    'What endpoints are sent, in the same order, for systems that nobody can call: what became of reminders, what ' +
    'citizens answered, which slots are free. Events are kept for 30 days. `nextCursor` is the `after` of the next ' +
    'request, also where nothing new has happened yet; it is null only before the first event.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }],
  request: { params: z.object({ source: sourceParam }), query },
  responses: { 200: json(listBody(eventSchema), 'The oldest first'), ...problems(401, 403, 422, 503) },
});

/** `GET /v1/sources/{source}/events`: a source reads its events. */
export function sourceEventRoutes(deps: ReceiverAccess & DatabaseAccess & KeyringAccess): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.openAPIRegistry.registerPath(readEvents);
  routes.get(readEvents.getRoutingPath(), async (c) => {
    const { source, proof } = await deps.receiver.authenticate(await sourceRequestOf(c));
    requireToken(proof, 'the address');
    const { after = null, limit } = readQuery(c.req.query());
    const { items, nextCursor } = await readFeed(deps, source.id, { after, limit });
    return c.json({ items: items.map(bodyOf), nextCursor }, 200);
  });
  return routes;
}

/** Reads the query, behind the authentication: a stranger learns nothing about its rules. */
function readQuery(given: Record<string, string>): z.infer<typeof query> {
  const read = query.safeParse(given);
  if (read.success) return read.data;
  const faults = faultsOf(read.error, given, 'query');
  throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}
