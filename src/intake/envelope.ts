import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import type { ResolvedEvent } from '../domain/identity/resolved-event.ts';
import type { IngestElement } from '../formats/format.ts';
import type { Owner } from '../store/sources.ts';

/** The sender's own key of a request, with the keyed hash of what must be the same when it comes again. */
export interface RequestKey {
  readonly key: string;
  readonly bodyHash: Buffer;
}

/** A request of a booking system, after authentication and reading. */
export interface AcceptRequest {
  readonly source: Source;
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
  /** True where the sender itself gave the request a key: then it is a new event, whatever its body repeats. */
  readonly keyed?: boolean;
  /** The sender's keys of the whole request: a second one is that of a header, beside the first, which was signed. */
  readonly keys: readonly RequestKey[];
  /** The keys of the elements that have one of their own, at their positions: each key once. */
  readonly elementKeys?: readonly (RequestKey | undefined)[];
}

/** The result of one element. */
export type EventResult =
  | {
      readonly result: 'accepted' | 'duplicate' | 'stale' | 'ignored';
      /** null: the element is about no single appointment. */
      readonly reference: string | null;
      /** The start as it was understood, in the zone of its source; absent for an element that names none. */
      readonly start?: string;
      /** The number of reminders that are planned afterwards. */
      readonly reminders: number;
      /** Ids of the reminders that were handed over, or may have been, before this event. */
      readonly alreadyHandedOver: readonly string[];
      /** Why reminders of this event are not planned; left out when all are. */
      readonly reasons?: readonly string[];
      /** Faults that the sender should know of although the event was accepted; left out when there are none. */
      readonly warnings?: readonly Fault[];
      /** References of the appointments that an element about a patient has changed; absent for any other. */
      readonly changed?: readonly string[];
      /** Duration (ISO 8601) for which a patient without an appointment ahead is kept; absent where nothing is. */
      readonly keptFor?: string;
      /** True where nothing was stored of the element before; absent otherwise. */
      readonly created?: true;
    }
  | { readonly result: 'refused'; readonly reference: string | null; readonly problem: Problem };

/** The result of accepting a request: one for each element, or the reason why the whole is refused. */
export type RequestResult = readonly EventResult[] | Error;

/** An element that asks for a change. */
export type Actionable = Extract<IngestElement, { kind: 'appointment' | 'group' | 'patient' }>;

/** The events of appointments that an element holds; none of one about a patient. */
export function eventsOf(element: Actionable): readonly AppointmentEvent[] {
  if (element.kind === 'patient') return [];
  return element.kind === 'appointment' ? [element.event] : element.group.members;
}

/** An element on its way from reading to writing. */
export interface Envelope extends Owner {
  readonly request: AcceptRequest;
  /** The position of the element in its request. */
  readonly position: number;
  readonly element: Actionable;
}

/** An event of an envelope, about one appointment. */
export interface Change extends ResolvedEvent {
  readonly envelope: Envelope;
}

/** The result of an element that needs no work. */
export const IGNORED_RESULT: EventResult = { result: 'ignored', reference: null, reminders: 0, alreadyHandedOver: [] };

/** The result of a refused element. @param reference null: none could be read */
export function refusedResult(reference: string | null, problem: Problem): EventResult {
  return { result: 'refused', reference, problem };
}

/** The result of an element with a fault, whose pointer is relative to the element. */
export function refusalOf(reference: string, fault: Fault, { request, position }: Envelope): EventResult {
  const pointer = (request.array ? `/${position}` : '') + fault.pointer;
  return refusedResult(reference, new Problem(422, 'invalid', fault.detail, { faults: [{ ...fault, pointer }] }));
}

/**
 * The elements of a request that ask for a change.
 * @param repeated the results of elements that were received before, by position: they are left out
 */
export function envelopesOf(
  request: AcceptRequest,
  { source, authority }: Owner,
  repeated?: ReadonlyMap<number, EventResult>,
): Envelope[] {
  return request.elements.flatMap((element, position) => {
    if (element.kind === 'refused' || element.kind === 'ignored' || repeated?.has(position)) return [];
    return [{ request, position, element, source, authority }];
  });
}

/**
 * The results of a request, in the order of its elements.
 * @param results those of its envelopes, in the order of `envelopesOf`
 * @param repeated as for `envelopesOf`
 */
export function resultsOf(
  request: AcceptRequest,
  results: readonly EventResult[],
  repeated?: ReadonlyMap<number, EventResult>,
): EventResult[] {
  let next = 0;
  return request.elements.map((element, position) => {
    if (element.kind === 'refused') return refusedResult(element.reference, element.problem);
    if (element.kind === 'ignored') return IGNORED_RESULT;
    return repeated?.get(position) ?? (results[next++] as EventResult);
  });
}
