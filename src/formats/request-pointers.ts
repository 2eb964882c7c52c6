import type { Fault } from '../domain/errors.ts';

/** Pointers into a request for those into our event, where it does not have the event as our own JSON does. */
export interface RequestPointers {
  /** JSON pointer to the event in the request. */
  readonly at: string;
  /** Pointer in our event to the part of it that stands there; absent: all of it does. */
  readonly part?: '/data';
  /** Pointers, from `at` on, to what our event was read from, by those in it; what is not named is `at` itself. */
  readonly fields?: ReadonlyMap<string, string>;
}

/** A fault of our event as the sender reads it: at its place in the request, and in the terms of a mapping. */
export function faultInRequest(pointers: RequestPointers, fault: Fault): Fault {
  const pointer = pointerInRequest(pointers, fault.pointer);
  const without = pointers.fields && WITHOUT_START[`${fault.pointer} ${fault.code}`];
  return { ...fault, pointer, ...(without && { detail: without + FETCH_IT }) };
}

const FETCH_IT =
  ', and `start` in the mapping of this source leads to no start. Where an event holds ids only, an integration must ' +
  'fetch the appointment and send it on.';
/** Details of what is refused for want of a start, by pointer and code. */
const WITHOUT_START: Readonly<Record<string, string>> = {
  '/data/start required': 'A booked appointment needs a start',
  '/data/id unknown_reference': 'No appointment is known under this id',
};

/** Translates a JSON pointer in our event to one in the request. */
export function pointerInRequest({ at, part, fields }: RequestPointers, eventPointer: string): string {
  if (fields) return at + (fields.get(eventPointer) ?? '');
  return at + (part && eventPointer.startsWith(part) ? eventPointer.slice(part.length) : eventPointer);
}
