import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/**
 * Notes that a booking system has taken replies. Nobody knows whether anybody reads them there: a person has to read
 * them here all the same, and sees that it has them. Those that staff are settling at this moment are not waited for.
 * @param sequences of the source's events that its endpoint has taken, of whatever type
 */
export async function noteTaken(
  db: Kysely<Database>,
  sourceId: string,
  sequences: readonly number[],
  now: Date,
): Promise<void> {
  if (sequences.length === 0) return;
  await sql`
    with free as materialized (
      select s.inbound_id, s.authority_id from inbound_authority s
      where (s.inbound_id, s.authority_id) in (
          select e.inbound_id, e.authority_id from event e
          where e.source_id = ${sourceId} and e.sequence = any(${sequences}::bigint[])
            and e.type = 'citizen.replied')
        and s.taken_at is null
      for update of s skip locked)
    update inbound_authority s set taken_at = ${now}
    from free f where s.inbound_id = f.inbound_id and s.authority_id = f.authority_id`.execute(db);
}
