import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/** An opt-out as it is stored, without the number's hash. */
export type OptOutRow = Omit<Selectable<Database['opt_out']>, 'phone_hash' | 'inbound_id'>;

/** Which opt-outs to list; filters are combined. */
export interface OptOutFilter {
  /** Only opt-outs with a lower id. */
  readonly before?: string | null | undefined;
  readonly id?: string | undefined;
  readonly phoneHash?: Buffer | undefined;
  /** null: no limit. */
  readonly limit: number | null;
}

/** The opt-outs of the authority and of the whole installation, lifted ones among them, newest first. */
export async function listOptOuts(
  db: Kysely<Database>,
  authorityId: string,
  filter: OptOutFilter,
): Promise<OptOutRow[]> {
  const { before, id, phoneHash, limit } = filter;
  const { rows } = await sql<OptOutRow>`
    select id, authority_id, phone_ciphertext, reason, recorded_by, recorded_at, lifted_at, lifted_by, lift_reason
    from opt_out
    where (authority_id = ${authorityId} or authority_id is null)
      ${before ? sql`and id < ${before}` : sql``}
      ${id === undefined ? sql`` : sql`and id = ${id}`}
      ${phoneHash === undefined ? sql`` : sql`and phone_hash = ${phoneHash}`}
    order by id desc limit ${limit}`.execute(db);
  return rows;
}
