/**
 * Words of an event about the status that nobody knows. A list: the appointment may have ended, and nothing is sent
 * about it until one of these words is mapped; empty where none can be. `kept`: the words say nothing of an end, and
 * what is stored goes on. `settled`: no words, but somebody has mapped those of an earlier event.
 */
export type UnclearWords = readonly string[] | 'kept' | 'settled';

/** True for words by which the appointment may have ended. */
export function mayHaveEnded({ unclear }: { readonly unclear?: UnclearWords }): boolean {
  return Array.isArray(unclear);
}

/** The code of a booking system as codes are compared: without regard to case, blanks and dashes. */
export function comparedCode(code: string): string {
  return code.toUpperCase().replace(/[\s_-]/g, '');
}

/** Bytes of a word's keyed hash that are kept. */
const HASH_BYTES = 16;

/** Makes the keyed hash of a code as `comparedCode` has it. */
export type HashCode = (code: string) => Buffer;

/** Words by which a status is unclear as they are stored; empty where nobody can map one. */
export function unclearBy(words: readonly string[], hash: HashCode): Buffer {
  return Buffer.concat([...new Set(words.map(comparedCode))].map((code) => hash(code).subarray(0, HASH_BYTES)));
}

/** Codes that settings map, as they are stored, and what each means. */
export interface HashedMeanings<T> {
  readonly words: readonly Buffer[];
  /** The meaning of the first of stored words that is mapped; undefined: none is. */
  readonly meaningOf: (stored: Buffer) => T | undefined;
}

/** Hashes the codes that settings map. */
export function meaningsByHash<T>(meanings: ReadonlyMap<string, T>, hash: HashCode): HashedMeanings<T> {
  const hashed = [...meanings].map(([code, meaning]) => [unclearBy([code], hash), meaning] as const);
  const byHash = new Map(hashed.map(([word, meaning]) => [word.toString('hex'), meaning]));
  return {
    words: hashed.map(([word]) => word),
    meaningOf: (stored) => hashesIn(stored).flatMap((each) => byHash.get(each) ?? [])[0],
  };
}

/** The hashes of stored words, in hexadecimal. */
export function hashesIn(stored: Buffer): string[] {
  const count = Math.floor(stored.length / HASH_BYTES);
  return Array.from({ length: count }, (_, nth) => stored.toString('hex', nth * HASH_BYTES, (nth + 1) * HASH_BYTES));
}
