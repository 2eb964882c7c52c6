import { z } from '@hono/zod-openapi';
import { clientKey } from '../../runtime/networks.ts';
import { type AuditRow, readAudit, readWholeAudit } from '../../staff/audit.ts';
import { requireRole } from '../authorize.ts';
import { authorityParams, instant, iso, json, problems } from '../describe.ts';
import { listBody, listQuery, readPage } from '../paging.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const auditSchema = z
  .object({
    id: z.uuid(),
    at: instant,
    actor: z.string(),
    action: z.string().openapi({ example: 'authority.pause' }),
    target: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    recordedAt: instant
      .nullable()
      .describe(
        "When the entry was written, by the clock of the database's server, which nobody who writes one sets: far " +
          'from `at`, it was back-dated, or a clock was wrong. null: it comes from the first release',
      ),
    recordedBy: z.string().nullable().openapi({
      description: 'The user of the database who wrote it: another one than that of the service wrote by hand',
      example: 'easysms_app',
    }),
  })
  .openapi('AuditEntry');

function toAuditBody({ authorityId: _, fold: _fold, at, recordedAt, ...row }: AuditRow): z.infer<typeof auditSchema> {
  return { ...row, at: iso(at), recordedAt: iso(recordedAt) };
}

const wholeSchema = auditSchema
  .extend({ authority: z.string().nullable().describe('null: it concerns the whole installation') })
  .openapi('InstallationAuditEntry');

/** The address of a client, as `clientKey` takes it. */
const clientAddress = z.union([z.ipv4(), z.ipv6()]).optional().openapi({
  type: 'string',
  example: '203.0.113.7',
  description: 'Only entries of this client, of whose address the audit keeps a keyed hash; of IPv6 its /64',
});

/** The routes of the audit, of the installation and of one authority. */
export const auditRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('installation'), {
    method: 'get',
    path: '/v1/installation/audit',
    tags: ['Installation'],
    summary: 'Who did what in the whole installation, and when',
    description:
      'Newest first, of all authorities and of none, with sign-ins and sign-outs. Refused sign-ins, credentials and ' +
      'accesses are summed up by client and hour: `after.count` of them from `after.from` until `after.until`. Holds ' +
      'neither a number of a citizen nor a secret.',
    request: { query: listQuery.extend({ client: clientAddress }) },
    responses: { 200: json(listBody(wholeSchema), 'Entries'), ...problems(401, 403, 422) },
  })(async (c, deps) => {
    const query = c.req.valid('query');
    const client = query.client === undefined ? null : clientKey(query.client);
    const toWhole = (row: AuditRow) => ({ ...toAuditBody(row), authority: row.authorityId });
    return c.json(await readPage(query, (page) => readWholeAudit(deps, page, client), toWhole), 200);
  }),
  adminRoute(requireRole('administrator'), {
    method: 'get',
    path: '/v1/authorities/{authority}/audit',
    tags: ['Authorities'],
    summary: 'Who did what, and when',
    description:
      'Newest first, also what keys of the authority, credentials of its sources and keys of other authorities were ' +
      'refused. Holds neither a number of a citizen nor a secret.',
    request: { params: authorityParams, query: listQuery },
    responses: { 200: json(listBody(auditSchema), 'Entries'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    return c.json(await readPage(c.req.valid('query'), (page) => readAudit(deps, authority, page), toAuditBody), 200);
  }),
];
