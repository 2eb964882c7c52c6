import type { Appointment, AppointmentEvent, AppointmentStatus, PhoneReason } from './appointment.ts';
import { isCalledOff, isUpcoming } from './appointment.ts';
import type { SourceSettings } from './authority.ts';
import { isTooFarAhead, startFault } from './calendar.ts';
import type { Fault } from './errors.ts';
import {
  cancelStampAfter,
  isSuccessor,
  orderOf,
  type SettledEvent,
  statusAfter,
  timeAfter,
  versionAfter,
} from './event-order.ts';
import {
  isOtherPatient,
  isOtherPatientAtOtherNumber,
  isSamePatient,
  keepsNumber,
  type OfPatient,
} from './patient-key.ts';
import { isSameNumber } from './phone.ts';
import { endOnly, tellsOnlyOfEnd, unclearAfter } from './unclear-events.ts';
import type { HashCode } from './unclear-status.ts';

/** Inputs of `applyEvent` besides the event and the stored appointment. */
export interface EventContext {
  readonly source: SourceSettings;
  readonly allowedCountries: readonly string[];
  /** Judges a number as received: returns it in E.164, or the reason why it cannot be used. */
  readonly choosePhone: (raw: string | readonly string[] | null | undefined) => {
    phone: string | null;
    reason: PhoneReason | null;
  };
  /** The keyed hash of a code of the source. */
  readonly hashCode: HashCode;
  readonly now: Date;
  /** What the source says of the patient elsewhere, for an event that asks (`asksOfPatient`). */
  readonly ofPatient?: OfPatient | undefined;
}

/** Result of applying an event: what the appointment is afterwards, or why it stays as it is. */
export type AppliedEvent =
  /** `ignored`: a test message that would change a real appointment, or one that says nothing of an unknown one. */
  | { readonly result: 'duplicate' | 'stale' | 'ignored' }
  | { readonly result: 'accepted'; readonly after: Appointment }
  /** `fault.pointer` is relative to the event, not to an array around it. */
  | { readonly result: 'refused'; readonly fault: Fault };

/**
 * Computes the appointment that results from an event.
 * @param before the stored appointment; null for the first event about this reference
 * @param sameContent true when the event equals the last accepted one apart from version and timestamp
 */
export function applyEvent(
  before: Appointment | null,
  received: AppointmentEvent,
  sameContent: boolean,
  context: EventContext,
): AppliedEvent {
  const said = before && tellsOnlyOfEnd(before, received) ? endOnly(received) : received;
  const event: SettledEvent = { ...said, status: statusAfter(before, said) };
  if (!before && event.ignoredIfUnknown) return { result: 'ignored' };
  if (!before && event.onlyKnown) {
    return {
      result: 'refused',
      fault: { pointer: '/data/id', code: 'unknown_reference', detail: 'No appointment is known under this id.' },
    };
  }
  if (before && !before.test && event.test) return { result: 'ignored' };
  const order = before ? orderOf(before, event, sameContent) : 'accepted';
  if (order !== 'accepted') return { result: order };
  const start = startAfter(before, event, context.now);
  const fault = startFault(start, event.status === 'booked', context.now);
  if (fault) return { result: 'refused', fault };
  const citizen = before?.erased ? FORGOTTEN : citizenAfter(before, event, context);
  return {
    result: 'accepted',
    after: {
      reference: event.reference,
      version: versionAfter(before, event),
      occurredAt: timeAfter(before, event),
      cancelStamp: cancelStampAfter(before, event),
      revision: (before?.revision ?? 0) + 1,
      slot: slotAfter(before, event, start, citizen.phone),
      status: event.status,
      unclear: before?.erased ? null : unclearAfter(before, event, received, context.hashCode),
      start,
      end: endAfter(before, event, start),
      kind: event.kind ?? before?.kind ?? 'visit',
      ...citizen,
      test: event.test ?? before?.test ?? false,
      locationPrintable:
        event.locationText === undefined ? (before?.locationPrintable ?? true) : (event.locationPrintable ?? true),
      deceased: event.deceased ?? (before !== null && inherits(before, event) && before.deceased),
      ...outcomeAfter(before, event, context.now),
      erased: before?.erased ?? false,
      replacedBy: event.replacedBy ?? null,
    },
  };
}

/** No later event brings back anything about a citizen who was erased. */
const FORGOTTEN = {
  patientKey: null,
  phone: null,
  phoneReason: 'no_phone',
  language: null,
  locationCode: null,
  locationText: null,
  department: null,
  departmentCode: null,
  contactPhone: null,
} as const satisfies Partial<Appointment>;

type OfCitizen = Pick<Appointment, keyof typeof FORGOTTEN>;

/** The content of an event about the citizen, and where and with whom the appointment is. */
function citizenAfter(before: Appointment | null, event: SettledEvent, context: EventContext): OfCitizen {
  const ofPatient = phoneAndLanguage(before, event, context);
  const contactPhone = valueAfter(event.contactPhone, before?.contactPhone);
  return {
    patientKey: event.patientKey ?? before?.patientKey ?? null,
    ...ofPatient,
    ...placeAfter(before, event),
    department: valueAfter(event.department, before?.department),
    departmentCode: valueAfter(event.departmentCode, before?.departmentCode),
    contactPhone: isOwn(contactPhone, ofPatient.phone, context.source) ? null : contactPhone,
  };
}

