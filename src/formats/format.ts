import type { AppointmentEvent, GroupEvent, PatientEvent, UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Fault, Problem } from '../domain/errors.ts';
import type { HashPatient } from '../domain/patient-key.ts';
import type { IgnoredCode } from './ignored.ts';

/** Most phone numbers that are read of one patient, those of contacts and relatives included. */
export const MAX_NUMBERS = 30;

/** Facts about the sender that the reader of a format needs. */
export interface IngestContext {
  readonly source: Source;
  readonly now: Date;
  /** The id itself is dropped while parsing. */
  readonly hashPatient: HashPatient;
}

/** A part of a request. A refused element does not affect the others. */
export type IngestElement =
  | { readonly kind: 'appointment'; readonly event: AppointmentEvent }
  | { readonly kind: 'group'; readonly group: GroupEvent }
  | { readonly kind: 'patient'; readonly patient: PatientEvent }
  /** Accepted without effect, such as a heartbeat; with warnings where its sender may expect an effect. */
  | {
      readonly kind: 'ignored';
      readonly why: IgnoredCode;
      readonly warnings?: readonly Fault[];
      /** Listed for staff, as of a refused one. */
      readonly unmapped?: readonly UnmappedValue[];
    }
  | {
      readonly kind: 'refused';
      readonly reference: string | null;
      readonly problem: Problem;
      /** Listed for staff although nothing else is kept of the element. */
      readonly unmapped?: readonly UnmappedValue[];
    };

/** Idempotency key of the sender's format: the same key with other content is refused. */
export interface SenderKey {
  readonly key: string;
  /** Content that a repetition must have in common. */
  readonly content: string;
}

/** Content of a request. `array` is true when the sender sent several elements and expects a result for each. */
export interface IngestResult {
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
  /** Id of the `IngestFormat` that read it, where several formats share an address. */
  readonly format?: string;
  /** The sender's own id of the request, where the format has one: the same id with the same body is a repetition. */
  readonly messageId?: string;
  /** Idempotency key of the whole request. */
  readonly key?: SenderKey;
  /** Idempotency keys of the elements, by position; each key occurs once. */
  readonly elementKeys?: readonly (SenderKey | undefined)[];
  /** Pointers into the request for those into our events, by position; absent where both have the same. */
  readonly pointerTables?: readonly (RequestPointers | undefined)[];
}

/** Format accepted at `POST /v1/webhooks/{source}`. */
export interface IngestFormat {
  readonly id: string;
  /** True when this format reads a request with these headers and this body. */
  accepts(request: WebhookContent, context: IngestContext): boolean;
  /** Yields one element after another. @throws Problem when the request as a whole can't be read */
  read(request: WebhookContent, context: IngestContext): Steps<IngestResult>;
}

/** Request to the webhook, with its JSON parsed. */
export interface WebhookContent {
  readonly contentType: string;
  /** Value of a header by its lower-case name; undefined when it is absent. */
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
}

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

/** Work in steps: between two of them whoever runs it may let other work go on. */
export type Steps<T> = Generator<undefined, T>;

/** Maps items one after another, each a step. */
export function* mapInSteps<T, R>(items: readonly T[], map: (item: T, index: number) => R): Steps<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    results.push(map(item, index));
    yield;
  }
  return results;
}

/** Maps items one after another, each in steps of its own and one more. */
export function* stepsOfEach<T, R>(items: readonly T[], map: (item: T) => Steps<R>): Steps<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(yield* map(item));
    yield;
  }
  return results;
}

/** Appointments, or events about some, in one request at the most. */
export const MAX_ELEMENTS = 1000;
/** Characters of a patient's id in JSON and CSV at the most. */
export const MAX_PATIENT_ID = 255;
/** Characters of a code at the most: of a place, a department or a status. */
export const MAX_CODE = 100;
/**
 * Characters of a place, a department or a kind in words at the most. Cleaning longer texts is slow, and sixty
 * characters are printed.
 */
export const MAX_WORDING = 1000;
