import { type Appointment, isCalledOff, isUpcoming } from '../appointment.ts';
import type { AuthoritySettings, SourceMode } from '../authority.ts';
import { isOtherPatientAtOtherNumber } from '../patient-key.ts';
import { hasLeft, type NoticeName, type Reminder, TOLD_BEFORE } from '../reminder.ts';
import { type PlannedReminder, planNotice } from './planning.ts';
import { nextOpen } from './sending-window.ts';

interface Announced {
  /** The start that the citizen knows from an SMS, where the appointment has moved since; null: none. */
  readonly announcedStart: Date | null;
}

/** Change of an appointment, with its reminders before the change. */
export interface NoticeInput {
  readonly before: Appointment | null;
  readonly after: Appointment & Announced;
  /** All reminders of the appointment, of every slot. */
  readonly existing: readonly Reminder[];
  readonly authority: AuthoritySettings;
  readonly mode: SourceMode;
  readonly now: Date;
}

/** The notice that a change calls for; null for none. */
export function newNotice(input: NoticeInput): PlannedReminder | null {
  const { after, authority, now } = input;
  const notice = noticeFor(input);
  return notice && after.start ? planNotice(notice, { authority, start: after.start, now }) : null;
}

/** A notice, or the row of one that isn't sent. */
export type NewNotice =
  | PlannedReminder
  | (Omit<PlannedReminder, 'status' | 'reason'> & { readonly status: 'suppressed'; readonly reason: string });

/**
 * The notice that the change calls for, unless the slot has one; of a cancellation that the citizen has been told of
 * by the word of staff a row that says so.
 */
export function ownNotices(existing: readonly Reminder[], notice: PlannedReminder | null, slot: number): NewNotice[] {
  if (!notice) return [];
  const ofSlot = existing.filter((each) => each.slot === slot);
  const earlier = ofSlot.find(({ rule }) => rule === notice.rule);
  if (!earlier) return [notice];
  if (notice.rule !== 'cancellation' || !hasLeft(earlier) || ofSlot.some(({ rule }) => rule === TOLD_BEFORE)) return [];
  return [{ ...notice, rule: TOLD_BEFORE, status: 'suppressed', reason: 'already_told' }];
}

/**
 * Plans the word that an appointment is cancelled, for a citizen who cancelled it by SMS: at the next moment inside the
 * window, up to the start itself, since the citizen waits for it.
 * @param from when it is due at the earliest
 */
export function planWordOfCancellation(authority: AuthoritySettings, start: Date, from: Date): PlannedReminder {
  const dueAt = nextOpen(authority.sendingWindow, authority.timeZone, from);
  const planned = { rule: 'cancellation', template: 'cancellation', expiresAt: start } as const;
  if (dueAt === null || dueAt >= start) return { ...planned, status: 'expired', reason: 'too_late', dueAt: from };
  return { ...planned, status: 'planned', reason: null, dueAt };
}

/** True where citizens who cancel by SMS are promised word of it. */
export function promisesWord({ onCancel }: Pick<AuthoritySettings, 'onCancel'>): boolean {
  return onCancel === 'staff' || onCancel === 'event';
}

/** The notice that this change calls for; null for none. */
function noticeFor({ before, after, existing, authority: { notices }, mode, now }: NoticeInput): NoticeName | null {
  if (mode === 'loading' || !after.start || after.deceased || after.unclear) return null;
  // A notice follows on an SMS to the same citizen: of this slot, or of an earlier one whose time the citizen still
  // knows. When a reference passes to another citizen, the new one has received nothing.
  const isOther = before !== null && isOtherPatientAtOtherNumber(before, after);
  const knowsEarlier = after.announcedStart !== null;
  const informed = existing.some((each) => hasLeft(each) && (knowsEarlier || each.slot === after.slot));
  // A notice still waiting when the appointment moves is planned for the new time instead.
  const waiting = (notice: NoticeName) =>
    existing.some((each) => each.rule === notice && each.slot < after.slot && isUnstarted(each));
  // What changed while the status was unclear was told to nobody.
  const wasUnclear = before !== null && before.unclear !== null;
  const moved = before?.start?.getTime() !== after.start.getTime() || (wasUnclear && knowsEarlier);
  if (after.status === 'cancelled') {
    const calledOff = informed && before !== null && isUpcoming(before.status);
    const stillWaits = !isOther && waiting('cancellation');
    return notices.cancelled && (calledOff || stillWaits) && after.start > now ? 'cancellation' : null;
  }
  if (after.status !== 'booked') return null;
  // Cancelled and booked again at another time before the cancellation was sent: for the citizen the appointment has
  // moved.
  if (notices.moved && informed && moved && before && (isUpcoming(before.status) || waiting('cancellation')))
    return 'rescheduled';
  const booked =
    !before ||
    isOther ||
    before.status === 'pending' ||
    before.status === 'proposed' ||
    before.status === 'waitlist' ||
    isCalledOff(before.status) ||
    (wasUnclear && !existing.some((each) => each.rule === 'confirmation' && hasLeft(each)));
  return notices.booked && (booked || waiting('confirmation')) ? 'confirmation' : null;
}

/** True for a reminder that is planned and not handed over. */
export function isUnstarted(reminder: Reminder): boolean {
  return reminder.status === 'planned';
}

/**
 * The start that the citizen knows from an SMS, where the appointment has moved since.
 * @param reminders before the change, of every slot
 * @param isOther whether the appointment has passed to another citizen, who knows of none
 * @returns null where no SMS named another start, or the citizen was told that it is off
 */
export function announcedAfter(
  before: Pick<Appointment, 'start' | 'slot' | 'status'> & Announced,
  after: Pick<Appointment, 'start' | 'slot'>,
  reminders: readonly Reminder[],
  isOther: boolean,
): Date | null {
  if (isOther) return null;
  const hasNewSlot = after.slot !== before.slot;
  const left = reminders.filter((each) => each.slot === before.slot && hasLeft(each));
  if (hasNewSlot && isCalledOff(before.status) && left.some(({ rule }) => rule === 'cancellation')) return null;
  const wasNamed = (hasNewSlot || after.start === null) && left.length > 0;
  return (wasNamed ? before.start : null) ?? before.announcedStart;
}
