import { describe, expect, it } from 'vitest';
import { durationOf, parseDuration } from '../../src/domain/duration.ts';

const HOUR = 3_600_000;

describe('durations', () => {
  it.each([
    ['P3D', { days: 3, ms: 0 }],
    ['PT2H', { days: 0, ms: 2 * HOUR }],
    ['P1DT2H', { days: 1, ms: 2 * HOUR }],
    ['PT30M', { days: 0, ms: HOUR / 2 }],
    ['PT90S', { days: 0, ms: 90_000 }],
    ['P1W', { days: 7, ms: 0 }],
    ['P2WT1H30M', { days: 14, ms: 1.5 * HOUR }],
    ['PT0S', { days: 0, ms: 0 }],
    ['PT48H', { days: 0, ms: 48 * HOUR }],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration);
    expect(parseDuration(text), 'and the same from what it remembers').toEqual(duration);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '-P1D',
    '+P1D',
    'P-1D',
    'P1M',
    'P1Y',
    'P1MT1H',
    'P1.5D',
    'PT1,5H',
    'p1d',
    ' P1D',
    'P1D\n',
    '1D',
    'PT2D',
    'P2H',
    'P9999D',
    'PT999999H',
  ])('is not fooled by %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(() => durationOf(text)).toThrow(RangeError);
  });
});
