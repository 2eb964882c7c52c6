import type { AppointmentEvent } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { comesTwice } from '../../domain/calendar.ts';
import { MINUTE_MS } from '../../domain/duration.ts';
import { fieldValue, type Hl7Message, segmentOf } from './parse.ts';
import { readTimestamp } from './timestamp.ts';

/** A stamp further ahead of our clock is that of a clock which is wrong. */
const MOST_AHEAD_MS = 10 * MINUTE_MS;

/**
 * Reads the stamp that orders the events of one appointment: MSH-7, else EVN-2. It is null where the source's clock is
 * not trusted, and for a stamp that is ahead of our clock or that its zone can mean twice.
 */
export function stampOf(
  message: Hl7Message,
  { timeZone, orderBy }: Pick<Source, 'timeZone' | 'orderBy'>,
  now: Date,
): Pick<AppointmentEvent, 'occurredAt' | 'stamped'> {
  const text = fieldValue(message, message.header, 7) || fieldValue(message, segmentOf(message, 'EVN'), 2);
  if (orderBy === 'arrival' || !text) return { occurredAt: null };
  const stamp = readTimestamp(text, timeZone);
  if (!(stamp instanceof Date) || stamp.getTime() > now.getTime() + MOST_AHEAD_MS) return { occurredAt: null };
  const hasOffset = /[+-]\d{4}$/.test(text);
  return !hasOffset && comesTwice(stamp, timeZone) ? { occurredAt: null } : { occurredAt: stamp, stamped: true };
}
