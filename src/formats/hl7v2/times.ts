import type { Problem } from '../../domain/errors.ts';
import { componentOf, fieldOf, type Hl7Message, repetitionsOf, type Segment, segmentsOf } from './parse.ts';
import { readTimestamp } from './timestamp.ts';

/** null when the sender deletes it; undefined when absent. */
type Moment = Date | null | undefined;

/** Times of an appointment. */
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
const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [['s', 'sec', 'secs', 'second', 'seconds'], 1000],
      [['m', 'min', 'mins', 'minute', 'minutes'], 60_000],
      [['h', 'hr', 'hrs', 'hour', 'hours'], 3_600_000],
    ] as const
  ).flatMap(([names, ms]) => names.map((name) => [name, ms])),
);
const LONGEST_MS = 366 * 86_400_000;

/** True for a segment that removes its resource (action code D). */
export function isDeleted(message: Hl7Message, resource: Segment): boolean {
  return (fieldOf(message, resource, 2) ?? '').toUpperCase() === 'D';
}

/** Start that can't be parsed. */
export interface WrongStart {
  readonly problem: Problem;
  readonly text: string;
}

/**
 * Reads start and end.
 * @returns why not and what stood there when the start can't be parsed
 */
export function readTimes(message: Hl7Message, zone: string): Times | WrongStart {
  const start = readStart(message, zone);
  if (start && 'problem' in start) return start;
  const end = readEnd(message, zone, start);
  return { start, end: start && end && end < start ? null : end };
}

/** TQ1-7, else SCH-11.4, else the earliest resource: the first that is present counts, right or wrong. */
function readStart(message: Hl7Message, zone: string): Date | WrongStart | null | undefined {
  const values = [...timesIn(message, 'TQ1', 7, 1), ...timesIn(message, 'SCH', 11, 4)];
  const first = values.find(({ text }) => text !== null);
  const toStart = (text: string, location: string): Date | WrongStart => {
    const read = readTimestamp(text, zone, location);
    return read instanceof Date ? read : { problem: read, text };
  };
  if (first?.text) return toStart(first.text, first.location);
  const resources = RESOURCES.flatMap(([id, field]) => timesIn(message, id, field, 1));
  const read = resources.flatMap(({ text, location }) => (text === null ? [] : [toStart(text, location)]));
  const dates = read.filter((each) => each instanceof Date).sort((a, b) => a.getTime() - b.getTime());
  return dates[0] ?? read[0] ?? (values.length > 0 ? null : undefined);
}

function readEnd(message: Hl7Message, zone: string, start: Moment): Moment {
  const values = [...timesIn(message, 'TQ1', 8, 1), ...timesIn(message, 'SCH', 11, 5)];
  const first = values.find(({ text }) => text !== null);
  if (first?.text) {
    const read = readTimestamp(first.text, zone, first.location);
    return read instanceof Date ? read : null;
  }
  const [sch] = segmentsOf(message, 'SCH');
  const unit = UNITS.get((fieldOf(message, sch, 10) ?? '').toLowerCase());
  const count = /^\d{1,6}(?:\.\d{1,3})?$/.exec(fieldOf(message, sch, 9) ?? '')?.[0];
  const length = unit && count ? Number(count) * unit : 0;
  if (start && length > 0 && length <= LONGEST_MS) return new Date(start.getTime() + length);
  return values.length > 0 ? null : undefined;
}

/** Values of a component of a field in all segments of a kind that are not deleted, without absent ones. */
function timesIn(
  message: Hl7Message,
  id: string,
  field: number,
  component: number,
): { text: string | null; location: string }[] {
  const segments = segmentsOf(message, id);
  if (segments.length === 0) return [];
  const resource = RESOURCES.some(([each]) => each === id);
  const values: { text: string | null; location: string }[] = [];
  for (const [index, segment] of segments.entries()) {
    if (resource && isDeleted(message, segment)) continue;
    for (const repetition of repetitionsOf(message, segment, field)) {
      const text = componentOf(message, repetition, component);
      if (text !== undefined) values.push({ text, location: `${id}^${index + 1}^${field}` });
    }
  }
  return values;
}
