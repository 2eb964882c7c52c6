import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess, Logging } from '../../runtime/deps.ts';
import type { OutgoingAccess } from '../../runtime/outgoing/http.ts';
import { asReadBy } from '../../staff/sources/audited-settings.ts';
import { checkEventAddress } from '../../staff/sources/event-address.ts';
import { addEventSecret, addSecret, removeSecret } from '../../staff/sources/source-secrets.ts';
import { isTaken, putSource, readSource, readSources } from '../../staff/sources/sources.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { authorityParam, checkNewId, json, jsonBody, problems, sourceParam, unavailableId } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { emptyIsNoBody } from '../json-body.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import {
  addedSecretsSchema,
  createdSecretsSchema,
  eventSecretSchema,
  listedSourceSchema,
  readSourceSettings,
  secretsSchema,
  sourceSchema,
  sourceSettings,
  toListedSourceBody,
  toSourceBody,
} from '../schemas/source.ts';
import type { ReceiverAccess } from '../sources/source-request.ts';

type SourceRoutesDeps = AuthorizeDeps & KeyringAccess & Logging & CurrentTime & OutgoingAccess & ReceiverAccess;

const path = '/v1/authorities/{authority}/sources/{source}' as const;

const MASKED =
  'Below the role administrator `…` stands in place of the query of `events.url` and `signedAddress`, which may hold ' +
  'a secret.';

/** `GET` and `PUT /v1/authorities/{authority}/sources/{source}`. */
export function sourceRoutes(routes: OpenAPIHono<HttpEnv>, deps: SourceRoutesDeps): void {
  readRoute(routes, deps);
  putRoute(routes, deps);
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: SourceRoutesDeps): void {
  const read = adminRoute(requireRole(deps, 'viewer'), {
    method: 'get',
    path,
    tags: ['Sources'],
    summary: 'Read a source',
    description: MASKED,
    request: { params: z.object({ authority: authorityParam, source: sourceParam }) },
    responses: { 200: json(sourceSchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    return c.json(toSourceBody(asReadBy(c.var.actor, await readSource(deps, authority, id))), 200);
  });
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: SourceRoutesDeps): void {
  const route = adminRoute(requireRole(deps, 'administrator'), {
    method: 'put',
    path,
    tags: ['Sources'],
    summary: 'Create or replace a source',
    description:
      'What the body leaves out takes its default, but for two secrets that are never shown and so can not ' +
      'be sent again: `auth.hmac.secret` stays ' +
      'while `auth.hmac` is given, `fhirAuthorization` while `fhirBaseUrl` is the same; null drops either. A ' +
      'new source comes with its first pair ' +
      'of secrets, and a first endpoint for events with its secret; each is shown this once. An id that another ' +
      'authority has is 409 for the administrator of the installation, and 422 like any id that can not be had for ' +
      'a key.',
    request: {
      params: z.object({ authority: authorityParam, source: z.string().openapi({ example: 'rh-epj' }) }),
      body: jsonBody(sourceSettings),
    },
    responses: {
      200: json(sourceSchema.extend({ secrets: addedSecretsSchema.optional() }), 'Replaced'),
      201: json(sourceSchema.extend({ secrets: createdSecretsSchema }), 'Created'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  });
  routes.openapi(route, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    checkNewId('source', id);
    const given = readSourceSettings(c.req.valid('json'));
    await checkEventAddress(deps, given.settings.events);
    const request = { authorityId: authority, id, ...given, actor: c.var.actor.name };
    const { source, secrets } = await putSource(deps, request, deps.now()).catch((error: unknown) => {
      throw isTaken(error) && !c.var.actor.installation ? unavailableId('source') : error;
    });
    await deps.receiver.releaseMapped(id);
    const body = toSourceBody(source);
    const events = secrets.events ? { events: secrets.events.secret } : undefined;
    if (secrets.pair) return c.json({ ...body, secrets: { ...secrets.pair, ...events } }, 201);
    return c.json(events ? { ...body, secrets: events } : body, 200);
  });
}

/** `GET /v1/authorities/{authority}/sources`. */
export function sourcesRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps): void {
  const list = adminRoute(requireRole(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/sources',
    tags: ['Sources'],
    summary: 'List sources',
    request: { params: z.object({ authority: authorityParam }), query: listQuery },
    responses: { 200: json(listBody(listedSourceSchema), 'By id'), ...problems(401, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { after: readCursor(cursor), limit: limit + 1 };
    const sources = await readSources(deps, c.req.valid('param').authority, page);
    return c.json(
      toPage(sources, rowId, (source) => toListedSourceBody(asReadBy(c.var.actor, source)), limit),
      200,
    );
  });
}

const secretBody = z.strictObject({
  for: z.literal('events').optional().describe('Left out: a pair for what the source posts'),
});

/** `POST …/sources/{source}/secrets` and `DELETE …/sources/{source}/secrets/{id}`. */
export function sourceSecretsRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: AuthorizeDeps & KeyringAccess & CurrentTime,
): void {
  const add = adminRoute([requireRole(deps, 'administrator'), emptyIsNoBody], {
    method: 'post',
    path: '/v1/authorities/{authority}/sources/{source}/secrets',
    tags: ['Sources'],
    summary: 'Make a further pair of secrets, or a further secret for events',
    description:
      'For rotation: both pairs are valid until one is ended. With `for: events` a secret is made that events are ' +
      'signed with: until one is ended, they carry a signature by each.',
    request: {
      params: z.object({ authority: authorityParam, source: sourceParam }),
      body: { required: false, content: { 'application/json': { schema: secretBody } } },
    },
    responses: {
      201: json(z.union([secretsSchema, eventSecretSchema]), 'Made'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  });
  routes.openapi(add, async (c) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const request = { authorityId, id, actor: c.var.actor.name };
    const isForEvents = c.req.valid('json').for === 'events';
    return c.json(await (isForEvents ? addEventSecret : addSecret)(deps, request, deps.now()), 201);
  });

  const end = adminRoute(requireRole(deps, 'administrator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/sources/{source}/secrets/{id}',
    tags: ['Sources'],
    summary: 'End a pair of secrets, or a secret for events, at once',
    description: 'The last secret of an endpoint for events stays (409): nothing leaves unsigned.',
    request: { params: z.object({ authority: authorityParam, source: sourceParam, id: z.uuid() }) },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404, 409) },
  });
  routes.openapi(end, async (c) => {
    const { authority, source, id } = c.req.valid('param');
    await removeSecret(deps, { authorityId: authority, id: source, secretId: id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
