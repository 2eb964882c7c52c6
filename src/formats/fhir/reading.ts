import type { IngestElement } from '../format.ts';

/** Request of a FHIR server, before anything is read back. */
export interface FhirRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** From the address `…/Appointment/{id}`. */
  readonly resourceType?: string | undefined;
  readonly id?: string | undefined;
  /** Medplum's header X-Medplum-Deleted-Resource. */
  readonly deletedResource?: string | undefined;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

/** Element of a request with its location. */
export interface FhirEntry {
  readonly element: IngestElement;
  /** Index of the Bundle's entry; null for a resource that a notification only names; 0 for a single resource. */
  readonly index: number | null;
  /** FHIRPath of the resource: `Appointment`, `Bundle.entry[2].resource`. */
  readonly path: string;
}

/** Sender and event of a message (FHIR R4 §2.31.2), for its response. */
export interface FhirMessage {
  /** Id of the MessageHeader, else the UUID of its fullUrl. */
  readonly id: string | null;
  readonly event: { readonly system: string | null; readonly code: string } | { readonly uri: string } | null;
  readonly sourceEndpoint: string | null;
  readonly destinationEndpoint: string | null;
}

/** Events of a topic subscription that a notification reports. */
export interface FhirFeed {
  /** Address of the Subscription. */
  readonly subscription: string;
  /** Numbers of the events, in the order of the notification; empty for a handshake or heartbeat. */
  readonly eventNumbers: readonly number[];
  /** Number of events since the subscription began; null when it is not given. */
  readonly sinceStart: number | null;
}

/** Content of a request. */
export interface FhirReading {
  /**
   * Entries in the order of their application, which differs from that of the request when it mixes versions of one
   * appointment.
   */
  readonly entries: readonly FhirEntry[];
  readonly bundle: boolean;
  readonly kind: 'resource' | 'bundle' | 'message' | 'notification' | 'ping' | 'delete';
  /** Number of entries of the Bundle, each with a result; 1 for a single resource. */
  readonly size: number;
  /** Message id: the same id with the same body is a repetition. */
  readonly messageId?: string;
  /**
   * Resources (`Type/id`) to read back from the sender's own server before reading again. The second reading may want
   * more, such as the patients of a resource that was read back.
   */
  readonly toReadBack: readonly string[];
  /**
   * The subset of `toReadBack` that the request is about. They have changed, so that an earlier read-back must not be
   * reused.
   */
  readonly changed: readonly string[];
  readonly feed?: FhirFeed;
  readonly message?: FhirMessage;
}
