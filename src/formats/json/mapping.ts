import { type AppointmentEvent, type AppointmentStatus, isUpcoming, STATUSES } from '../../domain/appointment.ts';
import { type Fault, Problem, refusedEvent } from '../../domain/errors.ts';
import { isUnordered, type JsonMapping } from '../../domain/json-mapping.ts';
import { isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import {
  type IngestContext,
  type IngestElement,
  type IngestResult,
  MAX_CODE,
  MAX_ELEMENTS,
  MAX_WORDING,
  mapInSteps,
  pointerInRequest,
  type RequestPointers,
  type Steps,
} from '../format.ts';
import { phoneLikeWarning } from '../phone-like.ts';
import { OWN_NUMBER, withFurtherWarnings, withMovedWarnings, withoutOwnNumber } from '../warnings.ts';
import { readElement, withSentJson } from './json.ts';
import { STATUS_OF_TYPE } from './json-schema.ts';
import { phonesIn } from './mapped-phones.ts';
import { type MappedReading, type MappedTimes, ofLeftOutType, timesIn, typeOf } from './mapped-times.ts';
import {
  EVENT_POINTERS,
  flagOf,
  idAt,
  MAPPED_FIELDS,
  type MappedField,
  momentAt,
  scalarText,
  textAt,
  toList,
  valueAt,
  versionAt,
} from './mapped-values.ts';

/** Values that a vendor's event type can be mapped to: types of our event, and statuses, some of which have no type. */
export const MAPPED_TYPES: readonly [string, ...string[]] = [...STATUSES, ...Object.keys(STATUS_OF_TYPE)];

/**
 * Reads a vendor's JSON by the source's mapping. Values without a pointer are not read.
 * @param timestamp of the envelope, for events without one
 * @throws Problem 422 when the array of events is missing
 */
export function* readMapped(
  body: unknown,
  mapping: JsonMapping,
  context: IngestContext,
  timestamp?: string,
): Steps<IngestResult> {
  const { events } = mapping;
  const fields = mappedPointers(mapping);
  if (events === undefined) {
    const pointers = { at: '', fields };
    const element = readMappedEvent(body, { mapping, context, pointers, timestamp });
    return { elements: [element], array: false, pointerTables: [pointers] };
  }
  const list = valueAt(body, events);
  if (!Array.isArray(list))
    throw refusedEvent([{ pointer: events, code: 'invalid_type', detail: 'An array of events is required here.' }]);
  if (list.length > MAX_ELEMENTS) {
    const detail = `${MAX_ELEMENTS} events at most; this array has ${list.length}.`;
    throw refusedEvent([{ pointer: events, code: 'too_big', detail }]);
  }
  const pointerTables = list.map((_, position) => ({ at: `${events}/${position}`, fields }));
  const elements = yield* mapInSteps(list, (event, position) =>
    readMappedEvent(event, { mapping, context, pointers: pointerTables[position] as RequestPointers, timestamp }),
  );
  return { elements, array: true, pointerTables };
}

const PHONE_ADVICE = 'name it in the `phone` of the mapping.';

function readMappedEvent(body: unknown, reading: MappedReading): IngestElement {
  const { mapping, context, pointers } = reading;
  const { at } = pointers;
  const eventType = typeOf(body, mapping, reading);
  if (eventType instanceof Problem) return { kind: 'refused', reference: null, problem: eventType };
  if (eventType === null) return { kind: 'ignored', why: 'excluded_type' };
  if (typeof eventType === 'object') return ofLeftOutType(body, eventType, reading);
  const times = usableTimes(timesIn(body, mapping, context.source.timeZone), eventType);
  const faults = [...testFaults(body, mapping), ...formerIdFaults(body, mapping), ...times.faults];
  if (faults.length > 0)
    return { kind: 'refused', reference: null, problem: refusedEvent(faults.map((fault) => under(at, fault))) };
  const element = readElement(toEventJson(body, eventType, times, reading), context, '', times.zone);
  if (element.kind === 'refused') {
    const located = (fault: Fault) => ({ ...fault, pointer: pointerInRequest(pointers, fault.pointer) });
    return { ...element, problem: refusedEvent(element.problem.faults.map(located)) };
  }
  if (element.kind !== 'appointment') return element;
  const moved = withMovedWarnings(element.event, (pointer) => pointerInRequest(pointers, pointer));
  const own = { pointer: pointerInRequest(pointers, EVENT_POINTERS.contactPhone), ...OWN_NUMBER };
  const { phone, written, warnings } = phonesIn(body, mapping, context.source.defaultRegion);
  const numbers = [...written, ...[phone ?? []].flat()];
  const cleaned = withoutOwnNumber({ ...moved, phone: numbers }, context.source, own);
  const event = { ...cleaned, ...unsupportedFields(body, eventType, mapping), phone };
  const others = toList(mapping.fields.contactPhone);
  const further = [
    ...[...times.warnings, ...warnings].map((fault) => under(at, fault)),
    ...phoneLikeWarning(event, body, at, PHONE_ADVICE, others),
  ];
  const told = { ...withFurtherWarnings(event, further), ...unorderedWarning(event, mapping, at) };
  return { kind: 'appointment', event: withSentJson(told, body, pointerInRequest(pointers, EVENT_POINTERS.id)) };
}

/** A mapping that reads neither version nor timestamp leaves all that such order keeps from harm to the sender. */
function unorderedWarning(
  { version, occurredAt }: AppointmentEvent,
  mapping: JsonMapping,
  pointer: string,
): Pick<AppointmentEvent, 'warningsEachTime'> {
  if (version !== null || occurredAt !== null || !isUnordered(mapping)) return {};
  const detail =
    'The mapping of this source reads neither `version` nor `timestamp`: an event that is delayed overwrites newer ' +
    'ones, and one that repeats an earlier one is not taken.';
  return { warningsEachTime: [{ pointer, code: 'no_order', detail }] };
}

function under(at: string, fault: Fault): Fault {
  return { ...fault, pointer: at + fault.pointer };
}

/**
 * An event that ends its appointment needs no start: refused for it, the citizen would be reminded of what is
 * cancelled.
 */
function usableTimes(times: MappedTimes, type: string): MappedTimes & { readonly warnings: readonly Fault[] } {
  const status = statusOf(type);
  const ends = status !== null && !isUpcoming(status);
  if (!ends || times.faults.length === 0) return { ...times, warnings: [] };
  return { ...times, start: undefined, end: undefined, faults: [], warnings: times.faults };
}

/** null: the type says none. */
function statusOf(type: string): AppointmentStatus | null {
  return Object.hasOwn(STATUS_OF_TYPE, type) ? (STATUS_OF_TYPE[type] ?? null) : (type as AppointmentStatus);
}

/** Taken for a real appointment, a test that is marked in a way nobody reads would send an SMS. */
function testFaults(body: unknown, { fields }: JsonMapping): Fault[] {
  const wrong = toList(fields.test).filter((pointer) => flagOf(valueAt(body, pointer)) === undefined);
  return wrong.map((pointer) => ({ pointer, code: 'invalid_type', detail: 'Here true or false is required.' }));
}

/** The former id, like the id itself, is a text, or a number that JSON represents exactly. */
function formerIdFaults(body: unknown, { fields }: JsonMapping): Fault[] {
  const wrong = toList(fields.replaces).filter((pointer) => {
    const value = valueAt(body, pointer) ?? null;
    return value !== null && typeof value !== 'string' && scalarText(value) === undefined;
  });
  const detail = 'Here the id of an appointment is required.';
  return wrong.map((pointer) => ({ pointer, code: 'invalid_type', detail }));
}

/** Pointers into the vendor's event, by those into ours. */
function mappedPointers({ fields }: JsonMapping): ReadonlyMap<string, string> {
  const pairs = MAPPED_FIELDS.flatMap((name) => {
    const [ours, [first]] = [EVENT_POINTERS[name], toList(fields[name])];
    return ours !== null && first !== undefined ? [[ours, first] as const] : [];
  });
  const [start] = [...toList(fields.start), ...toList(fields.startDate)];
  return new Map([...pairs, ...(start === undefined ? [] : [[EVENT_POINTERS.start, start] as const])]);
}

/**
 * Builds our event from a vendor's; it is then validated like any other.
 * @param timestamp of the envelope, for events without one
 */
function toEventJson(
  body: unknown,
  type: string,
  { start, end }: Pick<MappedTimes, 'start' | 'end'>,
  { mapping, timestamp }: { readonly mapping: JsonMapping; readonly timestamp: string | undefined },
): object {
  const field = (name: MappedField) => textAt(body, name, mapping);
  return {
    type: Object.hasOwn(STATUS_OF_TYPE, type) ? type : 'appointment.booked',
    timestamp: momentAt(body, 'timestamp', mapping)?.value ?? timestamp,
    data: {
      id: idAt(body, mapping),
      replaces: formerId(field('replaces')),
      version: versionAt(body, mapping),
      start,
      end,
      kind: field('kind'),
      patient: {
        id: field('patientId'),
        language: ifMatching(field('language'), /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/),
      },
      location: { code: ifCode(field('locationCode')), text: truncated(field('locationText')) },
      department: truncated(field('department')),
      departmentCode: ifCode(field('departmentCode')),
      contactPhone: ifMatching(field('contactPhone'), /^\+?[0-9][0-9 ()-]{2,22}$/),
    },
  };
}

/** Members of the event that our own JSON has no field for. */
function unsupportedFields(
  body: unknown,
  type: string,
  { fields }: JsonMapping,
): Pick<AppointmentEvent, 'test' | 'aliases'> & { readonly status?: AppointmentStatus } {
  return {
    ...(!Object.hasOwn(STATUS_OF_TYPE, type) && { status: type as AppointmentStatus }),
    test: toList(fields.test).some((pointer) => flagOf(valueAt(body, pointer)) === true),
    // Where ids change, an event may concern an appointment stored under its first id.
    ...(fields.replaces !== undefined && { aliases: [] }),
  };
}

/** A former id that can't be an id was never stored: nothing is replaced. */
function formerId(id: string | null | undefined): string | undefined {
  if (typeof id !== 'string' || id.length > MAX_REFERENCE) return undefined;
  return isStorableText(id) && !referenceFault(id) ? id : undefined;
}

/** Drops an optional value that can't be used: sent again it would be the same, and the appointment matters more. */
function ifMatching(text: string | null | undefined, pattern: RegExp): string | null | undefined {
  return typeof text === 'string' && !pattern.test(text) ? undefined : text;
}

/** The value of a code, read in the same way. */
function ifCode(text: string | null | undefined): string | null | undefined {
  if (typeof text !== 'string') return text;
  return text !== '' && text.length <= MAX_CODE && isStorableText(text) ? text : undefined;
}

function truncated(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.slice(0, MAX_WORDING) : text;
}
