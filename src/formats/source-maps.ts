import type { AppointmentEvent, UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { cleanPrinted } from '../domain/sms/sms-text.ts';
import { isHarmlessCode } from '../domain/text/numbers.ts';
import type { IngestElement } from './format.ts';

/**
 * Values missing from the source's mapping, listed for staff. Empty for a value that may be or contain a person's
 * number.
 */
export function toUnmapped(field: UnmappedValue['field'], value: string): UnmappedValue[] {
  return isHarmlessCode(value) ? [{ field, value }] : [];
}

/** A value of an element that the source's settings do not know. */
export interface FoundValue extends UnmappedValue {
  /** Present where only the stored appointment tells whether the value may be a citizen's address. */
  readonly untyped?: true;
}

/** The place of anything but a visit may be the citizen's address. */
function ofEvent({ kind, unmapped = [] }: AppointmentEvent): readonly FoundValue[] {
  if (kind === 'visit') return unmapped;
  if (kind !== undefined) return unmapped.filter(({ field }) => field !== 'location');
  return unmapped.map((each) => (each.field === 'location' ? { ...each, untyped: true } : each));
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
export function unmappedIn(element: IngestElement): readonly FoundValue[] {
  if (element.kind === 'appointment') return ofEvent(element.event);
  if (element.kind === 'refused' || element.kind === 'ignored') return element.unmapped ?? [];
  return element.kind === 'group' ? element.group.members.flatMap(ofEvent) : [];
}

/**
 * Tells how citizen and authority meet, by the first of these codes of a type that the source's `typeMap` has. The
 * codes themselves tell about health and are dropped.
 * @returns `visit` when there are codes and none is mapped; undefined without codes and for a source without `typeMap`
 */
export function mappedKind(
  codes: readonly (string | null | undefined)[],
  { typeMap }: Pick<Source, 'typeMap'>,
): AppointmentEvent['kind'] {
  if (Object.keys(typeMap).length === 0) return undefined;
  const present = codes.filter((code) => typeof code === 'string');
  const known = present.find((code) => Object.hasOwn(typeMap, code));
  if (known !== undefined) return typeMap[known];
  return present.length > 0 ? 'visit' : undefined;
}
