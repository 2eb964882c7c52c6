import type { AppointmentEvent } from '../domain/appointment.ts';
import type { UnorderedEvent } from '../domain/repeats.ts';

/**
 * The members that count when an event is compared with the last one: neither version and timestamp, which order
 * events, nor those that only say whom it is about.
 */
const CONTENT = Object.keys({
  reference: true,
  status: true,
  start: true,
  end: true,
  kind: true,
  phone: true,
  language: true,
  locationCode: true,
  locationText: true,
  department: true,
  departmentCode: true,
  contactPhone: true,
  test: true,
  permanent: true,
  group: true,
  onlyKnown: true,
  deceased: true,
  locationPrintable: true,
  unclear: true,
} satisfies Record<
  Exclude<
    keyof AppointmentEvent,
    | 'version'
    | 'occurredAt'
    | 'atReceipt'
    | 'stamped'
    | 'patientKey'
    | 'ofPatient'
    | 'protected'
    | 'formerPatientKeys'
    | 'aliases'
    | 'occurrence'
    | 'formerly'
    | 'newBooking'
    | 'replaces'
    | 'replacedBy'
    | 'ignoredIfUnknown'
    | 'bookedIfMoved'
    | 'ofIgnoredType'
    | 'unmapped'
    | 'warnings'
    | 'warningsIfUnknown'
    | 'warningsIfDoubtful'
    | 'warningsIfEndLeftOut'
    | keyof UnorderedEvent
  >,
  true
>) as (keyof AppointmentEvent)[];

/** The content of an event: two events with the same content say the same about the appointment. */
export function contentOf(event: AppointmentEvent): string {
  // A field that is absent and one that is cleared differ, and JSON writes both as null.
  const said = CONTENT.map((field) => (event[field] === undefined ? 0 : event[field]));
  return JSON.stringify([said, event.patientKey?.toString('hex')]);
}
