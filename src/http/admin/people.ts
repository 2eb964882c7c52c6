import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Invite, invitePerson, readPeople, removePerson } from '../../accounts/people/people.ts';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import { type AuthorizeDeps, requireRole } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { type ListQuery, listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';
import {
  installationInviteBody,
  invitationSchema,
  inviteBody,
  personSchema,
  toInvitationBody,
  toPersonBody,
} from '../schemas/person.ts';

/** The dependencies of the people of an authority and of the installation. */
export interface PeopleRoutesDeps extends AuthorizeDeps, KeyringAccess, CurrentTime {
  /** Links to accept an invitation begin with it. */
  readonly publicUrl: string;
}

const tags = ['People'];
const inviteWords =
  'Responds with a one-time link that is valid for 72 hours; hand it to the person yourself. Whoever has an account ' +
  'already gets the role and departments at once, and a link by which a forgotten password can be replaced.';

/** `GET` and `POST …/people`, `DELETE …/people/{id}`, of an authority and of the installation. */
export function peopleRoutes(routes: OpenAPIHono<HttpEnv>, deps: PeopleRoutesDeps): void {
  ofAuthority(routes, deps);
  ofInstallation(routes, deps);
}

function ofAuthority(routes: OpenAPIHono<HttpEnv>, deps: PeopleRoutesDeps): void {
  const path = '/v1/authorities/{authority}/people' as const;
  const params = z.object({ authority: authorityParam });
  const common = { tags, security: bearer, middleware: requireRole(deps, 'administrator') };
  const list = createRoute({
    ...common,
    path,
    method: 'get',
    summary: 'List the people of an authority',
    request: { params, query: listQuery },
    responses: { 200: json(listBody(personSchema), 'By id, invited ones among them'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    return c.json(await listPage(deps, c.req.valid('param').authority, c.req.valid('query')), 200);
  });

  const invite = createRoute({
    ...common,
    path,
    method: 'post',
    summary: 'Invite a person',
    description: inviteWords,
    request: { params, body: jsonBody(inviteBody) },
    responses: { 201: json(invitationSchema, 'Invited'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(invite, async (c) => {
    const { departments = null, ...body } = c.req.valid('json');
    const request = { ...body, departments, authorityId: c.req.valid('param').authority, actor: c.var.actor.name };
    return c.json(await inviteOne(deps, request), 201);
  });

  const remove = createRoute({
    ...common,
    path: `${path}/{id}`,
    method: 'delete',
    summary: 'Remove a person, and end the sessions at once',
    request: { params: params.extend({ id: z.uuid() }) },
    responses: { 204: { description: 'Removed' }, ...problems(401, 403, 404) },
  });
  routes.openapi(remove, async (c) => {
    const { authority, id } = c.req.valid('param');
    const request = { authorityId: authority, id, actor: c.var.actor.name, evenLast: true };
    await removePerson(deps, request, deps.now());
    return c.body(null, 204);
  });
}

function ofInstallation(routes: OpenAPIHono<HttpEnv>, deps: PeopleRoutesDeps): void {
  const path = '/v1/installation/people' as const;
  const common = { tags, security: bearer, middleware: requireRole(deps, 'installation') };
  const list = createRoute({
    ...common,
    path,
    method: 'get',
    summary: 'List the people of the whole installation',
    request: { query: listQuery },
    responses: { 200: json(listBody(personSchema), 'By id, invited ones among them'), ...problems(401, 403, 422) },
  });
  routes.openapi(list, async (c) => c.json(await listPage(deps, null, c.req.valid('query')), 200));

  const invite = createRoute({
    ...common,
    path,
    method: 'post',
    summary: 'Invite a person to the whole installation',
    description: inviteWords,
    request: { body: jsonBody(installationInviteBody) },
    responses: { 201: json(invitationSchema, 'Invited'), ...problems(400, 401, 403, 413, 415, 422) },
  });
  routes.openapi(invite, async (c) => {
    const request = { ...c.req.valid('json'), departments: null, authorityId: null, actor: c.var.actor.name };
    return c.json(await inviteOne(deps, request), 201);
  });

  const remove = createRoute({
    ...common,
    path: `${path}/{id}`,
    method: 'delete',
    summary: 'Remove a person of the installation',
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 204: { description: 'Removed' }, ...problems(401, 403, 404) },
  });
  routes.openapi(remove, async (c) => {
    const request = { authorityId: null, id: c.req.valid('param').id, actor: c.var.actor.name, evenLast: true };
    await removePerson(deps, request, deps.now());
    return c.body(null, 204);
  });
}

async function listPage(deps: PeopleRoutesDeps, authorityId: string | null, { cursor, limit }: ListQuery) {
  const page = { after: readCursor(cursor), limit: limit + 1 };
  const people = await readPeople(deps, authorityId, page, deps.now());
  return toPage(people, rowId, toPersonBody, limit);
}

async function inviteOne(deps: PeopleRoutesDeps, request: Invite) {
  return toInvitationBody(request, await invitePerson(deps, request, deps.now()));
}
