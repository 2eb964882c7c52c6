import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { localDay } from '../../domain/calendar.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { COUNTED, getStatistics } from '../../staff/statistics.ts';
import { findAuthority } from '../../store/authorities.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { authorityParam, bearer, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { staff } from './staff.ts';
import { toCsv } from './statistics-csv.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_660;
/** Nothing is due outside of these, and not every part of us can write the days far outside. */
const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';

const day = z.iso.date('Write a day: 2026-11-24.').openapi({ example: '2026-11-24' });
const query = z.object({
  from: day.optional().openapi({ description: '29 days before `to` when left out' }),
  to: day.optional().openapi({ description: "Included. Today in the authority's zone when left out" }),
  by: z.enum(['day', 'template', 'language', 'gateway', 'department']).default('day'),
});

const countsSchema = z.object(
  Object.fromEntries([...COUNTED, 'segments', 'optOuts'].map((name) => [name, z.int()])) as Record<
    (typeof COUNTED)[number] | 'segments' | 'optOuts',
    z.ZodInt
  >,
);
const statisticsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.string(),
    rows: z.array(z.object({ key: z.string() }).extend(countsSchema.shape)),
    total: countsSchema,
  })
  .openapi('Statistics');

/** How many reminders came to what, day by day or otherwise. */
export function statisticsRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const read = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/statistics',
    tags: ['Statistics'],
    summary: 'Read the statistics',
    description:
      "Each reminder is counted once, on the day in the authority's zone that it was due, under the state that it is in now. Send `Accept: text/csv` for CSV.",
    security: bearer,
    middleware: staff(deps, 'viewer'),
    request: { params: z.object({ authority: authorityParam }), query },
    responses: {
      200: {
        description: 'The counts',
        content: { 'application/json': { schema: statisticsSchema }, 'text/csv': { schema: z.string() } },
      },
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(read, async (c) => {
    const authority = await findAuthority(deps.db, c.req.valid('param').authority);
    if (!authority) throw notFound('authority');
    const { by, ...asked } = c.req.valid('query');
    const period = choosePeriod(asked, localDay(deps.now(), authority.timeZone));
    const statistics = await getStatistics(deps, authority, { ...period, by });
    c.header('Vary', 'Accept', { append: true });
    const wanted = accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv'],
      default: 'application/json',
    });
    if (wanted !== 'text/csv') return c.json(statistics, 200);
    const name = `statistics-${authority.id}-${period.from}-${period.to}-${by}.csv`;
    const headers = {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
    };
    return c.body(toCsv(statistics), 200, headers);
  });
  return routes;
}

/** @throws Problem 422 for a period that ends before it begins, is too long, or lies outside of 1900 to 2199 */
export function choosePeriod(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  today: string,
): { from: string; to: string } {
  const to = asked.to ?? today;
  const from = asked.from ?? new Date(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (to < FIRST_DAY || to > LAST_DAY)
    throw refusal('to', 'out_of_range', `Write a day from ${FIRST_DAY} to ${LAST_DAY}.`);
  if (days < 1) throw refusal('from', 'after_to', 'The period ends before it begins.');
  if (days > MAX_DAYS) throw refusal('from', 'too_long', `A period may be ${MAX_DAYS} days at most.`);
  return { from, to };
}

function refusal(pointer: 'from' | 'to', code: string, detail: string): Problem {
  return new Problem(422, 'invalid', 'The request was understood and refused: see errors.', {
    faults: [{ pointer, code, detail }],
  });
}
