import type { IngestElement } from '../format.ts';

/** What a request says, before anything is read back. */
export interface FhirRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Of the address, `…/Appointment/{id}`. */
  readonly resourceType?: string | undefined;
  readonly id?: string | undefined;
  /** Medplum's header X-Medplum-Deleted-Resource. */
  readonly deletedResource?: string | undefined;
  /** Parsed JSON; undefined: an empty body. */
  readonly body: unknown;
}

export interface FhirEntry {
  readonly element: IngestElement;
  /** Which of the Bundle's entries it answers; null: it was only named by a notification; 0 for a single resource. */
  readonly index: number | null;
  /** FHIRPath to the resource: `Appointment`, `Bundle.entry[2].resource`. */
  readonly path: string;
}

/** Who sent a message about what (FHIR R4 §2.31.2), for its answer. */
export interface FhirMessage {
  /** Of the MessageHeader, else the UUID of its fullUrl. */
  readonly id: string | null;
  readonly event: { readonly system: string | null; readonly code: string } | { readonly uri: string } | null;
  readonly sourceEndpoint: string | null;
  readonly destinationEndpoint: string | null;
}

/** Which events of a topic subscription a notification tells of. */
export interface FhirFeed {
  /** The address of the Subscription. */
  readonly subscription: string;
  /** Of these events, in the order told; empty for a handshake or heartbeat. */
  readonly eventNumbers: readonly number[];
  /** How many events there have been since the subscription began; null: not told. */
  readonly sinceStart: number | null;
}

/** A request taken apart. */
export interface FhirReading {
  /**
   * In the order in which they are to be applied, which differs from that of the request where versions of one
   * appointment are mixed.
   */
  readonly entries: readonly FhirEntry[];
  readonly bundle: boolean;
  readonly kind: 'resource' | 'bundle' | 'message' | 'notification' | 'ping' | 'delete';
  /** How many entries the Bundle has, each with an answer; 1 for a single resource. */
  readonly size: number;
  /** The same id with the same body is a repeat. */
  readonly messageId?: string;
  /**
   * `Type/id` to be read back from the sender's own server before reading again, which may want more: the patients of
   * what was read back.
   */
  readonly wanted: readonly string[];
  /** Those of `wanted` that the request is about: they have changed, so that nothing read earlier will do. */
  readonly named: readonly string[];
  readonly feed?: FhirFeed;
  readonly message?: FhirMessage;
}
