import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CurrentTime, KeyringAccess, Logging } from '../../../runtime/deps.ts';
import type { OutgoingAccess } from '../../../runtime/outgoing/http.ts';
import { asReadBy } from '../../../staff/sources/audited-settings.ts';
import { checkEventAddress } from '../../../staff/sources/event-address.ts';
import { isTaken, putSource, readSource } from '../../../staff/sources/sources.ts';
import { type AuthorizeDeps, requireRole } from '../../authorize.ts';
import {
  authorityParam,
  bearer,
  checkNewId,
  json,
  jsonBody,
  problems,
  sourceParam,
  unavailableId,
} from '../../describe.ts';
import type { HttpEnv } from '../../env.ts';
import { createRoutes } from '../../problem.ts';
import {
  addedSecretsSchema,
  createdSecretsSchema,
  readSourceSettings,
  sourceSchema,
  sourceSettings,
  toSourceBody,
} from '../../schemas/source.ts';
import type { ReceiverAccess } from '../../sources/source-request.ts';

type SourceRoutesDeps = AuthorizeDeps & KeyringAccess & Logging & CurrentTime & OutgoingAccess & ReceiverAccess;

const path = '/v1/authorities/{authority}/sources/{source}' as const;

const MASKED =
  'Below the role administrator `…` stands in place of the query of `events.url` and `signedAddress`, which may hold ' +
  'a secret.';

/** `GET` and `PUT /v1/authorities/{authority}/sources/{source}`. */
export function sourceRoutes(deps: SourceRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  readRoute(routes, deps);
  putRoute(routes, deps);
  return routes;
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: SourceRoutesDeps): void {
  const read = createRoute({
    method: 'get',
    path,
    tags: ['Sources'],
    summary: 'Read a source',
    description: MASKED,
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam, source: sourceParam }) },
    responses: { 200: json(sourceSchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority, source: id } = c.req.valid('param');
    return c.json(toSourceBody(asReadBy(c.var.actor, await readSource(deps, authority, id))), 200);
  });
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: SourceRoutesDeps): void {
  const route = createRoute({
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
    security: bearer,
    middleware: requireRole(deps, 'administrator'),
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
