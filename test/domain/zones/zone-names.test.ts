import { expect, it } from 'vitest';
import { isTimeZone } from '../../../src/domain/calendar.ts';
import { WINDOWS_ZONES } from '../../../src/domain/zones/windows-zones.ts';
import { zoneNamed } from '../../../src/domain/zones/zone-names.ts';

it.each([
  ['Europe/Copenhagen', 'Europe/Copenhagen'],
  ['europe/copenhagen', 'Europe/Copenhagen'],
  [' UTC ', 'UTC'],
  ['Romance Standard Time', 'Europe/Paris'],
  ['W. Europe Standard Time', 'Europe/Berlin'],
  ['w. europe standard time', 'Europe/Berlin'],
  ['GMT Standard Time', 'Europe/London'],
])('a zone is known by its name in the IANA database or in Windows, in any case: %s', (name, zone) => {
  expect(zoneNamed(name)).toBe(zone);
});

it.each(['', '+02:00', 'UTC+2', 'Mars/Olympus', 'Mars Standard Time', 'constructor', '__proto__', 'x'.repeat(10_000)])(
  'what is the name of no zone is none: %.20s',
  (name) => {
    expect(zoneNamed(name)).toBeNull();
  },
);

it('every zone of Windows is one that this runtime knows', () => {
  expect(Object.values(WINDOWS_ZONES).filter((zone) => !isTimeZone(zone))).toEqual([]);
  expect(Object.keys(WINDOWS_ZONES).filter((name) => zoneNamed(name) === null)).toEqual([]);
});
