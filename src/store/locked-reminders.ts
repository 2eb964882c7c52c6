import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import { type MessageStatus, type Reminder, shownStatus } from '../domain/reminder.ts';

/** A reminder with the appointment that it belongs to. */
export interface StoredReminder extends Reminder {
  readonly appointmentId: string;
}

/**
 * The reminders of these appointments that may matter, locked in one order for everybody: those of the present slot,
 * and of earlier ones what is planned, was handed over or may have left. One that moves a thousand times leaves
 * thousands of others.
 */
export async function lockReminders(
  db: Kysely<Database>,
  appointmentIds: readonly string[],
): Promise<StoredReminder[]> {
  if (appointmentIds.length === 0) return [];
  const { rows } = await sql<LockedReminder>`
    select r.id, r.appointment_id, r.rule, r.template, r.language, r.slot, r.status, r.reason, r.due_at, r.expires_at
    from reminder r join appointment a on a.id = r.appointment_id
    where r.appointment_id = any(${appointmentIds}::uuid[])
      and (r.slot = a.slot or r.status in ('planned', 'handed_over', 'uncertain')
        or exists (select from message m where m.reminder_id = r.id))
    order by r.id for update of r`.execute(db);
  // Read after the lock: a receipt that held it may have changed the message.
  const messages = await findLastMessages(
    db,
    rows.filter(({ status }) => status !== 'planned').map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    appointmentId: row.appointment_id,
    rule: row.rule,
    template: row.template,
    language: row.language as Language,
    slot: row.slot,
    ...statusOf(row, messages.get(row.id)),
    dueAt: row.due_at,
    expiresAt: row.expires_at,
  }));
}

type LockedReminder = Pick<
  Selectable<Database['reminder']>,
  'id' | 'appointment_id' | 'rule' | 'template' | 'language' | 'slot' | 'status' | 'reason' | 'due_at' | 'expires_at'
>;

interface LastMessage {
  readonly reminder_id: string;
  readonly status: MessageStatus;
  readonly reason: string | null;
}

/** The message of the latest hand-over of each of these reminders that has one. */
async function findLastMessages(db: Kysely<Database>, reminderIds: readonly string[]) {
  if (reminderIds.length === 0) return new Map<string, LastMessage>();
  const { rows } = await sql<LastMessage>`
    select distinct on (reminder_id) reminder_id, status, reason from message
    where reminder_id = any(${reminderIds}::uuid[]) order by reminder_id, status = 'not_sent',
      handed_over_at desc`.execute(db);
  return new Map(rows.map((row) => [row.reminder_id, row]));
}

/** A reminder whose message left counts as such also where it had ended otherwise before a receipt proved that. */
function statusOf(reminder: LockedReminder, message: LastMessage | undefined): Pick<Reminder, 'status' | 'reason'> {
  const left = message && ['accepted', 'delivered', 'undelivered'].includes(message.status);
  return shownStatus(left ? { ...reminder, status: 'handed_over' } : reminder, message);
}
