import { type Appointment, type AppointmentEvent, type AppointmentStatus, isCalledOff } from './appointment.ts';

/** Event whose status has been determined. */
export type SettledEvent = AppointmentEvent & { readonly status: AppointmentStatus };

type EventResult = 'accepted' | 'duplicate' | 'stale';

/** True for an event of the appointment that goes on in place of the stored one. */
export function isSuccessor(before: Appointment, event: AppointmentEvent): boolean {
  return event.reference !== before.reference && event.replaces !== undefined;
}

/**
 * Compares an event with the stored appointment. A replaced reference stays so until it replaces its successor. Events
 * of a successor are newer than all before.
 */
export function orderOf(before: Appointment, event: SettledEvent, sameContent: boolean): EventResult {
  if (event.replacedBy !== undefined) return before.replacedBy === null ? 'accepted' : 'duplicate';
  if (before.replacedBy !== null && !event.replaces?.includes(before.replacedBy)) return 'stale';
  return isSuccessor(before, event) ? 'accepted' : compare(before, event, sameContent);
}

function compare(before: Appointment, event: SettledEvent, sameContent: boolean): EventResult {
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
  // The first version number is worth storing even when nothing else changed.
  return sameContent && event.version === null ? 'duplicate' : 'accepted';
}

/** True for an older event that is applied nevertheless. */
function mayOvertake(before: Appointment, { atReceipt, stamped, status }: SettledEvent): boolean {
  return atReceipt === true || (stamped === true && isCalledOff(status) && !isCalledOff(before.status));
}

/** Timestamp after the event: an older one does not set it back. */
export function timeAfter(before: Appointment | null, event: SettledEvent): Date | null {
  const { occurredAt, atReceipt, stamped } = event;
  const stored = before?.occurredAt ?? null;
  if (before && isSuccessor(before, event)) return occurredAt;
  if (occurredAt === null) return stored;
  return (atReceipt || stamped) && stored !== null && stored > occurredAt ? stored : occurredAt;
}

/**
 * Version after the event. FHIR servers count a deletion as a version but don't send its number. The stored version
 * plus two is the lowest that can have come after the deletion, so that an update which the deletion overtook counts as
 * older.
 */
export function versionAfter(before: Appointment | null, event: SettledEvent): number | null {
  const { version, status, atReceipt } = event;
  if (before && isSuccessor(before, event)) return version;
  const stored = before?.version ?? null;
  if (!atReceipt || stored === null || version !== null || before?.status === status) return version ?? stored;
  return stored + 2;
}
