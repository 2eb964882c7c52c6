import type { AppointmentEvent } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { comesTwice, readInstant } from '../../domain/calendar.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/duration.ts';
import type { Problem } from '../../domain/errors.ts';
import type { Steps } from '../format.ts';
import { refusal } from './faults.ts';
import {
  componentOf,
  fieldValue,
  type Hl7Message,
  repetitionsOf,
  type Segment,
  segmentOf,
  segmentsOf,
} from './parse.ts';

const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\.\d{1,9})?)?)?([+-]\d{4})?$/;

/** Why a text is not the time of an appointment. */
type WrongTime = keyof typeof WRONG;

/**
 * Parses `YYYYMMDDHHMM[SS[.S…]][±ZZZZ]`, local to `zone` without an offset; in a doubled hour the first is used. A
 * message holds hundreds of thousands of times at most, so what is wrong is told as a word, of which `wrongTime` makes
 * one refusal.
 */
export function readTimestamp(text: string, zone: string): Date | WrongTime {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = ''] = TIMESTAMP.exec(text) ?? [];
  if (year === undefined) return 'invalid';
  if (hour === undefined) return 'date_only';
  return readInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`, zone);
}

const WRONG = {
  date_only: ['date_only', 'A time of day is needed: YYYYMMDDHHMM.'],
  gap: ['time_does_not_exist', 'The clocks skip this local time in spring: send it with an offset.'],
  invalid: ['invalid_instant', 'Not a time of the years 1900 to 9998 in the form YYYYMMDDHHMM[SS][+ZZZZ].'],
} as const;

/** Refuses a message for a time. @param location such as `SCH^1^11` */
export function wrongTime(why: WrongTime, location: string): Problem {
  const [code, detail] = WRONG[why];
  return refusal(code, location, detail);
}

/** A stamp further ahead of our clock is that of a clock which is wrong. */
const MOST_AHEAD_MS = 10 * MINUTE_MS;

/**
 * Reads the stamp that orders the events of one appointment: MSH-7, else EVN-2. It is null where the source's clock is
 * not trusted, and for a stamp that is ahead of our clock or that its zone can mean twice.
 */
export function stampOf(
  message: Hl7Message,
  { timeZone, orderBy }: Pick<Source, 'timeZone' | 'orderBy'>,
  now: Date,
): Pick<AppointmentEvent, 'occurredAt' | 'stamped'> {
  const text = fieldValue(message, message.header, 7) || fieldValue(message, segmentOf(message, 'EVN'), 2);
  if (orderBy === 'arrival' || !text) return { occurredAt: null };
  const stamp = readTimestamp(text, timeZone);
  if (!(stamp instanceof Date) || stamp.getTime() > now.getTime() + MOST_AHEAD_MS) return { occurredAt: null };
  const hasOffset = /[+-]\d{4}$/.test(text);
  return !hasOffset && comesTwice(stamp, timeZone) ? { occurredAt: null } : { occurredAt: stamp, stamped: true };
}

/** null when the sender deletes it; undefined when absent. */
type Moment = Date | null | undefined;

/** Start and end as a message gives them, in the zone of the source where it names none. */
export interface Times {
  readonly start: Moment;
  /** An end that can't be parsed is null too, since it is never printed. */
  readonly end: Moment;
}

/** Segments of resources with the fields of their start and action code. */
const RESOURCES: readonly (readonly [id: string, start: number])[] = [
  ['AIS', 4],
  ['AIG', 8],
  ['AIL', 6],
  ['AIP', 6],
];
const UNITS: readonly (readonly [names: RegExp, ms: number])[] = [
  [/^s(?:ecs?|econds?)?$/i, 1000],
  [/^m(?:ins?|inutes?)?$/i, MINUTE_MS],
  [/^h(?:rs?|ours?)?$/i, HOUR_MS],
];
const LONGEST_MS = 366 * DAY_MS;

/** True for a segment that removes its resource (action code D). */
export function isDeleted(message: Hl7Message, resource: Segment): boolean {
  return (fieldValue(message, resource, 2) ?? '').toUpperCase() === 'D';
}

/** Start that can't be parsed. */
export interface WrongStart {
  readonly problem: Problem;
  readonly text: string;
}

/** Reads start and end; where the start can't be parsed, why not and what stood there. */
export function* readTimes(message: Hl7Message, zone: string): Steps<Times | WrongStart> {
  const start = yield* readStart(message, zone);
  if (start && 'problem' in start) return start;
  const end = yield* readEnd(message, zone, start);
  return { start, end: start && end && end < start ? null : end };
}

/**
 * TQ1-7, else SCH-11.4, else the earliest resource: the first that is present counts, right or wrong. A day alone gives
 * way to a time of that day in AIS-4.
 */
function* readStart(message: Hl7Message, zone: string): Steps<Date | WrongStart | null | undefined> {
  const stated = yield* firstTime(message, [
    ['TQ1', 7, 1],
    ['SCH', 11, 4],
  ]);
  if (!stated) return (yield* earliestResource(message, zone)) ?? misplacedStart(message, zone) ?? stated;
  const read = readTimestamp(stated.text, zone);
  if (read instanceof Date) return read;
  const ofDay = read === 'date_only' ? yield* serviceOfDay(message, stated.text.slice(0, 8), zone) : undefined;
  return ofDay ?? wrongStart(read, stated);
}

/** A whole time in a neighbour of SCH-11.4, where some senders have it by mistake; what else stands there is none. */
function misplacedStart(message: Hl7Message, zone: string): Date | undefined {
  const sch = segmentOf(message, 'SCH');
  for (const [field, component] of NEIGHBOURS) {
    const read = readTimestamp(fieldValue(message, sch, field, component) ?? '', zone);
    if (read instanceof Date) return read;
  }
  return undefined;
}

/** SCH-10.4, and the first components of SCH-10 and SCH-11. */
const NEIGHBOURS = [
  [10, 4],
  [10, 1],
  [11, 1],
] as const;

/** The earliest time of this day in AIS-4. @param day YYYYMMDD */
function* serviceOfDay(message: Hl7Message, day: string, zone: string): Steps<Date | undefined> {
  let earliest: Date | undefined;
  for (const service of segmentsOf(message, 'AIS')) {
    yield;
    const text = fieldValue(message, service, 4);
    if (isDeleted(message, service) || !text?.startsWith(day)) continue;
    const read = readTimestamp(text, zone);
    if (read instanceof Date && (!earliest || read < earliest)) earliest = read;
  }
  return earliest;
}

function* readEnd(message: Hl7Message, zone: string, start: Moment): Steps<Moment> {
  const stated = yield* firstTime(message, [
    ['TQ1', 8, 1],
    ['SCH', 11, 5],
  ]);
  if (stated) {
    const read = readTimestamp(stated.text, zone);
    return read instanceof Date ? read : null;
  }
  const sch = segmentOf(message, 'SCH');
  const named = fieldValue(message, sch, 10) ?? '';
  const [, unit] = UNITS.find(([names]) => names.test(named)) ?? [];
  const count = /^\d{1,6}(?:\.\d{1,3})?$/.exec(fieldValue(message, sch, 9) ?? '')?.[0];
  const length = unit && count ? Number(count) * unit : 0;
  return start && length > 0 && length <= LONGEST_MS ? new Date(start.getTime() + length) : stated;
}

/** Text of a time. */
interface Stated {
  readonly text: string;
  /** The place of the text in its message, in the form of ERR-2. */
  readonly location: string;
}

function wrongStart(why: WrongTime, { text, location }: Stated): WrongStart {
  return { problem: wrongTime(why, location), text };
}

/** The first time in any of these; null where the sender deletes one and gives no other, undefined without any. */
function* firstTime(
  message: Hl7Message,
  places: readonly (readonly [id: string, field: number, component: number])[],
): Steps<Stated | null | undefined> {
  let deleted = false;
  for (const [id, field, component] of places) {
    for (const [index, segment] of segmentsOf(message, id).entries()) {
      for (const repetition of repetitionsOf(message, segment, field)) {
        const text = componentOf(message, repetition, component);
        if (typeof text === 'string') return { text, location: `${id}^${index + 1}^${field}` };
        deleted ||= text === null;
      }
      yield;
    }
  }
  return deleted ? null : undefined;
}

/** The earliest start of a resource that is not deleted; without any, the first that can't be parsed. */
function* earliestResource(message: Hl7Message, zone: string): Steps<Date | WrongStart | undefined> {
  let earliest: Date | undefined;
  let wrong: { readonly why: WrongTime; readonly stated: Stated } | undefined;
  for (const [id, field] of RESOURCES) {
    for (const [index, segment] of segmentsOf(message, id).entries()) {
      yield;
      if (isDeleted(message, segment)) continue;
      for (const repetition of repetitionsOf(message, segment, field)) {
        const text = componentOf(message, repetition);
        if (typeof text !== 'string') continue;
        const read = readTimestamp(text, zone);
        if (!(read instanceof Date)) wrong ??= { why: read, stated: { text, location: `${id}^${index + 1}^${field}` } };
        else if (!earliest || read < earliest) earliest = read;
      }
    }
  }
  return earliest ?? (wrong && wrongStart(wrong.why, wrong.stated));
}
