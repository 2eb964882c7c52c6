import type { Fault } from './errors.ts';

/** Members of an event that nothing orders, by which it is known when it comes once more. */
export interface UnorderedEvent {
  /** Tells what was sent apart: the same once more is a repeat. Absent: something orders it. */
  readonly sentAs?: string;
  /** True where a repeat is taken all the same, as a list that is imported again. */
  readonly repeatable?: true;
  /** What its sender should know where a repeat contradicts what is stored. */
  readonly warningsIfRepeated?: readonly Fault[];
  /** What its sender should know each time, also of a repeat. */
  readonly warningsEachTime?: readonly Fault[];
}

/** Hashes of the events of an appointment that nothing ordered, one behind another, the latest last. */
export type SeenEvents = Buffer;

/** No event. */
export const NOTHING_SEEN: SeenEvents = Buffer.alloc(0);

/** 128 bits, of which an appointment has fifty at most. */
const HASH_BYTES = 16;
const MOST_EVENTS = 50;

/** True for an event that came before. */
export function hasSeen(seen: SeenEvents, hash: Buffer): boolean {
  return positionOf(seen, short(hash)) !== undefined;
}

/** The same with one more event; the oldest ones go. */
export function withSeen(seen: SeenEvents, hash: Buffer): SeenEvents {
  const own = short(hash);
  const at = positionOf(seen, own);
  const others = at === undefined ? [seen] : [seen.subarray(0, at), seen.subarray(at + HASH_BYTES)];
  return Buffer.concat([...others, own]).subarray(-HASH_BYTES * MOST_EVENTS);
}

function short(hash: Buffer): Buffer {
  return hash.subarray(0, HASH_BYTES);
}

function positionOf(seen: SeenEvents, own: Buffer): number | undefined {
  for (let at = 0; at < seen.length; at += HASH_BYTES) if (seen.subarray(at, at + HASH_BYTES).equals(own)) return at;
  return undefined;
}
