import { sql } from 'kysely';
import { columnList } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/**
 * Receipts that were stored and acknowledged, and that a process left before it applied them: from before `before`, or,
 * by a clock that was wrong, from after `after`.
 */
export async function findUnapplied(
  db: Db,
  gateways: readonly string[],
  { before, after }: { readonly before: Date; readonly after: Date },
  limit: number,
): Promise<{ id: string; gateway: string; raw_ciphertext: Buffer; received_at: Date }[]> {
  return db
    .selectFrom('callback')
    .select(['id', 'gateway', 'raw_ciphertext', 'received_at'])
    .$narrowType<{ raw_ciphertext: Buffer }>()
    .where('applied_at', 'is', null)
    .where('kind', '=', 'receipt')
    .where('raw_ciphertext', 'is not', null)
    .where('gateway', 'in', gateways)
    .where(({ or, eb }) => or([eb('received_at', '<', before), eb('received_at', '>', after)]))
    .orderBy('received_at')
    .limit(limit)
    .execute();
}

/** A callback whose reports are applied, with what is noted of it. */
export interface AppliedCallback {
  readonly id: string;
  readonly note: string | null;
  /** True: the citizen was erased, and what the gateway posted is not kept. */
  readonly erased: boolean;
}

/** Marks callbacks as applied. */
export async function markApplied(db: Db, rows: readonly AppliedCallback[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`update callback c set applied_at = ${now}, note = x.note,
      raw_ciphertext = case when x.erased then null else c.raw_ciphertext end
    from ${unnest(
      rows.map(({ id, note, erased }) => ({ id, note, erased })),
      { id: 'uuid', note: 'text', erased: 'boolean' },
    )} where c.id = x.id`.execute(db);
}

/** A receipt as it is stored. */
export interface ReceiptRow {
  readonly id: string;
  readonly callbackId: string | null;
  readonly messageId: string;
  readonly state: 'accepted' | 'undelivered' | 'delivered' | 'unknown';
  readonly cause: string | null;
  readonly code: string | null;
  readonly at: Date | null;
  readonly gatewayMessageId: string | null;
  readonly segments: number | null;
}

/** A message that receipts speak of, for what follows from them. */
export interface ReceiptMessage {
  readonly id: string;
  readonly authorityId: string | null;
  readonly reminderId: string | null;
  /** null: the citizen was erased. */
  readonly phoneCiphertext: Buffer | null;
}

/** The subset of `ids` that are messages handed over through this gateway. */
export async function findMessages(db: Db, gateway: string, ids: readonly string[]): Promise<ReceiptMessage[]> {
  const { rows } = await sql<ReceiptMessage>`
    select id, authority_id as "authorityId", reminder_id as "reminderId", phone_ciphertext as "phoneCiphertext"
      from message where id = any(${ids}::uuid[]) and gateway = ${gateway}`.execute(db);
  return rows;
}

/** The subset of `ids` that are messages of this gateway without a final receipt. */
export async function findWaiting(db: Db, gateway: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from message where id = any(${ids}::uuid[]) and gateway = ${gateway}
      and status in ('handing_over', 'not_sent', 'uncertain', 'accepted')`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** The columns of a receipt, but for when it came. Beside them stands what only its message keeps. */
const RECEIPT_COLUMNS = columnList<'receipt', ReceiptRow>(
  {
    id: ['uuid', ({ id }) => id],
    message_id: ['uuid', ({ messageId }) => messageId],
    callback_id: ['uuid', ({ callbackId }) => callbackId],
    state: ['text', ({ state }) => state],
    cause: ['text', ({ cause }) => cause],
    code: ['text', ({ code }) => code],
    at: ['timestamptz', ({ at }) => at],
  },
  {
    gateway_message_id: ['text', ({ gatewayMessageId }) => gatewayMessageId],
    segments: ['smallint', ({ segments }) => segments],
  },
);

/**
 * Applies receipts: a state only moves forward (accepted, undelivered, delivered), whatever the order they come in.
 * A receipt may overtake the result of the call itself. One that is there proves that the message left, so that a try
 * that is still planned falls away.
 * @returns the ids of those messages whose citizen is erased, as they are once nobody can erase one any more
 */
export async function applyReceipts(db: Db, receipts: readonly ReceiptRow[], now: Date): Promise<ReadonlySet<string>> {
  if (receipts.length === 0) return new Set();
  const { names } = RECEIPT_COLUMNS;
  const given = RECEIPT_COLUMNS.unnest(receipts);
  const messages = await lockMessages(
    db,
    receipts.map(({ messageId }) => messageId),
  );
  // The receipts come behind the locks, since their foreign key locks the messages, too.
  await sql`
    insert into receipt (${names}, received_at) select ${names}, ${now} from ${given}`.execute(db);
  await sql`
    with best as (
      select distinct on (message_id) message_id, state, cause, code, at, gateway_message_id, segments,
        case state when 'delivered' then 3 when 'undelivered' then 2 else 1 end as rank
      from ${given} where state <> 'unknown'
      order by message_id, case state when 'delivered' then 3 when 'undelivered' then 2 else 1 end desc),
    open as (
      select m.id, m.status, m.reminder_id, m.language, m.department, r.status as reminder_status, r.due_day
      from best b join message m on m.id = b.message_id left join reminder r on r.id = m.reminder_id
      where b.rank > case m.status
        when 'delivered' then 3 when 'rejected' then 3 when 'undelivered' then 2 when 'accepted' then 1 else 0 end),
    moved as (
      update message m set status = b.state,
        reason = case when b.state = 'undelivered' then coalesce(b.cause, 'network') end,
        code = coalesce(b.code, m.code), gateway_message_id = coalesce(m.gateway_message_id, b.gateway_message_id),
        gateway_segments = coalesce(m.gateway_segments, b.segments), accepted_at = coalesce(m.accepted_at, ${now}),
        delivered_at = case when b.state = 'delivered' then coalesce(b.at, ${now}) else m.delivered_at end,
        -- The day that the message counts under. A message that counted as not sent gets one only if this receipt makes
        -- its reminder handed over; else the reminder counts as it ended, or by the message of another gateway.
        due_day = case when o.status <> 'not_sent' then m.due_day
          when o.reminder_status in ('planned', 'uncertain') then o.due_day end,
        updated_at = ${now}
      from best b, open o
      where m.id = b.message_id and o.id = m.id)
    update reminder r set status = 'handed_over', next_at = null, held_reason = null, reason = null, tries = 0,
      -- Statistics count reminder and message alike, by what was true at the hand-over.
      language = o.language, department = o.department, updated_at = ${now}
    from open o
    where r.id = o.reminder_id and o.status in ('handing_over', 'not_sent', 'uncertain')
      and (r.status in ('planned', 'uncertain') or (r.status = 'handed_over' and r.next_at is not null))`.execute(db);
  return new Set(messages.flatMap(({ id, erased }) => (erased ? [id] : [])));
}

/**
 * Locks messages behind their reminders: the order in which everybody locks. A message with an outcome needs no change
 * of its reminder; one without may be planned again, or be about to be.
 */
async function lockMessages(
  db: Db,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly erased: boolean }[]> {
  await sql`
    select r.id from reminder r where r.id = any(array(
      select m.reminder_id from message m
      where m.id = any(${ids}::uuid[]) and m.status in ('handing_over', 'not_sent', 'uncertain')))
    order by r.id for update`.execute(db);
  const { rows } = await sql<{ id: string; erased: boolean }>`
    select id, phone_ciphertext is null as erased from message where id = any(${ids}::uuid[])
    order by id for update`.execute(db);
  return rows;
}
