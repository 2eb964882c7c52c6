import { expect, it } from 'vitest';
import { printedPlace } from '../../../src/domain/sms/printed-place.ts';

const MAPPED = {
  locationMap: { K12: 'Opgang 4', 'K12^2': 'Opgang 4, stue 2', 'K12^2^B': 'Briks B', 'Amb. Nord': 'Indgang Nord' },
  placeText: 'mapped' as const,
};
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
    'what the map says of the text, where it does not know the code',
    place('X', 'Amb. Nord', false),
    MAPPED,
    'Indgang Nord',
  ],
  ['the map’s text of all parts of a code', place('K12^2^B', null, false), MAPPED, 'Briks B'],
  [
    'the map’s text of the first parts, where it knows no more',
    place('K12^2^C', null, false),
    MAPPED,
    'Opgang 4, stue 2',
  ],
  ['the map’s text of the first part, where it knows no more', place('K12^3^B', null, false), MAPPED, 'Opgang 4'],
  ['nothing of a code that only begins with the same letters', place('K123', null, false), MAPPED, null],
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
