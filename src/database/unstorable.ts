/** SQLSTATE of text that PostgreSQL can't hold: NUL, or a lone half of a surrogate pair in jsonb. */
const CODES = new Set(['22021', '22P05', '22P02']);

/** True when the database refused a value as such: the caller's fault, whatever else was right. */
export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && CODES.has(String(Reflect.get(error, 'code')));
}
