import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { Known } from '../../../src/domain/identity/match-known.ts';
import { matchSeries, matchUndivided } from '../../../src/domain/identity/match-series.ts';
import { asIs, event, filler, key, known, placer } from './known.ts';

describe('an event without an occurrence, whose order number a series has as well', () => {
  const series = [1, 2].map((nth) =>
    known(`F1#${nth}`, {
      group: 'F1',
      aliases:
        nth === 1
          ? [
              ['filler', 'RIS|F1#1'],
              ['filler', 'RIS|F1'],
              ['placer', 'EPJ|P1'],
            ]
          : [['filler', 'RIS|F1#2']],
    }),
  );
  const ends = (said: AppointmentEvent) => {
    const found = matchSeries(said, undefined, series, asIs);
    return found && 'code' in found ? found.code : found?.map(({ reference }) => reference);
  };

  it.each(['booked', 'cancelled'] as const)(
    'is about another appointment where it has an id of its own: %s',
    (status) => {
      expect(ends(event('F9', { status, occurrence: null, aliases: [filler('F9'), placer('P1')] }))).toBeUndefined();
    },
  );

  it('ends the whole series by the series’ own id, and by the order number alone, and keeps that under the former', () => {
    const cancelled = { status: 'cancelled', occurrence: null } as const;
    expect(ends(event('F1', { ...cancelled, aliases: [filler('F1'), placer('P1')] }))).toEqual(['F1#1', 'F1#2', 'F1']);
    expect(ends(event('P1', { ...cancelled, aliases: [placer('P1')] }))).toEqual(['F1#1', 'F1#2', 'F1']);
  });
});

it('a booking without an occurrence is refused in words that hold for one known occurrence as well', () => {
  const said = matchSeries(event('F1', { occurrence: null }), undefined, [known('F1#1', { group: 'F1' })], asIs);
  expect(said).toMatchObject({ code: 'required', detail: expect.stringMatching(/^Occurrences of this appointment/) });
});

it('a cancellation of a series that is a test keeps no later booking out', () => {
  const series = [known('F1#1', { group: 'F1' })];
  const said = event('F1', { status: 'cancelled', occurrence: null, test: true });
  expect(matchSeries(said, undefined, series, asIs)).toMatchObject([{ reference: 'F1#1', test: true }]);
});

describe('what an event of an unknown occurrence continues', () => {
  const minute = (nth: number) => new Date(Date.UTC(2026, 10, 24, 9, nth));
  const start = new Date('2026-12-08T08:00:00Z');
  const series = [filler('F1'), placer('P1')];
  const stored = (rest: Partial<Known> = {}) =>
    known('F1', { start, patientKey: key('p'), occurredAt: minute(5), aliases: [['filler', 'RIS|F1']], ...rest });
  const said = (rest: Partial<AppointmentEvent> = {}) =>
    event('F1#1', {
      ...{ occurrence: '1', group: 'F1', patientKey: key('p'), occurredAt: minute(9), start },
      aliases: [...series.map((each) => ({ ...each, value: `${each.value}#1` })), ...series],
      ...rest,
    });
  const continued = (event: AppointmentEvent, ...all: Known[]) => matchUndivided(event, all, asIs)?.reference;
  const later = new Date('2026-12-15T08:00:00Z');

  it.each<[string, Partial<AppointmentEvent>, Partial<Known>]>([
    ['a move', { status: 'booked', start: later }, {}],
    ['a cancellation, whatever its time', { status: 'cancelled', start: later }, {}],
    ['a new booking at the same time', { status: 'booked', newBooking: true }, {}],
    ['a new booking of one without a time', { status: 'booked', newBooking: true }, { start: null }],
    ['a new booking that says it is cancelled', { status: 'cancelled', newBooking: true, start: later }, {}],
    ['an older new booking', { status: 'booked', newBooking: true, start: later, occurredAt: minute(1) }, {}],
    ['an event without a patient', { status: 'noshow', patientKey: undefined }, {}],
    ['an older event of a cancelled one', { status: 'booked', occurredAt: minute(1) }, { status: 'cancelled' }],
  ])('%s: what is stored under the id of the series', (_name, change, before) => {
    expect(continued(said(change), stored(before))).toBe('F1');
  });

  it.each<[string, Partial<AppointmentEvent>, Partial<Known>]>([
    ['a new booking at another time', { status: 'booked', newBooking: true, start: later }, {}],
    ['a newer event of a cancelled one', { status: 'booked' }, { status: 'cancelled' }],
    ['an event of another patient', { status: 'cancelled', patientKey: key('q') }, {}],
    ['an event of one that was replaced', { status: 'cancelled' }, { replacedBy: 'F2' }],
    ['an event that names no occurrence', { status: 'cancelled', occurrence: null }, {}],
  ])('%s: nothing', (_name, change, before) => {
    expect(continued(said(change), stored(before))).toBeUndefined();
  });

  it('is found by an id with a namespace as well, but not where another id of its own contradicts that', () => {
    expect(continued(said(), known('P1', { aliases: [['placer', 'EPJ|P1']] }))).toBe('P1');
    const aliases: Known['aliases'] = [
      ['filler', 'RIS|F9'],
      ['placer', 'EPJ|P1'],
    ];
    const another = known('F9', { aliases });
    expect(continued(said(), another)).toBeUndefined();
  });

  it('is no other occurrence', () => {
    expect(continued(said(), known('F1#2', { group: 'F1', aliases: [['filler', 'RIS|F1']] }))).toBeUndefined();
  });
});
