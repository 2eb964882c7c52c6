import type { JsonMapping } from '../../domain/json-mapping.ts';
import { valueAt } from './json-pointer.ts';

/**
 * Fields of our event that a mapping can fill, with their location in it. `replaces` is the appointment's former id;
 * `test` is true for an event that is planned and never sent.
 */
export const EVENT_POINTERS = {
  id: '/data/id',
  version: '/data/version',
  timestamp: '/timestamp',
  start: '/data/start',
  end: '/data/end',
  kind: '/data/kind',
  patientId: '/data/patient/id',
  phone: '/data/patient/phone',
  language: '/data/patient/language',
  locationCode: '/data/location/code',
  locationText: '/data/location/text',
  department: '/data/department',
  departmentCode: '/data/departmentCode',
  contactPhone: '/data/contactPhone',
  replaces: '/data/replaces',
  test: null,
} as const;

/** Name of a field that a mapping can fill. */
export type MappedField = keyof typeof EVENT_POINTERS;
/** The fields that a mapping can fill. */
export const MAPPED_FIELDS = Object.keys(EVENT_POINTERS) as [MappedField, ...MappedField[]];

const MAX_PHONES = 20;

/** Pointers as a list. */
export function toList(pointers: string | readonly string[] | undefined): readonly string[] {
  return pointers === undefined ? [] : typeof pointers === 'string' ? [pointers] : pointers;
}

/** The first value that `read` accepts. null: the value is there and empty; undefined: there is none. */
export function firstValue<T>(
  body: unknown,
  pointers: readonly string[],
  read: (value: unknown) => T | undefined,
): { readonly value: T; readonly pointer: string } | null | undefined {
  let none: null | undefined;
  for (const pointer of pointers) {
    const found = valueAt(body, pointer);
    const value = read(found);
    if (value !== undefined) return { value, pointer };
    if (isEmpty(found)) none = null;
  }
  return none;
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

/**
 * Text, or a number as text; undefined for anything else, and where it is empty. A number that JSON can't represent
 * exactly may be another id, and is not used.
 */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Text of a mapped field; null when it is empty, undefined when it is absent. */
export function textAt(body: unknown, field: MappedField, { fields }: JsonMapping): string | null | undefined {
  const found = firstValue(body, toList(fields[field]), scalarText);
  return found ? found.value : found;
}

/** A boolean, also as a text, 1 or 0; false for none. undefined: the value says neither. */
export function flagOf(value: unknown): boolean | undefined {
  if (value === undefined || isEmpty(value)) return false;
  const said = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
  if (said === 'true' || said === '1') return true;
  return said === 'false' || said === '0' ? false : undefined;
}

/** Id of the appointment; undefined when it is empty or absent. */
export function idAt(body: unknown, mapping: JsonMapping): string | undefined {
  return textAt(body, 'id', mapping) ?? undefined;
}

/** Version of the event: a number where it consists of digits; null when it is empty, undefined when it is absent. */
export function versionAt(body: unknown, mapping: JsonMapping): number | string | null | undefined {
  const text = textAt(body, 'version', mapping);
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Smaller numbers count seconds, others milliseconds: as seconds this is the year 5138, as milliseconds March 1973. */
const SECONDS_BELOW = 1e11;

/**
 * RFC 3339 or a local time as received; a number counts seconds or milliseconds since 1970. null when it is empty,
 * undefined when it is absent.
 */
export function momentAt(
  body: unknown,
  field: 'timestamp' | 'start' | 'end',
  { fields }: JsonMapping,
): string | null | undefined {
  const found = firstValue(body, toList(fields[field]), (value) => {
    if (typeof value !== 'number') return scalarText(value);
    const at = new Date(Math.abs(value) < SECONDS_BELOW ? value * 1000 : value);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  });
  return found ? found.value : found;
}

/** The numbers at the mapped pointers, in their order; null when they are empty, undefined when they are absent. */
export function phonesAt(body: unknown, { fields }: JsonMapping): string | readonly string[] | null | undefined {
  const found = toList(fields.phone).map((pointer) => valueAt(body, pointer));
  const phones = found
    .flatMap((value): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MAX_PHONES) : [value]))
    .flatMap((value) => scalarText(value) ?? [])
    .filter((phone) => phone.length <= 64)
    .slice(0, MAX_PHONES);
  const [only, ...others] = phones;
  if (only !== undefined) return others.length === 0 ? only : phones;
  return found.some((value) => isEmpty(value) || (Array.isArray(value) && value.every(isEmpty))) ? null : undefined;
}
