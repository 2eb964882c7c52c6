import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { notFound, Problem } from '../../domain/errors.ts';
import { putAuthority } from '../../staff/authorities.ts';
import { listAudit } from '../../store/audit.ts';
import { findAuthority, listAuthorities } from '../../store/authorities.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  ID,
  instant,
  json,
  jsonBody,
  listOf,
  PAGE,
  problems,
  readCursor,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { authoritySchema, authoritySettings, toAuthorityBody } from './authority-schema.ts';

const TAGS = ['Authorities'];

/** Authorities, and the audit of what was done in each. */
export function authoritiesRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  putRoute(routes, deps);
  readRoutes(routes, deps);
  auditRoute(routes, deps);
  return routes;
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const route = createRoute({
    method: 'put',
    path: '/v1/authorities/{authority}',
    tags: TAGS,
    summary: 'Create or replace an authority',
    description:
      'What the body leaves out takes its default. New rules and windows hold for appointments received afterwards.',
    security: bearer,
    middleware: [requireRole(deps, 'administrator', { foreign: 'handled' }), mayPut(deps)],
    request: {
      params: z.object({ authority: z.string().openapi({ example: 'rh' }) }),
      body: jsonBody(authoritySettings),
    },
    responses: {
      200: json(authoritySchema, 'Replaced'),
      201: json(authoritySchema, 'Created'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  });
  routes.openapi(route, async (c) => {
    const id = c.req.valid('param').authority;
    if (!ID.test(id)) {
      const detail = 'Use small letters, digits and dashes, 63 at most.';
      throw new Problem(422, 'invalid', 'This can not be an id.', {
        faults: [{ pointer: 'authority', code: 'invalid_format', detail }],
      });
    }
    const request = { id, settings: c.req.valid('json'), actor: c.var.actor.name };
    const { created, authority } = await putAuthority(deps, request, deps.now());
    return c.json(toAuthorityBody(authority), created ? 201 : 200);
  });
}

/**
 * A key may replace its own authority; another's is not there for it, and making one takes the installation's token.
 */
function mayPut(deps: HttpDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const id = c.req.param('authority') ?? '';
    const own = c.var.actor.authorityId;
    if (own !== null && own !== id) {
      if (ID.test(id) && (await findAuthority(deps.db, id))) throw notFound('authority');
      throw new Problem(403, 'forbidden', "Making an authority needs the installation's administrator token.");
    }
    await next();
  };
}

function readRoutes(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities',
    tags: TAGS,
    summary: 'List authorities',
    description: 'A key sees its own.',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { query: cursorQuery },
    responses: { 200: json(listOf(authoritySchema), 'By id'), ...problems(401, 422) },
  });
  routes.openapi(list, async (c) => {
    const after = readCursor(c.req.valid('query').cursor);
    const rows = await listAuthorities(deps.db, { only: c.var.actor.authorityId, after, limit: PAGE + 1 });
    return c.json(
      toPage(rows, ({ id }) => id, toAuthorityBody),
      200,
    );
  });

  const read = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}',
    tags: TAGS,
    summary: 'Read an authority',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }) },
    responses: { 200: json(authoritySchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) => {
    const authority = await findAuthority(deps.db, c.req.valid('param').authority);
    if (!authority) throw notFound('authority');
    return c.json(toAuthorityBody(authority), 200);
  });
}

const auditSchema = z
  .object({
    id: z.uuid(),
    at: instant,
    actor: z.string(),
    action: z.string().openapi({ example: 'authority.pause' }),
    target: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  })
  .openapi('AuditEntry');

function auditRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/audit',
    tags: TAGS,
    summary: 'Who did what, and when',
    description: 'Newest first. Holds neither a number of a citizen nor a secret.',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam }), query: cursorQuery },
    responses: { 200: json(listOf(auditSchema), 'Entries'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(route, async (c) => {
    const { authority } = c.req.valid('param');
    if (!(await findAuthority(deps.db, authority))) throw notFound('authority');
    const after = readCursor(c.req.valid('query').cursor);
    const rows = await listAudit(deps.db, authority, after, PAGE + 1);
    const page = toPage(
      rows,
      ({ id }) => id,
      ({ authorityId: _, at, ...row }) => ({ ...row, at: at.toISOString() }),
    );
    return c.json(page, 200);
  });
}
