import { type Appointment, type AppointmentEvent, type AppointmentStatus, isCalledOff } from './appointment.ts';
import { mayHaveEnded } from './unclear-status.ts';

/** Event whose status has been determined. */
export type SettledEvent = AppointmentEvent & { readonly status: AppointmentStatus };

const MAY_BE_BOOKED_AGAIN: ReadonlySet<AppointmentStatus> = new Set(['cancelled', 'entered-in-error', 'noshow']);

/** Status after an event: what it says, else the stored one; `booked` for an appointment that is not known. */
export function statusAfter(before: Appointment | null, event: AppointmentEvent): AppointmentStatus {
  if (event.status !== null || !before) return event.status ?? 'booked';
  const moved = event.start instanceof Date && event.start.getTime() !== before.start?.getTime();
  return event.bookedIfMoved && moved && MAY_BE_BOOKED_AGAIN.has(before.status) ? 'booked' : before.status;
}

type OrderResult = 'accepted' | 'duplicate' | 'stale';

/** True for an event of the appointment that goes on in place of the stored one. */
export function isSuccessor(before: Appointment, event: AppointmentEvent): boolean {
  return event.reference !== before.reference && event.replaces !== undefined;
}

/**
 * Compares an event with the stored appointment. A replaced reference stays so until it replaces its successor. Events
 * of a successor are newer than all before.
 */
export function orderOf(before: Appointment, event: SettledEvent, sameContent: boolean): OrderResult {
  if (event.replacedBy !== undefined) return before.replacedBy === null ? 'accepted' : 'duplicate';
  if (before.replacedBy !== null && !event.replaces?.includes(before.replacedBy)) return 'stale';
  return isSuccessor(before, event) ? 'accepted' : compare(before, event, sameContent);
}

/** The lowest version that FHIR gives to what follows a deletion: a create is 1, and a deletion is a version too. */
const FIRST_AFTER_DELETION = 3;

/**
 * True for an event without a time that FHIR's deletion has overtaken, where nothing but the deletion is known of the
 * appointment. Its version shows that it was made before; without a version it counts as made before, too, since an
 * appointment that was never seen can't have been restored.
 */
export function precedesDeletion(
  { status, start, version, occurredAt }: Pick<Appointment, 'status' | 'start' | 'version' | 'occurredAt'>,
  event: Pick<AppointmentEvent, 'permanent' | 'version' | 'occurredAt'>,
): boolean {
  const isDeletionAlone = status === 'entered-in-error' && start === null && version === null && occurredAt !== null;
  if (!isDeletionAlone || !event.permanent || event.occurredAt !== null) return false;
  return event.version === null || event.version < FIRST_AFTER_DELETION;
}

function compare(before: Appointment, event: SettledEvent, sameContent: boolean): OrderResult {
  if (before.version !== null && event.version !== null) {
    if (event.version < before.version) return 'stale';
    return event.version === before.version && sameContent ? 'duplicate' : 'accepted';
  }
  if (before.occurredAt !== null && event.occurredAt !== null) {
    if (event.occurredAt < before.occurredAt) return mayOvertake(before, event) ? 'accepted' : 'stale';
    // A newer timestamp with the same content is accepted: events from between the two may still arrive, and are then
    // older.
    if (event.occurredAt > before.occurredAt) return 'accepted';
  }
  if (precedesDeletion(before, event)) return 'stale';
  // The first version number is worth storing even when nothing else changed.
  return sameContent && event.version === null ? 'duplicate' : 'accepted';
}

/** True for an older event that is applied nevertheless. */
function mayOvertake(before: Appointment, event: SettledEvent): boolean {
  return event.atReceipt === true || isLateCancellation(before, event);
}

/** True for an older cancellation of HL7 v2, unless it was taken before what is stored booked the appointment again. */
function isLateCancellation({ status, unclear, cancelStamp }: Appointment, event: SettledEvent): boolean {
  if (!isStampedCancellation(event) || isCalledOff(status) || (unclear && mayHaveEnded(event))) return false;
  return cancelStamp === null || event.occurredAt > cancelStamp;
}

/** True for an HL7 v2 message that cancels, or may do so in words that nobody knows. */
function isStampedCancellation(event: SettledEvent): event is SettledEvent & { readonly occurredAt: Date } {
  return event.stamped === true && event.occurredAt !== null && (isCalledOff(event.status) || mayHaveEnded(event));
}

/**
 * Timestamp after the event: an older one does not set it back. A cancellation that comes late gets a time just behind
 * what it ends, so that a repeat of that counts as older. null: neither the event nor what is stored has one, or the
 * event succeeds another and has none.
 */
export function timeAfter(before: Appointment | null, event: SettledEvent): Date | null {
  const { occurredAt, atReceipt, stamped } = event;
  const stored = before?.occurredAt ?? null;
  if (before && isSuccessor(before, event)) return occurredAt;
  if (occurredAt === null) return stored;
  const isOlder = stored !== null && stored > occurredAt;
  if (before && isOlder && isLateCancellation(before, event)) return new Date(stored.getTime() + 1);
  return (atReceipt || stamped) && isOlder ? stored : occurredAt;
}

/** `Appointment.cancelStamp` after the event; null: none. Only a cancellation by a stamped message changes it. */
export function cancelStampAfter(before: Appointment | null, event: SettledEvent): Date | null {
  return isStampedCancellation(event) ? timeAfter(before, event) : (before?.cancelStamp ?? null);
}

/**
 * Version after the event. FHIR servers count a deletion as a version but don't send its number. The stored version
 * plus two is the lowest that can have come after the deletion, so that an update which the deletion overtook counts as
 * older. null: neither the event nor what is stored has one, or the event succeeds another and has none.
 */
export function versionAfter(before: Appointment | null, event: SettledEvent): number | null {
  const { version, status, atReceipt } = event;
  if (before && isSuccessor(before, event)) return version;
  const stored = before?.version ?? null;
  if (!atReceipt || stored === null || version !== null || before?.status === status) return version ?? stored;
  return stored + 2;
}
