import { randomUUID } from 'node:crypto';

/** Creates a UUIDv7 (RFC 9562 §5.7): ids sort by time, to the millisecond of `now`. */
export function newId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  // The rest of a version 4 UUID is random too, and Node caches randomness for it.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
