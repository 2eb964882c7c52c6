import type { Appointment, AppointmentEvent } from '../domain/appointment.ts';
import type { Fault } from '../domain/errors.ts';
import type { Keyring } from '../domain/keyring.ts';
import { hasSeen, NOTHING_SEEN, type SeenEvents, type UnorderedEvent, withSeen } from '../domain/repeats.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import type { Change } from './envelope.ts';

/**
 * The members that count when an event is compared with the last one: neither version and timestamp, which order
 * events, nor those that only say whom it is about. The reference stands in front of them.
 */
const CONTENT = Object.keys({
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
    | 'reference'
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

/**
 * The content of an event under a reference, its own or another: two events with the same content say the same about
 * the appointment.
 */
export function contentOf(event: AppointmentEvent): (reference: string) => string {
  // A field that is absent and one that is cleared differ, and JSON writes both as null.
  const said = CONTENT.map((field) => (event[field] === undefined ? 0 : event[field]));
  const rest = JSON.stringify([said, event.patientKey?.toString('hex')]).slice('[['.length);
  return (reference) => `[[${JSON.stringify(reference)},${rest}`;
}

/** An event that nothing orders, compared with those that came before. */
export interface ComparedEvent {
  /** The events of its appointment, with this one. */
  readonly seen: SeenEvents;
  /** True for one that came before. */
  readonly isRepeat: boolean;
  /** True for a repeat that changes nothing: its request brings no key that says that it is a new event. */
  readonly isLeft: boolean;
}

/**
 * Compares an event with those that came before about its appointment, by what was sent and by what was read of it: of
 * settings that were corrected meanwhile the same JSON says something else.
 * @returns null for an event that is ordered otherwise, and for one about a citizen who was erased
 */
export function compareEvent(
  { event, derived, envelope: { request, position } }: Change,
  before: StoredAppointment | null,
  content: ReturnType<typeof contentOf>,
  keyring: Keyring,
): ComparedEvent | null {
  const { sentAs } = event;
  if (derived || sentAs === undefined || before?.erased) return null;
  // The same event may be stored under another reference by then.
  const hash = keyring.digest('event as sent', `${content('')}\n${sentAs}`);
  const known = before?.seen ?? NOTHING_SEEN;
  const isRepeat = hasSeen(known, hash);
  const hasKey = request.keyed === true || request.elementKeys?.[position] !== undefined;
  return { seen: withSeen(known, hash), isRepeat, isLeft: isRepeat && !hasKey && !event.repeatable };
}

/** Warnings of a repeat that is not taken, where what is stored has another status or start. */
export function warningsOfRepeat(before: Appointment, event: AppointmentEvent): readonly Fault[] {
  const { status, start, warningsIfRepeated = [] } = event;
  const says = (status !== null && status !== before.status) || (start && start.getTime() !== before.start?.getTime());
  return says ? warningsIfRepeated : [];
}
