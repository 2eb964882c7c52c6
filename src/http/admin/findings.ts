import { z } from '@hono/zod-openapi';
import { REFUSED_FORMATS } from '../../sources/notes.ts';
import { readRefusals, readUnmapped } from '../../staff/sources/findings.ts';
import { requireRoleIn } from '../authorize.ts';
import { instant, iso, json, problems, sourceParams, written } from '../describe.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { refusalStatus } from '../schemas/words.ts';
import { type AdminRoute, adminRoute } from './route.ts';

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
