import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { AppointmentOfReply } from '../../store/replies.ts';
import { isOpenReply } from '../../store/replies.ts';

/** A reply of a citizen, with its state in one authority. */
export interface InboundRow {
  readonly id: string;
  readonly gateway: string;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer;
  readonly recipient_ciphertext: Buffer | null;
  readonly text_ciphertext: Buffer | null;
  readonly meaning: Meaning;
  readonly scope: 'authority' | 'installation';
  readonly received_at: Date;
  readonly needs_person: boolean;
  /** It holds the planned reminders of its number, or of an appointment. */
  readonly holds: boolean;
  readonly settled_at: Date | null;
  readonly settled_by: string | null;
  readonly action: SettleAction | null;
  /** True while what settling it changed is kept, so that it can be undone. */
  readonly has_effects: boolean;
  readonly undone_at: Date | null;
  /** The SMS that it answers; null where there is none, or no more. */
  readonly answered_ciphertext: Buffer | null;
  /** As `messageRow` has it. */
  readonly answered_row: string | null;
  readonly answered_at: Date | null;
  /** When the booking system took the event that tells of it; null: it did not. */
  readonly taken_at: Date | null;
  readonly rank: Rank;
  /** The SMS of staff to it that went, or are about to go, the oldest first; null: none. */
  readonly answers: readonly WrittenAnswer[] | null;
}

/** An SMS that staff wrote because of a reply, as JSON has it. */
export interface WrittenAnswer {
  readonly id: string;
  readonly gateway: string;
  /** The ciphertext in hexadecimal digits; null once it is erased. */
  readonly text: string | null;
  readonly at: string;
  readonly by: string;
}

/**
 * Place of a reply among those for a person. 2: it tells of a death. 1: it holds reminders, cancels or takes a
 * cancellation back.
 */
export type Rank = 0 | 1 | 2;

/** An appointment that a reply may be about. */
export interface InboundAppointmentRow extends AppointmentOfReply {
  readonly slot: number;
  readonly subject: boolean;
  readonly holds: boolean;
}

/** A place in a list of replies. */
export interface InboundPlace {
  readonly rank: Rank;
  readonly id: string;
  /** The list goes on with this reply; left out: behind it. */
  readonly including?: boolean;
}

/** Selection of replies; filters are combined. */
export interface InboundFilter {
  /** true: only replies that a person must still read, the urgent ones first; false: only the others. */
  readonly needsPerson?: boolean | undefined;
  /** true: only those that were settled; false: only the others. */
  readonly settled?: boolean | undefined;
  readonly meaning?: Meaning | undefined;
  readonly phoneHash?: Buffer | undefined;
  /** For the installation's administrator only. */
  readonly unowned?: boolean | undefined;
  readonly id?: string | undefined;
  /** Only these. */
  readonly ids?: readonly string[] | undefined;
  /** Only replies of whose appointments all are of these departments; null: all, also those about no appointment. */
  readonly departments?: readonly string[] | null | undefined;
  /** Only replies from this place on. */
  readonly before?: InboundPlace | null | undefined;
  /**
   * The last reply to look at, by `findLastLookedAt`: the authority's list is walked that far; null: to its end. Not
   * for the urgent ones first, and not with `unowned`; undefined: the other filters find the replies.
   */
  readonly last?: string | null | undefined;
  /** null: no limit. */
  readonly limit: number | null;
}

/** The most replies that are read to fill one page that a filter thins out. */
const MOST_LOOKED_AT = 2_000;

/**
 * Finds where a page of the authority's replies, newest first, stops looking: there may be thousands between two that
 * are asked for.
 * @returns the last reply to look at; null: no more than that are left
 */
