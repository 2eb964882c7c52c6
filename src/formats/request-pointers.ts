/** Pointers into a request for those into our event, where it does not have the event as our own JSON does. */
export interface RequestPointers {
  /** JSON pointer to the event in the request. */
  readonly at: string;
  /** Pointer in our event to the part of it that stands there; absent: all of it does. */
  readonly part?: '/data';
  /** Pointers, from `at` on, to what our event was read from, by those in it; what is not named is `at` itself. */
  readonly fields?: ReadonlyMap<string, string>;
}

/** Translates a JSON pointer in our event to one in the request. */
export function pointerInRequest({ at, part, fields }: RequestPointers, eventPointer: string): string {
  if (fields) return at + (fields.get(eventPointer) ?? '');
  return at + (part && eventPointer.startsWith(part) ? eventPointer.slice(part.length) : eventPointer);
}
