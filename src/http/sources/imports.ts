import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Imported, type ImportedRows, type ImportRequest, importCsv, summarise } from '../../sources/csv.ts';
import type { SourceRequest } from '../../sources/receive.ts';
import { json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import {
  type Exchange,
  explainedIn,
  keyHeader,
  languageHeader,
  type ReceiverAccess,
  sourceRequestOf,
} from './source-request.ts';

const count = (description: string) => z.int().describe(description);
const responseSchema = z
  .object({
    dryRun: z.boolean(),
    rows: count('Rows with something in them, without the first one'),
    accepted: count('Stored, or in a dry run: would be'),
    duplicate: count('Say what is stored already'),
    stale: z.int(),
    ignored: count("About no appointment, by the source's statusMap"),
    refused: count('Listed in `errors`'),
    unknownColumns: z.array(z.string()).describe('Columns that are not read'),
    reminders: count("Planned reminders of the file's appointments"),
    segments: z.int().nullable().describe('Dry run: the segments of these reminders as they would be rendered today'),
    reasons: z.record(z.string(), z.int()).describe('Accepted rows with reminders that are not planned, by the reason'),
    warnings: z
      .array(z.object({ line: count('Where the row begins in the file, counted from 1'), code: z.string() }))
      .describe('The first 100 accepted rows that get no reminder, or are at midnight, each with the reason'),
    errors: z.array(
      z.object({
        line: count('Where the row begins in the file, counted from 1'),
        column: z.string().nullable().describe('Its name in the first row; null: the row as a whole'),
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
    'Up to 2,000 rows; a bad row does not affect the others. The first row names the columns, in Danish or ' +
    'English: id, start (or dato and tid), slut, mobil, telefon, sprog, sted, lokationskode, afdeling, ' +
    'status, type, patient-id, kontakttelefon; other columns are not read. UTF-8 or Windows-1252; `;`, `,` ' +
    'or tab; times are local to the source. A file may be sent twice. A column for CPR numbers refuses the ' +
    'file. Without an id an appointment is identified by number and start, and one that moves is another ' +
    'one. An empty cell clears the stored value, a missing column keeps it. `Accept: text/csv` returns the ' +
    'refused rows with what is wrong, to be corrected and sent again.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    query: z.object({
      dryRun: z.enum(['true', 'false']).optional().describe('true: says what the result would be and stores nothing'),
    }),
    headers: z.object({
      ...keyHeader,
      ...languageHeader,
    }),
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
      ...json(responseSchema, 'What came of each row'),
      content: { 'application/json': { schema: responseSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problems(401, 403, 413, 415, 422, 503),
  },
});

/** `POST /v1/sources/{source}/imports`: CSV files of clinics without an integration. */
export function importRoutes(routes: OpenAPIHono<HttpEnv>, deps: ReceiverAccess): void {
  routes.openAPIRegistry.registerPath(postImport);
  routes.post(postImport.getRoutingPath(), async (c) => {
    const { response } = await exchangeImport(c, deps, await sourceRequestOf(c), c.req.query());
    return response;
  });
}

/**
 * Imports a file, and writes the response to it: the sums of a dry run only where `query` asks for one.
 * @throws Problem as `importCsv` does
 */
export async function exchangeImport(
  c: Context<HttpEnv>,
  { receiver }: ReceiverAccess,
  request: SourceRequest,
  query: Readonly<Record<string, string>>,
): Promise<Exchange<ImportedRows>> {
  const dryRun = query.dryRun === 'true';
  const file = { ...toImportRequest(c, request), query, ...(dryRun && { dryRun, idempotencyKey: undefined }) };
  const received = await importCsv(receiver, file);
  const response = toImportResponse(c, await summarise(received, dryRun ? received.dryRun : null));
  return { received, response };
}

/** The request with the headers that an import reads. */
function toImportRequest(c: Context<HttpEnv>, request: SourceRequest): ImportRequest {
  const contentType = c.req.header('content-type') ?? '';
  const idempotencyKey = c.req.header('idempotency-key');
  return { ...request, idempotencyKey, contentType, language: explainedIn(c) };
}

/** JSON, or the refused rows as a file for a caller that prefers `text/csv`. */
function toImportResponse(c: Context<HttpEnv>, { summary, errorFile }: Imported): Response {
  if (!/\btext\/csv\b/i.test(c.req.header('accept') ?? '')) return c.json(summary, 200);
  return c.body(errorFile(), 200, { 'Content-Type': 'text/csv; charset=utf-8; header=present' });
}
