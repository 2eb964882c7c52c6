import { z } from '@hono/zod-openapi';
import { Problem, refusedRequest } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { putAuthority, readAuthorities, readAuthority, settingsFaults } from '../../staff/authorities/authorities.ts';
import { replanRecipients } from '../../staff/authorities/recipients.ts';
import { type AdminGuard, noteForeign, requireRole } from '../authorize.ts';
import { authorityParams, checkNewId, json, jsonBody, problems } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { authoritySchema, authoritySettings, toAuthorityBody } from '../schemas/authority.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const path = '/v1/authorities/{authority}' as const;

/**
 * A key may replace its own authority, and creating one takes the administrator's token. Checked before the body is
 * read: a key learns nothing from how another authority's settings are refused, nor whether there is one with this id.
 */
const mayPut: AdminGuard = (deps) => [
  ...requireRole('administrator', { foreign: 'handled' })(deps),
  async (c, next) => {
    const authority = c.req.param('authority') ?? '';
    if (!may(c.var.principal, 'administrator', authority)) {
      noteForeign(c, deps, authority);
      throw new Problem(403, 'forbidden', "Creating an authority needs the installation's administrator token.");
    }
    await next();
  },
];

/** The routes of the authorities. */
export const authorityRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path: '/v1/authorities',
    tags: ['Authorities'],
    summary: 'List authorities',
    description: 'A key sees its own.',
    request: { query: listQuery },
    responses: { 200: json(listBody(authoritySchema), 'By id'), ...problems(401, 422) },
  })(async (c, deps) => {
    const only = c.var.principal.keyOf;
    const read = (page: IdPage) => readAuthorities(deps, { only, ...page });
    return c.json(await readPage(c.req.valid('query'), read, toAuthorityBody), 200);
  }),
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path,
    tags: ['Authorities'],
    summary: 'Read an authority',
    request: { params: authorityParams },
    responses: { 200: json(authoritySchema, 'Its settings'), ...problems(401, 404) },
  })(async (c, deps) => c.json(toAuthorityBody(await readAuthority(deps, c.req.valid('param').authority)), 200)),
  adminRoute(mayPut, {
    method: 'put',
    path,
    tags: ['Authorities'],
    summary: 'Create or replace an authority',
    description:
      'What the body leaves out takes its default. New rules and windows hold for appointments received afterwards; ' +
      'withoutReminders also for those that are stored.',
    request: {
      params: z.object({ authority: z.string().openapi({ example: 'rh' }) }),
      body: jsonBody(authoritySettings),
    },
    responses: {
      200: json(authoritySchema, 'Replaced'),
      201: json(authoritySchema, 'Created'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const id = c.req.valid('param').authority;
    checkNewId('authority', id);
    const settings = c.req.valid('json');
    const faults = settingsFaults(deps, settings);
    if (faults.length > 0) throw refusedRequest(faults);
    const request = { id, settings, actor: c.var.actor.name };
    const { created, authority } = await putAuthority(deps, request, deps.now());
    if (!created) await replanRecipients(deps, id);
    return c.json(toAuthorityBody(authority), created ? 201 : 200);
  }),
];
