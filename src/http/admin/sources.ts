import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound, Problem } from '../../domain/errors.ts';
import { findSource, listSecrets, listSources } from '../../staff/sources.sql.ts';
import { addSecret, putSource, removeSecret } from '../../staff/sources.ts';
import { findAuthority } from '../../store/authorities.ts';
import { requireRole } from '../authorize.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import {
  authorityParam,
  bearer,
  cursorQuery,
  ID,
  json,
  jsonBody,
  listOf,
  PAGE,
  problems,
  readCursor,
  sourceParam,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { readSourceSettings, secretsSchema, sourceSchema, sourceSettings, toSourceBody } from './source-schema.ts';

const TAGS = ['Sources'];

/** Booking systems and what they sign in with. */
export function sourcesRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  putRoute(routes, deps);
  readRoutes(routes, deps);
  secretRoutes(routes, deps);
  return routes;
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const route = createRoute({
    method: 'put',
    path: '/v1/authorities/{authority}/sources/{source}',
    tags: TAGS,
    summary: 'Create or replace a source',
    description:
      'What the body leaves out takes its default, but for two secrets that are never shown and so can not be sent again: `auth.hmac.secret` stays ' +
      'while `auth.hmac` is given, `fhirAuthorization` while `fhirBaseUrl` is the same; null drops either. A new source comes with its first pair ' +
      'of secrets, which is shown this once.',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: {
      params: z.object({ authority: authorityParam, source: z.string().openapi({ example: 'rh-epj' }) }),
      body: jsonBody(sourceSettings),
    },
    responses: {
      200: json(sourceSchema, 'Replaced'),
      201: json(sourceSchema.extend({ secrets: secretsSchema }), 'Created'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  });
  routes.openapi(route, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    if (!ID.test(id)) {
      const detail = 'Use small letters, digits and dashes, 63 at most.';
      throw new Problem(422, 'invalid', 'This can not be an id.', {
        faults: [{ pointer: 'source', code: 'invalid_format', detail }],
      });
    }
    const given = readSourceSettings(c.req.valid('json'));
    const { source, secret } = await putSource(
      deps,
      { authorityId: authority, id, ...given, actor: c.var.actor.name },
      deps.now(),
    );
    if (given.secrets.fhirAuthorization && source.fhirBaseUrl?.startsWith('http:')) {
      deps.log.warn(
        { source: id },
        'fhirAuthorization goes to its FHIR server unencrypted: its address begins with http:',
      );
    }
    const body = toSourceBody(source, await listSecrets(deps.db, authority, id));
    return secret ? c.json({ ...body, secrets: secret }, 201) : c.json(body, 200);
  });
}

function readRoutes(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources',
    tags: TAGS,
    summary: 'List sources',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }), query: cursorQuery },
    responses: { 200: json(listOf(sourceSchema.omit({ liveSecrets: true })), 'By id'), ...problems(401, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { authority } = c.req.valid('param');
    if (!(await findAuthority(deps.db, authority))) throw notFound('authority');
    const rows = await listSources(deps.db, authority, readCursor(c.req.valid('query').cursor), PAGE + 1);
    const page = toPage(
      rows,
      ({ id }) => id,
      (row) => {
        const { liveSecrets: _, ...item } = toSourceBody(row, []);
        return item;
      },
    );
    return c.json(page, 200);
  });

  const read = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}',
    tags: TAGS,
    summary: 'Read a source',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }) },
    responses: { 200: json(sourceSchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    const source = await findSource(deps.db, authority, id);
    if (!source) throw notFound('source');
    return c.json(toSourceBody(source, await listSecrets(deps.db, authority, id)), 200);
  });
}

function secretRoutes(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const add = createRoute({
    method: 'post',
    path: '/v1/authorities/{authority}/sources/{source}/secrets',
    tags: TAGS,
    summary: 'Make a further pair of secrets',
    description: 'For rotation: both pairs let in until one is ended.',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }) },
    responses: { 201: json(secretsSchema, 'Made'), ...problems(401, 403, 404, 409) },
  });
  routes.openapi(add, async (c) => {
    const { authority, source } = c.req.valid('param');
    const secret = await addSecret(deps, { authorityId: authority, id: source, actor: c.var.actor.name }, deps.now());
    return c.json(secret, 201);
  });

  const end = createRoute({
    method: 'delete',
    path: '/v1/authorities/{authority}/sources/{source}/secrets/{id}',
    tags: TAGS,
    summary: 'End a pair of secrets at once',
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam, id: z.uuid() }) },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404) },
  });
  routes.openapi(end, async (c) => {
    const { authority, source, id } = c.req.valid('param');
    await removeSecret(deps, { authorityId: authority, id: source, secretId: id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
