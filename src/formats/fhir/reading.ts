import { refusedFor } from '../../domain/errors.ts';
import type { IngestContext, IngestElement } from '../format.ts';
import type { Json } from './json-values.ts';
import type { ResourceIndex } from './references.ts';

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
  /** In the order of their application, which differs from the request's when it mixes versions of one appointment. */
  readonly entries: readonly FhirEntry[];
  readonly bundle: boolean;
  readonly kind: 'resource' | 'bundle' | 'message' | 'notification' | 'ping' | 'delete';
  /** Number of entries of the Bundle, each with a result; 1 for a single resource. */
  readonly size: number;
  /** Message id: the same id with the same body is a repetition. */
  readonly messageId?: string;
  /** Resources (`Type/id`) to read back before reading again, which may want more: the patients of what came. */
  readonly toReadBack: readonly string[];
  /** Those of `toReadBack` that the request is about: they have changed, so that no earlier read-back may be reused. */
  readonly changed: readonly string[];
  readonly feed?: FhirFeed;
  readonly message?: FhirMessage;
}

/** Location of a resource in the request. */
export interface ResourceOrigin {
  /** FHIRPath: `Appointment`, `Bundle.entry[2].resource`. */
  readonly path: string;
  /** Id in the request's address; it outranks that in the resource. */
  readonly addressId?: string | undefined;
  readonly fullUrl?: string | undefined;
  /** Version by the entry of a history, for a resource without one. */
  readonly version?: Version;
}

/** The order of a resource among its earlier states: `meta.versionId` where it is a number, and `meta.lastUpdated`. */
export interface Version {
  readonly version: number | null;
  readonly occurredAt: Date | null;
}

/** State shared by the readers of one request. */
export interface ReadingScope {
  readonly context: IngestContext;
  readonly index: ResourceIndex;
  /** Resources (`Type/id`) to read back; filled while reading. */
  readonly toReadBack: Set<string>;
  /** The subset of `toReadBack` that the request is about. */
  readonly changed: Set<string>;
  /** Patients that appointments refer to; filled while reading. */
  readonly usedPatients: Set<unknown>;
  /** Result of `read`, a module's function, for a resource: computed once, however many appointments refer to it. */
  once<Value>(read: (resource: Json, scope: ReadingScope) => Value, resource: Json): Value;
  /** Counts the members of a Group in an appointment. @throws Problem 422 when a request has too many of them */
  countGroupMembers(members: number): void;
}

const MOST_MEMBERS = 5000;

/** Creates the state for reading one request. */
export function createScope(context: IngestContext, index: ResourceIndex): ReadingScope {
  const kept = new Map<unknown, WeakMap<Json, unknown>>();
  let members = 0;
  return {
    context,
    index,
    toReadBack: new Set(),
    changed: new Set(),
    usedPatients: new Set(),
    once<Value>(read: (resource: Json, scope: ReadingScope) => Value, resource: Json): Value {
      const known = kept.get(read) ?? new WeakMap<Json, unknown>();
      kept.set(read, known);
      if (!known.has(resource)) known.set(resource, read(resource, this));
      return known.get(resource) as Value;
    },
    countGroupMembers(count) {
      members += count;
      if (members <= MOST_MEMBERS) return;
      const detail = `Members of Groups count in each appointment: at most ${MOST_MEMBERS} are accepted in total.`;
      throw refusedFor('too_big', '', detail);
    },
  };
}
