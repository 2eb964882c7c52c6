import type { Fault } from '../../domain/errors.ts';
import { faultsOf } from '../../http/problem.ts';
import { MOST_ENTRIES, sourceMaps } from '../../http/schemas/source.ts';

/** A setting that says what codes of a booking system mean. */
export type MapName = keyof typeof sourceMaps;

/** Characters of a line: those of the longest code in quotation marks, and of the longest text. */
const LONGEST_LINE = 1_000;
/** A code that a line could not give back as it stands. */
const UNCLEAR = /^"|[=\n\r]|^\s|\s$/;
const QUOTED = /^("(?:[^"\\]|\\.)*")\s*=(.*)$/s;
const PLAIN = /^([^=]*)=(.*)$/s;

/** The entries of a map, one a line: `AMB4 = Opgang 4`. A code with an equals sign stands in quotes, as in JSON. */
export function linesOfMap(map: Readonly<Record<string, string>>): string {
  const lines = Object.entries(map).map(([code, meaning]) => {
    return `${UNCLEAR.test(code) ? JSON.stringify(code) : code} = ${meaning}`;
  });
  return lines.join('\n');
}

/** A fault of one line, which has no place in JSON. */
type CodeFault = Omit<Fault, 'pointer' | 'line' | 'column'>;

/** A line that is no entry of its map. */
export interface LineFault extends CodeFault {
  /** The first one is 1. */
  readonly line: number;
}

/** A map as its lines say it, with what is wrong with them. */
interface ReadLines {
  readonly map: Readonly<Record<string, string>>;
  readonly faults: readonly LineFault[];
}

/** Lines with a fault after which no further ones are read: nothing is saved then anyway. */
const MOST_FAULTS = 20;
const NO_EQUALS: CodeFault = { code: 'no_equals', detail: 'Write the code, an equals sign, and what it means.' };
const TWICE: CodeFault = { code: 'code_twice', detail: 'The code stands on an earlier line, too.' };
const NO_ROOM: CodeFault = { code: 'no_room', detail: 'There is no room for further codes.' };
const TOO_LONG: CodeFault = { code: 'too_long', detail: 'This is too long.' };

/** Reads the lines of a map. Each is checked by the schema of the API, so that a fault is known by its line. */
export function readLines(name: MapName, text: string): ReadLines {
  const map = new Map<string, string>();
  const faults: LineFault[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const written = line.trim();
    if (written === '') continue;
    const entry = written.length <= LONGEST_LINE ? entryOf(written) : TOO_LONG;
    const fault = 'code' in entry ? entry : faultIn(name, entry, map);
    if (fault) faults.push({ ...fault, line: at + 1 });
    else if ('key' in entry) map.set(entry.key, entry.meaning);
    if (fault === NO_ROOM || faults.length === MOST_FAULTS) break;
  }
  return { map: Object.fromEntries(map), faults };
}

interface Entry {
  readonly key: string;
  readonly meaning: string;
}

function entryOf(line: string): Entry | CodeFault {
  const [, quoted, rest = ''] = QUOTED.exec(line) ?? [];
  const key = quoted === undefined ? undefined : unquoted(quoted);
  if (key !== undefined) return { key, meaning: rest.trim() };
  const [, plain, meaning = ''] = PLAIN.exec(line) ?? [];
  return plain === undefined ? NO_EQUALS : { key: plain.trim(), meaning: meaning.trim() };
}

/** The text of a JSON string; undefined for what is none. */
function unquoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function faultIn(name: MapName, { key, meaning }: Entry, map: ReadonlyMap<string, string>): CodeFault | undefined {
  if (map.has(key)) return TWICE;
  if (map.size >= MOST_ENTRIES[name]) return NO_ROOM;
  const entry = Object.fromEntries([[key, meaning]]);
  const read = sourceMaps[name].safeParse(entry);
  return read.success ? undefined : faultsOf(read.error, entry, 'json')[0];
}
