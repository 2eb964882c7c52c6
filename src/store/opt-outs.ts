import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { batchesOfNumber, inBatchesOfNumber, type OfNumber } from './appointments-of-number.ts';
import { isToHandOver } from './reminders.ts';

/** A number as an authority knows it, by its keyed hash. */
export interface NumberOfAuthority {
  readonly authorityId: string;
  readonly phoneHash: Buffer;
}

/** The condition on the row `o` of opt_out for a live one of a number, of this authority or of the installation. */
export function isLiveFor(phoneHash: RawBuilder<unknown>, authorityId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(o.phone_hash = ${phoneHash} and o.lifted_at is null
    and coalesce(o.authority_id, '') in ('', ${authorityId}))`;
}

/** The subset of `numbers` with a live opt-out, of the authority or of the whole installation. */
export async function findOptedOut(db: Db, numbers: readonly NumberOfAuthority[]): Promise<NumberOfAuthority[]> {
  if (numbers.length === 0) return [];
  const { rows } = await sql<NumberOfAuthority>`
    select distinct x."authorityId", x."phoneHash" from ${unnest(numbers, { authorityId: 'text', phoneHash: 'bytea' })}
    join opt_out o on ${isLiveFor(sql`x."phoneHash"`, sql`x."authorityId"`)}`.execute(db);
  return rows;
}

interface OptOutInsert {
  readonly id: string;
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly phoneHash: Buffer;
  readonly phoneCiphertext: Buffer | null;
  readonly reason: string;
  readonly recordedBy: string;
  readonly inboundId: string | null;
}

/**
 * Inserts an opt-out, or keeps the live one of the number. One that staff recorded by a reply becomes that of the
 * citizen or the gateway who says so, too: taking back what staff decided must not lift it then.
 * @returns the live opt-out's id, and whether it is this one
 */
export async function insertOptOut(db: Db, optOut: OptOutInsert, now: Date): Promise<{ id: string; created: boolean }> {
  const { rows } = await sql<{ id: string }>`
    insert into opt_out (id, authority_id, phone_hash, phone_ciphertext, reason, recorded_by, inbound_id, recorded_at)
    values (${optOut.id}, ${optOut.authorityId}, ${optOut.phoneHash}, ${optOut.phoneCiphertext}, ${optOut.reason},
      ${optOut.recordedBy}, ${optOut.inboundId}, ${now})
    on conflict (phone_hash, coalesce(authority_id, '')) where lifted_at is null do update
      set reason = excluded.reason, recorded_by = excluded.recorded_by, inbound_id = excluded.inbound_id
      where opt_out.inbound_id is not null and opt_out.recorded_by <> 'citizen'
        and (excluded.recorded_by = 'citizen' or excluded.recorded_by like 'gateway:%')
    returning id`.execute(db);
  if (rows[0]) return { id: rows[0].id, created: rows[0].id === optOut.id };
  const live = await sql<{ id: string }>`
    select id from opt_out where phone_hash = ${optOut.phoneHash}
      and coalesce(authority_id, '') = ${optOut.authorityId ?? ''} and lifted_at is null`.execute(db);
  return { id: live.rows[0]?.id ?? optOut.id, created: false };
}

/**
 * Ends the reminders that are planned for a number and not handed over, where an opt-out holds in this statement: a
 * START may have planned anew what an earlier one had ended. One that was to be handed over again stays uncertain, and
 * its row changes, so that a start that waits for it sees that.
 * @param authorityId null: in the whole installation
 */
export async function suppressByNumber(
  db: Db,
  authorityId: string | null,
  phoneHash: Buffer,
  reason: string,
  now: Date,
): Promise<void> {
  const number = { phoneHash, authorityIds: authorityId === null ? null : [authorityId] };
  await inBatchesOfNumber(
    db,
    number,
    (ids) => sql`
    update reminder set status = case when status = 'planned' then 'suppressed' else status end,
      reason = case when status = 'planned' then ${reason} else reason end,
      next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = any(array(
      select id from reminder where appointment_id = any(${ids})
        and exists (select from opt_out o where ${isLiveFor(sql`${phoneHash}`, sql`reminder.authority_id`)})
        and ${isToHandOver()}
      order by id for update))
      and ${isToHandOver()}`,
  );
}

/**
 * Condition on an opt-out, in force or lifted, in the form that the indexes opt_out_live and opt_out_lifted serve
 * together: neither holds both.
 */
export function isOfNumber(phoneHash: Buffer): RawBuilder<unknown> {
  return sql`phone_hash = ${phoneHash} and (lifted_at is null or (lifted_at is not null and phone_hash <> ''))`;
}

/**
 * The columns that an erasure sets in an opt-out: of the number at most the hash stays, if the opt-out is in force, and
 * no reason that a person wrote, since it may say anything.
 */
export const FORGOTTEN_OPT_OUT = sql`phone_ciphertext = null,
  phone_hash = case when lifted_at is null then phone_hash else '' end,
  reason = case when recorded_by = 'citizen' or recorded_by like 'gateway:%' then reason else 'erased' end,
  lift_reason = case when lifted_by = 'citizen' then lift_reason end`;

/** Leaves the number's hash alone in an opt-out if its citizen was erased from the message that it came by. */
export async function forgetNumberOfErased(db: Db, id: string, messageId: string): Promise<void> {
  const { rows } = await sql`
    select from message where id = ${messageId} and phone_ciphertext is not null for share`.execute(db);
  if (rows.length === 0) await sql`update opt_out set ${FORGOTTEN_OPT_OUT} where id = ${id}`.execute(db);
}

/**
 * True where SMS were asked for again after this message was handed over: the citizen wrote START, or an opt-out was
 * lifted, but for one that staff took back. What a gateway says of the message is older than that.
 * @param number its authority is null: the whole installation
 */
export async function isOptedInSince(
  db: Db,
  { authorityId, phoneHash }: { readonly authorityId: string | null; readonly phoneHash: Buffer },
  messageId: string,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from message m where m.id = ${messageId} and (
      exists (select from opt_out o
        where o.phone_hash = ${phoneHash} and o.phone_hash <> '' and o.lifted_at > m.handed_over_at
          and o.lift_reason is distinct from 'undone' and coalesce(o.authority_id, '') in ('', ${authorityId ?? ''}))
      or exists (select from inbound_message i
        where i.phone_hash = ${phoneHash} and i.meaning = 'start'
          and coalesce(i.written_at, i.received_at) > m.handed_over_at
          and (${authorityId}::text is null or i.scope = 'installation' or exists (select from inbound_authority s
            where s.inbound_id = i.id and s.authority_id = ${authorityId}))))`.execute(db);
  return rows.length > 0;
}

