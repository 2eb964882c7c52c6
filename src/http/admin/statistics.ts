import { z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { csvLine } from '../../formats/csv/text.ts';
import {
  COUNTED,
  CSV_COLUMNS,
  csvFigures,
  readStatisticsFor,
  STATISTICS_BY,
  type Statistics,
} from '../../staff/statistics/statistics.ts';
import { requireRole } from '../authorize.ts';
import { authorityParams, problems } from '../describe.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const COLUMNS = [...COUNTED, 'segments', 'optOuts'] as const;

const countsSchema = z.object(
  Object.fromEntries(COLUMNS.map((name) => [name, z.int()])) as Record<(typeof COLUMNS)[number], z.ZodInt>,
);

const costSchema = z
  .object({
    gateway: z.string(),
    country: z.string().describe('Country of the numbers (ISO 3166); none: not known'),
    segments: z.int(),
    currency: z.string().nullable().describe('ISO 4217; null: no price holds'),
    amount: z.number().nullable().describe('To two decimals; null: no price holds'),
  })
  .openapi('Cost');

/** The statistics in the words of the API. */
function toStatisticsBody({ costs, rows, ...statistics }: Statistics): z.infer<typeof statisticsSchema> {
  return { ...statistics, rows: [...rows], ...(costs && { costs: costs.map(({ span: _, ...cost }) => cost) }) };
}

/** The statistics as the API shows them. */
const statisticsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.string(),
    rows: z.array(z.object({ key: z.string() }).extend(countsSchema.shape)),
    total: countsSchema,
    costs: z
      .array(costSchema)
      .optional()
      .describe('What was handed over cost, answers apart; absent until a price is entered'),
  })
  .openapi('Statistics');

/** The statistics as CSV (RFC 4180), with a header and a last line `total`. */
function toCsv({ rows, total }: Statistics): string {
  const lines = [{ key: 'total', ...total }];
  return [['key', ...CSV_COLUMNS], ...[...rows, ...lines].map((row) => [row.key, ...csvFigures(row)])]
    .map((cells) => `${csvLine(cells, ',')}\r\n`)
    .join('');
}

const day = z.iso.date('Write a day: 2026-11-24.').openapi({ example: '2026-11-24' });
const query = z.object({
  from: day.optional().describe('29 days before `to` when left out'),
  to: day.optional().describe("Included. Today in the authority's zone when left out"),
  by: z.enum(STATISTICS_BY).default('day'),
});

/** The route of the statistics of an authority. */
export const statisticsRoutes: readonly AdminRoute[] = [
  adminRoute(requireRole('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/statistics',
    tags: ['Statistics'],
    summary: 'Read the statistics',
    description:
      "Each reminder is counted once, on the day in the authority's zone that it was due, under the state " +
      'that it is in now. Send `Accept: text/csv` for CSV, whose columns are always the same.',
    request: { params: authorityParams, query },
    responses: {
      200: {
        description: 'The counts',
        content: { 'application/json': { schema: statisticsSchema }, 'text/csv': { schema: z.string() } },
      },
      ...problems(401, 403, 404, 422),
    },
  })(async (c, deps) => {
    const { authority } = c.req.valid('param');
    const statistics = await readStatisticsFor(deps, authority, c.req.valid('query'), deps.now());
    c.header('Vary', 'Accept', { append: true });
    const wanted = accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv'],
      default: 'application/json',
    });
    if (wanted !== 'text/csv') return c.json(toStatisticsBody(statistics), 200);
    const { from, to, by } = statistics;
    const headers = {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="statistics-${authority}-${from}-${to}-${by}.csv"`,
    };
    return c.body(toCsv(statistics), 200, headers);
  }),
];
