import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Fault } from '../domain/errors.ts';
import { isSameNumber } from '../domain/phone.ts';
import { withFurtherWarnings } from './warnings.ts';

/** The fault of a contact number that is the patient's own, as a warning. */
export const OWN_NUMBER = {
  code: 'own_number',
  detail: "This is the patient's own number, and is left out: an SMS prints it as the number to phone.",
} as const;

/**
 * The event without a contact number that is the patient's own, however the two are written: it would be kept in clear,
 * and printed.
 */
export function withoutOwnNumber(
  event: AppointmentEvent,
  { defaultRegion }: Pick<Source, 'defaultRegion'>,
  warning: Fault,
): AppointmentEvent {
  const { contactPhone, phone } = event;
  if (!contactPhone || !phone) return event;
  const own = [phone].flat().some((each) => isSameNumber(contactPhone, each, defaultRegion));
  return own ? withFurtherWarnings({ ...event, contactPhone: null }, [warning]) : event;
}
