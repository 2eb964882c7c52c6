import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Problem } from '../../domain/errors.ts';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import type { InboundPlace } from '../../staff/replies/replies.ts';
import { readReplies } from '../../staff/replies/replies.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, toCursor } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { inboundSchema, meaning, toInboundBody } from '../schemas/inbound.ts';

const flag = z.enum(['true', 'false']).optional();
const filters = {
  needsPerson: flag.openapi({ description: 'true: only those that a person must still read; false: only the others' }),
  settled: flag.openapi({ description: 'true: only those that were settled; false: only the others' }),
  meaning: meaning.optional(),
};

/** A cursor is an id; of one that stands before the others in its list, with one of these in front, by its rank. */
const RANKS = ['', 'urgent-', 'first-'] as const;

function readPlace(cursor: string | undefined): InboundPlace | null {
  const read = readCursor(cursor);
  if (read === null) return null;
  const rank = read.startsWith(RANKS[2]) ? 2 : read.startsWith(RANKS[1]) ? 1 : 0;
  const id = z.uuid().safeParse(read.slice(RANKS[rank].length));
  if (id.success) return { rank, id: id.data };
  throw new Problem(422, 'invalid', 'The cursor is not one of ours.', {
    faults: [{ pointer: 'cursor', code: 'invalid', detail: 'Send the nextCursor of the page before.' }],
  });
}

/** `GET /v1/authorities/{authority}/inbound`. */
export function inboundRoutes(deps: AuthorizeDeps & KeyringAccess & CurrentTime): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/inbound',
    tags: ['Inbound messages'],
    summary: 'List inbound messages',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }), query: listQuery.extend(filters) },
    responses: {
      200: json(
        listBody(inboundSchema),
        'Newest first; with needsPerson=true deaths first, then what holds reminders and cancellations. A page ' +
          'looks at so many replies at most: it may have few items, or none, and a nextCursor',
      ),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const { needsPerson, settled, meaning: only, cursor, limit } = c.req.valid('query');
    const filter = {
      needsPerson: needsPerson && needsPerson === 'true',
      settled: settled && settled === 'true',
      meaning: only,
      before: readPlace(cursor),
      limit,
    };
    const reader = c.var.actor;
    const page = await readReplies(deps, reader, c.req.valid('param').authority, filter, deps.now());
    const { replies, next } = page;
    const nextCursor = next && toCursor(`${RANKS[next.rank]}${next.id}`);
    return c.json({ items: replies.map(toInboundBody), nextCursor }, 200);
  });
  return routes;
}
