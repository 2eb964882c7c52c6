import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { Problem, refusedRequest } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import type { CurrentTime } from '../../runtime/deps.ts';
import { putAuthority, readAuthorities, readAuthority } from '../../staff/authorities/authorities.ts';
import { type SettingsRules, settingsFaults } from '../../staff/authorities/authority-settings.ts';
import { type AuthorizeDeps, adminRoute, noteForeign, requireRole } from '../authorize.ts';
import { authorityParam, checkNewId, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import { authoritySchema, authoritySettings, toAuthorityBody } from '../schemas/authority.ts';

/** The dependencies of the routes of one authority. */
export interface AuthorityRoutesDeps extends AuthorizeDeps, CurrentTime, SettingsRules {}

const path = '/v1/authorities/{authority}' as const;

/** `GET` and `PUT /v1/authorities/{authority}`. */
export function authorityRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorityRoutesDeps): void {
  readRoute(routes, deps);
  putRoute(routes, deps);
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: AuthorityRoutesDeps): void {
  const read = adminRoute(requireRole(deps, 'viewer'), {
    method: 'get',
    path,
    tags: ['Authorities'],
    summary: 'Read an authority',
    request: { params: z.object({ authority: authorityParam }) },
    responses: { 200: json(authoritySchema, 'Its settings'), ...problems(401, 404) },
  });
  routes.openapi(read, async (c) =>
    c.json(toAuthorityBody(await readAuthority(deps, c.req.valid('param').authority)), 200),
  );
}

function putRoute(routes: OpenAPIHono<HttpEnv>, deps: AuthorityRoutesDeps): void {
  const put = adminRoute([requireRole(deps, 'administrator', { foreign: 'handled' }), mayPut(deps)], {
    method: 'put',
    path,
    tags: ['Authorities'],
    summary: 'Create or replace an authority',
    description:
      'What the body leaves out takes its default. New rules and windows hold for appointments received afterwards.',
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
    const faults = settingsFaults(deps, settings);
    if (faults.length > 0) throw refusedRequest(faults);
    const request = { id, settings, actor: c.var.actor.name };
    const { created, authority } = await putAuthority(deps, request, deps.now());
    return c.json(toAuthorityBody(authority), created ? 201 : 200);
  });
}

/**
 * A key may replace its own authority, and creating one takes the administrator's token. Checked before the body is
 * read: a key learns nothing from how another authority's settings are refused, nor whether there is one with this id.
 */
function mayPut(deps: AuthorizeDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const authority = c.req.param('authority') ?? '';
    if (!may(c.var.principal, 'administrator', authority)) {
      noteForeign(c, deps, authority);
      throw new Problem(403, 'forbidden', "Creating an authority needs the installation's administrator token.");
    }
    await next();
  };
}

/** `GET /v1/authorities`. */
export function authoritiesRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps): void {
  const list = adminRoute(requireRole(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities',
    tags: ['Authorities'],
    summary: 'List authorities',
    description: 'A key sees its own.',
    request: { query: listQuery },
    responses: { 200: json(listBody(authoritySchema), 'By id'), ...problems(401, 422) },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { only: c.var.principal.keyOf, after: readCursor(cursor), limit: limit + 1 };
    const authorities = await readAuthorities(deps, page);
    return c.json(toPage(authorities, rowId, toAuthorityBody, limit), 200);
  });
}
