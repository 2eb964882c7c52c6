const LONGEST_WORD = 200;
const MOST_SEGMENTS = 255;

/** A gateway's word, fit to be stored: whatever it answers must not keep an outcome from being recorded. */
export function storableWord(word: string | null): string | null {
  // PostgreSQL holds neither NUL nor half of a surrogate pair.
  return word === null ? null : Buffer.from(word.replaceAll('\0', '').slice(0, LONGEST_WORD)).toString();
}

/** null where a gateway's count makes no sense. */
export function storableSegments(count: number | null): number | null {
  return count !== null && Number.isInteger(count) && count > 0 && count <= MOST_SEGMENTS ? count : null;
}
