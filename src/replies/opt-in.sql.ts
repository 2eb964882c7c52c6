import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { CLOCKS_APART_MS } from '../runtime/deps.ts';

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

/** True while what is planned for the number is held by a reply that says that it is wrong, or tells of a death. */
export async function isHeldAsWrong(db: Kysely<Database>, { phoneHash, authorityIds }: NumberOf): Promise<boolean> {
  const { rows } = await sql`
    select 1 from inbound_authority s join inbound_message i on i.id = s.inbound_id
      and i.meaning in ('wrong_number', 'deceased')
    where s.phone_hash = ${phoneHash} and s.authority_id = any(${authorityIds}::text[]) and s.holds
      and s.settled_at is null limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * True for a START that was written before what it would undo: before the STOP of one of these opt-outs, by the
 * supplier's clock where it says, before staff or a gateway recorded one, or before an open reply that may mean STOP.
 * Suppliers' clocks may be as far apart as ours.
 * @param optOutIds live ones, locked
 */
export async function isOvertaken(
  db: Kysely<Database>,
  { phoneHash, authorityIds }: NumberOf,
  optOutIds: readonly string[],
  written: Date,
): Promise<boolean> {
  const after = new Date(written.getTime() + CLOCKS_APART_MS);
  // A STOP that came while the opt-out held already is the citizen's word as well.
  const lastStop = sql`(
    select max(coalesce(i.written_at, i.received_at)) from inbound_message i
    where i.phone_hash = o.phone_hash and i.meaning = 'stop' and (o.authority_id is null
      or exists (select from inbound_authority s where s.inbound_id = i.id and s.authority_id = o.authority_id)))`;
  const { rows } = await sql`
    select 1 from opt_out o
    where o.id = any(${optOutIds}::uuid[]) and coalesce(
      greatest(case when o.recorded_by <> 'citizen' then o.recorded_at end, ${lastStop}), o.recorded_at) > ${after}
    union all
    select 1 from inbound_authority s join inbound_message i on i.id = s.inbound_id and i.meaning = 'maybe_stop'
    where s.phone_hash = ${phoneHash} and s.authority_id = any(${authorityIds}::text[]) and s.holds
      and s.settled_at is null and coalesce(i.written_at, i.received_at) > ${after}
    limit 1`.execute(db);
  return rows.length > 0;
}
