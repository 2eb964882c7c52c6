import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { AuthoritySettings } from '../../domain/authority.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { isProtectedSender } from '../../domain/text/sender-names.ts';
import type { CurrentTime, GatewayAccess } from '../../runtime/deps.ts';
import { mayAccess } from '../../staff/access.ts';
import { checkMayPutAuthority, putAuthority, readAuthority } from '../../staff/authorities.ts';
import { senderFaults } from '../../staff/gateways/rules.ts';
import { type AuthorizeDeps, noteForeign, requireRole } from '../authorize.ts';
import { authorityParam, bearer, checkNewId, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { authoritySchema, authoritySettings, toAuthorityBody } from '../schemas/authority.ts';

/** The dependencies of the routes of one authority. */
export interface AuthorityRoutesDeps extends AuthorizeDeps, CurrentTime, GatewayAccess {
  /** EASYSMS_ALLOWED_SENDERS. */
  readonly allowedSenders: readonly string[];
}

const path = '/v1/authorities/{authority}' as const;

/** `GET` and `PUT /v1/authorities/{authority}`. */
export function authorityRoutes(deps: AuthorityRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  readRoute(routes, deps);
  putRoute(routes, deps);
  return routes;
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: AuthorityRoutesDeps): void {
  const read = createRoute({
    method: 'get',
    path,
    tags: ['Authorities'],
    summary: 'Read an authority',
    security: bearer,
    middleware: requireRole(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }) },
    responses: { 200: json(authoritySchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) =>
    c.json(toAuthorityBody(await readAuthority(deps, c.req.valid('param').authority)), 200),
  );
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: AuthorityRoutesDeps): void {
  const put = createRoute({
    method: 'put',
    path,
    tags: ['Authorities'],
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
  routes.openapi(put, async (c) => {
    const id = c.req.valid('param').authority;
    checkNewId('authority', id);
    const settings = c.req.valid('json');
    checkSenders(settings, deps.allowedSenders);
    checkGateways(settings.gateways, deps);
    refuseFaults(senderFaults(deps.gateways, settings));
    const request = { id, settings, actor: c.var.actor.name };
    const { created, authority } = await putAuthority(deps, request, deps.now());
    return c.json(toAuthorityBody(authority), created ? 201 : 200);
  });
}

/** @throws Problem 422 for the name of another authority or of a bank */
function checkSenders({ sender, senders }: AuthoritySettings, allowed: readonly string[]): void {
  const detail =
    'This is, or looks like, the name of a public authority or a bank. Whoever runs EasySMS may allow it to its ' +
    'owner (EASYSMS_ALLOWED_SENDERS).';
  const all = Object.entries(senders).map(([country, each]) => [`/senders/${country}`, each] as const);
  refuseFaults(
    [['/sender', sender] as const, ...all].flatMap(([pointer, each]) =>
      isProtectedSender(each, allowed) ? { pointer, code: 'protected_sender', detail } : [],
    ),
  );
}

/** @throws Problem 422 where there is any fault */
function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  throw new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}

/** @throws Problem 422 for a gateway that is not configured */
function checkGateways(gateways: readonly string[], { gateways: configured }: GatewayAccess): void {
  const faults = gateways.flatMap((id, nth) => {
    if (configured.some((gateway) => gateway.id === id)) return [];
    const known = configured.map((gateway) => gateway.id).join(', ');
    return { pointer: `/gateways/${nth}`, code: 'unknown_gateway', detail: `No such gateway is configured: ${known}.` };
  });
  refuseFaults(faults);
}

/** Before the body is read: a key learns nothing from how another authority's settings are refused. */
function mayPut(deps: AuthorizeDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const authority = c.req.param('authority') ?? '';
    if (!mayAccess(c.var.actor, authority)) noteForeign(c, deps, authority);
    checkMayPutAuthority(c.var.actor, authority);
    await next();
  };
}