/**
 * Place after the event. One that is no visit's may be the citizen's address: it becomes neither the place of a visit,
 * which is stored in clear and printed, nor of another citizen.
 */
function placeAfter(
  before: Appointment | null,
  event: SettledEvent,
): Pick<Appointment, 'locationCode' | 'locationText'> {
  const mayBeAddress = before !== null && before.kind !== 'visit';
  const isKept = !mayBeAddress || (event.kind !== 'visit' && inherits(before, event));
  const kept = isKept ? before : null;
  return {
    locationCode: valueAfter(event.locationCode, kept?.locationCode),
    locationText: valueAfter(event.locationText, kept?.locationText),
  };
}

/** True for a number to phone, which is kept in clear, that is the patient's own. */
function isOwn(contact: string | null, phone: string | null, { defaultRegion }: SourceSettings): boolean {
  return contact !== null && phone !== null && isSameNumber(contact, phone, defaultRegion);
}

/** The value after an event: `undefined` keeps the stored one, null clears it. */
function valueAfter<Value>(value: Value | null | undefined, stored: Value | null | undefined): Value | null {
  return value === undefined ? (stored ?? null) : value;
}

function startAfter(before: Appointment | null, event: SettledEvent, now: Date): Date | null {
  // An event that ends an appointment needs no start: an impossible one does not replace the stored start.
  const useless = event.start === null || (event.start !== undefined && isTooFarAhead(event.start, now));
  return valueAfter(useless && !isUpcoming(event.status) ? undefined : event.start, before?.start);
}

/**
 * End after the event. One before the start belongs to another time: it is dropped, so that it does not prevent a move,
 * and the stored one stays as long as the start does.
 */
function endAfter(before: Appointment | null, event: SettledEvent, start: Date | null): Date | null {
  const fits = (end: Date | null) => !(start && end && end < start);
  const end = valueAfter(event.end, before?.end);
  if (fits(end)) return end;
  const stays = before?.end && start?.getTime() === before.start?.getTime() && fits(before.end);
  return stays ? before.end : null;
}

/**
 * Slot after the event. A slot is one start of one booking of one citizen: messages sent in an earlier slot say nothing
 * about this one.
 * @param phone the number after the event
 */
function slotAfter(before: Appointment | null, event: SettledEvent, start: Date | null, phone: string | null): number {
  if (!before) return 0;
  const moved = start !== null && start.getTime() !== before.start?.getTime();
  const bookedAgain = isCalledOff(before.status) && isUpcoming(event.status);
  const isOther = isOtherPatientAtOtherNumber(before, { patientKey: event.patientKey, phone });
  return moved || bookedAgain || isOther ? before.slot + 1 : before.slot;
}

function phoneAndLanguage(
  before: Appointment | null,
  event: SettledEvent,
  { source, choosePhone, ofPatient }: EventContext,
): Pick<Appointment, 'phone' | 'phoneReason' | 'language'> {
  const inheritable = before !== null && inherits(before, event) ? before : null;
  const language = valueAfter(event.language, inheritable?.language);
  const elsewhere = ofPatient?.phone && event.phone === undefined ? ofPatient : null;
  const isMissing = inheritable?.phoneReason === 'no_phone';
  const isKept = event.phone === undefined && inheritable && (source.absentPhone === 'keep' || event.onlyKnown);
  if (isKept && !(isMissing && elsewhere))
    return { phone: inheritable.phone, phoneReason: inheritable.phoneReason, language };
  const { phone, reason } = choosePhone(elsewhere ? elsewhere.phone : event.phone);
  return { phone, phoneReason: reason, language: language ?? elsewhere?.language ?? null };
}

/** A reference may be reused: after a cancellation, or with another patient's key, it may belong to another patient. */
function inherits(before: Appointment, event: SettledEvent): boolean {
  if (isOtherPatient(before.patientKey, event.patientKey)) return false;
  // A repeated cancellation is about the same booking, and so is an event that says that it goes on in its place.
  return !isCalledOff(before.status) || isCalledOff(event.status) || isSuccessor(before, event);
}

/**
 * True where the appointment has passed to another citizen: to another patient at another number, or, where it was
 * called off and the event that books it again names no patient, to whoever has not the same number.
 */
export function isOtherCitizen(
  before: Appointment,
  event: AppointmentEvent,
  after: Pick<Appointment, 'status' | 'phone'>,
): boolean {
  if (keepsNumber(before, after)) return false;
  if (isOtherPatient(before.patientKey, event.patientKey)) return true;
  if (!isCalledOff(before.status) || isCalledOff(after.status) || isSuccessor(before, event)) return false;
  return !isSamePatient(before.patientKey, event.patientKey);
}

function outcomeAfter(
  before: Appointment | null,
  event: SettledEvent,
  now: Date,
): Pick<Appointment, 'outcome' | 'outcomeAt'> {
  if (isUpcoming(event.status)) return { outcome: null, outcomeAt: null };
  const outcome = outcomeOf(event.status);
  if (outcome === null || outcome === before?.outcome)
    return { outcome: before?.outcome ?? null, outcomeAt: before?.outcomeAt ?? null };
  return { outcome, outcomeAt: event.occurredAt ?? now };
}

function outcomeOf(status: AppointmentStatus): Appointment['outcome'] {
  if (status === 'arrived' || status === 'checked-in') return 'arrived';
  return status === 'fulfilled' || status === 'noshow' ? status : null;
}
