import { formatInTimeZone, fromZonedTime } from 'date-fns-tz';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDuration,
  isMidnight,
  isoWeek,
  isTimeZone,
  localDay,
  localTime,
  readInstant,
  readLocal,
  subtractLead,
} from '../../src/domain/calendar.ts';

const CPH = 'Europe/Copenhagen';
const ZONES = [CPH, 'Atlantic/Faroe', 'America/Nuuk'];
const utc = (text: string) => new Date(text);
const shown = (at: Date, zone: string) => formatInTimeZone(at, zone, "yyyy-MM-dd'T'HH:mm:ss");

describe('local times', () => {
  it.each([
    ['2026-12-01T09:00', CPH, '2026-12-01T08:00:00Z', 'exact'],
    ['2026-07-01T09:00:30', CPH, '2026-07-01T07:00:30Z', 'exact'],
    ['2026-10-25T01:59:59', CPH, '2026-10-24T23:59:59Z', 'exact'],
    ['2026-10-25T02:00', CPH, '2026-10-25T00:00:00Z', 'overlap'],
    ['2026-10-25T02:30', CPH, '2026-10-25T00:30:00Z', 'overlap'],
    ['2026-10-25T03:00', CPH, '2026-10-25T02:00:00Z', 'exact'],
    ['2027-03-28T01:59:59', CPH, '2027-03-28T00:59:59Z', 'exact'],
    ['2027-03-28T02:00', CPH, '2027-03-28T01:00:00Z', 'gap'],
    ['2027-03-28T02:30', CPH, '2027-03-28T01:00:00Z', 'gap'],
    ['2027-03-28T03:00', CPH, '2027-03-28T01:00:00Z', 'exact'],
    ['2026-10-25T01:30', 'Atlantic/Faroe', '2026-10-25T00:30:00Z', 'overlap'],
    ['2027-03-28T01:30', 'Atlantic/Faroe', '2027-03-28T01:00:00Z', 'gap'],
    ['2026-10-24T23:30', 'America/Nuuk', '2026-10-25T00:30:00Z', 'overlap'],
    ['2027-03-27T23:30', 'America/Nuuk', '2027-03-28T01:00:00Z', 'gap'],
    ['2027-03-28T00:00', 'America/Nuuk', '2027-03-28T01:00:00Z', 'exact'],
  ])('%s in %s is %s (%s)', (local, zone, at, kind) => {
    expect(readLocal(local, zone)).toEqual({ at: utc(at), kind });
  });

  it('agree with date-fns-tz wherever a time exists once, and come back as they were read', () => {
    const minute = fc.integer({ min: Date.UTC(1980, 0, 1) / 60_000, max: Date.UTC(2037, 0, 1) / 60_000 });
    fc.assert(
      fc.property(minute, fc.constantFrom(...ZONES), (minutes, zone) => {
        const local = new Date(minutes * 60_000).toISOString().slice(0, 19);
        const { at, kind } = readLocal(local, zone);
        if (kind === 'exact') expect(at).toEqual(fromZonedTime(local, zone));
        if (kind !== 'gap') expect(shown(at, zone)).toBe(local);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are at midnight in the minute that clocks show as 00:00, also before 1970', () => {
    const minute = fc.integer({ min: Date.UTC(1900, 0, 2) / 60_000, max: Date.UTC(2037, 0, 1) / 60_000 });
    fc.assert(
      fc.property(minute, fc.nat(59_999), fc.constantFrom(...ZONES), (minutes, ms, zone) => {
        const day = localDay(new Date(minutes * 60_000), zone);
        const { at } = readLocal(`${day}T00:00`, zone);
        for (const shift of [0, ms, -1 - ms, 60_000 + ms]) {
          const moment = new Date(at.getTime() + shift);
          expect([moment, isMidnight(moment, zone)]).toEqual([moment, localTime(moment, zone) === '00:00']);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('hold around every clock change from 2020 to 2030, also those when Greenland changed its rules', () => {
    for (const zone of ZONES) {
      const offset = (at: number) => Date.parse(`${shown(new Date(at), zone)}Z`) - at;
      for (let at = Date.UTC(2020, 0, 1); at < Date.UTC(2030, 0, 1); at += 3_600_000) {
        while (at % 86_400_000 === 0 && offset(at - 3_600_000) === offset(at + 82_800_000)) at += 86_400_000;
        const [before, after] = [offset(at - 3_600_000), offset(at)];
        if (before === after) continue;
        const change = new Date(at);
        const wall = (ms: number) => new Date(ms).toISOString().slice(0, 19);
        if (after > before) {
          expect(readLocal(wall(at + before), zone)).toEqual({ at: change, kind: 'gap' });
          expect(readLocal(wall(at + after - 1_000), zone)).toEqual({ at: change, kind: 'gap' });
          expect(readLocal(wall(at + after), zone)).toEqual({ at: change, kind: 'exact' });
        } else {
          expect(readLocal(wall(at + after), zone)).toEqual({ at: new Date(at + after - before), kind: 'overlap' });
          expect(readLocal(wall(at + before), zone)).toEqual({ at: new Date(at + before - after), kind: 'exact' });
        }
      }
    }
  });

  it('refuse what is no local time', () => {
    for (const text of ['2026-02-30T09:00', '2026-12-01', '2026-12-01T25:00', 'x'])
      expect(() => readLocal(text, CPH)).toThrow(RangeError);
  });
});

describe('the local day', () => {
  it.each([
    ['2026-11-30T22:59:59Z', CPH, '2026-11-30'],
    ['2026-11-30T23:00:00Z', CPH, '2026-12-01'],
    ['2026-10-24T22:00:00Z', CPH, '2026-10-25'],
    ['2026-10-25T22:59:59Z', CPH, '2026-10-25'],
    ['2027-03-28T00:59:59Z', 'America/Nuuk', '2027-03-27'],
    ['2027-03-28T01:00:00Z', 'America/Nuuk', '2027-03-28'],
  ])('of %s in %s is %s', (at, zone, day) => {
    expect(localDay(utc(at), zone)).toBe(day);
  });

  it('agrees with date-fns-tz at any instant', () => {
    const at = fc.date({ min: utc('1980-01-01T00:00:00Z'), max: utc('2037-01-01T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(at, fc.constantFrom(...ZONES), (instant, zone) => {
        expect(localDay(instant, zone)).toBe(formatInTimeZone(instant, zone, 'yyyy-MM-dd'));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('instants from outside', () => {
  it.each([
    ['2026-12-01T09:00:00+01:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01T09:00:00Z', '2026-12-01T09:00:00Z'],
    ['2026-12-01t09:00:00z', '2026-12-01T09:00:00Z'],
    ['2026-12-01T09:00-0130', '2026-12-01T10:30:00Z'],
    ['2026-12-01T09:00:00.1239Z', '2026-12-01T09:00:00.123Z'],
    ['2026-12-01T09:00:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01T09:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01 09:00:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01 09:00:00+01:00', '2026-12-01T08:00:00Z'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
    ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00Z'],
    ['2027-03-28T02:30:00+01:00', '2027-03-28T01:30:00Z'],
    ['2028-02-29T09:00:00Z', '2028-02-29T09:00:00Z'],
  ])('%s is %s', (text, at) => {
    expect(readInstant(text, CPH)).toEqual(utc(at));
  });

  it.each([
    ['2026-12-01', 'date_only'],
    ['2027-03-28T02:30:00', 'gap'],
    ['2026-02-30', 'invalid'],
    ['2026-02-30T09:00:00Z', 'invalid'],
    ['2026-02-29T09:00:00+01:00', 'invalid'],
    ['2026-13-01T09:00:00Z', 'invalid'],
    ['2026-12-01T24:00:00Z', 'invalid'],
    ['2026-12-01T09:60:00Z', 'invalid'],
    ['2026-12-01T09:00:00+24:00', 'invalid'],
    ['2026-12-01T09:00:00+01:60', 'invalid'],
    ['2026-12-01T09:00:00+1', 'invalid'],
    ['0026-12-01T09:00:00Z', 'invalid'],
    ['9999-12-31T23:59:59-14:00', 'invalid'],
    ['+102026-12-01T09:00:00Z', 'invalid'],
    ['1796112000', 'invalid'],
    ['2026-12-01  09:00:00', 'invalid'],
    ['2026-12-0109:00:00', 'invalid'],
    ['tomorrow', 'invalid'],
    ['', 'invalid'],
  ])('%j is refused: %s', (text, why) => {
    expect(readInstant(text, CPH)).toBe(why);
  });

  it('survive anything', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof readInstant(text, CPH) === 'string'));
  });
});

describe('counting', () => {
  it('back by days keeps the wall-clock time across a clock change, and by hours does not', () => {
    const start = utc('2026-10-26T09:00:00Z'); // 10:00
    expect(subtractLead(start, { days: 1, ms: 0 }, CPH)).toEqual(utc('2026-10-25T09:00:00Z'));
    expect(subtractLead(start, { days: 2, ms: 0 }, CPH)).toEqual(utc('2026-10-24T08:00:00Z'));
    expect(subtractLead(start, { days: 0, ms: 48 * 3_600_000 }, CPH)).toEqual(utc('2026-10-24T09:00:00Z'));
    expect(subtractLead(start, { days: 2, ms: 3_600_000 }, CPH)).toEqual(utc('2026-10-24T07:00:00Z'));
  });

  it('into a gap gives the moment after it, into an overlap the first of the two', () => {
    expect(subtractLead(utc('2027-03-29T00:30:00Z'), { days: 1, ms: 0 }, CPH)).toEqual(utc('2027-03-28T01:00:00Z'));
    expect(subtractLead(utc('2026-10-26T01:30:00Z'), { days: 1, ms: 0 }, CPH)).toEqual(utc('2026-10-25T00:30:00Z'));
    const found = subtractLead(utc('2026-10-25T01:30:00Z'), { days: 0, ms: 0 }, CPH);
    expect(found, 'no days: the instant itself').toEqual(utc('2026-10-25T01:30:00Z'));
  });

  it('forward likewise', () => {
    const found = addDuration(utc('2027-03-27T08:00:00Z'), { days: 1, ms: 600_000 }, CPH);
    expect(found).toEqual(utc('2027-03-28T07:10:00Z'));
    const result = addDuration(utc('2027-03-27T08:00:00Z'), { days: 0, ms: 86_400_000 }, CPH);
    expect(result).toEqual(utc('2027-03-28T08:00:00Z'));
  });
});

it('knows the zones that exist', () => {
  for (const zone of [...ZONES, 'UTC']) expect(isTimeZone(zone)).toBe(true);
  for (const zone of ['', 'Mars/Olympus', '+02:00', 'Z', 'Europe/Copenhagen ', '2'])
    expect(isTimeZone(zone)).toBe(false);
});

it('a week counts in the year of its Thursday (ISO 8601), which may be the year before or after', () => {
  expect(['2026-12-28', '2025-12-29', '2024-01-01', '2021-01-04'].map(isoWeek)).toEqual([
    { year: 2026, week: 53 },
    { year: 2026, week: 1 },
    { year: 2024, week: 1 },
    { year: 2021, week: 1 },
  ]);
});
