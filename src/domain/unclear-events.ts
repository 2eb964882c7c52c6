import { type Appointment, type AppointmentEvent, EMPTY_EVENT, isUpcoming } from './appointment.ts';
import { type HashCode, mayHaveEnded, unclearBy } from './unclear-status.ts';

/**
 * True for an older message that may have ended the appointment, in words that nobody knows: when and where it takes
 * place if it has not, newer ones have told.
 */
export function tellsOnlyOfEnd({ occurredAt }: Appointment, event: AppointmentEvent): boolean {
  return mayHaveEnded(event) && occurredAt !== null && event.occurredAt !== null && event.occurredAt < occurredAt;
}

/** The event with what such a message says of the end, and nothing else. */
export function endOnly({
  reference,
  status,
  version,
  occurredAt,
  unclear,
  ...event
}: AppointmentEvent): AppointmentEvent {
  const { stamped, test } = event;
  const end = {
    reference,
    status,
    version,
    occurredAt,
    test,
    ...(stamped && { stamped }),
    ...(unclear && { unclear }),
  };
  return { ...EMPTY_EVENT, ...end, onlyKnown: true };
}

/**
 * The words by which the status is unclear after an event. One that is known, as is that of whatever has ended, leaves
 * none; an event that says no status keeps them.
 */
export function unclearAfter(
  before: Appointment | null,
  { unclear, status }: Pick<AppointmentEvent, 'unclear'> & Pick<Appointment, 'status'>,
  received: AppointmentEvent,
  hashCode: HashCode,
): Buffer | null {
  if (!isUpcoming(status) || unclear === 'settled') return null;
  if (unclear !== undefined && unclear !== 'kept') return unclearBy(unclear, hashCode);
  return unclear === 'kept' || received.status === null ? (before?.unclear ?? null) : null;
}