export async function findLastLookedAt(
  db: Db,
  authorityId: string,
  before: InboundPlace | null | undefined,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select inbound_id as id from inbound_authority
    where authority_id = ${authorityId} ${before ? sql`and inbound_id < ${before.id}::uuid` : sql``}
    order by inbound_id desc offset ${MOST_LOOKED_AT - 1} limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** A confirmation is for a person where the citizen has cancelled that appointment before. */
const TAKES_BACK = sql`(i.meaning = 'confirm' and a.needs_person and exists (
  select from inbound_appointment now_said
  join inbound_appointment before on before.appointment_id = now_said.appointment_id and before.inbound_id < i.id
  join inbound_message c on c.id = before.inbound_id and c.meaning = 'cancel'
  where now_said.inbound_id = i.id and now_said.authority_id = a.authority_id))`;
/**
 * A reply comes first among those for a person while it holds reminders, of the whole number (`a.holds`) or of an
 * appointment (`p.holds`), and where it cancels or takes a cancellation back: somebody may come in vain, or a slot stay
 * empty. It is null for a reply of no authority that is none of these.
 */
const URGENT = sql`(a.holds or coalesce(p.holds, false) or i.meaning = 'cancel' or ${TAKES_BACK})`;
const RANK = sql`case when a.holds and i.meaning = 'deceased' then 2 when ${URGENT} then 1 else 0 end`;
const OPEN = isOpenReply('a');

/** Replies of the authority, newest first; with `unowned` also those that concern no authority. */
export async function listInbound(db: Db, authorityId: string, filter: InboundFilter): Promise<InboundRow[]> {
  const { needsPerson, settled, meaning, phoneHash, id, ids, before, last, limit, departments } = filter;
  const rank = needsPerson ? sql`${RANK},` : sql``;
  const { from, of, key } = sourceOf(authorityId, filter);
  const place = before && (needsPerson ? sql`${before.rank}::int, ${before.id}::uuid` : sql`${before.id}::uuid`);
  const { rows } = await sql<InboundRow>`
    select i.id, i.gateway, i.phone_ciphertext, i.phone_hash, i.recipient_ciphertext, i.text_ciphertext, i.meaning,
      i.scope, i.received_at, coalesce(a.needs_person, false) as needs_person,
      coalesce(a.holds, false) or coalesce(p.holds, false) as holds, a.settled_at, a.settled_by, a.action,
      a.effects is not null as has_effects, a.undone_at, m.text_ciphertext as answered_ciphertext,
      coalesce(m.reminder_id || ' ' || m.gateway, m.id::text) as answered_row, m.handed_over_at as answered_at,
      a.taken_at, ${RANK} as rank, (
        select json_agg(json_build_object('id', w.id, 'gateway', w.gateway, 'by', s.written_by,
          'text', encode(w.text_ciphertext, 'hex'), 'at', coalesce(w.handed_over_at, w.created_at)) order by w.id)
        from message w join staff_answer s on s.message_id = w.id
        where w.inbound_id = i.id and w.authority_id = ${authorityId}
          and w.status not in ('not_sent', 'rejected')) as answers
    from ${from} left join lateral (
      select * from message x where x.id = a.answered_message_id and x.authority_id = ${authorityId} offset 0) m on true
    left join lateral (
      select true as holds from inbound_appointment h
      where h.inbound_id = i.id and h.authority_id = ${authorityId} and h.holds limit 1) p on true
    where ${of} ${last ? sql`and a.inbound_id >= ${last}::uuid` : sql``}
      ${phoneHash === undefined ? sql`` : sql`and i.phone_hash = ${phoneHash}`}
      ${needsPerson === undefined ? sql`` : sql`and ${needsPerson ? OPEN : sql`not ${OPEN}`}`}
      ${settled === undefined ? sql`` : sql`and (a.settled_at is not null) = ${settled}`}
      ${meaning === undefined ? sql`` : sql`and i.meaning = ${meaning}`}
      ${id === undefined ? sql`` : sql`and i.id = ${id}`}
      ${ids === undefined ? sql`` : sql`and i.id = any(${ids}::uuid[])`}
      ${departments ? sql`and ${isOfDepartments(sql`i.id`, sql`${authorityId}`, sql`${departments}::text[]`)}` : sql``}
      ${place ? sql`and (${rank} ${key}) ${before?.including ? sql`<=` : sql`<`} (${place})` : sql``}
    order by (${rank} ${key}) desc limit ${limit}`.execute(db);
  return rows;
}

/** The tables of a list, the condition that a reply is in it, and the id that orders it. */
function sourceOf(
  authorityId: string,
  { last, needsPerson, unowned }: InboundFilter,
): Record<'from' | 'of' | 'key', RawBuilder<unknown>> {
  if (last !== undefined || (needsPerson && !unowned)) {
    // `offset 0` makes the planner read the replies by their ids, one by one, as in the look-up of the SMS that a reply
    // answers: with a plain join it could read all that there are.
    return {
      from: sql`inbound_authority a
        cross join lateral (select * from inbound_message x where x.id = a.inbound_id offset 0) i`,
      of: sql`a.authority_id = ${authorityId}`,
      key: sql`a.inbound_id`,
    };
  }
  return {
    from: sql`inbound_message i
      left join inbound_authority a on a.inbound_id = i.id and a.authority_id = ${authorityId}`,
    of: sql`(a.authority_id is not null ${unowned ? OR_OF_NOBODY : sql``})`,
    key: sql`i.id`,
  };
}

/**
 * Condition on a reply in an authority: one that may be about another department is for those who see both.
 * @param departments a `text[]`
 */
export function isOfDepartments(
  inboundId: RawBuilder<unknown>,
  authorityId: RawBuilder<unknown>,
  departments: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`coalesce((
    select bool_and(coalesce(x.department = any(${departments}), false))
    from inbound_appointment h join appointment x on x.id = h.appointment_id and x.authority_id = h.authority_id
    where h.inbound_id = ${inboundId} and h.authority_id = ${authorityId}), false)`;
}

const OR_OF_NOBODY = sql`or not exists (select from inbound_authority o where o.inbound_id = i.id)`;

/** The authority's appointments that these replies may be about, the earliest start first. */
export async function listInboundAppointments(
  db: Db,
  authorityId: string,
  inboundIds: readonly string[],
): Promise<InboundAppointmentRow[]> {
  if (inboundIds.length === 0) return [];
  const { rows } = await sql<InboundAppointmentRow>`
    select h.inbound_id, h.appointment_id, a.source_id, a.reference, a.start_at, a.department, h.slot, h.subject,
      h.holds
    from inbound_appointment h join appointment a on a.id = h.appointment_id and a.authority_id = h.authority_id
    where h.authority_id = ${authorityId} and h.inbound_id = any(${inboundIds}::uuid[])
    order by a.start_at, a.source_id, a.reference`.execute(db);
  return rows;
}
