import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

const CHUNK = 5_000;

/** Ends what is planned past its deadline, also while nothing is handed over. @returns how many */
export async function expirePlanned(db: Kysely<Database>, now: Date): Promise<number> {
  const result = await sql`
    update reminder set status = 'expired', reason = 'too_late', next_at = null, held_reason = null, tries = 0,
      updated_at = ${now}
    where id = any(array(
      select id from reminder where next_at <= ${now} and status = 'planned' and expires_at <= ${now}
      order by next_at, id limit ${CHUNK} for update skip locked))
      and status = 'planned'`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Messages that one call of `markWithoutReceipt` goes through. */
const SLICE = 20_000;

/**
 * Marks accepted messages that have no final receipt although none comes any more, among the next messages by the end
 * of their validity.
 * @param validity.after where the slice begins; `before`: where it ends at the latest
 * @returns how many were marked, and where the next slice begins; null: this was the last one
 */
export async function markWithoutReceipt(
  db: Kysely<Database>,
  validity: { readonly after: Date; readonly before: Date },
  now: Date,
  slice = SLICE,
): Promise<{ marked: number; next: Date | null }> {
  const { after, before } = validity;
  const { rows } = await sql<{ valid_until: Date }>`
    select valid_until from message where valid_until >= ${after} and valid_until < ${before}
    order by valid_until offset ${slice} limit 1`.execute(db);
  // A little further where very many end at one moment, so that the next slice begins behind them.
  const end = rows[0] && new Date(rows[0].valid_until.getTime() + 1);
  const result = await sql`
    update message set reason = 'no_receipt', updated_at = ${now}
    where id = any(array(
      select id from message
      where valid_until >= ${after} and valid_until < ${end ?? before} and status = 'accepted' and reason is null
      order by id for update skip locked))`.execute(db);
  return { marked: Number(result.numAffectedRows ?? 0), next: end ?? null };
}
