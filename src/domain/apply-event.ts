import type { Appointment, AppointmentEvent, AppointmentStatus, PhoneReason } from './appointment.ts';
import type { SourceSettings } from './authority.ts';
import type { Fault } from './errors.ts';

type EventResult = 'accepted' | 'duplicate' | 'stale';

export interface EventContext {
  readonly source: SourceSettings;
  readonly allowedCountries: readonly string[];
  /** What a number is worth, as it came: E.164, or why it can't be used. */
  readonly choosePhone: (raw: string | readonly string[] | null | undefined) => {
    phone: string | null;
    reason: PhoneReason | null;
  };
  readonly now: Date;
}

export type AppliedEvent =
  /** ignored: a test that would change a real appointment. */
  | { readonly result: 'duplicate' | 'stale' | 'ignored' }
  | { readonly result: 'accepted'; readonly after: Appointment }
  /** The pointer counts from the event, not from an array around it. */
  | { readonly result: 'refused'; readonly fault: Fault };

/** An event whose status is settled. */
type SettledEvent = AppointmentEvent & { readonly status: AppointmentStatus };

/**
 * What an event makes of the appointment that it names.
 * @param before null: the first that is heard of it
 * @param sameContent the event says what the last accepted one said, apart from version and timestamp
 */
export function applyEvent(
  before: Appointment | null,
  said: AppointmentEvent,
  sameContent: boolean,
  context: EventContext,
): AppliedEvent {
  const event: SettledEvent = { ...said, status: said.status ?? before?.status ?? 'booked' };
  if (!before && event.onlyKnown) {
    return {
      result: 'refused',
      fault: { pointer: '/data/id', code: 'unknown_reference', detail: 'No appointment is known under this id.' },
    };
  }
  if (before && !before.test && event.test) return { result: 'ignored' };
  const order = before ? compare(before, event, sameContent) : 'accepted';
  if (order !== 'accepted') return { result: order };
  const start = startAfter(before, event);
  if (start === null && event.status === 'booked') {
    return {
      result: 'refused',
      fault: { pointer: '/data/start', code: 'required', detail: 'A booked appointment needs a start.' },
    };
  }
  return {
    result: 'accepted',
    after: {
      reference: event.reference,
      version: versionAfter(before, event),
      occurredAt: timeAfter(before, event),
      revision: (before?.revision ?? 0) + 1,
      slot: slotAfter(before, event, start),
      status: event.status,
      start,
      end: kept(event.end, before?.end),
      kind: event.kind ?? before?.kind ?? 'visit',
      patientKey: event.patientKey ?? before?.patientKey ?? null,
      ...phoneAndLanguage(before, event, context),
      locationCode: kept(event.locationCode, before?.locationCode),
      locationText: kept(event.locationText, before?.locationText),
      department: kept(event.department, before?.department),
      departmentCode: kept(event.departmentCode, before?.departmentCode),
      contactPhone: kept(event.contactPhone, before?.contactPhone),
      test: event.test ?? before?.test ?? false,
      locationPrintable:
        event.locationText === undefined ? (before?.locationPrintable ?? true) : (event.locationPrintable ?? true),
      deceased: event.deceased ?? (before !== null && isSamePatient(before, event) && before.deceased),
      ...outcomeAfter(before, event, context.now),
      erased: before?.erased ?? false,
    },
  };
}

/** True while the citizen is not expected: nothing of the old booking is inherited by the next. */
export function isCalledOff(status: AppointmentStatus): boolean {
  return status === 'cancelled' || status === 'entered-in-error';
}

/** True of an appointment that is still to come about, booked or on its way to it. */
export function isUpcoming(status: AppointmentStatus): boolean {
  return status === 'booked' || status === 'pending' || status === 'proposed' || status === 'waitlist';
}

/** `undefined` says nothing; null clears. */
function kept<Value>(said: Value | null | undefined, stored: Value | null | undefined): Value | null {
  return said === undefined ? (stored ?? null) : said;
}

function compare(before: Appointment, event: SettledEvent, sameContent: boolean): EventResult {
  if (before.version !== null && event.version !== null) {
    if (event.version < before.version) return 'stale';
    return event.version === before.version && sameContent ? 'duplicate' : 'accepted';
  }
  if (before.occurredAt !== null && event.occurredAt !== null) {
    if (event.occurredAt < before.occurredAt) return event.atReceipt ? 'accepted' : 'stale';
    // Newer with the same content is news: what happened between the two may still be on its way.
    if (event.occurredAt > before.occurredAt) return 'accepted';
  }
  // A first version is worth storing, whatever it comes with.
  return sameContent && event.version === null ? 'duplicate' : 'accepted';
}

function startAfter(before: Appointment | null, event: SettledEvent): Date | null {
  // Whatever ends an appointment needs no start, and takes none away.
  const said = event.start === null && !isUpcoming(event.status) ? undefined : event.start;
  return kept(said, before?.start);
}

function timeAfter(before: Appointment | null, { occurredAt, atReceipt }: SettledEvent): Date | null {
  const stored = before?.occurredAt ?? null;
  if (occurredAt === null) return stored;
  return atReceipt && stored !== null && stored > occurredAt ? stored : occurredAt;
}

/**
 * FHIR servers count a deletion as a version, and don't say which in what they send. The next but one of what is stored
 * is the first that can have come after it, and leaves an update that it overtook behind.
 */
function versionAfter(before: Appointment | null, { version, status, atReceipt }: SettledEvent): number | null {
  const stored = before?.version ?? null;
  if (!atReceipt || stored === null || version !== null || before?.status === status) return version ?? stored;
  return stored + 2;
}

/** A slot is one start of one booking: what was sent in an earlier one says nothing about this one. */
function slotAfter(before: Appointment | null, event: SettledEvent, start: Date | null): number {
  if (!before) return 0;
  const moved = start !== null && start.getTime() !== before.start?.getTime();
  const bookedAgain = isCalledOff(before.status) && isUpcoming(event.status);
  return moved || bookedAgain ? before.slot + 1 : before.slot;
}

function phoneAndLanguage(
  before: Appointment | null,
  event: SettledEvent,
  { source, choosePhone }: EventContext,
): Pick<Appointment, 'phone' | 'phoneReason' | 'language'> {
  const heir = before !== null && isSamePatient(before, event) ? before : null;
  const language = kept(event.language, heir?.language);
  if (before?.erased) return { phone: null, phoneReason: 'no_phone', language };
  if (event.phone === undefined && heir && (source.absentPhone === 'keep' || event.onlyKnown)) {
    return { phone: heir.phone, phoneReason: heir.phoneReason, language };
  }
  const { phone, reason } = choosePhone(event.phone);
  return { phone, phoneReason: reason, language };
}

/**
 * A reference may be used again: after a cancellation, or with another patient's key, it may be about somebody else.
 */
function isSamePatient(before: Appointment, event: SettledEvent): boolean {
  if (before.patientKey && event.patientKey && !before.patientKey.equals(event.patientKey)) return false;
  // A cancellation that is told twice is the same one.
  return !isCalledOff(before.status) || isCalledOff(event.status);
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
