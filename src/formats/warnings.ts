import { type AppointmentEvent, isCalledOff, isUpcoming } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { isMidnight } from '../domain/calendar.ts';
import { distinctFaults, type Fault } from '../domain/errors.ts';
import { isSameNumber } from '../domain/phone.ts';
import type { IngestElement } from './format.ts';

/** Warnings about an element, each code and pointer once; none for a part that is not about an appointment. */
export function warningsIn(element: IngestElement | undefined): readonly Fault[] {
  if (element?.kind === 'appointment') return element.event.warnings ?? [];
  if (element?.kind === 'ignored') return element.warnings ?? [];
  if (element?.kind !== 'group') return [];
  return distinctFaults(element.group.members.flatMap(({ warnings }) => warnings ?? []));
}

/** The event with the pointers of its warnings moved, such as from our own event into the sender's body. */
export function withMovedWarnings(event: AppointmentEvent, move: (pointer: string) => string): AppointmentEvent {
  const { warnings, warningsIfUnknown: ifUnknown, warningsIfEndLeftOut: ifLeftOut } = event;
  const { warningsIfRepeated: ifRepeated, warningsEachTime: eachTime } = event;
  if (!warnings && !ifUnknown && !ifLeftOut && !ifRepeated && !eachTime) return event;
  const moved = (all: readonly Fault[]) => all.map((warning) => ({ ...warning, pointer: move(warning.pointer) }));
  return {
    ...event,
    ...(warnings && { warnings: moved(warnings) }),
    ...(ifUnknown && { warningsIfUnknown: moved(ifUnknown) }),
    ...(ifLeftOut && { warningsIfEndLeftOut: moved(ifLeftOut) }),
    ...(ifRepeated && { warningsIfRepeated: moved(ifRepeated) }),
    ...(eachTime && { warningsEachTime: moved(eachTime) }),
  };
}

/** The event with further warnings. */
export function withFurtherWarnings(event: AppointmentEvent, further: readonly Fault[]): AppointmentEvent {
  return further.length === 0 ? event : { ...event, warnings: [...(event.warnings ?? []), ...further] };
}

const MIDNIGHT = '00:00';

/**
 * Warning for a start at midnight, which most systems send where they have a day only.
 * @param pointer to the start in the terms of the format
 */
export function midnightWarning(
  { start, status }: Pick<AppointmentEvent, 'start' | 'status'>,
  { timeZone, placeholderTimes }: Pick<Source, 'timeZone' | 'placeholderTimes'>,
  pointer: string,
): readonly Fault[] {
  if (!start || (status !== null && !isUpcoming(status)) || !isMidnight(start, timeZone)) return [];
  if (placeholderTimes.includes(MIDNIGHT)) return [];
  const detail =
    'The start is at midnight, and an SMS says so. If that stands for a day without a time, add "00:00" to ' +
    'placeholderTimes.';
  return [{ pointer, code: 'midnight', detail }];
}

/**
 * Warning for an end before the start, which is left out (`applyEvent`).
 * @param pointer to the end in the terms of the format
 */
export function endWarning({ start, end }: Pick<AppointmentEvent, 'start' | 'end'>, pointer: string): readonly Fault[] {
  if (!start || !end || end >= start) return [];
  return [{ pointer, code: 'end_left_out', detail: END_LEFT_OUT }];
}

const END_LEFT_OUT = 'The end lies before the start: it is left out.';

/**
 * The same of an event that says only one of the two, for the case that the stored one does not fit it.
 * @param at where the start and the end stand, in the terms of the format
 */
export function ifEndLeftOut(
  { start, end }: Pick<AppointmentEvent, 'start' | 'end'>,
  at: { readonly start: string; readonly end: string },
): Pick<AppointmentEvent, 'warningsIfEndLeftOut'> {
  if (end && start === undefined)
    return { warningsIfEndLeftOut: [{ pointer: at.end, code: 'end_left_out', detail: END_LEFT_OUT }] };
  if (!start || end !== undefined) return {};
  const detail = 'The end that came earlier lies before this start: it is left out.';
  return { warningsIfEndLeftOut: [{ pointer: at.start, code: 'end_left_out', detail }] };
}

/**
 * Warning for a cancellation of what is not known: a misspelt id leaves the citizen with a reminder.
 * @param pointer to the id in the terms of the format
 * @param further a sentence of the format about its ids; empty: none
 */
export function ifNothingCancelled(
  { status }: Pick<AppointmentEvent, 'status'>,
  pointer: string,
  further = '',
): Pick<AppointmentEvent, 'warningsIfUnknown'> {
  if (status === null || !isCalledOff(status)) return {};
  const detail =
    'No appointment is known under this id: the cancellation is kept for a booking that comes later, ' +
    'and ends nothing else.';
  const all = further === '' ? detail : `${detail} ${further}`;
  return { warningsIfUnknown: [{ pointer, code: 'unknown_reference', detail: all }] };
}

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
