import { type Fault, Problem } from './errors.ts';

/** FHIR's resources are some twenty deep. */
const MAX_DEPTH = 64;
/** Different names of keys: each costs the parser ten times as much as one that it has seen before. */
const MAX_NAMES = 10_000;
/** A shorter text, in characters, has fewer of them. */
const FEW_NAMES = 40_000;
/** Objects and lists: half a million empty ones fit into a megabyte, which the parser takes a long time to make. */
const MAX_CONTAINERS = 50_000;
/** Objects and lists that are looked at in one step. */
const STEP = 5_000;
const [QUOTE, COLON, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN, CLOSE] = [0x22, 0x3a, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON that is nested 64 deep at most, has at most 10,000 different keys and 50,000 objects and lists, and names
 * no key twice in one object (RFC 8259 §4: what readers make of that differs, so that a signature or a check may cover
 * another value than the one that is used).
 * @throws SyntaxError for text that is no JSON, whose message may quote it; Problem 400
 */
export function parseJsonText(text: string): unknown {
  const steps = parseJsonInSteps(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Parses JSON as `parseJsonText` does, in steps: of a megabyte each may take tens of milliseconds in a process that has
 * read none before, between which other work can go on.
 */
export function* parseJsonInSteps(text: string): Generator<undefined, unknown> {
  const keys = countKeys(text);
  yield;
  const value: unknown = JSON.parse(text);
  yield;
  // JSON.parse silently keeps one of two equal keys, so they are looked for in the text.
  if (keys > 0 && (text.length < FEW_NAMES ? keysIn(value) : yield* keysInSteps(value)) < keys) throw repeatedKey(text);
  return value;
}

/**
 * Counts what are keys in valid JSON.
 * @throws Problem 400 for text that is nested too deep, or has too many different keys or too many objects and lists
 */
function countKeys(text: string): number {
  const names = text.length < FEW_NAMES ? null : new Set<string>();
  let keys = 0;
  let depth = 0;
  let containers = 0;
  let string = 0;
  for (let at = 0, end = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      string = at + 1;
      end = at = endOfString(text, at);
    } else if (code === COLON) {
      keys++;
      if (names && names.add(text.slice(string, end)).size > MAX_NAMES) throw tooManyNames();
    } else if (code === OPEN || code === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) throw tooDeep(at);
      if (++containers > MAX_CONTAINERS) throw tooManyContainers();
    } else if (code === CLOSE || code === CLOSE_ARRAY) depth--;
  }
  return keys;
}

/** @returns the place of the closing quote, or the end of a text without one */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let code = text.charCodeAt(at); at < text.length && code !== QUOTE; code = text.charCodeAt(at))
    at += code === BACKSLASH ? 2 : 1;
  return at;
}

/** The depth of the value is bounded by then. */
function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const each of value) keys += keysIn(each);
  else for (const key in value) keys += 1 + keysIn(value[key as keyof typeof value]);
  return keys;
}

/** Counts the keys as `keysIn` does, in steps of some thousand objects and lists. */
function* keysInSteps(value: unknown): Generator<undefined, number> {
  const rest: object[] = isContainer(value) ? [value] : [];
  let keys = 0;
  let looked = 0;
  for (let each = rest.pop(); each; each = rest.pop()) {
    if (Array.isArray(each)) {
      for (const inner of each) if (isContainer(inner)) rest.push(inner);
    } else
      for (const key in each) {
        const inner: unknown = each[key as keyof typeof each];
        if (isContainer(inner)) rest.push(inner);
        keys++;
      }
    if (++looked % STEP === 0) yield;
  }
  return keys;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tooDeep(at: number): Problem {
  const detail = `JSON may be nested ${MAX_DEPTH} deep; this goes deeper at character ${at + 1}.`;
  return new Problem(400, 'too-deep', detail, { faults: [{ pointer: '', code: 'too_deep', detail }] });
}

function tooManyNames(): Problem {
  const detail = `JSON may have ${MAX_NAMES} different keys; send fewer elements at once, or lists in place of keys.`;
  return new Problem(400, 'too-many-keys', detail, { faults: [{ pointer: '', code: 'too_many_keys', detail }] });
}

function tooManyContainers(): Problem {
  const detail = `JSON may have ${MAX_CONTAINERS} objects and lists; send fewer elements at once.`;
  return new Problem(400, 'too-many-objects', detail, { faults: [{ pointer: '', code: 'too_many_objects', detail }] });
}

function repeatedKey(text: string): Problem {
  const detail = 'This key stands twice in one object, and which of the two counts is unknown.';
  const fault: Fault = { pointer: repetitionIn(text), code: 'repeated_key', detail };
  return new Problem(400, 'repeated-key', 'A key stands twice in one object: see errors.', { faults: [fault] });
}

/** A container that is open at a place of the text; `keys` is null in an array. */
interface Container {
  readonly keys: Set<string> | null;
  at: string | number;
}

/** @param text valid JSON. @returns the pointer to the first key that is repeated; '' when none is */
function repetitionIn(text: string): string {
  const open: Container[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const inner = open.at(-1);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (inner?.keys && isKey(text, end)) {
        const raw = text.slice(at + 1, end);
        inner.at = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
        if (inner.keys.has(inner.at)) return open.map((container) => pointerStep(container.at)).join('');
        inner.keys.add(inner.at);
      }
      at = end;
    } else if (code === OPEN) open.push({ keys: new Set(), at: '' });
    else if (code === OPEN_ARRAY) open.push({ keys: null, at: 0 });
    else if (code === CLOSE || code === CLOSE_ARRAY) open.pop();
    else if (text[at] === ',' && inner && typeof inner.at === 'number') inner.at++;
  }
  return '';
}

/** True when a colon follows the string that ends here. */
function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

/**
 * A key in a caller's JSON as faults name it. It may itself be a phone number: a long one, or one with more than five
 * digits, of any script or circled, is replaced by `*`.
 */
export function printableKey(key: PropertyKey): string {
  const text = String(key);
  const isHarmless = typeof key === 'number' || (text.length <= 80 && text.replace(/\P{N}/gu, '').length <= 5);
  return isHarmless ? text : '*';
}

/** A step of a JSON pointer (RFC 6901 §3) in a fault. */
export function pointerStep(key: PropertyKey): string {
  return `/${printableKey(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** True for a JSON object that is not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
