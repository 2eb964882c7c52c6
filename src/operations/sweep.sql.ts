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
      order by id limit ${CHUNK} for update skip locked))
      and status = 'planned'`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Marks accepted messages whose validity ended between two moments and that have no final receipt: none comes any more.
 * @returns how many
 */
export async function markWithoutReceipt(
  db: Kysely<Database>,
  validity: { readonly after: Date; readonly before: Date },
  now: Date,
): Promise<number> {
  const result = await sql`
    update message set reason = 'no_receipt', updated_at = ${now}
    where id = any(array(
      select id from message
      where valid_until >= ${validity.after} and valid_until < ${validity.before}
        and status = 'accepted' and reason is null
      order by id for update skip locked))`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
