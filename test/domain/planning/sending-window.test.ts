import { formatInTimeZone } from 'date-fns-tz';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SendingWindow } from '../../../src/domain/authority.ts';
import { readLocal } from '../../../src/domain/calendar.ts';
import { isOpen, lastOpenBefore, nextOpen, sameTimeOnOpenDay } from '../../../src/domain/planning/sending-window.ts';

const CPH = 'Europe/Copenhagen';
const WORKING_DAYS: SendingWindow = {
  from: '08:00',
  to: '20:00',
  weekdaysOnly: true,
  publicHolidays: 'DK',
  closedDays: [],
};
const ANY_DAY: SendingWindow = { ...WORKING_DAYS, weekdaysOnly: false, publicHolidays: null };
const cph = (local: string) => readLocal(local, CPH).at;

describe('a sending window', () => {
  it.each([
    ['2026-11-24T07:59:59', false],
    ['2026-11-24T08:00', true],
    ['2026-11-24T19:59:59', true],
    ['2026-11-24T20:00', false],
    ['2026-11-27T12:00', true], // Friday
    ['2026-11-28T12:00', false], // Saturday
    ['2026-11-29T12:00', false], // Sunday
  ])('from 08:00 to 20:00 on working days at %s: %s', (local, open) => {
    expect(isOpen(WORKING_DAYS, CPH, cph(local))).toBe(open);
  });

  it.each([
    ['2023-05-05', false, 'Store Bededag, a Friday'],
    ['2024-04-26', true, 'what would have been Store Bededag'],
    ['2026-01-01', false, 'Nytårsdag'],
    ['2026-04-02', false, 'Skærtorsdag'],
    ['2026-04-03', false, 'Langfredag'],
    ['2026-04-06', false, '2. påskedag'],
    ['2026-05-01', true, '1 May'],
    ['2026-05-14', false, 'Kristi himmelfartsdag'],
    ['2026-05-25', false, '2. pinsedag'],
    ['2026-06-05', true, 'Grundlovsdag'],
    ['2026-12-24', true, 'Christmas Eve'],
    ['2026-12-25', false, '1. juledag'],
    ['2026-12-31', true, "New Year's Eve"],
  ])('on %s: %s (%s)', (day, open) => {
    expect(isOpen(WORKING_DAYS, CPH, cph(`${day}T12:00`))).toBe(open);
    expect(isOpen(ANY_DAY, CPH, cph(`${day}T12:00`))).toBe(true);
  });

  it('closes on the days that the authority closes', () => {
    const window = { ...ANY_DAY, closedDays: ['12-24', '12-31'] };
    expect(isOpen(window, CPH, cph('2026-12-24T12:00'))).toBe(false);
    expect(isOpen(window, CPH, cph('2027-12-31T12:00'))).toBe(false);
    expect(isOpen(window, CPH, cph('2026-12-23T12:00'))).toBe(true);
  });

  it('may reach to the end of the day', () => {
    const window = { ...ANY_DAY, from: '00:00', to: '24:00' };
    expect(isOpen(window, CPH, cph('2026-12-24T23:59:59'))).toBe(true);
    expect(isOpen(window, CPH, cph('2026-12-25T00:00'))).toBe(true);
  });

  it('that is null is always open', () => {
    const night = cph('2026-11-29T03:00');
    expect(isOpen(null, CPH, night)).toBe(true);
    expect(nextOpen(null, CPH, night)).toEqual(night);
  });
});

