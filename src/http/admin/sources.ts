import { z } from '@hono/zod-openapi';
import { REFUSED_FORMATS } from '../../sources/notes.ts';
import { asReadBy } from '../../staff/sources/audited-settings.ts';
import { checkEventAddress } from '../../staff/sources/event-address.ts';
import { readRefusals, readUnmapped } from '../../staff/sources/findings.ts';
import { addEventSecret, addSecret, removeSecret } from '../../staff/sources/source-secrets.ts';
import { isTaken, type ManagedSource, putSource, readSource, readSources } from '../../staff/sources/sources.ts';
import { requireRole, requireRoleIn } from '../authorize.ts';
import {
  authorityParams,
  checkNewId,
  instant,
  iso,
  json,
  jsonBody,
  optionalBody,
  problems,
  sourceParams,
  unavailableId,
  written,
} from '../describe.ts';
import { listBody, listQuery, pageOfAll, readPage } from '../paging.ts';
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
import { refusalStatus } from '../schemas/words.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const path = '/v1/authorities/{authority}/sources/{source}' as const;

const MASKED =
  'Below the role administrator `…` stands in place of the query of `events.url` and `signedAddress`, which may hold ' +
  'a secret.';

const secretBody = z.strictObject({
  for: z.literal('events').optional().describe('Left out: a pair for what the source posts'),
});

/** The routes of the booking systems of an authority, and of their secrets. */
export const sourceRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/sources',
    tags: ['Sources'],
    summary: 'List sources',
    request: { params: authorityParams, query: listQuery },
    responses: { 200: json(listBody(listedSourceSchema), 'By id'), ...problems(401, 404, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const toItem = (source: ManagedSource) => toListedSourceBody(asReadBy(c.var.actor, source));
    return c.json(await readPage(c.req.valid('query'), (page) => readSources(deps, authority, page), toItem), 200);
  }),
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path,
    tags: ['Sources'],
    summary: 'Read a source',
    description: MASKED,
    request: { params: sourceParams },
    responses: { 200: json(sourceSchema, 'Its settings'), ...problems(401, 404) },
  })(async (c, deps) => {
    const { authority, source: id } = c.req.valid('param');
    return c.json(toSourceBody(asReadBy(c.var.actor, await readSource(deps, authority, id))), 200);
  }),
  adminRoute(requireRole('administrator'), {
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
      params: authorityParams.extend({ source: z.string().openapi({ example: 'rh-epj' }) }),
      body: jsonBody(sourceSettings),
    },
    responses: {
      200: json(sourceSchema.extend({ secrets: addedSecretsSchema.optional() }), 'Replaced'),
      201: json(sourceSchema.extend({ secrets: createdSecretsSchema }), 'Created'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  })(async (c, deps) => {
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
  }),
  adminRoute(requireRole('administrator'), {
    method: 'post',
    path: '/v1/authorities/{authority}/sources/{source}/secrets',
    tags: ['Sources'],
    summary: 'Make a further pair of secrets, or a further secret for events',
    description:
      'For rotation: both pairs are valid until one is ended. With `for: events` a secret is made that events are ' +
      'signed with: until one is ended, they carry a signature by each.',
    request: {
      params: sourceParams,
      body: optionalBody(secretBody),
    },
    responses: {
      201: json(z.union([secretsSchema, eventSecretSchema]), 'Made'),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { authority: authorityId, source: id } = c.req.valid('param');
    const request = { authorityId, id, actor: c.var.actor.name };
    const isForEvents = c.req.valid('json').for === 'events';
    return c.json(await (isForEvents ? addEventSecret : addSecret)(deps, request, deps.now()), 201);
  }),
  adminRoute(requireRole('administrator'), {
    method: 'delete',
    path: '/v1/authorities/{authority}/sources/{source}/secrets/{id}',
    tags: ['Sources'],
    summary: 'End a pair of secrets, or a secret for events, at once',
    description: 'The last secret of an endpoint for events stays (409): nothing leaves unsigned.',
    request: { params: sourceParams.extend({ id: z.uuid() }) },
    responses: { 204: { description: 'Ended' }, ...problems(401, 403, 404, 409) },
  })(async (c, deps) => {
    const { authority, source, id } = c.req.valid('param');
    await removeSecret(deps, { authorityId: authority, id: source, secretId: id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  }),
];

const unmappedSchema = z
  .object({
    field: z
      .enum(['status', 'location', 'start'])
      .describe(
        'status: add it to `statusMap`; location: to `locationMap`; start: a time that could not be read, whose ' +
          'message was refused',
      ),
    value: z.string().openapi({ description: 'As the booking system writes it', example: 'AMB4' }),
    firstAt: instant,
    lastAt: instant.describe('To the hour'),
  })
  .openapi('UnmappedValue');

const refusalSchema = z
  .object({
    at: instant.describe('When it was refused'),
    status: refusalStatus.openapi({ description: 'Status of HTTP, or `AE` or `AR` of an ACK', example: '422' }),
    code: z.string().openapi({ description: 'Code of its first fault', example: 'required' }),
    pointer: z.string().openapi({
      description:
        'Where the fault is, in the terms of the format; empty for the whole. `*` stands for the name of a field ' +
        'that neither the format nor the mapping of the source knows',
      example: '/data/start',
    }),
    format: z.enum(REFUSED_FORMATS).describe('Format of the message'),
    requestId: z
      .string()
      .nullable()
      .describe('Id of the request in the log; null for what was read from a FHIR server'),
  })
  .openapi('Refusal');

type Format = z.infer<typeof refusalSchema>['format'];

/** The routes of codes that a source does not map, and of what was refused of it. */
export const findingRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}/unmapped',
    tags: ['Sources'],
    summary: 'List unmapped codes',
    description:
      'Codes of status and of places that this source has sent and that its `statusMap` and `locationMap` do ' +
      'not know, and starts of HL7 v2 that could not be read. At most 200 are kept of a source.',
    request: { params: sourceParams, query: listQuery },
    responses: { 200: json(listBody(unmappedSchema), 'By field and value'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority, source } = c.req.valid('param');
    const rows = await readUnmapped(deps, authority, source);
    return c.json(pageOfAll(rows, c.req.valid('query'), written), 200);
  }),
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/sources/{source}/refusals',
    tags: ['Sources'],
    summary: 'List refusals',
    description:
      'The last hundred events and requests of this source that were refused, the newest first: one item for each ' +
      'refused element, or for a request refused whole. Requests that were not let in (401) are in the metric ' +
      '`easysms_refusals_total` alone. Nothing in it is about a citizen.',
    request: { params: sourceParams, query: listQuery },
    responses: { 200: json(listBody(refusalSchema), 'The newest first'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority, source } = c.req.valid('param');
    const rows = await readRefusals(deps, authority, source);
    const toItem = (row: (typeof rows)[number]) => ({ ...row, at: iso(row.at), format: row.format as Format });
    return c.json(pageOfAll(rows, c.req.valid('query'), toItem), 200);
  }),
];
