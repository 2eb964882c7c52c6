import { randomUUID } from 'node:crypto';

/** The pattern of a UUID as it is stored, in small letters, as the source of a regular expression. */
export const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const WHOLE = new RegExp(`^${UUID}$`, 'i');

/** A page of rows in the order of their ids: those behind `after` (null: from the first), `limit` at most. */
export interface IdPage {
  readonly after: string | null;
  readonly limit: number;
}

/** True for a UUID, in small or capital letters. */
export function isUuid(text: string | null): text is string {
  return text !== null && WHOLE.test(text);
}

/** Creates a UUIDv7 (RFC 9562 §5.7): ids sort by time, to the millisecond of `now`. */
export function newId(now: Date): string {
  // The rest of a version 4 UUID is random too, and Node caches randomness for it.
  return frontOf(now) + randomUUID().slice(15);
}

let last = { ms: Number.NaN, front: '' };

/** The part of an id that tells the time, with its version. The last one is kept: many ids are made at one `now`. */
function frontOf(at: Date): string {
  const ms = at.getTime();
  if (ms !== last.ms) {
    const time = ms.toString(16).padStart(12, '0');
    last = { ms, front: `${time.slice(0, 8)}-${time.slice(8)}-7` };
  }
  return last.front;
}

/** The first id of `at`: ids made from then on are not smaller. */
export function firstId(at: Date): string {
  return `${frontOf(at)}000-8000-000000000000`;
}
