import type { UnmappedValue } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { isStorableText } from '../../domain/reference.ts';
import { mappedPlace } from '../../domain/sms/printed-place.ts';
import { cleanPrinted } from '../../domain/sms/sms-text.ts';
import { isHarmlessCode } from '../../domain/text/numbers.ts';
import { MAX_CODE, MAX_WORDING, type Steps } from '../format.ts';
import { toUnmapped } from '../source-maps.ts';
import { fieldValue, type Hl7Message, type Hl7Value, type Segment, segmentOf, segmentsOf } from './parse.ts';
import { isDeleted } from './times.ts';

/** The place as a message gives it, or as the source maps its code; null: deleted, undefined: not told. */
export interface PlaceReading {
  readonly locationCode: string | null | undefined;
  readonly locationText: string | null | undefined;
  readonly unmapped: readonly UnmappedValue[];
}

const NO_PLACE: PlaceReading = { locationCode: undefined, locationText: undefined, unmapped: [] };

/**
 * Reads AIL-3 of the first segment that is not deleted, else PV1-3; one that says PL.4 alone only where the other says
 * no more. The code is `PL.1^PL.2^PL.3` without empty parts at its end; the text is PL.9, else PL.4, never a code.
 */
export function* readPlace(message: Hl7Message, source: Source): Steps<PlaceReading> {
  const ail = yield* firstKept(message, 'AIL');
  let facilityAlone: string | undefined;
  for (const segment of [...(ail ? [ail] : []), segmentOf(message, 'PV1')]) {
    const part = (component: number) => fieldValue(message, segment, 3, component);
    const [point, room, bed, facility, description] = [part(1), part(2), part(3), part(4), part(9)];
    if (point === null && !room && !description) return { ...NO_PLACE, locationCode: null, locationText: null };
    if (!point && !room && !description) {
      facilityAlone ??= facility || undefined;
      continue;
    }
    const text = description || facility;
    return withUnmapped(codeOf([point, room, bed]), text ? printed(text) : null, source);
  }
  const text = facilityAlone === undefined ? null : printed(facilityAlone);
  return text === null ? NO_PLACE : withUnmapped(null, text, source);
}

function printed(text: string): string | null {
  return cleanPrinted(text.slice(0, MAX_WORDING));
}

function* firstKept(message: Hl7Message, id: string): Steps<Segment | undefined> {
  for (const segment of segmentsOf(message, id)) {
    if (!isDeleted(message, segment)) return segment;
    yield;
  }
  return undefined;
}

/** Code and text are replaced together: an old code would otherwise be printed for a new text. */
function withUnmapped(locationCode: string | null, locationText: string | null, source: Source): PlaceReading {
  const isPrinted = source.placeText === 'as_sent' && locationText !== null;
  const isKnown = isPrinted || mappedPlace({ locationCode, locationText }, source) !== undefined;
  const key = locationCode ?? locationText;
  return { locationCode, locationText, unmapped: isKnown || key === null ? [] : toUnmapped('location', key) };
}

/** The longest code that may be stored; null without PL.1 and PL.2. */
function codeOf(values: readonly Hl7Value[]): string | null {
  const parts = values.map((part) => part ?? '');
  if (!parts[0] && !parts[1]) return null;
  const codes = parts.map((_, index) =>
    parts
      .slice(0, parts.length - index)
      .join('^')
      .replace(/(?<!\^)\^+$/, ''),
  );
  return codes.find((code) => code !== '' && isStorable(code)) ?? null;
}

function isStorable(code: string): boolean {
  return code.length <= MAX_CODE && isStorableText(code) && isHarmlessCode(code);
}
