import { expect, it } from 'vitest';
import { printedPlace } from '../../src/domain/printed-place.ts';

const MAPPED = { locationMap: { K12: 'Opgang 4', 'Amb. Nord': 'Indgang Nord' }, placeText: 'mapped' as const };
const AS_SENT = { locationMap: {}, placeText: 'as_sent' as const };
const place = (locationCode: string | null, locationText: string | null, locationPrintable: boolean) => ({
  locationCode,
  locationText,
  locationPrintable,
});

it.each([
  [
    'what the map says of the code, whatever the text',
    place('K12', 'Klinik for Spiseforstyrrelser', false),
    MAPPED,
    'Opgang 4',
  ],
  ['what the map says of the text, where there is no code', place(null, 'Amb. Nord', false), MAPPED, 'Indgang Nord'],
  [
    'nothing of a text that was not written to be printed',
    place('X', 'Klinik for Spiseforstyrrelser', false),
    MAPPED,
    null,
  ],
  ['its text where the source says so', place('X', 'Amb. Syd', false), AS_SENT, 'Amb. Syd'],
  ['its text where it was written to be printed', place('X', 'Amb. Syd', true), MAPPED, 'Amb. Syd'],
  ['nothing for a code alone', place('X', null, true), AS_SENT, null],
  ['nothing where there is no place', place(null, null, true), MAPPED, null],
  ['nothing of what every object has', place('constructor', null, false), MAPPED, null],
])('an SMS prints %s', (_name, appointment, source, printed) => {
  expect(printedPlace(appointment, source)).toBe(printed);
});
