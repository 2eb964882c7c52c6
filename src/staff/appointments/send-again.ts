import type { Reader } from '../../accounts/phone-access.ts';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type Authority, isPaused } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { notFound, refusals } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { deadline } from '../../domain/planning/planning.ts';
import { isWithoutReminders } from '../../domain/planning/recipients.ts';
import { reminderLanguage } from '../../domain/planning/reminder-changes.ts';
import {
  type EarlierReminder,
  type NotSentAgain,
  nextAgainRule,
  type SendAgainSituation,
  whyNotAgain,
} from '../../domain/planning/send-again.ts';
import { OTHER_DEPARTMENTS } from '../../domain/reminder.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type GatewayAccess,
  type KeyringAccess,
  requireRightClock,
  type SendingPermission,
} from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findOptedOut } from '../../store/opt-outs.ts';
import { insertReminders, lockReminders } from '../../store/reminders.ts';
import { findSourcesWithAuthority, type Owner } from '../../store/sources.ts';
import { heldByGateways } from '../gateways/gateways.ts';
import type { AppointmentRecord, AppointmentRow, ReminderRow } from './appointments.sql.ts';
import { type AuthorityAppointmentKey, findByAnyId } from './appointments.ts';
import { countSentToday, findRecord, isCountedByName, lockOwnAppointment } from './send-again.sql.ts';

const REFUSALS = refusals<NotSentAgain>('not-sent-again', {
  not_booked: 'The appointment is not booked, or has no time yet.',
  in_past: 'The appointment has begun, or begins sooner than minimumNotice.',
  no_phone: 'The appointment has no number that an SMS can be sent to.',
  opted_out: 'The number has opted out.',
  deceased: 'The booking system says that the citizen has died.',
  held: 'Something holds the reminders of the appointment until a person has dealt with it.',
  paused: 'Sending is paused or off.',
  uncertain: 'It is not known whether the last SMS about the appointment was sent.',
  sent_lately: 'A reminder of the appointment was sent again less than twelve hours ago.',
  too_soon: 'The last SMS about the appointment went less than ten minutes ago, or is about to go.',
  daily_limit: 'The number has got as many SMS as it may get, today or about this appointment.',
  night: 'SMS are sent from 07 to 22 only.',
  gateway_out: 'None of the gateways of the authority is in use.',
  shadow: 'The booking system or the appointment is on trial: nothing is sent.',
  no_sms: 'No SMS is sent about appointments of this type or department.',
});

/** The code of why a reminder was not sent again, where an error says so; null for any other. */
export const notSentAgainCode = REFUSALS.codeOf;

type ReadDeps = DatabaseAccess & GatewayAccess & SendingPermission;

/**
 * Sends the reminder of an appointment again, as it reads now: it is planned for this moment, and goes through the same
 * start as any other, which checks once more what may have changed.
 * @returns the reminder's id
 * @throws Problem 404 for an unknown appointment, 409 `not-sent-again` with the reason
 */
export async function sendAgain(
  deps: ReadDeps & CurrentTime,
  reader: Reader,
  { authorityId, id }: { readonly authorityId: string; readonly id: string },
  now: Date,
): Promise<{ readonly id: string }> {
  requireRightClock(deps);
  return inTransaction(deps.db, async (trx) => {
    const own = { authorityId, id, departments: reader.departments ?? null };
    if (!(await lockOwnAppointment(trx, own))) throw notFound('appointment');
    // A start that is under way holds its reminder: its message is read after it.
    await lockReminders(trx, [id]);
    const record = await findRecord(trx, authorityId, id);
    if (!record) throw notFound('appointment');
    const inside = { ...deps, db: trx };
    const found = await situationOf(inside, record, now);
    const why = found ? whyNotAgain(found.situation, found.owner.authority, now) : 'not_booked';
    const rule = found && nextAgainRule(found.situation, found.owner.authority.rules);
    if (why !== null || !found || rule === undefined) throw REFUSALS.problem(why ?? 'daily_limit');
    const reminder = await plan(trx, record.appointment, found.owner.authority, rule, now);
    const entry = { actor: reader.name, action: 'reminder.again', authorityId, target: `appointment:${id}` };
    await writeAudit(trx, { ...entry, after: { reminder, rule } }, now);
    return { id: reminder };
  });
}

