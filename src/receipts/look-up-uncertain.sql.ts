import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { MAX_TRIES } from '../domain/reminder.ts';

/** A message whose outcome a gateway is asked for. */
export interface UncertainMessage {
  readonly id: string;
  readonly gatewayMessageId: string | null;
}

/** The uncertain messages that a look-up is about. */
export interface LookUpLimits {
  readonly now: Date;
  /** Messages that became uncertain later are left out. */
  readonly uncertainBefore: Date;
  /**
   * Moments after this were written by a wrong clock. Of messages that became uncertain at one of them, those count
   * that were handed over before `handedOverBefore`.
   */
  readonly farAhead: Date;
  readonly handedOverBefore: Date;
  /** A gateway can't know much of what was valid until before that. */
  readonly validAfter: Date;
  readonly limit: number;
}

/**
 * Messages of reminders whose outcome is unknown and that their gateway may be asked about now. The longest waiting
 * first.
 */
export async function findToLookUp(db: Db, gateway: string, limits: LookUpLimits): Promise<UncertainMessage[]> {
  const { now, uncertainBefore, handedOverBefore, farAhead, validAfter, limit } = limits;
  const { rows } = await sql<UncertainMessage>`
    select m.id, m.gateway_message_id as "gatewayMessageId"
    from uncertain_message u join message m on m.id = u.message_id join reminder r on r.id = m.reminder_id
    where u.gateway = ${gateway} and r.next_at is null
      and (u.since <= ${uncertainBefore} or u.since > ${farAhead} and m.handed_over_at <= ${handedOverBefore})
      and (coalesce(m.next_at, ${now}) <= ${now} or m.next_at > ${farAhead}) and m.valid_until > ${validAfter}
    order by coalesce(m.next_at, u.since) limit ${limit}`.execute(db);
  return rows;
}

/** Notes that the gateway was asked about them, and has it asked again at `next`, if they are still uncertain. */
export async function lookUpAgain(
  db: Db,
  ids: readonly string[],
  { asked, next }: { readonly asked: Date; readonly next: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await sql`update message set asked_at = ${asked}, next_at = ${next} where id = any(array(
    select id from message where id = any(${ids}::uuid[]) and status = 'uncertain' order by id for update))`.execute(
    db,
  );
}

/**
 * Plans reminders once more, under the same reference, whose message the gateway is sure never to have taken. Once
 * only: one whose second outcome is unknown too stays uncertain, as does one that was being prepared when three
 * processes ended. The start checks everything else again.
 * @returns how many
 */
export async function freeNotFound(db: Db, messageIds: readonly string[], now: Date): Promise<number> {
  if (messageIds.length === 0) return 0;
  const result = await sql`
    update reminder set next_at = ${now}, updated_at = ${now}
    where id = any(array(
        select r.id from reminder r join message m on m.reminder_id = r.id
        where m.id = any(${messageIds}::uuid[]) and m.status = 'uncertain'
          and r.status = 'handed_over' and r.next_at is null
          -- Messages that may have been sent in the time that a restored backup lost are never sent again.
          and r.reason is distinct from 'database_restored'
          and r.tries < ${MAX_TRIES}
          and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2
        order by r.id for update of r))
      and status = 'handed_over' and next_at is null and expires_at > ${now}`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
