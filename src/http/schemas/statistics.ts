import { z } from '@hono/zod-openapi';
import { csvLine } from '../../formats/csv/text.ts';
import { COUNTED, type Statistics } from '../../staff/statistics/statistics.ts';

const COLUMNS = [...COUNTED, 'segments', 'optOuts'] as const;

const countsSchema = z.object(
  Object.fromEntries(COLUMNS.map((name) => [name, z.int()])) as Record<(typeof COLUMNS)[number], z.ZodInt>,
);

const costSchema = z
  .object({
    gateway: z.string(),
    country: z.string().openapi({ description: 'Country of the numbers (ISO 3166); none: not known' }),
    segments: z.int(),
    currency: z.string().nullable().openapi({ description: 'ISO 4217; null: no price holds' }),
    amount: z.number().nullable().openapi({ description: 'To two decimals; null: no price holds' }),
  })
  .openapi('Cost');

/** The statistics in the words of the API. */
export function toStatisticsBody({ costs, rows, ...statistics }: Statistics): z.infer<typeof statisticsSchema> {
  return { ...statistics, rows: [...rows], ...(costs && { costs: costs.map(({ span: _, ...cost }) => cost) }) };
}

/** The statistics as the API shows them. */
export const statisticsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.string(),
    rows: z.array(z.object({ key: z.string() }).extend(countsSchema.shape)),
    total: countsSchema,
    costs: z
      .array(costSchema)
      .optional()
      .openapi({ description: 'What was handed over cost, answers apart; absent until a price is entered' }),
  })
  .openapi('Statistics');

/** The statistics as CSV (RFC 4180), with a header and a last line `total`. */
export function toCsv({ rows, total }: Statistics): string {
  const lines = [{ key: 'total', ...total }];
  return [
    ['key', ...COLUMNS],
    ...[...rows, ...lines].map((row) => [row.key, ...COLUMNS.map((column) => String(row[column]))]),
  ]
    .map((cells) => `${csvLine(cells, ',')}\r\n`)
    .join('');
}
