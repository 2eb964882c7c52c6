import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';

/**
 * Appointments of one number that one statement touches at most. A sender may give thousands the same number, and a
 * statement over all of them would take longer than a statement may.
 */
export const NUMBER_BATCH = 500;

/** Ids in parts of as many as one statement touches at most. */
export function batchesOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / NUMBER_BATCH);
  return Array.from({ length: count }, (_, nth) => ids.slice(nth * NUMBER_BATCH, (nth + 1) * NUMBER_BATCH));
}

/** The appointments that a request about a number is about. */
export interface OfNumber {
  readonly phoneHash: Buffer;
  /** null: of every authority. */
  readonly authorityIds: readonly string[] | null;
}

/** The place behind an appointment in the order of `inBatchesOfNumber`. */
interface BatchPlace {
  readonly authority_id: string;
  readonly id: string;
}

/**
 * Runs a statement for a number's appointments, a batch after another, until there is none left. An appointment that
 * gets the number meanwhile may be passed over.
 * @param statement writes what belongs to the appointments of a batch. Given their ids, as `uuid[]`
 */
export async function inBatchesOfNumber(
  db: Db,
  number: OfNumber,
  statement: (ids: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<void> {
  for (let behind: BatchPlace | undefined, first = true; first || behind; first = false) {
    const { rows } = await sql<BatchPlace>`
      with batch as materialized (${batchOf(number, behind, NUMBER_BATCH)}),
      written as (${statement(sql`array(select id from batch)`)})
      select authority_id, id from batch order by authority_id, id offset ${NUMBER_BATCH - 1}`.execute(db);
    behind = rows[0];
  }
}

/**
 * Reads the number's appointments that a condition holds for, a batch after another, until there is none left.
 * @param condition of an appointment `a`
 * @param size how many are looked at for a batch
 */
export async function* batchesOfNumber(
  db: Db,
  number: OfNumber,
  condition: RawBuilder<unknown>,
  size: number,
): AsyncGenerator<{ readonly authorityId: string; readonly appointmentId: string }[]> {
  for (let behind: BatchPlace | undefined, first = true; first || behind; first = false) {
    const { rows } = await sql<BatchPlace & { meant: boolean; nth: string }>`
      with batch as materialized (${batchOf(number, behind, size)}),
      numbered as (select authority_id, id, row_number() over (order by authority_id, id) as nth from batch)
      select n.authority_id, n.id, n.nth, ${condition} as meant from numbered n join appointment a on a.id = n.id
      where n.nth = ${size} or ${condition} order by n.nth`.execute(db);
    yield rows.flatMap((row) => (row.meant ? [{ authorityId: row.authority_id, appointmentId: row.id }] : []));
    behind = rows.find(({ nth }) => Number(nth) === size);
  }
}

function batchOf(
  { phoneHash, authorityIds }: OfNumber,
  behind: BatchPlace | undefined,
  size: number,
): RawBuilder<unknown> {
  const own = authorityIds === null ? sql`` : sql`and authority_id = any(${authorityIds}::text[])`;
  const further = behind ? sql`and (authority_id, id) > (${behind.authority_id}::text, ${behind.id}::uuid)` : sql``;
  return sql`select authority_id, id from appointment where phone_hash = ${phoneHash} ${own} ${further}
    order by authority_id, id limit ${size}`;
}
