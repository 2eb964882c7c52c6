import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { ReminderStatus } from '../domain/reminder.ts';

/** What a call came to. */
export interface SettleRow {
  readonly reminder_id: string;
  readonly batch_id: string;
  readonly message_id: string;
  /** Which try this is the outcome of. */
  readonly attempts: number;
  readonly status: Extract<ReminderStatus, 'planned' | 'accepted' | 'rejected' | 'uncertain' | 'expired'>;
  readonly reason: string | null;
  readonly next_at: Date | null;
  readonly message_status: 'accepted' | 'rejected' | 'not_sent' | 'uncertain';
  readonly message_reason: string | null;
  readonly code: string | null;
  readonly gateway_message_id: string | null;
  readonly gateway_segments: number | null;
}

/**
 * Records outcomes in bulk. A reminder that its receipt overtook, or that a sweep took from a process that stood still,
 * is left as it is; only a sure "accepted" of the last try may still clear up an uncertain one, also one that is
 * claimed to be sent again.
 *
 * What that hangs on is read once, under the lock, and the update then goes by ids alone: asked again with the status,
 * the planner would go through the index of all that is claimed, where everything claimed and settled in the last
 * minutes still stands.
 */
export async function settle(db: Kysely<Database>, rows: readonly SettleRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    with locked as (
      select x.*,
        (r.status = 'claimed' and r.batch_id = x.batch_id and r.started_at is not null) as holds,
        (x.status = 'accepted' and (r.status = 'uncertain' or (r.status = 'claimed' and r.resend and r.started_at is null))) as clears_up
      from ${unnest(rows, {
        reminder_id: 'uuid',
        batch_id: 'uuid',
        message_id: 'uuid',
        attempts: 'int',
        status: 'text',
        reason: 'text',
        next_at: 'timestamptz',
        message_status: 'text',
        message_reason: 'text',
        code: 'text',
        gateway_message_id: 'text',
        gateway_segments: 'smallint',
      })}
      join reminder r on r.id = x.reminder_id order by r.id for update of r),
    settled as (
      update reminder r set status = l.status, reason = l.reason, next_at = l.next_at,
        started_at = case when l.status = 'planned' then null else coalesce(r.started_at, ${now}) end,
        batch_id = case when l.status = 'uncertain' then r.batch_id end, claims = 0, resend = false, updated_at = ${now}
      from locked l
      where r.id = l.reminder_id
        and (l.holds or (l.clears_up and exists (select from message m where m.id = l.message_id and m.attempts = l.attempts)))
      returning r.id)
    update message m set
      status = case when m.status = 'handing_over' or (m.status = 'uncertain' and l.message_status = 'accepted') then l.message_status else m.status end,
      reason = case when m.status = 'handing_over' or (m.status = 'uncertain' and l.message_status = 'accepted') then l.message_reason else m.reason end,
      code = coalesce(l.code, m.code), gateway_message_id = coalesce(l.gateway_message_id, m.gateway_message_id),
      gateway_segments = coalesce(l.gateway_segments, m.gateway_segments),
      accepted_at = case when l.message_status = 'accepted' then coalesce(m.accepted_at, ${now}) else m.accepted_at end, updated_at = ${now}
    from locked l where m.id = l.message_id and m.attempts = l.attempts`.execute(db);
}

/** Ends every lease: whoever held one is known to be gone. The next sweep settles what it had in hand. */
export async function endLeases(db: Kysely<Database>, now: Date): Promise<void> {
  await sql`update batch set lease_until = ${now} where lease_until > ${now}`.execute(db);
}
