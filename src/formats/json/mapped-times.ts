import { type AppointmentEvent, EMPTY_EVENT } from '../../domain/appointment.ts';
import { isLocalTime, localDay, readInstant } from '../../domain/calendar.ts';
import { distinctFaults, type Fault, type Problem, refusedEvent } from '../../domain/errors.ts';
import type { JsonMapping, MappingCase } from '../../domain/json-mapping.ts';
import { hasEndingWord } from '../../domain/text/ending-words.ts';
import { zoneNamed } from '../../domain/zones/zone-names.ts';
import { type IngestContext, type IngestElement, pointerInRequest, type RequestPointers } from '../format.ts';
import { listedStatus, mappedStatus, toUnmappedStatus } from '../status-words.ts';
import { readElement, withSentJson } from './json.ts';
import {
  EVENT_POINTERS,
  firstFilled,
  firstValue,
  idAt,
  justValue,
  type MappedValue,
  momentAt,
  scalarText,
  siblingsNamed,
  toList,
  valueAt,
  versionAt,
} from './mapped-values.ts';

/** Start and end of a vendor's event, as the JSON of EasySMS could hold them. */
export interface MappedTimes {
  /** null when it is empty, undefined when it is absent. */
  readonly start: string | null | undefined;
  readonly end: string | null | undefined;
  /** The zone of those of the two that have no offset. */
  readonly zone: string;
  /** Why they can't be used; their pointers lead into the event. */
  readonly faults: readonly Fault[];
}

/**
 * Reads start and end. Without an offset of their own they are times of the zone that the mapping points at, else of
 * the source's.
 */
export function timesIn(body: unknown, mapping: JsonMapping, sourceZone: string): MappedTimes {
  const mapped = zoneAt(body, mapping);
  const zone = mapped?.zone ?? sourceZone;
  const { start, at, faults } = startIn(body, mapping, zone);
  const end = justValue(momentAt(body, 'end', mapping));
  const isLocal = [start, end].some((text) => typeof text === 'string' && isLocalTime(text));
  if (isLocal && mapped?.zone === null) return { start, end, zone, faults: [...faults, unknownZone(mapped.pointer)] };
  const unread = typeof start === 'string' ? unreadZones(body, mapping, { start, at, zones: [zone, sourceZone] }) : [];
  return { start, end, zone, faults: [...faults, ...unread] };
}

/** The zone that a mapping points at, where something stands there; null: that is the name of none. */
function zoneAt(body: unknown, { fields }: JsonMapping): { pointer: string; zone: string | null } | undefined {
  const found = firstFilled(body, toList(fields.timeZone));
  return found && { pointer: found.pointer, zone: zoneIn(found.value) };
}

function zoneIn(value: unknown): string | null {
  return typeof value === 'string' ? zoneNamed(value) : null;
}

function unknownZone(pointer: string): Fault {
  const detail = 'The name of a time zone is required here, such as Europe/Copenhagen or Romance Standard Time.';
  return { pointer, code: 'unknown_time_zone', detail };
}

/** A start with the pointers to what it was read from. */
interface ReadStart extends Pick<MappedTimes, 'start' | 'faults'> {
  readonly at: readonly string[];
}

function startIn(body: unknown, mapping: JsonMapping, zone: string): ReadStart {
  const found = momentAt(body, 'start', mapping);
  if (found) return { start: found.value, at: [found.pointer], faults: [] };
  const [date, time] = [mapping.fields.startDate, mapping.fields.startTime].map((pointers) =>
    firstValue(body, toList(pointers), scalarText),
  );
  if (date && time) return joined(date, time, zone);
  const isCleared = found === null || date === null || time === null;
  const faults = [...loneHalf(date, 'date_only'), ...loneHalf(time, 'time_only')];
  return { start: isCleared ? null : undefined, at: [], faults };
}

type Half = NonNullable<MappedValue<string>>;

function loneHalf(half: Half | null | undefined, code: 'date_only' | 'time_only'): Fault[] {
  return half ? [{ pointer: half.pointer, code, detail: LONE_HALF[code] }] : [];
}

const LONE_HALF = {
  date_only: 'A time of day is needed beside this date.',
  time_only: 'A date is needed beside this time.',
} as const;

