import type { AppointmentEvent, UnmappedValue } from '../domain/appointment.ts';
import { cleanPrinted } from '../domain/sms-text.ts';
import { isHarmlessCode } from '../domain/text/numbers.ts';
import type { IngestElement } from './format.ts';

/**
 * Values missing from the source's mapping, listed for staff. Empty for a value that may be or contain a person's
 * number.
 */
export function toUnmapped(field: UnmappedValue['field'], value: string): UnmappedValue[] {
  return isHarmlessCode(value) ? [{ field, value }] : [];
}

/** The place of anything but a visit may be the citizen's address. */
function ofEvent({ kind = 'visit', unmapped = [] }: AppointmentEvent): readonly UnmappedValue[] {
  return kind === 'visit' ? unmapped : unmapped.filter(({ field }) => field !== 'location');
}

const MAX_START = 40;

/**
 * Start that could not be read, listed for staff: what stood there, with `#` in place of its digits where they might be
 * a person's number.
 */
export function unreadableStart(text: string | null): UnmappedValue[] {
  const start = (text ?? '').slice(0, MAX_START);
  const isHarmless = isHarmlessCode(start) && !/\d{8}/.test(start);
  return [{ field: 'start', value: cleanPrinted(isHarmless ? start : start.replace(/\p{Nd}/gu, '#')) ?? '(nothing)' }];
}

/** The values of an element that the source's settings do not know. */
export function unmappedIn(element: IngestElement): readonly UnmappedValue[] {
  if (element.kind === 'appointment') return ofEvent(element.event);
  if (element.kind === 'refused') return element.unmapped ?? [];
  return element.kind === 'group' ? element.group.members.flatMap(ofEvent) : [];
}
