import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Problem } from '../../domain/errors.ts';
import { type Imported, type ImportRequest, importCsv, summarise } from '../../sources/csv.ts';
import type { SourceRequest } from '../../sources/receive.ts';
import { json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { type ReceiverAccess, sourceRequestOf } from './source-request.ts';

const count = (description: string) => z.int().openapi({ description });
const answerSchema = z
  .object({
    dryRun: z.boolean(),
    rows: count('Rows with something in them, without the first one'),
    accepted: count('Stored, or in a dry run: would be'),
    duplicate: count('Say what is stored already'),
    stale: z.int(),
    ignored: count("About no appointment, by the source's statusMap"),
    refused: count('Listed in `errors`'),
    unknownColumns: z.array(z.string()).openapi({ description: 'Columns that are not read' }),
    reminders: count("Planned reminders of the file's appointments"),
    segments: z
      .int()
      .nullable()
      .openapi({ description: 'Dry run: what these reminders cost as they would read today' }),
    reasons: z
      .record(z.string(), z.int())
      .openapi({ description: 'Rows that were taken and have reminders that are not planned, by the reason' }),
    warnings: z
      .array(z.object({ line: count('Where the row begins in the file, counted from 1'), code: z.string() }))
      .openapi({ description: 'The first 100 rows that were taken and get no reminder, with the reason' }),
    errors: z.array(
      z.object({
        line: count('Where the row begins in the file, counted from 1'),
        column: z.string().nullable().openapi({ description: 'Its name in the first row; null: the row as a whole' }),
        code: z.string(),
        detail: z.string(),
      }),
    ),
  })
  .openapi('ImportAnswer');

const EXAMPLE = 'id;dato;tid;mobil;sted;status\nA-4711;01-12-2026;09.00;20 12 34 56;Opgang 4, 3. sal;booket\n';

const postImport = createRoute({
  method: 'post',
  path: '/v1/sources/{source}/imports',
  tags: ['Booking systems'],
  summary: 'Appointments from a CSV file',
  description:
    'Up to 2,000 rows, of which a bad one harms no other. The first row names the columns, in Danish or ' +
    'English: id, start (or dato and tid), slut, mobil, telefon, ' +
    'sprog, sted, lokationskode, afdeling, status, type, patient-id, kontakttelefon; others are not read. ' +
    'UTF-8 or Windows-1252; `;`, `,` or tab; times are local to the source. ' +
    'Safe to send twice. A column for CPR numbers refuses the file. Without an id the number and the start ' +
    'tell appointments apart, and one that moves is another one. ' +
    'An empty cell clears what is stored, a column that is left out keeps it. `Accept: text/csv` answers the ' +
    'refused rows with what is wrong, to be mended and sent again.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    query: z.object({
      dryRun: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'true: says what would come of it and stores nothing' }),
    }),
    headers: z.object({ 'idempotency-key': z.string().max(255).optional() }),
    body: {
      required: true,
      content: {
        'text/csv': { schema: z.string(), example: EXAMPLE },
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
  },
  responses: {
    200: {
      ...json(answerSchema, 'What came of each row'),
      content: { 'application/json': { schema: answerSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problems(401, 413, 415, 422, 503),
  },
});

/**
 * `POST /v1/sources/{source}/imports`: CSV files of clinics that have no integration. The sender is known by the raw
 * bytes.
 */
export function importRoutes(deps: ReceiverAccess): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.openAPIRegistry.registerPath(postImport);
  routes.post(postImport.getRoutingPath(), async (c) => {
    const query = c.req.query();
    const dryRun = c.req.query('dryRun') === 'true';
    const request = toImportRequest(c, await sourceRequestOf(c), query);
    const imported = await importCsv(deps.receiver, {
      ...request,
      ...(dryRun && { dryRun, idempotencyKey: undefined }),
    });
    return toImportResponse(c, summarise(imported, imported.dryRun));
  });
  return routes;
}

/** The request with what is wrong around the file. @param query its parameters */
export function toImportRequest(
  c: Context<HttpEnv>,
  request: SourceRequest,
  query: Readonly<Record<string, string>>,
): ImportRequest {
  const contentType = c.req.header('content-type') ?? '';
  const idempotencyKey = c.req.header('idempotency-key');
  return { ...request, idempotencyKey, contentType, refusal: wrongType(contentType) ?? wrongQuery(query) };
}

/** JSON, or the refused rows as a file for a caller that prefers `text/csv`. */
export function toImportResponse(c: Context<HttpEnv>, { answer, errorFile }: Imported): Response {
  if (!/\btext\/csv\b/i.test(c.req.header('accept') ?? '')) return c.json(answer, 200);
  return c.body(errorFile, 200, { 'Content-Type': 'text/csv; charset=utf-8; header=present' });
}

/** Browsers on Windows call a CSV file one of Excel's: what it is shows in its bytes. */
const TYPES =
  /^(?:text\/(?:csv|plain|tab-separated-values)|application\/(?:csv|vnd\.ms-excel|octet-stream))\s*(?:;|$)/i;

function wrongType(contentType: string): Problem | null {
  if (contentType === '' || TYPES.test(contentType)) return null;
  return new Problem(415, 'unsupported-media-type', 'Send the file as text/csv: a sheet must be saved as CSV first.');
}

/** A dry run that was misspelt must not become a real one. */
function wrongQuery({ dryRun = 'false', ...others }: Readonly<Record<string, string>>): Problem | null {
  if (Object.keys(others).length === 0 && (dryRun === 'true' || dryRun === 'false')) return null;
  const detail = 'The only parameter is dryRun, and it is true or false.';
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: 'dryRun', code: 'invalid_value', detail }] });
}
