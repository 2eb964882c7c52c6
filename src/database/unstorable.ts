/** SQLSTATE of text that PostgreSQL can't hold: NUL, or a lone half of a surrogate pair in jsonb. */
const CODES = new Set(['22021', '22P05', '22P02']);

/** True when a value can't be stored at all, such as an invalid character: the fault is the caller's. */
export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && CODES.has(String(Reflect.get(error, 'code')));
}

/** True when another row has the key already (SQLSTATE unique_violation). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === '23505';
}

/** True when the database refused the values of a row (SQLSTATE classes 22 and 23), and would refuse them again. */
export function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && /^2[23]/.test(String(Reflect.get(error, 'code')));
}
