const LONGEST_WORD = 200;
const MOST_SEGMENTS = 255;

/** Text of a gateway in a form that can be stored: no content may prevent an outcome from being recorded. */
export function storableWord(word: string | null): string | null {
  // PostgreSQL accepts neither NUL nor lone surrogates.
  return word === null ? null : Buffer.from(word.replaceAll('\0', '').slice(0, LONGEST_WORD)).toString();
}

const ID = /^[\x21-\x7e]+$/;

/**
 * Id that a gateway gave a citizen's SMS; null for one with blanks or signs beyond ASCII, which may be a number that
 * somebody wrote.
 */
export function storableId(id: string | null): string | null {
  const word = storableWord(id);
  return word !== null && ID.test(word) ? word : null;
}

/** Segment count of a gateway; null when it is not plausible. */
export function storableSegments(count: number | null): number | null {
  return count !== null && Number.isInteger(count) && count > 0 && count <= MOST_SEGMENTS ? count : null;
}
