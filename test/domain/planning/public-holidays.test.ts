import Holidays from 'date-holidays';
import { expect, it } from 'vitest';
import { danishHolidays } from '../../../src/domain/planning/public-holidays.ts';

it('are the official ones of a year', () => {
  expect([...danishHolidays(2027)].sort()).toEqual([
    '2027-01-01',
    '2027-03-25',
    '2027-03-26',
    '2027-03-28',
    '2027-03-29',
    '2027-05-06',
    '2027-05-16',
    '2027-05-17',
    '2027-12-25',
    '2027-12-26',
  ]);
});

it('are those that date-holidays knows, from 1900 to 2200', () => {
  const calendar = new Holidays('DK', { types: ['public'] });
  for (let year = 1900; year <= 2200; year++) {
    const expected = new Set(calendar.getHolidays(year).map(({ date }) => date.slice(0, 10)));
    expect([...danishHolidays(year)].sort()).toEqual([...expected].sort());
  }
});
