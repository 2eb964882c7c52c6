import { type Appointment, isCalledOff, isUpcoming } from '../appointment.ts';
import type { AuthoritySettings, SourceMode } from '../authority.ts';
import { isOtherPatient } from '../patient-key.ts';
import { hasLeft, type NoticeName, type Reminder } from '../reminder.ts';
import { type PlannedReminder, planNotice } from './planning.ts';

/** Change of an appointment, with its reminders before the change. */
export interface NoticeInput {
  readonly before: Appointment | null;
  readonly after: Appointment;
  /** All reminders of the appointment, of every slot. */
  readonly existing: readonly Reminder[];
  readonly authority: AuthoritySettings;
  readonly mode: SourceMode;
  readonly now: Date;
}

/** Notices that a change calls for: none or one. */
export function newNotices(input: NoticeInput): PlannedReminder[] {
  const { after, existing, authority, now } = input;
  const notice = noticeFor(input);
  if (!notice || !after.start || existing.some(({ slot, rule }) => slot === after.slot && rule === notice)) return [];
  return [planNotice(notice, { authority, start: after.start, now })];
}

/** The notice that this change calls for; null for none. */
function noticeFor({ before, after, existing, authority: { notices }, mode, now }: NoticeInput): NoticeName | null {
  if (mode === 'loading' || !after.start || after.deceased) return null;
  // A notice follows on an SMS to the same patient: when a reference passes to another patient, the new one has
  // received nothing.
  const samePatient = !isOtherPatient(before?.patientKey, after.patientKey);
  const informed = samePatient && existing.some(hasLeft);
  // A notice still waiting when the appointment moves is planned for the new time instead.
  const waiting = (notice: NoticeName) =>
    existing.some((each) => each.rule === notice && each.slot < after.slot && isUnstarted(each));
  const moved = before?.start?.getTime() !== after.start.getTime();
  if (after.status === 'cancelled') {
    const calledOff = informed && before !== null && isUpcoming(before.status);
    return notices.cancelled && (calledOff || waiting('cancellation')) && after.start > now ? 'cancellation' : null;
  }
  if (after.status !== 'booked') return null;
  // Cancelled and booked again at another time before the cancellation was sent: for the citizen the appointment has
  // moved.
  if (notices.moved && informed && moved && before && (isUpcoming(before.status) || waiting('cancellation')))
    return 'rescheduled';
  const booked =
    !before ||
    !samePatient ||
    before.status === 'pending' ||
    before.status === 'proposed' ||
    before.status === 'waitlist' ||
    isCalledOff(before.status);
  return notices.booked && (booked || waiting('confirmation')) ? 'confirmation' : null;
}

/** True for a reminder that is planned and not handed over. */
export function isUnstarted(reminder: Reminder): boolean {
  return reminder.status === 'planned';
}

/**
 * The start that the citizen knows from an SMS, where the appointment has moved since.
 * @param slot the slot after the change
 * @returns null where no SMS named another start
 */
export function announcedBefore(
  before: Pick<Appointment, 'start' | 'slot'> & { readonly announcedStart: Date | null },
  reminders: readonly Reminder[],
  slot: number,
): Date | null {
  const wasNamed = slot !== before.slot && reminders.some((each) => each.slot === before.slot && hasLeft(each));
  return wasNamed ? before.start : before.announcedStart;
}
