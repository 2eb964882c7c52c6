import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { KeyringAccess } from '../../runtime/deps.ts';
import { clientKey } from '../../runtime/networks.ts';
import { type AuditRow, readAudit, readWholeAudit } from '../../staff/audit.ts';
import { type AuthorizeDeps, adminRoute, requireRole } from '../authorize.ts';
import { authorityParam, instant, iso, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, readCursor, rowId, toPage } from '../paging.ts';

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

function toAuditBody({ authorityId: _, at, recordedAt, ...row }: AuditRow): z.infer<typeof auditSchema> {
  return { ...row, at: iso(at), recordedAt: iso(recordedAt) };
}

const wholeSchema = auditSchema
  .extend({ authority: z.string().nullable().describe('null: it concerns the whole installation') })
  .openapi('InstallationAuditEntry');

/** `GET /v1/authorities/{authority}/audit` and `GET /v1/installation/audit`. */
export function auditRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & KeyringAccess): void {
  wholeRoute(routes, deps);
  const list = adminRoute(requireRole(deps, 'administrator'), {
    method: 'get',
    path: '/v1/authorities/{authority}/audit',
    tags: ['Authorities'],
    summary: 'Who did what, and when',
    description:
      'Newest first, also what keys of the authority, credentials of its sources and keys of other authorities were ' +
      'refused. Holds neither a number of a citizen nor a secret.',
    request: { params: z.object({ authority: authorityParam }), query: listQuery },
    responses: { 200: json(listBody(auditSchema), 'Entries'), ...problems(401, 403, 404, 422) },
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { after: readCursor(cursor), limit: limit + 1 };
    const rows = await readAudit(deps, c.req.valid('param').authority, page);
    return c.json(toPage(rows, rowId, toAuditBody, limit), 200);
  });
}

/** The address of a client, as `clientKey` takes it. */
const clientAddress = z.union([z.ipv4(), z.ipv6()]).optional().openapi({
  type: 'string',
  example: '203.0.113.7',
  description: 'Only entries of this client, of whose address the audit keeps a keyed hash; of IPv6 its /64',
});

function wholeRoute(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & KeyringAccess): void {
  const list = adminRoute(requireRole(deps, 'installation'), {
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
  });
  routes.openapi(list, async (c) => {
    const { cursor, limit, client } = c.req.valid('query');
    const page = { after: readCursor(cursor), limit: limit + 1 };
    const rows = await readWholeAudit(deps, page, client === undefined ? null : clientKey(client));
    return c.json(
      toPage(rows, rowId, (row) => ({ ...toAuditBody(row), authority: row.authorityId }), limit),
      200,
    );
  });
}
