/**
 * Object of parsed JSON. It is only read by the functions of this file, since its keys come from the sender and may be
 * `__proto__`.
 */
export type Json = Readonly<Record<string, unknown>>;

const MAX_TEXT = 2048;

/** The value as an object; undefined for anything else, including lists. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** Value of an own key; undefined when there is none, or `from` is not an object. */
export function propertyOf(from: unknown, key: string): unknown {
  const object = asObject(from);
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Object at a key; of a list the first one. undefined where there is none. */
export function objectOf(from: unknown, key: string): Json | undefined {
  return asObject(listOf(from, key).find((each) => asObject(each)));
}

/**
 * Objects of a list. A single object, as older versions and lenient senders write it, counts as a list of one.
 * @param most number of values to look through
 */
export function objectsOf(from: unknown, key: string, most = Number.POSITIVE_INFINITY): Json[] {
  const list = listOf(from, key);
  return (list.length > most ? list.slice(0, most) : list).flatMap((each): Json[] => {
    const object = asObject(each);
    return object ? [object] : [];
  });
}

/** Values of a list; a single value counts as a list of one. */
export function listOf(from: unknown, key: string): readonly unknown[] {
  const value = propertyOf(from, key);
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** Trimmed text of 1 to 2,048 characters, or a whole number as text; undefined for anything else. */
export function textOf(from: unknown, key: string): string | undefined {
  return asText(propertyOf(from, key));
}

/** Trimmed text of a value, as `textOf` of a field; undefined for anything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value.length > MAX_TEXT) return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** Whole number of 0 or more, also in text, as FHIR writes 64-bit numbers; undefined for anything else. */
export function countOf(from: unknown, key: string): number | undefined {
  const text = textOf(from, key);
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

/**
 * True when objects and lists are nested deeper than `levels`; the list of a field is on the level of its object.
 * @param inList false: the value stands in a field
 */
export function isDeeperThan(body: unknown, levels: number, inList = true): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (Array.isArray(body)) {
    const left = inList ? levels - 1 : levels;
    return left < 0 || body.some((inner) => isDeeperThan(inner, left, true));
  }
  if (levels < 1) return true;
  for (const key in body) if (isDeeperThan(body[key as keyof typeof body], levels - 1, false)) return true;
  return false;
}
