import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Source } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { addSecret, putSource, removeSecret } from '../../pipeline/manage-sources.ts';
import { findAuthority } from '../../store/authorities.ts';
import { findSource, listSecrets, listSources, type SourceSecret } from '../../store/manage-sources.ts';
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
  printedText,
  problems,
  readCursor,
  refusal,
  sourceParam,
  toPage,
} from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { country, pauseSchema, timeZone, toPauseBody } from './authority-schema.ts';

const TAGS = ['Sources'];

const STATUSES = [
  'booked',
  'pending',
  'proposed',
  'waitlist',
  'arrived',
  'checked-in',
  'fulfilled',
  'noshow',
  'cancelled',
  'entered-in-error',
] as const;

const shape = {
  name: printedText(100).openapi({ example: 'EPJ' }),
  mode: z.enum(['live', 'shadow', 'loading', 'paused']).default('live').openapi({
    description:
      'loading: takes appointments in and sends no notices about them. shadow: plans everything and hands nothing over. paused: holds everything.',
  }),
  absentPhone: z
    .enum(['keep', 'clear'])
    .default('keep')
    .openapi({ description: 'What a phone that an event leaves out does to the stored one' }),
  defaultRegion: country.default('DK').openapi({ description: 'Whose numbers may come without a country code' }),
  timeZone: timeZone.default('Europe/Copenhagen').openapi({ description: 'Of local times without an offset' }),
  statusMap: z
    .record(printedText(100), z.enum(STATUSES))
    .refine((map) => Object.keys(map).length <= 200, 'There may be 200 codes at most.')
    .default({})
    .openapi({ description: 'Local status codes to those of EasySMS', example: { '4': 'cancelled' } }),
};

const later = (what: string) =>
  z
    .unknown()
    .optional()
    .refine((value) => value === undefined, refusal('not_supported_yet', `"${what}" is not supported yet.`))
    .openapi({ description: 'Not supported yet' });

/** Body of `PUT …/sources/{source}`. */
const sourceSettings = z.strictObject({ ...shape, auth: later('auth'), mapping: later('mapping') }).openapi('SourceSettings');

const liveSecrets = z.array(z.object({ id: z.uuid(), createdAt: instant }));
const sourceSchema = z
  .object({
    id: z.string(),
    authority: z.string(),
    ...shape,
    version: z.int(),
    paused: pauseSchema.nullable(),
    liveSecrets: liveSecrets.openapi({ description: 'The pairs that let in, without their values' }),
  })
  .openapi('Source');

const secretsSchema = z
  .object({ id: z.uuid(), token: z.string(), webhookSecret: z.string() })
  .openapi('SourceSecrets', { description: 'Shown this once and never again' });

function toSourceBody(source: Source, secrets: readonly SourceSecret[]): z.infer<typeof sourceSchema> {
  const { id, authorityId, version, paused, statusMap, ...settings } = source;
  return {
    id,
    authority: authorityId,
    ...settings,
    statusMap: statusMap as z.infer<typeof shape.statusMap>,
    version,
    paused: toPauseBody(paused),
    liveSecrets: secrets.map((secret) => ({ id: secret.id, createdAt: secret.createdAt.toISOString() })),
  };
}

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
    description: 'What the body leaves out takes its default. A new one comes with its first secrets, which are shown this once.',
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
      throw new Problem(422, 'invalid', 'This can not be an id.', { faults: [{ pointer: 'source', code: 'invalid_format', detail }] });
    }
    const { auth: _auth, mapping: _mapping, ...settings } = c.req.valid('json');
    const { source, secret } = await putSource(deps, { authorityId: authority, id, settings, actor: c.var.actor.name }, deps.now());
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
