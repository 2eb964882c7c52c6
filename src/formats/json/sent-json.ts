import { createHash } from 'node:crypto';
import type { AppointmentEvent } from '../../domain/appointment.ts';

/**
 * The event with a hash of its own JSON, by which it is known when it comes again, where neither a version nor a
 * timestamp orders it.
 * @param body the event as it was sent
 * @param at where the id stands in it, for the warning about a repeat
 */
export function withSentJson(event: AppointmentEvent, body: unknown, at: string): AppointmentEvent {
  if (event.version !== null || event.occurredAt !== null) return event;
  const detail =
    'This very event came before, and the appointment has changed since: nothing changes. A new event needs a ' +
    'version, a timestamp or a key of its own.';
  const warningsIfRepeated = [{ pointer: at, code: 'old_repeat', detail }];
  const sentAs = createHash('sha256').update(JSON.stringify(body)).digest('base64');
  return { ...event, sentAs, warningsIfRepeated };
}
