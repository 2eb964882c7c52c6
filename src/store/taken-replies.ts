import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { isOpenReply } from './open-replies.ts';

/**
 * Notes that a booking system has taken replies that nobody understood: no person has to read them here. What may be
 * about several appointments, and what holds or cancels, stays with people, and so does what staff have taken up again,
 * or are settling at this moment: they are not waited for.
 * @param sequences of the source's events that its endpoint has taken, of whatever type
 */
export async function markTaken(db: Kysely<Database>, sourceId: string, sequences: readonly number[]): Promise<void> {
  if (sequences.length === 0) return;
  await sql`
    with free as materialized (
      select s.inbound_id, s.authority_id from inbound_authority s
      where (s.inbound_id, s.authority_id) in (
          select e.inbound_id, e.authority_id from event e
          where e.source_id = ${sourceId} and e.sequence = any(${sequences}::bigint[])
            and e.type = 'citizen.replied' and e.reason = 'other')
        and ${isOpenReply('s')} and s.undone_at is null
        and (select count(*) from inbound_appointment h
          where h.inbound_id = s.inbound_id and h.authority_id = s.authority_id) < 2
      for update of s skip locked)
    update inbound_authority s set needs_person = false
    from free f where s.inbound_id = f.inbound_id and s.authority_id = f.authority_id`.execute(db);
}