/** `sendAgain` of the appointment with this id of its booking system. */
export async function sendAgainByReference(
  deps: ReadDeps & KeyringAccess & CurrentTime,
  reader: Reader,
  key: AuthorityAppointmentKey,
  now: Date,
): Promise<{ readonly id: string }> {
  const record = await findByAnyId(deps, key);
  if (!record) throw notFound('appointment');
  return sendAgain(deps, reader, { authorityId: key.authorityId, id: record.appointment.id }, now);
}

/** Why the reminder of an appointment can't be sent again now; null: it can. */
export async function whyNotSentAgain(
  deps: ReadDeps,
  record: AppointmentRecord,
  now: Date,
): Promise<NotSentAgain | null> {
  const found = await situationOf(deps, record, now);
  return found ? whyNotAgain(found.situation, found.owner.authority, now) : 'not_booked';
}

async function plan(
  trx: Trx,
  appointment: AppointmentRow,
  authority: Authority,
  rule: string,
  now: Date,
): Promise<string> {
  const { id: appointmentId, source_id: sourceId, slot, revision, start_at: start } = appointment;
  const id = newId(now);
  const reminder = {
    id,
    authorityId: authority.id,
    sourceId,
    appointmentId,
    slot,
    revision,
    rule,
    template: 'reminder',
    language: reminderLanguage(appointment, authority),
    department: await countedDepartment(trx, appointment, authority),
    status: 'planned',
    reason: null,
    dueAt: now,
    dueDay: localDay(now, authority.timeZone),
    expiresAt: deadline(authority, start ?? now),
  } as const;
  await insertReminders(trx, [reminder], now);
  return id;
}

/** The department as statistics count it: by its name where they know that, or a rule has it. */
async function countedDepartment(trx: Trx, { department }: AppointmentRow, authority: Authority) {
  if (department === null) return null;
  const ofRule = authority.rules.some(({ when }) => when?.departments?.includes(department));
  return ofRule || (await isCountedByName(trx, authority.id, department)) ? department : OTHER_DEPARTMENTS;
}

async function situationOf(
  deps: ReadDeps,
  record: AppointmentRecord,
  now: Date,
): Promise<{ readonly situation: SendAgainSituation; readonly owner: Owner } | undefined> {
  const { appointment: row } = record;
  const { authority_id: authorityId, phone_hash: phoneHash } = row;
  const owner = (await findSourcesWithAuthority(deps.db, [row.source_id])).get(row.source_id);
  if (!owner) return undefined;
  const { authority, source } = owner;
  const number = phoneHash && { authorityId, phoneHash };
  const situation: SendAgainSituation = {
    status: row.status,
    start: row.start_at,
    slot: row.slot,
    reminders: record.reminders.map((each) => earlierReminder(record, each)),
    today: number ? await countSentToday(deps.db, number, authority.timeZone, now) : 0,
    is: {
      no_phone: number === null || row.phone_reason !== null || row.erased_at !== null,
      opted_out: number !== null && (await findOptedOut(deps.db, [number])).length > 0,
      deceased: row.deceased,
      held: isHeld(record),
      paused: isPaused(authority, source, now) || deps.sending.heldReason() !== null,
      gateway_out: (await heldByGateways(deps, authority, now)) !== null,
      shadow: source.mode === 'shadow' || row.test,
      no_sms: isWithoutReminders(authority, row),
    },
  };
  return { situation, owner };
}

/** True where a reply waits for a person, or nobody knows whether the appointment has ended. */
function isHeld({ appointment, replyHolds, replies }: AppointmentRecord): boolean {
  const { unclear_status: unclear, slot } = appointment;
  return unclear !== null || replyHolds || replies.some((reply) => reply.holds && reply.slot === slot);
}

function earlierReminder({ messages }: AppointmentRecord, row: ReminderRow): EarlierReminder {
  const last = messages.findLast(({ reminder_id: of, status }) => of === row.id && status !== 'not_sent');
  return {
    rule: row.rule,
    slot: row.slot,
    status: row.status,
    heldReason: row.held_reason,
    dueAt: row.due_at,
    createdAt: row.created_at,
    message: last?.handed_over_at ? { status: last.status, handedOverAt: last.handed_over_at } : null,
  };
}
