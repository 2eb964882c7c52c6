import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/** A number in some authorities. */
export interface NumberOf {
  readonly phoneHash: Buffer;
  readonly authorityIds: readonly string[];
}

/**
 * Settles the replies from the number that may have meant STOP: the citizen has written START since. Nobody can take
 * that back but the citizen.
 * @returns the authorities in which a reply was settled
 */
export async function settleByStart(
  db: Kysely<Database>,
  { phoneHash, authorityIds }: NumberOf,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ authority_id: string }>`
    update inbound_authority s set settled_at = ${now}, settled_by = 'citizen'
    from inbound_message i
    where s.inbound_id = i.id and i.meaning = 'maybe_stop' and s.phone_hash = ${phoneHash}
      and s.authority_id = any(${authorityIds}::text[]) and s.holds and s.settled_at is null
    returning s.authority_id`.execute(db);
  return [...new Set(rows.map(({ authority_id: id }) => id))];
}

/** True while a reply that says that the number is not the patient's holds what is planned for it. */
export async function isHeldAsWrong(db: Kysely<Database>, { phoneHash, authorityIds }: NumberOf): Promise<boolean> {
  const { rows } = await sql`
    select 1 from inbound_authority s join inbound_message i on i.id = s.inbound_id and i.meaning = 'wrong_number'
    where s.phone_hash = ${phoneHash} and s.authority_id = any(${authorityIds}::text[]) and s.holds
      and s.settled_at is null limit 1`.execute(db);
  return rows.length > 0;
}
