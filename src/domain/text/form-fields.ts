const AND = '&'.charCodeAt(0);

/**
 * True for an `application/x-www-form-urlencoded` body with more fields than `most`: each costs far more to parse than
 * the bytes that it takes.
 */
export function hasMoreFields(body: Uint8Array, most: number): boolean {
  let fields = 1;
  for (let at = body.indexOf(AND); at !== -1; at = body.indexOf(AND, at + 1)) if (++fields > most) return true;
  return false;
}
