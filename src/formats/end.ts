import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Fault } from '../domain/errors.ts';

/**
 * Warning for an end before the start, which is left out (`applyEvent`).
 * @param pointer to the end in the terms of the format
 */
export function endWarning({ start, end }: Pick<AppointmentEvent, 'start' | 'end'>, pointer: string): readonly Fault[] {
  if (!start || !end || end >= start) return [];
  return [{ pointer, code: 'end_left_out', detail: 'The end lies before the start: it is left out.' }];
}
