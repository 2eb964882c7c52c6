import { isLocalTime, localDay, readInstant } from '../../domain/calendar.ts';
import { distinctFaults, type Fault } from '../../domain/errors.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { zoneNamed } from '../../domain/zones/zone-names.ts';
import { firstFilled, firstValue, justValue, momentAt, scalarText, siblingsNamed, toList } from './mapped-values.ts';

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
interface ReadStart {
  readonly start: string | null | undefined;
  readonly at: readonly string[];
  readonly faults: readonly Fault[];
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

interface Half {
  readonly value: string;
  readonly pointer: string;
}

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
