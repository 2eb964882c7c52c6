import type { UnmappedValue } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { cleanPrinted, looksLikeCpr } from '../../domain/sms-text.ts';
import { toUnmapped } from '../unmapped.ts';
import { fieldOf, type Hl7Message, segmentOf, segmentsOf } from './parse.ts';
import { isDeleted } from './times.ts';

/** Place of an appointment. */
export interface PlaceReading {
  readonly locationCode: string | null | undefined;
  readonly locationText: string | null | undefined;
  readonly unmapped: readonly UnmappedValue[];
}

const MAX_CODE = 100;
/** Longer texts are cut before cleaning, which is slow for long ones; sixty characters are printed. */
const MAX_TEXT = 1000;
const NO_PLACE: PlaceReading = { locationCode: undefined, locationText: undefined, unmapped: [] };

/**
 * Reads AIL-3 of the first segment that is not deleted, else PV1-3. The code is PL.1, the text PL.9, else PL.1 and
 * PL.2.
 */
export function readPlace(message: Hl7Message, source: Source): PlaceReading {
  const ail = segmentsOf(message, 'AIL').filter((segment) => !isDeleted(message, segment));
  const candidates = [
    ...ail.slice(0, 1).map((segment) => [segment, 3] as const),
    [segmentOf(message, 'PV1'), 3] as const,
  ];
  for (const [segment, field] of candidates) {
    const part = (component: number) => fieldOf(message, segment, field, component);
    const [point, room, description] = [part(1), part(2), part(9)];
    if (point === null && !room && !description) return { ...NO_PLACE, locationCode: null, locationText: null };
    if (!point && !room && !description) continue;
    const text = cleanPrinted((description ?? [point, room].filter(Boolean).join(' ')).slice(0, MAX_TEXT));
    return withUnmapped(codeOf(point), text, source);
  }
  return NO_PLACE;
}

/** Code and text are replaced together: an old code would otherwise be printed for a new text. */
function withUnmapped(locationCode: string | null, locationText: string | null, source: Source): PlaceReading {
  const key = locationCode ?? locationText;
  const known = key === null || source.placeText === 'as_sent' || Object.hasOwn(source.locationMap, key);
  return { locationCode, locationText, unmapped: known ? [] : toUnmapped('location', key) };
}

function codeOf(point: string | null | undefined): string | null {
  const usable =
    typeof point === 'string' && point.length <= MAX_CODE && !/[\p{Cc}\p{Cs}]/u.test(point) && !looksLikeCpr(point);
  return usable ? point : null;
}
