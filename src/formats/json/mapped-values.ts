import { isObject, pointerStep } from '../../domain/json.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';

/**
 * Fields that a mapping can fill, with their location in our event; null: it has none of that name. `replaces` is the
 * appointment's former id; `test` is true for an event that is planned and never sent.
 */
export const EVENT_POINTERS = {
  id: '/data/id',
  version: '/data/version',
  timestamp: '/timestamp',
  start: '/data/start',
  startDate: null,
  startTime: null,
  end: '/data/end',
  timeZone: null,
  kind: '/data/kind',
  patientId: '/data/patient/id',
  phone: '/data/patient/phone',
  phoneCountry: null,
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

/** Pointers as a list. */
export function toList(pointers: string | readonly string[] | null | undefined): readonly string[] {
  return typeof pointers === 'string' ? [pointers] : (pointers ?? []);
}

/** A value with its pointer. null: the value is there and empty; undefined: there is none. */
export type MappedValue<T> = { readonly value: T; readonly pointer: string } | null | undefined;

/** The first value that `read` accepts. */
export function firstValue<T>(
  body: unknown,
  pointers: readonly string[],
  read: (value: unknown) => T | undefined,
): MappedValue<T> {
  let none: null | undefined;
  for (const pointer of pointers) {
    const found = valueAt(body, pointer);
    const value = read(found);
    if (value !== undefined) return { value, pointer };
    if (isEmpty(found)) none = null;
  }
  return none;
}

/** The value alone. */
export function justValue<T>(found: MappedValue<T>): T | null | undefined {
  return found ? found.value : found;
}

/** True for null and for a text of nothing but blanks. */
export function isEmpty(value: unknown): boolean {
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
  return justValue(firstValue(body, toList(fields[field]), scalarText));
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

/** RFC 3339 or a local time as received; a number counts seconds or milliseconds since 1970. */
export function momentAt(
  body: unknown,
  field: 'timestamp' | 'start' | 'end',
  { fields }: JsonMapping,
): MappedValue<string> {
  return firstValue(body, toList(fields[field]), (value) => {
    if (typeof value !== 'number') return scalarText(value);
    const at = new Date(Math.abs(value) < SECONDS_BELOW ? value * 1000 : value);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  });
}

/** A value as it stands, with its pointer. */
export interface FieldAt {
  readonly pointer: string;
  readonly value: unknown;
}

/** The first of the fields at these pointers in which anything stands, whatever it is. */
export function firstFilled(body: unknown, pointers: readonly string[]): FieldAt | undefined {
  const fields = pointers.map((pointer) => ({ pointer, value: valueAt(body, pointer) }));
  return fields.find(({ value }) => value !== undefined && !isEmpty(value));
}

/**
 * The fields in the object that a pointer ends in that have one of these names, in whatever case and with whatever
 * signs.
 * @param names in small letters
 */
export function siblingsNamed(body: unknown, pointer: string, names: ReadonlySet<string>): FieldAt[] {
  const at = pointer.slice(0, Math.max(pointer.lastIndexOf('/'), 0));
  const holder = valueAt(body, at);
  if (!isObject(holder)) return [];
  const named = Object.entries(holder).filter(([key]) => names.has(key.toLowerCase().replace(/[^a-z]/g, '')));
  return named.map(([key, value]) => ({ pointer: at + pointerStep(key), value }));
}

/** Value at a JSON pointer (RFC 6901). @returns undefined when there is none; inherited properties don't count */
export function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  return pointer.slice(1).split('/').reduce(stepInto, document);
}

function stepInto(value: unknown, step: string): unknown {
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,9})$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