describe('the next open moment', () => {
  it.each([
    ['2026-11-24T12:00', '2026-11-24T12:00'],
    ['2026-11-24T03:00', '2026-11-24T08:00'],
    ['2026-11-24T20:00', '2026-11-25T08:00'],
    ['2026-11-27T20:00', '2026-11-30T08:00'],
    ['2026-04-01T20:00', '2026-04-07T08:00'], // over Easter
    ['2026-12-24T20:00', '2026-12-28T08:00'],
  ])('from %s is %s', (from, next) => {
    expect(nextOpen(WORKING_DAYS, CPH, cph(from))).toEqual(cph(next));
  });

  it('is null when the window never opens', () => {
    expect(nextOpen({ ...ANY_DAY, from: '10:00', to: '10:00' }, CPH, cph('2026-11-24T12:00'))).toBeNull();
    expect(lastOpenBefore({ ...ANY_DAY, from: '10:00', to: '10:00' }, CPH, cph('2026-11-24T12:00'))).toBeNull();
  });

  it('is right when the clocks change inside or beside the window', () => {
    const night = { ...ANY_DAY, from: '02:15', to: '02:45' };
    const found = nextOpen(night, CPH, new Date('2026-10-25T00:50:00Z'));
    expect(found, 'the second 02:15').toEqual(new Date('2026-10-25T01:15:00Z'));
    expect(nextOpen(night, CPH, cph('2027-03-28T00:00')), 'skipped in spring').toEqual(cph('2027-03-29T02:15'));
    const acrossGap = { ...ANY_DAY, from: '02:30', to: '04:00' };
    const result = nextOpen(acrossGap, CPH, cph('2027-03-28T00:00'));
    expect(result, 'opens when the gap ends').toEqual(cph('2027-03-28T03:00'));
    const early = { ...ANY_DAY, from: '01:00', to: '02:30' };
    const told = nextOpen(early, CPH, new Date('2026-10-25T00:40:00Z'));
    expect(told, 'opens again when the clocks go back').toEqual(new Date('2026-10-25T01:00:00Z'));
  });

  it('is the first open minute, in every zone and window, also around clock changes', () => {
    const zones = fc.constantFrom(CPH, 'Atlantic/Faroe', 'America/Nuuk');
    const clock = fc
      .integer({ min: 0, max: 95 })
      .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
    const change = fc.constantFrom(Date.UTC(2026, 9, 25, 1), Date.UTC(2027, 2, 28, 1), Date.UTC(2026, 5, 1));
    fc.assert(
      fc.property(
        zones,
        clock,
        clock,
        fc.boolean(),
        change,
        fc.integer({ min: -100, max: 100 }),
        (zone, a, b, weekdaysOnly, around, quarters) => {
          fc.pre(a !== b);
          const [opens, closes] = [a, b].sort() as [string, string];
          const window: SendingWindow = { ...ANY_DAY, from: opens, to: closes, weekdaysOnly };
          const from = around + quarters * 900_000;
          let expected = from;
          while (!reference(window, zone, new Date(expected)) && expected < from + 4 * 86_400_000) expected += 900_000;
          if (!reference(window, zone, new Date(expected))) return;
          expect(nextOpen(window, zone, new Date(from))).toEqual(new Date(expected));
          expect(isOpen(window, zone, new Date(expected))).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** Independent implementation of the rules, with date-fns-tz alone. */
function reference(window: SendingWindow, zone: string, at: Date): boolean {
  const time = formatInTimeZone(at, zone, 'HH:mm');
  const weekday = Number(formatInTimeZone(at, zone, 'i'));
  return time >= window.from && time < window.to && !(window.weekdaysOnly && weekday > 5);
}

describe('moving earlier', () => {
  it.each([
    ['2026-11-29T10:00', '2026-11-27T19:30'], // Sunday to Friday evening
    ['2026-11-24T07:00', '2026-11-23T19:30'],
    ['2026-11-24T20:00', '2026-11-24T19:30'],
    ['2026-11-24T23:00', '2026-11-24T19:30'],
    ['2026-04-06T12:00', '2026-04-01T19:30'], // over Easter
  ])('from %s goes to half an hour before the end of the window before it, %s', (from, to) => {
    expect(lastOpenBefore(WORKING_DAYS, CPH, cph(from))).toEqual(cph(to));
  });

  it('goes to the start of a window that is shorter than half an hour', () => {
    const window = { ...WORKING_DAYS, from: '12:00', to: '12:20' };
    expect(lastOpenBefore(window, CPH, cph('2026-11-24T13:00'))).toEqual(cph('2026-11-24T12:00'));
  });

  it('keeps the time of day of a moment whose day is closed', () => {
    expect(sameTimeOnOpenDay(WORKING_DAYS, CPH, cph('2026-11-29T10:00'), '10:00')).toEqual(cph('2026-11-27T10:00'));
    expect(sameTimeOnOpenDay(WORKING_DAYS, CPH, cph('2026-04-06T10:00'), '10:00')).toEqual(cph('2026-04-01T10:00'));
    expect(sameTimeOnOpenDay(WORKING_DAYS, CPH, cph('2026-11-27T07:00'), '07:00')).toBeNull();
  });
});
