/** An object of parsed JSON. Read it with the functions here: its keys are the sender's, `__proto__` among them. */
export type Json = Readonly<Record<string, unknown>>;

const MAX_TEXT = 2048;

/** The value as an object; undefined for anything else, lists included. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** What stands under the key itself; undefined when nothing does, or `from` is no object. */
export function fieldOf(from: unknown, key: string): unknown {
  const object = asObject(from);
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The object under the key; the first one of a list. */
export function objectOf(from: unknown, key: string): Json | undefined {
  return asObject(listOf(from, key).find((each) => asObject(each)));
}

/**
 * The objects of a list; a single one, which older versions and sloppy senders write, counts as a list of one.
 * @param most of so many values at the head of the list
 */
export function objectsOf(from: unknown, key: string, most = Number.POSITIVE_INFINITY): Json[] {
  const list = listOf(from, key);
  return (list.length > most ? list.slice(0, most) : list).flatMap((each): Json[] => {
    const object = asObject(each);
    return object ? [object] : [];
  });
}

/** The values of a list, or the one value in a list of its own. */
export function listOf(from: unknown, key: string): readonly unknown[] {
  const value = fieldOf(from, key);
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** Trimmed text of 1 to 2,048 characters, or a whole number as text; undefined for anything else. */
export function textOf(from: unknown, key: string): string | undefined {
  return asText(fieldOf(from, key));
}

/** As `textOf`, of a value. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value.length > MAX_TEXT) return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** A whole number of 0 or more, also one written as text, as FHIR writes those of 64 bits. */
export function countOf(from: unknown, key: string): number | undefined {
  const text = textOf(from, key);
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** True when more than `levels` objects, or lists within lists, stand within each other. */
export function isDeeperThan(body: unknown, levels: number): boolean {
  const rest: [value: unknown, level: number, inList: boolean][] = [[body, 0, true]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [value, level, inList] = next;
    if (typeof value !== 'object' || value === null) continue;
    const isList = Array.isArray(value);
    const own = isList && !inList ? level : level + 1;
    if (own > levels) return true;
    for (const inner of isList ? value : Object.values(value)) {
      if (typeof inner === 'object' && inner !== null) rest.push([inner, own, isList]);
    }
  }
  return false;
}
