import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../domain/errors.ts';
import { pauseSending, resumeSending } from '../../staff/authorities.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { authorityParam, bearer, ID, json, jsonBody, noteText, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { pauseSchema, toPauseBody } from './authority-schema.ts';

const TAGS = ['Sending'];

const source = z
  .string()
  .regex(ID)
  .optional()
  .openapi({ description: 'One source only; left out: the whole authority', example: 'rh-epj' });

const pauseBody = z.strictObject({
  source,
  reason: noteText(200),
  until: z.iso
    .datetime({ offset: true, error: 'Write an instant with its offset: 2026-12-01T08:00:00Z.' })
    .optional()
    .openapi({ description: 'Ends by itself then; left out: it holds until it is resumed' }),
});

const stateSchema = z
  .object({ authority: z.string(), source: z.string().nullable(), paused: pauseSchema.nullable() })
  .openapi('PauseState');

/** Stopping and resuming the hand-over, for an authority or one of its sources. */
export function pauseRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  pauseRoute(routes, deps);
  resumeRoute(routes, deps);
  return routes;
}

const params = z.object({ authority: authorityParam });

function pauseRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const pause = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/pause',
    tags: TAGS,
    summary: 'Stop handing over at once',
    description:
      'Reminders are taken in and planned as before, and wait. Those that reach their deadline meanwhile expire.',
    security: bearer,
    middleware: requireRole(deps, 'operator'),
    request: { params, body: jsonBody(pauseBody) },
    responses: { 200: json(stateSchema, 'Paused'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(pause, async (c) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null, reason, until } = c.req.valid('json');
    const now = deps.now();
    const pause = { at: now, until: until === undefined ? null : readUntil(until, now), reason };
    await pauseSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name, pause }, now);
    return c.json({ authority, source: sourceId, paused: toPauseBody(pause) }, 200);
  });
}

function resumeRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const resume = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/resume',
    tags: TAGS,
    summary: 'Hand over again',
    description:
      'Lifts the pause of the authority, or of the one source that the body names; a pause of the other kind holds on.',
    security: bearer,
    middleware: [requireRole(deps, 'operator'), emptyIsNoBody],
    request: {
      params,
      body: { required: false, content: { 'application/json': { schema: z.strictObject({ source }) } } },
    },
    responses: { 200: json(stateSchema, 'Resumed'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(resume, async (c) => {
    const { authority } = c.req.valid('param');
    const { source: sourceId = null } = c.req.valid('json');
    await resumeSending(deps, { authorityId: authority, sourceId, actor: c.var.actor.name }, deps.now());
    return c.json({ authority, source: sourceId, paused: null }, 200);
  });
}

function readUntil(text: string, now: Date): Date {
  const until = new Date(text);
  if (until > now) return until;
  const faults = [{ pointer: '/until', code: 'past', detail: 'A pause must end in the future.' }];
  throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}

/** Some clients name a content type though they send nothing: that is no malformed JSON. */
export const emptyIsNoBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.header('Content-Type') !== undefined && (await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers);
    headers.delete('Content-Type');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
  }
  await next();
};
