import type { AppointmentEvent, GroupEvent, PatientEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Problem } from '../domain/errors.ts';

/** What a format's reader is told about the sender. */
export interface IngestContext {
  readonly source: Source;
  readonly now: Date;
  /** Keyed hash of a patient's id at this source: the id itself is dropped while parsing. */
  readonly hashPatient: (patientId: string) => Buffer;
}

/** One part of a request: what it says, that it is none of ours, or why it can't be used. A bad one harms no other. */
export type IngestElement =
  | { readonly kind: 'appointment'; readonly event: AppointmentEvent }
  | { readonly kind: 'group'; readonly group: GroupEvent }
  | { readonly kind: 'patient'; readonly patient: PatientEvent }
  /** Taken and left as it is, such as a heartbeat. */
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'refused'; readonly reference: string | null; readonly problem: Problem };

/** The sender's own key, like an Idempotency-Key: the same with another content is refused. */
export interface SenderKey {
  readonly key: string;
  /** What must be the same when it comes again. */
  readonly content: string;
}

/** A request taken apart. `array`: the sender sent several and wants an answer for each. */
export interface IngestResult {
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
  /** Which of several formats at one address it was read by: an `IngestFormat`'s id. */
  readonly format?: string;
  /** The sender's own id of the request, where the format holds one: the same id with the same body is a repeat. */
  readonly messageId?: string;
  /** The key of all of it. */
  readonly key?: SenderKey;
  /** The key of each element, at its position: each one once. */
  readonly elementKeys?: readonly (SenderKey | undefined)[];
  /**
   * Where in the request stands what our event has at the pointer `ours`, of the element at this position; left out:
   * there, too.
   */
  readonly pointerOf?: (ours: string, position: number) => string;
}

/** A format of `POST /v1/webhooks/{source}`. */
export interface IngestFormat {
  readonly id: string;
  /** True when a request with these headers and this body is for it. */
  accepts(request: WebhookContent, context: IngestContext): boolean;
  /** @throws Problem when nothing of the request can be used */
  read(request: WebhookContent, context: IngestContext): IngestResult;
}

/** A request to the webhook after its JSON was parsed. */
export interface WebhookContent {
  readonly contentType: string;
  /** By its name in small letters; undefined where there is none. */
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
}
