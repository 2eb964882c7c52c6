import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { refusedRequest } from '../../domain/errors.ts';
import {
  bodyOf,
  EVENT_ACTIONS,
  EVENT_TYPES,
  OPT_OUT_EVENT_REASONS,
  REMINDER_EVENT_REASONS,
  REPLY_EVENT_REASONS,
  SLOT_EVENT_REASONS,
} from '../../domain/events/event.ts';
import { REMINDER_STATUSES } from '../../domain/reminder.ts';
import { type FeedDeps, readFeed } from '../../events/feed.ts';
import { requireToken } from '../../sources/credentials.ts';
import { instant, iso, json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody } from '../paging.ts';
import { faultsOf } from '../problem.ts';
import { type ReceiverAccess, sourceRequestOf } from './source-request.ts';

const REASONS = [
  ...new Set<string>([
    ...REMINDER_EVENT_REASONS,
    ...OPT_OUT_EVENT_REASONS,
    ...SLOT_EVENT_REASONS,
    ...REPLY_EVENT_REASONS,
    'database_restored',
  ]),
].sort();

const data = z.object({
  source: z.string(),
  reference: z.string().describe('Of the appointment, as the booking system knows it'),
  reminder: z.uuid().optional().describe('The id of the reminder'),
  rule: z.string().optional().describe('The rule, or the name of the notice, that asked for it'),
  status: z.enum(REMINDER_STATUSES).optional().describe('Of the reminder'),
  reason: z.enum(REASONS).optional(),
  action: z.enum(EVENT_ACTIONS).optional().describe('What there is to do for people'),
  reply: z
    .uuid()
    .optional()
    .describe('The SMS that it follows from. A reply that is about several appointments comes once for each'),
  text: z.string().optional().describe('What the citizen wrote; absent once it was erased'),
  phone: z.string().optional().describe('Only where the source asks for it (`includePhone`)'),
});

/** An event as booking systems get it, from their endpoint and from the feed. */
const eventSchema = z
  .object({
    id: z.uuid().describe('The same for every try to deliver it: repeats are known by it'),
    type: z.enum(EVENT_TYPES),
    timestamp: instant,
    sequence: z.int().describe('Rises within the source'),
    data,
  })
  .openapi('Event');

const since = instant.describe(
  'The moment from which no event is missing, as long as events are kept. It stays the same; where it is another one ' +
    'than before, read once more how the appointments stand',
);

const MOST = 500;

const query = z.strictObject({
  after: z
    .uuid()
    .optional()
    .describe('The id of an event, such as `nextCursor` of the page before: what follows it. Unknown: 422'),
  limit: z.coerce.number().int().min(1).max(MOST).default(100).describe('Events of a page at most'),
});

const readEvents = createRoute({
  method: 'get',
  path: '/v1/sources/{source}/events',
  tags: ['Booking systems'],
  summary: 'Read the events of this source',
  description:
    'What endpoints are sent, in the same order, for systems that nobody can call: what became of reminders, what ' +
    'citizens answered, which slots are free. Events are kept for 30 days. `nextCursor` is the `after` of the next ' +
    'request, also where nothing new has happened yet; it is null only before the first event. Changes become events ' +
    'while somebody reads them: an endpoint, or whoever reads this within 30 days.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }],
  request: { params: z.object({ source: sourceParam }), query },
  responses: {
    200: json(listBody(eventSchema).extend({ since }), 'The oldest first'),
    ...problems(401, 403, 422, 503),
  },
});

/** `GET /v1/sources/{source}/events`: a source reads its events. */
export function sourceEventRoutes(routes: OpenAPIHono<HttpEnv>, deps: ReceiverAccess & FeedDeps): void {
  routes.openAPIRegistry.registerPath(readEvents);
  routes.get(readEvents.getRoutingPath(), async (c) => {
    const { source, proof } = await deps.receiver.authenticate(await sourceRequestOf(c));
    requireToken(proof, 'the address');
    const { after = null, limit } = readQuery(c.req.query());
    const { items, nextCursor, since } = await readFeed(deps, source, { after, limit });
    return c.json({ items: items.map(bodyOf), nextCursor, since: iso(since) }, 200);
  });
}

/** Reads the query, behind the authentication: a stranger learns nothing about its rules. */
function readQuery(given: Record<string, string>): z.infer<typeof query> {
  const read = query.safeParse(given);
  if (read.success) return read.data;
  const faults = faultsOf(read.error, given, 'query');
  throw refusedRequest(faults);
}