/** An opt-out that holds. */
export interface LiveOptOut {
  readonly id: string;
  /** The reply that it was recorded by. */
  readonly inboundId: string | null;
  readonly authorityId: string | null;
  readonly phoneHash: Buffer;
}

const LIVE_OPT_OUT = sql`id, inbound_id as "inboundId", authority_id as "authorityId", phone_hash as "phoneHash"`;

/** The opt-out, locked, if it is live and the authority's own or the installation's; undefined otherwise. */
export async function lockLiveOptOut(db: Db, authorityId: string, id: string): Promise<LiveOptOut | undefined> {
  const { rows } = await sql<LiveOptOut>`
    select ${LIVE_OPT_OUT} from opt_out
    where id = ${id} and lifted_at is null and coalesce(authority_id, ${authorityId}) = ${authorityId}
      for update`.execute(db);
  return rows[0];
}

/**
 * Live opt-outs of a number, locked: those of the authorities and the one of the whole installation.
 * @param authorityIds null: of every authority
 */
export async function lockLiveOptOuts(
  db: Db,
  phoneHash: Buffer,
  authorityIds: readonly string[] | null,
): Promise<LiveOptOut[]> {
  const { rows } = await sql<LiveOptOut>`
    select ${LIVE_OPT_OUT} from opt_out
    where phone_hash = ${phoneHash} and lifted_at is null
      and (authority_id is null or ${authorityIds}::text[] is null or authority_id = any(${authorityIds}::text[]))
    order by id for update`.execute(db);
  return rows;
}

/** Marks opt-outs as lifted; the caller has locked them. */
export async function markLifted(
  db: Db,
  ids: readonly string[],
  liftedBy: string,
  reason: string | null,
  now: Date,
): Promise<void> {
  await sql`update opt_out set lifted_at = ${now}, lifted_by = ${liftedBy}, lift_reason = ${reason}
    where id = any(${ids}::uuid[])`.execute(db);
}

/** Appointments that are planned anew in one step: each is read with its reminders, and decided about. */
const PLANNED_AT_ONCE = 100;

/**
 * The number's appointments ahead with a reminder that was suppressed because it had opted out, a batch after another.
 * @param authorityIds null: of every authority
 */
export function batchesSuppressedByOptOut(
  db: Db,
  number: OfNumber,
  now: Date,
): AsyncGenerator<{ readonly authorityId: string; readonly appointmentId: string }[]> {
  const meant = sql`(coalesce(a.start_at > ${now}, true) and exists (select from reminder r
    where r.appointment_id = a.id and r.status = 'suppressed' and r.reason = 'opted_out'))`;
  return batchesOfNumber(db, number, meant, PLANNED_AT_ONCE);
}
