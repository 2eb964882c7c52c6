import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import { ANY_REASON, type OutcomeFilter } from './outcomes.sql.ts';

/**
 * The days of a period on which the statistics count reminders in one of these states that the filter may let through,
 * in order. A list that looks at these days alone neither passes over one nor goes on behind the last of them.
 */
export async function daysCounted(
  db: Kysely<Database>,
  filter: OutcomeFilter & { readonly statuses: readonly ReminderStatus[] },
): Promise<string[]> {
  const { authorityId, from, to, statuses } = filter;
  const narrower = narrowing(filter).map(
    ({ dimension, condition }) => sql`
      and exists (select from statistics_sum k
        where k.authority_id = ${authorityId} and k.dimension = ${dimension} and k.span = 'day' and k.begins = s.begins
          and k.status = any(${statuses}::text[]) and k.reminders > 0 ${condition})`,
  );
  // Days with deltas that are not folded yet are taken without the narrower conditions: some may have no row to list.
  const { rows } = await sql<{ day: string }>`
    select s.begins::text as day from statistics_sum s
    where s.authority_id = ${authorityId} and s.dimension = 'day' and s.span = 'day'
      and s.begins between ${from}::date and ${to}::date and s.status = any(${statuses}::text[]) and s.reminders > 0
      ${sql.join(narrower, sql``)}
    union
    select day::text from statistics_delta
    where authority_id = ${authorityId} and day between ${from}::date and ${to}::date
      and status = any(${statuses}::text[])
    order by day`.execute(db);
  return rows.map(({ day }) => day);
}

/** The sums that narrow the days down, one dimension at a time. */
function narrowing({ reason, gateway, country, departments, template, language }: OutcomeFilter) {
  const one = (dimension: string, key: string | null) =>
    key === null ? [] : [{ dimension, condition: sql`and k.key = ${key}` }];
  return [
    ...(reason === ANY_REASON ? [{ dimension: 'reason', condition: sql`` }] : one('reason', reason)),
    ...one('gateway', gateway),
    ...one('template', template),
    ...one('language', language),
    ...(departments === null
      ? []
      : [{ dimension: 'department', condition: sql`and k.key = any(${departments}::text[])` }]),
    // Its keys are "<gateway> <country>".
    ...(country === null ? [] : [{ dimension: 'route', condition: sql`and split_part(k.key, ' ', 2) = ${country}` }]),
  ];
}
