import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { UNDO_WITHIN_MS } from '../domain/replies/settle.ts';

/**
 * Removes an authority's links to citizens' replies past its retention; a reply goes when no authority has one. One
 * about an appointment ahead stays until that has begun, whenever it was received, and so does one that holds a number
 * which has an appointment ahead: what it holds would go after all, if it were planned anew.
 */
export async function purgeInboundOfAuthority(
  db: Kysely<Database>,
  authorityId: string,
  before: Date,
  now: Date,
): Promise<void> {
  // past: materialized, so that the appointments of replies within their retention are never looked for.
  const past = sql`past as materialized (
      select ia.inbound_id, ia.phone_hash, ia.holds and ${isOpenOrUndoable(now)} as holds
      from inbound_message i join inbound_authority ia on ia.inbound_id = i.id
      where ia.authority_id = ${authorityId} and i.received_at < ${before}),
    gone as (
      select p.inbound_id from past p
      where not exists (
          select from inbound_appointment h join appointment a on a.id = h.appointment_id
          where h.inbound_id = p.inbound_id and h.authority_id = ${authorityId} and a.start_at > ${now})
        and not (p.holds and exists (
          select from appointment a
          where a.phone_hash = p.phone_hash and a.authority_id = ${authorityId} and a.start_at > ${now})))`;
  await sql`
    with ${past}
    delete from inbound_appointment h using gone
    where h.inbound_id = gone.inbound_id and h.authority_id = ${authorityId}`.execute(db);
  await sql`
    with ${past}
    delete from inbound_authority ia using gone
    where ia.inbound_id = gone.inbound_id and ia.authority_id = ${authorityId}`.execute(db);
}

/** The condition that a link (`ia`) is not settled, or was so lately that staff may undo it. */
function isOpenOrUndoable(now: Date): RawBuilder<unknown> {
  return sql`(ia.settled_at is null or ia.settled_at > ${new Date(now.getTime() - UNDO_WITHIN_MS)})`;
}

/** Deletes citizens' replies that no authority is linked to any more. @returns how many, `limit` at most */
export async function purgeInbound(db: Kysely<Database>, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from inbound_message where id = any(array(
      select i.id from inbound_message i where i.received_at < ${before}
        and not exists (select from inbound_authority ia where ia.inbound_id = i.id) limit ${limit}))`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
