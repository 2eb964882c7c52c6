import { localDay, readInstant } from '../../domain/calendar.ts';
import { type Json, objectOf, objectsOf, textOf } from './json-values.ts';

const MAX_POINTS = 30;
const MAX_LENGTH = 64;
const USES = ['mobile', 'sms', 'home', 'temp', 'work'];

/**
 * Numbers of a person as received, the likeliest mobile first. `withdrawn` is true when numbers are given and all of
 * them have ended.
 */
export interface Numbers {
  readonly numbers: readonly string[];
  readonly withdrawn: boolean;
}

/**
 * Reads the current entries of `telecom` with system phone or sms. Order: use mobile, system sms, home or no use, temp,
 * work; then by `rank`, then by position.
 */
export function readTelecom(holder: Json | undefined, now: Date, zone: string): Numbers {
  const given = objectsOf(holder, 'telecom', MAX_POINTS)
    .filter((point) => ['phone', 'sms'].includes(textOf(point, 'system')?.toLowerCase() ?? ''))
    .flatMap((point, order) => {
      const value = textOf(point, 'value');
      return value === undefined || value.length > MAX_LENGTH ? [] : [{ point, value, order }];
    });
  const valid = given
    .filter(({ point }) => textOf(point, 'use') !== 'old' && !hasEnded(objectOf(point, 'period'), now, zone))
    .map(({ point, value, order }) => ({
      value,
      order,
      place: placeOf(point),
      rank: Number(textOf(point, 'rank') ?? Number.NaN),
    }))
    .sort((a, b) => a.place - b.place || rankOrder(a.rank) - rankOrder(b.rank) || a.order - b.order);
  return {
    numbers: [...new Set(valid.map(({ value }) => value))],
    withdrawn: given.length > 0 && valid.length === 0,
  };
}

/** True when `period.end` is past. A partial date ends with its last day. */
export function hasEnded(period: Json | undefined, now: Date, zone: string): boolean {
  const end = textOf(period, 'end');
  if (end === undefined) return false;
  if (/^\d{4}(-\d\d){0,2}$/.test(end)) return localDay(now, zone).slice(0, end.length) > end;
  const read = readInstant(end, zone);
  return read instanceof Date && read < now;
}

function placeOf(point: Json): number {
  const use = textOf(point, 'use')?.toLowerCase();
  if (use === 'mobile') return 0;
  if (textOf(point, 'system')?.toLowerCase() === 'sms') return 1;
  const place = USES.indexOf(use ?? 'home');
  return place < 0 ? USES.indexOf('home') : place;
}

/** Rank counts from 1, the most preferred; entries without one come last. */
function rankOrder(rank: number): number {
  return Number.isSafeInteger(rank) && rank > 0 ? rank : Number.MAX_SAFE_INTEGER;
}
