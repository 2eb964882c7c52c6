import { expect, it } from 'vitest';
import { dayAsTyped, isDay, readTypedDay, readTypedMoment } from '../../../src/pages/kit/days.ts';

it.each([
  '01-02-2027',
  '1-2-2027',
  '01.02.2027',
  '1.2.2027',
  '1. 2. 2027',
  '1/2/2027',
  '1/2-2027',
  ' 1/2-2027 ',
  '2027-02-01',
])('a day is read as people write it, the day of the month first: %j', (text) => {
  expect([readTypedDay(text), dayAsTyped(text)]).toEqual(['2027-02-01', '01-02-2027']);
});

it.each([
  '',
  'x',
  'i morgen',
  '1.2.27',
  '1-2',
  '02-2027',
  '30.2.2027',
  '32-01-2027',
  '2027-13-01',
  '13/13/2027',
  '2027-2-1',
  '1.2.2027 kl. 9',
  '01-01-1900',
  '01-01-2200',
  '01--02-2027',
  `1${' '.repeat(100_000)}.2.2027`,
])('any other text is no day, and is kept as it was typed: %#', (text) => {
  expect([readTypedDay(text), dayAsTyped(text)]).toEqual([null, text]);
});

it.each(['01-02-2027 09:05', '1.2.2027 kl. 9.05', '1. 2. 2027, kl. 09.05', '1/2-2027 9:05', '2027-02-01T09:05:59'])(
  'a day with a time is read as people write it: %j',
  (text) => {
    expect([readTypedMoment(text), dayAsTyped(text)]).toEqual(['2027-02-01T09:05', '01-02-2027 09:05']);
  },
);

it.each(['', '01-02-2027', '09:05', '01-02-2027 24:00', '01-02-2027 9:5', '30.2.2027 09:05', '01-02-202709:05'])(
  'a day without its time, or a time that is none, is no moment: %j',
  (text) => {
    expect(readTypedMoment(text)).toBeNull();
  },
);

it('each day that an address may have is shown as it is typed, and read back', () => {
  for (const day of ['1900-01-02', '2028-02-29', '2199-12-31'])
    expect([isDay(day), readTypedDay(dayAsTyped(day))]).toEqual([true, day]);
});
