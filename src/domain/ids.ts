import { randomUUID } from 'node:crypto';

/** A UUIDv7 (RFC 9562 §5.7): ids made later sort later, to the millisecond of `now`. */
export function newId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  // What follows the version is random in a version 4 too, for which Node keeps randomness at hand.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
