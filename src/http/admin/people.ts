import { z } from '@hono/zod-openapi';
import { invitePerson, readPeople, removePerson } from '../../accounts/people/people.ts';
import { refusedRequest } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { findUnknownDepartments } from '../../staff/departments/departments.ts';
import { requireRole } from '../authorize.ts';
import { authorityParams, bearer, json, jsonBody, problems } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import {
  installationInviteBody,
  invitationSchema,
  inviteBody,
  personSchema,
  toInvitationBody,
  toPersonBody,
} from '../schemas/person.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const common = { tags: ['People'], security: bearer };
const inviteWords =
  'Responds with a one-time link that is valid for 72 hours; hand it to the person yourself. Whoever has an account ' +
  'already gets the role and departments at once, and a link by which a forgotten password can be replaced.';
/** Names of departments that a fault lists, and faults of one request. */
const [MOST_LISTED, MOST_FAULTS] = [50, 10];
const people = json(listBody(personSchema), 'By id, invited ones among them');

/** @throws Problem 422 for departments that neither appointments nor rules of the authority name */
async function checkDepartments(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string,
  departments: readonly string[] | null,
): Promise<void> {
  const found = await findUnknownDepartments(deps, authorityId, departments);
  if (!found || !departments) return;
  const known = found.known.slice(0, MOST_LISTED).join(', ') + (found.known.length > MOST_LISTED ? ' and others' : '');
  const detail = `No department of the authority has this name. There are: ${known}.`;
  const faultOf = (name: string) => ({ pointer: `/departments/${departments.indexOf(name)}`, code: 'unknown', detail });
  throw refusedRequest([...new Set(found.unknown)].slice(0, MOST_FAULTS).map(faultOf));
}

/** The routes of the people of an authority, and of the whole installation. */
export const peopleRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('administrator'), {
    method: 'get',
    path: '/v1/authorities/{authority}/people',
    ...common,
    summary: 'List the people of an authority',
    request: { params: authorityParams, query: listQuery },
    responses: { 200: people, ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const read = (page: IdPage) => readPeople(deps, authority, page, deps.now());
    return c.json(await readPage(c.req.valid('query'), read, toPersonBody), 200);
  }),
  adminRoute(requireRole('administrator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/people',
    ...common,
    summary: 'Invite a person',
    description: inviteWords,
    request: { params: authorityParams, body: jsonBody(inviteBody) },
    responses: { 201: json(invitationSchema, 'Invited'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  })(async (c, deps) => {
    const { departments = null, ...body } = c.req.valid('json');
    const authorityId = c.req.valid('param').authority;
    await checkDepartments(deps, authorityId, departments);
    const request = { ...body, departments, authorityId, actor: c.var.actor.name };
    return c.json(toInvitationBody(request, await invitePerson(deps, request, deps.now())), 201);
  }),
  adminRoute(requireRole('administrator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/people/{id}',
    ...common,
    summary: 'Remove a person, and end the sessions at once',
    request: { params: authorityParams.extend({ id: z.uuid() }) },
    responses: { 204: { description: 'Removed' }, ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority, id } = c.req.valid('param');
    const request = { authorityId: authority, id, actor: c.var.actor.name, evenLast: true };
    await removePerson(deps, request, deps.now());
    return c.body(null, 204);
  }),
  adminRoute(requireRole('installation'), {
    method: 'get',
    path: '/v1/installation/people',
    ...common,
    summary: 'List the people of the whole installation',
    request: { query: listQuery },
    responses: { 200: people, ...problems(401, 403, 422) },
  })(async (c, deps) => {
    const read = (page: IdPage) => readPeople(deps, null, page, deps.now());
    return c.json(await readPage(c.req.valid('query'), read, toPersonBody), 200);
  }),
  adminRoute(requireRole('installation'), {
    method: 'post',
    path: '/v1/installation/people',
    ...common,
    summary: 'Invite a person to the whole installation',
    description: inviteWords,
    request: { body: jsonBody(installationInviteBody) },
    responses: { 201: json(invitationSchema, 'Invited'), ...problems(400, 401, 403, 413, 415, 422) },
  })(async (c, deps) => {
    const request = { ...c.req.valid('json'), departments: null, authorityId: null, actor: c.var.actor.name };
    return c.json(toInvitationBody(request, await invitePerson(deps, request, deps.now())), 201);
  }),
  adminRoute(requireRole('installation'), {
    method: 'delete',
    path: '/v1/installation/people/{id}',
    ...common,
    summary: 'Remove a person of the installation',
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 204: { description: 'Removed' }, ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const request = { authorityId: null, id: c.req.valid('param').id, actor: c.var.actor.name, evenLast: true };
    await removePerson(deps, request, deps.now());
    return c.body(null, 204);
  }),
];
