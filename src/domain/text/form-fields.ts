/**
 * True for an `application/x-www-form-urlencoded` body with more fields than `most`: each costs far more to parse than
 * the bytes that it takes.
 */
export function hasMoreFields(body: Uint8Array, most: number): boolean {
  return standsMoreOften(body, '&', most - 1);
}

/** True for a body in which the separator stands more than `most` times: it is read as far as that takes. */
export function standsMoreOften(body: Uint8Array, separator: string, most: number): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let found = 0;
  for (let at = bytes.indexOf(separator); at !== -1; at = bytes.indexOf(separator, at + 1))
    if (++found > most) return true;
  return false;
}
