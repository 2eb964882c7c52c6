import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { isOfNumber } from '../store/opt-outs.ts';

/** An opt-out as it is stored, without the number's hash. */
export interface OptOutRow extends Omit<Selectable<Database['opt_out']>, 'phone_hash' | 'inbound_id'> {
  /** The authority that reads it has the number itself: on the opt-out, on an appointment or on a message. */
  readonly held: boolean;
}

/** Selection of opt-outs; filters are combined. */
export interface OptOutFilter {
  /** Only opt-outs with a lower id. */
  readonly before?: string | null | undefined;
  /** true: only those that were lifted; false: only those in force. */
  readonly lifted?: boolean | undefined;
  readonly id?: string | undefined;
  readonly phoneHash?: Buffer | undefined;
  /** Only the authority's own that were recorded from one moment up to another, as statistics count them. */
  readonly recorded?: { readonly from: Date; readonly until: Date } | undefined;
  /** null: no limit. */
  readonly limit: number | null;
}

/** The opt-outs of the authority and of the whole installation, lifted ones among them, newest first. */
export async function listOptOuts(db: Db, authorityId: string, filter: OptOutFilter): Promise<OptOutRow[]> {
  const { before, lifted, id, phoneHash, recorded, limit } = filter;
  const { rows } = await sql<OptOutRow>`
    select id, authority_id, phone_ciphertext, reason, recorded_by, recorded_at, lifted_at, lifted_by, lift_reason,
      authority_id is not null
        or exists (select from appointment a where a.phone_hash = o.phone_hash and a.authority_id = ${authorityId})
        or exists (select from message m where m.phone_hash = o.phone_hash and m.authority_id = ${authorityId}) as held
    from opt_out o
    where (authority_id = ${authorityId} ${recorded ? sql`` : sql`or authority_id is null`})
      ${recorded ? sql`and recorded_at >= ${recorded.from} and recorded_at < ${recorded.until}` : sql``}
      ${before ? sql`and id < ${before}` : sql``}
      ${lifted === undefined ? sql`` : sql`and (lifted_at is not null) = ${lifted}`}
      ${id === undefined ? sql`` : sql`and id = ${id}`}
      ${phoneHash === undefined ? sql`` : sql`and ${isOfNumber(phoneHash)}`}
    order by id desc limit ${limit}`.execute(db);
  return rows;
}
