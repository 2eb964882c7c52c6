import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { appointmentsOfNumber } from '../store/opt-outs.ts';

/** A person's decision about a reply. */
export type SettleAction = 'opt_out' | 'wrong_number' | 'ignore';

/** A reply of a citizen, with its state in one authority. */
export interface InboundRow {
  readonly id: string;
  readonly gateway: string;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer;
  readonly recipient_ciphertext: Buffer | null;
  readonly text_ciphertext: Buffer | null;
  readonly meaning: 'stop' | 'start' | 'help' | 'maybe_stop' | 'wrong_number' | 'other';
  readonly scope: 'authority' | 'installation';
  readonly received_at: Date;
  readonly needs_person: boolean;
  readonly holds: boolean;
  readonly settled_at: Date | null;
  readonly settled_by: string | null;
  readonly action: SettleAction | null;
}

/** Which replies to list; filters are combined. */
export interface InboundFilter {
  /** true: only replies that a person must still read; false: only the others. */
  readonly needsPerson?: boolean | undefined;
  readonly phoneHash?: Buffer | undefined;
  /** For the installation's administrator only. */
  readonly unowned?: boolean | undefined;
  readonly id?: string | undefined;
  /** Only replies with a lower id. */
  readonly before?: string | null | undefined;
  /** null: no limit. */
  readonly limit: number | null;
}

/** Replies of the authority, newest first; with `unowned` also those that concern no authority. */
export async function listInbound(
  db: Kysely<Database>,
  authorityId: string,
  filter: InboundFilter,
): Promise<InboundRow[]> {
  const { needsPerson, phoneHash, unowned, id, before, limit } = filter;
  const { rows } = await sql<InboundRow>`
    select i.id, i.gateway, i.phone_ciphertext, i.phone_hash, i.recipient_ciphertext, i.text_ciphertext, i.meaning,
      i.scope, i.received_at, coalesce(a.needs_person, false) as needs_person, coalesce(a.holds, false) as holds,
      a.settled_at, a.settled_by, a.action
    from inbound_message i left join inbound_authority a on a.inbound_id = i.id and a.authority_id = ${authorityId}
    where (a.authority_id is not null ${unowned ? OR_OF_NOBODY : sql``})
      ${phoneHash === undefined ? sql`` : sql`and i.phone_hash = ${phoneHash}`}
      ${needsPerson === undefined ? sql`` : sql`and (a.needs_person and a.settled_at is null) = ${needsPerson}`}
      ${id === undefined ? sql`` : sql`and i.id = ${id}`}
      ${before ? sql`and i.id < ${before}` : sql``}
    order by i.id desc limit ${limit}`.execute(db);
  return rows;
}

const OR_OF_NOBODY = sql`or not exists (select from inbound_authority o where o.inbound_id = i.id)`;

/** Counts the replies that a person must still read, by authority; an authority without any is missing. */
export async function countOpenReplies(db: Kysely<Database>): Promise<Map<string, number>> {
  const { rows } = await sql<{ authority_id: string; count: string }>`
    select authority_id, count(*) as count from inbound_authority
    where needs_person and settled_at is null group by authority_id`.execute(db);
  return new Map(rows.map((row) => [row.authority_id, Number(row.count)]));
}

/** Marks a reply as settled. @returns false when it is settled already, needs no person, or is unknown */
export async function markSettled(
  db: Kysely<Database>,
  authorityId: string,
  id: string,
  settled: { readonly by: string; readonly action: SettleAction },
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    update inbound_authority set settled_at = ${now}, settled_by = ${settled.by}, action = ${settled.action}
    where authority_id = ${authorityId} and inbound_id = ${id} and needs_person and settled_at is null
    returning inbound_id`.execute(db);
  return rows.length > 0;
}

/** Makes the number's held reminders due again, unless another reply holds them. The reply itself is settled before. */
export async function releaseHeldReminders(
  db: Kysely<Database>,
  authorityId: string,
  phoneHash: Buffer,
  now: Date,
): Promise<void> {
  await sql`
    update reminder set held_reason = null, next_at = due_at, updated_at = ${now}
    where id = any(array(
        select id from reminder
        where appointment_id in (${appointmentsOfNumber(phoneHash, [authorityId])}) and status = 'planned'
          and held_reason = 'reply_needs_a_person' order by id for update))
      and status = 'planned' and held_reason = 'reply_needs_a_person'
      and not exists (select from inbound_authority h
        where h.authority_id = ${authorityId} and h.phone_hash = ${phoneHash} and h.holds
          and h.settled_at is null)`.execute(db);
}
