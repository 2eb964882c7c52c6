import { Problem } from '../../domain/errors.ts';
import type { IngestContext } from '../format.ts';
import type { Json } from './json-values.ts';
import type { ResourceIndex } from './references.ts';

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
  /**
   * Result of `read` for a resource, computed once per request, however many appointments refer to it.
   * @param read a module's function; results are cached by it
   */
  once<Value>(read: (resource: Json, scope: ReadingScope) => Value, resource: Json): Value;
  /**
   * Counts the members of a Group in an appointment.
   * @throws Problem 422 when they exceed the limit for one request
   */
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
      throw new Problem(422, 'invalid', detail, { faults: [{ pointer: '', code: 'too_big', detail }] });
    },
  };
}
