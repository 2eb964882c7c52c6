import { type AppointmentEvent, type AppointmentStatus, STATUSES } from '../domain/appointment.ts';
import type { JsonMapping } from '../domain/authority.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import { referenceFault } from '../domain/reference.ts';
import type { IngestContext, IngestElement, IngestResult } from './format.ts';
import { readElement } from './json.ts';
import { valueAt } from './json-pointer.ts';
import { MAX_ELEMENTS, STATUS_OF_TYPE } from './json-schema.ts';
import {
  EVENT_POINTERS,
  firstValue,
  idAt,
  MAPPED_FIELDS,
  type MappedField,
  momentAt,
  phonesAt,
  scalarText,
  textAt,
  toList,
  versionAt,
} from './mapped-values.ts';

/**
 * Values that a vendor's event type can be mapped to: types of our event, and statuses, since some statuses have no
 * type.
 */
export const MAPPED_TYPES: readonly [string, ...string[]] = [...STATUSES, ...Object.keys(STATUS_OF_TYPE)];

/**
 * Reads a vendor's JSON by the source's mapping. Values without a pointer are not read.
 * @param timestamp of the envelope, for events without one
 * @throws Problem 422 when the array of events is missing
 */
export function readMapped(
  body: unknown,
  mapping: JsonMapping,
  context: IngestContext,
  timestamp?: string,
): IngestResult {
  const { events } = mapping;
  const at = (position: number) => (events === undefined ? '' : `${events}/${position}`);
  const read = (event: unknown, position: number) =>
    readMappedEvent(event, { mapping, context, at: at(position), timestamp });
  const pointerOf = (eventPointer: string, position: number) => at(position) + pointerFor(eventPointer, mapping);
  if (events === undefined) return { elements: [read(body, 0)], array: false, pointerOf };
  const list = valueAt(body, events);
  if (!Array.isArray(list))
    throw refused([{ pointer: events, code: 'invalid_type', detail: 'An array of events is required here.' }]);
  if (list.length > MAX_ELEMENTS) {
    throw refused([
      { pointer: events, code: 'too_big', detail: `${MAX_ELEMENTS} events at most; this array has ${list.length}.` },
    ]);
  }
  return { elements: list.map(read), array: true, pointerOf };
}

interface Reading {
  readonly mapping: JsonMapping;
  readonly context: IngestContext;
  readonly at: string;
  readonly timestamp: string | undefined;
}

function readMappedEvent(body: unknown, reading: Reading): IngestElement {
  const { mapping, context, at } = reading;
  const type = firstValue(body, toList(mapping.type), (value) =>
    typeof value === 'boolean' ? String(value) : scalarText(value),
  );
  if (typeof type?.value !== 'string') {
    const pointer = at + (toList(mapping.type)[0] ?? '');
    return {
      kind: 'refused',
      reference: null,
      problem: refused([
        { pointer, code: 'required', detail: 'The mapping of this source expects the type of the event here.' },
      ]),
    };
  }
  const eventType = Object.hasOwn(mapping.types, type.value) ? mapping.types[type.value] : undefined;
  if (eventType === undefined)
    return { kind: 'ignored', why: 'the mapping of the source excludes events of this type' };
  const element = readElement(toEventJson(body, eventType, reading), context, '');
  if (element.kind === 'refused') {
    const faults = element.problem.faults.map((fault) => ({
      ...fault,
      pointer: at + pointerFor(fault.pointer, mapping),
    }));
    return { ...element, problem: refused(faults) };
  }
  if (element.kind !== 'appointment') return element;
  return { kind: 'appointment', event: withUnsupportedFields(element.event, body, eventType, mapping) };
}

/** Builds our event from a vendor's; it is then validated like any other. */
function toEventJson(body: unknown, type: string, { mapping, timestamp }: Reading): object {
  const field = (name: MappedField) => textAt(body, name, mapping);
  return {
    type: Object.hasOwn(STATUS_OF_TYPE, type) ? type : 'appointment.booked',
    timestamp: momentAt(body, 'timestamp', mapping) ?? timestamp,
    data: {
      id: idAt(body, mapping),
      version: versionAt(body, mapping),
      start: momentAt(body, 'start', mapping),
      end: momentAt(body, 'end', mapping),
      kind: field('kind'),
      patient: {
        id: field('patientId'),
        language: ifMatching(field('language'), /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/),
      },
      location: { code: ifMatching(field('locationCode'), CODE), text: truncated(field('locationText')) },
      department: truncated(field('department')),
      departmentCode: ifMatching(field('departmentCode'), CODE),
      contactPhone: ifMatching(field('contactPhone'), /^\+?[0-9][0-9 ()-]{2,22}$/),
    },
  };
}

const CODE = /^[^\p{Cc}\p{Cs}]{1,100}$/u;

/**
 * An optional value of an SMS is dropped when it is not usable: a resend would not correct it, and the appointment
 * matters more.
 */
function ifMatching(text: string | null | undefined, pattern: RegExp): string | null | undefined {
  return typeof text === 'string' && !pattern.test(text) ? undefined : text;
}

function truncated(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.slice(0, 1000) : text;
}

/** Adds what our own JSON has no field for. */
function withUnsupportedFields(
  event: AppointmentEvent,
  body: unknown,
  type: string,
  mapping: JsonMapping,
): AppointmentEvent {
  const status = STATUS_OF_TYPE[type] ?? (type as AppointmentStatus);
  const replaces = textAt(body, 'replaces', mapping);
  const before =
    replaces && replaces !== event.reference && replaces.length <= 255 && !referenceFault(replaces)
      ? replaces
      : undefined;
  return {
    ...event,
    status,
    phone: phonesAt(body, mapping),
    // Where ids change, an event may concern an appointment stored under its first id.
    ...(mapping.fields.replaces !== undefined && { aliases: [] }),
    ...(before !== undefined && { replaces: before }),
  };
}

/** Translates a pointer into our event to one into the vendor's. */
function pointerFor(eventPointer: string, mapping: JsonMapping): string {
  const field = MAPPED_FIELDS.find((name) => EVENT_POINTERS[name] === eventPointer);
  return (field && toList(mapping.fields[field])[0]) ?? '';
}

function refused(faults: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The event was understood and refused: see errors.', { faults });
}
