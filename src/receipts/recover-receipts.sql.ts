import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';

/** A message whose end the supplier is asked about. */
export interface OpenRow {
  readonly id: string;
  readonly reminderId: string;
  readonly authorityId: string;
  readonly gateway: string;
  readonly gatewayMessageId: string | null;
  readonly phoneHash: Buffer;
  readonly phoneCiphertext: Buffer;
  readonly textCiphertext: Buffer;
  readonly uncertain: boolean;
  readonly handedOverAt: Date;
}

/** Choice of the messages that are asked about now. */
export interface OpenLimits {
  readonly now: Date;
  /** The first and the last id, which tell the time, of accepted messages. */
  readonly fromId: string;
  readonly untilId: string;
  readonly uncertainBefore: Date;
  readonly handedOverAfter: Date;
  readonly limit: number;
}

/**
 * Finds messages of a gateway without a final receipt: uncertain ones, and accepted ones by the time that their ids
 * tell, since no index tells which they are. The oldest first, of those that are due to be asked about.
 */
export async function findOpen(db: Db, gateway: string, limits: OpenLimits): Promise<OpenRow[]> {
  const { now, fromId, untilId, uncertainBefore, handedOverAfter, limit } = limits;
  const columns = sql`m.id, m.reminder_id as "reminderId", m.authority_id as "authorityId", m.gateway,
    m.gateway_message_id as "gatewayMessageId", m.phone_hash as "phoneHash", m.phone_ciphertext as "phoneCiphertext",
    m.text_ciphertext as "textCiphertext", m.status = 'uncertain' as uncertain, m.handed_over_at as "handedOverAt"`;
  const open = sql`m.reminder_id is not null and m.gateway = ${gateway} and m.phone_ciphertext is not null
    and m.text_ciphertext is not null and m.handed_over_at > ${handedOverAfter}
    and (m.next_at is null or m.next_at <= ${now})`;
  const { rows } = await sql<OpenRow>`
    (select ${columns} from uncertain_message u join message m on m.id = u.message_id
      where u.gateway = ${gateway} and u.since <= ${uncertainBefore} and ${open}
      order by coalesce(m.next_at, u.since) limit ${limit})
    union all
    (select ${columns} from message m
      where m.id >= ${fromId} and m.id < ${untilId} and m.status = 'accepted' and m.gateway_message_id is not null
        and ${open}
      order by m.id limit ${limit})
    limit ${limit}`.execute(db);
  return rows;
}

/** Has the supplier asked about the open ones again once as much time has passed as since their hand-over. */
export async function askAgain(db: Db, ids: readonly string[], now: Date): Promise<void> {
  await sql`update message set asked_at = ${now},
      next_at = ${now}::timestamptz + (${now}::timestamptz - handed_over_at)
    where id = any(array(
      select id from message where id = any(${ids}::uuid[]) and status in ('accepted', 'uncertain')
      order by id for update))`.execute(db);
}

/** Has the supplier asked about the open ones among these at `at`. */
export async function askAt(db: Db, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql`update message set next_at = ${at}
    where id = any(array(
      select id from message where id = any(${ids}::uuid[]) and status in ('accepted', 'uncertain')
      order by id for update))`.execute(db);
}

/**
 * Puts off the repeats by policy of uncertain messages whose supplier could not be asked yet: of these, and of those
 * that wait for their turn. Not beyond `lastMs` before the deadline of the reminder.
 */
export async function putOffRepeats(
  db: Db,
  gateway: string,
  ids: readonly string[],
  { now, until, lastMs }: { readonly now: Date; readonly until: Date; readonly lastMs: number },
): Promise<void> {
  const latest = sql`least(${until}::timestamptz, r.expires_at - ${lastMs} * interval '1 millisecond')`;
  await sql`
    update reminder r set next_at = ${latest}
    where r.id = any(array(
        select r.id
        from uncertain_message u join message m on m.id = u.message_id join reminder r on r.id = m.reminder_id
        where u.gateway = ${gateway} and m.status = 'uncertain'
          and (m.next_at is null or m.next_at <= ${now} or m.id = any(${ids}::uuid[]))
          and r.status = 'handed_over' and r.next_at < ${latest}
        order by r.id for update of r))
      and r.status = 'handed_over' and r.next_at < ${latest}`.execute(db);
}

/** Finds those of the supplier's ids that are of another message to the number than the one they were found for. */
export async function findTaken(
  db: Db,
  found: readonly { readonly id: string; readonly phoneHash: Buffer; readonly gatewayMessageId: string }[],
): Promise<Set<string>> {
  if (found.length === 0) return new Set();
  const { rows } = await sql<{ id: string; gateway_message_id: string }>`
    select id, gateway_message_id from message
    where phone_hash = any(${found.map(({ phoneHash }) => phoneHash)}::bytea[])
      and gateway_message_id = any(${found.map(({ gatewayMessageId }) => gatewayMessageId)}::text[])`.execute(db);
  const ownerOf = new Map(rows.map((row) => [row.gateway_message_id, row.id]));
  const taken = found.filter(({ id, gatewayMessageId }) => (ownerOf.get(gatewayMessageId) ?? id) !== id);
  return new Set(taken.map(({ gatewayMessageId }) => gatewayMessageId));
}
