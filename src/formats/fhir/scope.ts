import { Problem } from '../../domain/errors.ts';
import type { IngestContext } from '../format.ts';
import type { Json } from './json-values.ts';
import type { ResourceIndex } from './references.ts';

/** Where a resource stands in the request. */
export interface Standing {
  /** FHIRPath to it: `Appointment`, `Bundle.entry[2].resource`. */
  readonly path: string;
  /** Of the request's own address: it wins over the id in the resource. */
  readonly addressId?: string | undefined;
  readonly fullUrl?: string | undefined;
  /** What the entry of a history says where the resource doesn't. */
  readonly version?: Version;
}

export interface Version {
  readonly version: number | null;
  readonly occurredAt: Date | null;
}

/** What all readers of one request share. */
export interface Scope {
  readonly context: IngestContext;
  readonly index: ResourceIndex;
  /** `Type/id` of what should be read back; filled while reading. */
  readonly wanted: Set<string>;
  /** Those of `wanted` that the request itself is about. */
  readonly named: Set<string>;
  /** Patients that an appointment was read with; filled while reading. */
  readonly used: Set<unknown>;
  /**
   * What `read` makes of a resource, made once for the request, however many appointments refer to it.
   * @param read a function of a module: its results are kept under itself
   */
  once<Value>(read: (resource: Json, scope: Scope) => Value, resource: Json): Value;
  /**
   * Counts members of a Group that stand for it in an appointment. @throws Problem 422 for more than any honest request
   * has
   */
  spend(members: number): void;
}

const MOST_MEMBERS = 5000;

/** For the readers of one request. */
export function createScope(context: IngestContext, index: ResourceIndex): Scope {
  const kept = new Map<unknown, WeakMap<Json, unknown>>();
  let members = 0;
  return {
    context,
    index,
    wanted: new Set(),
    named: new Set(),
    used: new Set(),
    once<Value>(read: (resource: Json, scope: Scope) => Value, resource: Json): Value {
      const known = kept.get(read) ?? new WeakMap<Json, unknown>();
      kept.set(read, known);
      if (!known.has(resource)) known.set(resource, read(resource, this));
      return known.get(resource) as Value;
    },
    spend(count) {
      members += count;
      if (members <= MOST_MEMBERS) return;
      const detail = `The members of Groups count in each appointment: there may be ${MOST_MEMBERS} together.`;
      throw new Problem(422, 'invalid', detail, { faults: [{ pointer: '', code: 'too_big', detail }] });
    },
  };
}
