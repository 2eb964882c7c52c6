import type { AppointmentEvent, GroupEvent, PatientEvent, UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Fault, Problem } from '../domain/errors.ts';
import type { IgnoredCode } from './ignored.ts';
import type { RequestPointers } from './request-pointers.ts';
import type { Steps } from './steps.ts';

/** Most phone numbers that are read of one patient, those of contacts and relatives included. */
export const MAX_NUMBERS = 30;

/** Facts about the sender that the reader of a format needs. */
export interface IngestContext {
  readonly source: Source;
  readonly now: Date;
  /** Keyed hash of a patient's id at this source; the id itself is dropped while parsing. */
  readonly hashPatient: (patientId: string, form?: { readonly asGiven: boolean }) => Buffer;
}

/**
 * A part of a request: an event, a part that is ignored, or a refusal. A refused element does not affect the others.
 */
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
