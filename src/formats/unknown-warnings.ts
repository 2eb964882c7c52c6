import { type AppointmentEvent, isCalledOff } from '../domain/appointment.ts';

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
