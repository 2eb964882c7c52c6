import { type AppointmentEvent, isUpcoming } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { isMidnight } from '../domain/calendar.ts';
import type { Fault } from '../domain/errors.ts';

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