const DATE = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\S{1,40}))?$/;
const TIME = /^[Tt]?(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?$/;
const MIDNIGHT = /^00:00(?::00(?:[.,]0{1,9})?)?(?![\d:.,])/;

/** A date and a time of two fields, each of which may stand at the head of a longer ISO text. */
function joined(date: Half, time: Half, zone: string): ReadStart {
  const [, day, rest] = DATE.exec(date.value) ?? [];
  const [, clock, offset = ''] = TIME.exec(time.value) ?? [];
  const at = [date.pointer, time.pointer];
  const wrong = (pointer: string, detail: string): ReadStart => {
    return { start: undefined, at, faults: [{ pointer, code: 'invalid_instant', detail }] };
  };
  if (day === undefined) return wrong(date.pointer, 'A date such as 2026-12-01 is required here.');
  if (clock === undefined) return wrong(time.pointer, 'A time of day such as 09:00 is required here.');
  if (rest !== undefined && !MIDNIGHT.test(rest) && isOtherDay(day, date.value, zone)) {
    const detail = 'This is another day in its own offset than in the zone of the start: send the date alone.';
    return wrong(date.pointer, detail);
  }
  return { start: `${day}T${clock}${offset}`, at, faults: [] };
}

/** True for `2026-11-30T23:00:00Z`, as some systems write the first of December in Copenhagen. */
function isOtherDay(day: string, text: string, zone: string): boolean {
  const moment = readInstant(text, zone);
  return !(moment instanceof Date) || localDay(moment, zone) !== day;
}

/** Names of fields that hold the zone of the time beside them, in small letters without signs. */
const ZONE_NAMES: ReadonlySet<string> = new Set(['timezone', 'tz', 'zone', 'timezoneid', 'ianatimezone']);

/** Zones beside the start that nothing reads, and in which its clock shows another moment. */
function unreadZones(
  body: unknown,
  { fields }: JsonMapping,
  { start, at, zones }: { readonly start: string; readonly at: readonly string[]; readonly zones: readonly string[] },
): readonly Fault[] {
  if (fields.timeZone === null || !isLocalTime(start)) return [];
  const read = toList(fields.timeZone);
  const beside = at.flatMap((pointer) => siblingsNamed(body, pointer, ZONE_NAMES));
  const others = beside.filter(
    ({ pointer, value }) => !read.includes(pointer) && zones.every((zone) => isOtherMoment(start, zone, value)),
  );
  const detail =
    'The start has no offset, and this is another zone than it is read in: point at it with `timeZone` in the ' +
    'mapping, or set `timeZone` to null there if it says nothing about the start.';
  return distinctFaults(others.map(({ pointer }) => ({ pointer, code: 'zone_not_read', detail })));
}

function isOtherMoment(start: string, zone: string, written: unknown): boolean {
  const other = zoneIn(written);
  if (other === null) return false;
  // A time that both zones skip is refused as such.
  return !Object.is(Number(readInstant(start, zone)), Number(readInstant(start, other)));
}

/** A vendor's event on its way through the mapping of its source. */
export interface MappedReading {
  readonly mapping: JsonMapping;
  readonly context: IngestContext;
  readonly pointers: RequestPointers;
  /** The instant of the envelope, for events without one. */
  readonly timestamp: string | undefined;
}

/** A vendor's type that neither `types` nor the source's `statusMap` has, and where it stands in the event. */
type LeftOutType = NonNullable<MappedValue<string>>;

/** Type of our event, or status; null for an event that is ignored. */
export function typeOf(
  body: unknown,
  { type, types = {} }: JsonMapping,
  { context, pointers: { at } }: MappedReading,
): string | null | LeftOutType | Problem {
  if (isCases(type)) return type.find((each) => fits(body, each))?.type ?? null;
  const found = firstValue(body, toList(type), (value) =>
    typeof value === 'boolean' ? String(value) : scalarText(value),
  );
  if (found) {
    if (Object.hasOwn(types, found.value)) return types[found.value] ?? null;
    const local = mappedStatus(found.value, context.source);
    return local === undefined ? found : local === 'ignore' ? null : local;
  }
  const pointer = at + (toList(type)[0] ?? '');
  const detail = 'The mapping of this source expects the type of the event here.';
  return refusedEvent([{ pointer, code: 'required', detail }]);
}

/**
 * An event of a type that is ignored. One whose type may tell of an end says so of its appointment, if that is known,
 * and changes nothing else of it.
 */
export function ofLeftOutType(body: unknown, { value, pointer }: LeftOutType, reading: MappedReading): IngestElement {
  const why = 'excluded_type';
  if (!hasEndingWord(value)) return { kind: 'ignored', why };
  const warnings = [{ pointer: reading.pointers.at + pointer, ...MAY_HAVE_ENDED }];
  const unmapped = toUnmappedStatus(value);
  const { mapping, context } = reading;
  const timestamp = justValue(momentAt(body, 'timestamp', mapping)) ?? reading.timestamp;
  const data = { id: idAt(body, mapping), version: versionAt(body, mapping) };
  const element = readElement({ type: 'appointment.updated', timestamp, data }, context, '');
  if (element.kind !== 'appointment') return { kind: 'ignored', why, warnings, unmapped };
  const { reference, version, occurredAt } = element.event;
  const event: AppointmentEvent = {
    ...EMPTY_EVENT,
    reference,
    status: null,
    version,
    occurredAt,
    onlyKnown: true,
    ignoredIfUnknown: true,
    ofIgnoredType: true,
    unclear: [listedStatus(value)].filter((word) => word !== ''),
    warnings,
    unmapped,
    ...(mapping.fields.replaces !== undefined && { aliases: [] }),
  };
  const at = pointerInRequest(reading.pointers, EVENT_POINTERS.id);
  return { kind: 'appointment', event: withSentJson(event, body, at) };
}

const MAY_HAVE_ENDED = {
  code: 'unknown_status',
  detail:
    'The mapping leaves this type out, and it may say that the appointment has ended: no SMS is sent about it, until ' +
    '`types` has it or an event of a known type comes.',
};

function isCases(type: JsonMapping['type']): type is readonly MappingCase[] {
  return typeof type !== 'string' && typeof type[0] === 'object';
}

function fits(body: unknown, { when }: MappingCase): boolean {
  return Object.entries(when).every(([pointer, value]) => (valueAt(body, pointer) ?? null) === value);
}
