import { describe, expect, it } from 'vitest';
import {
  daysText,
  dayText,
  longText,
  momentText,
  startText,
  timeText,
  weekdayText,
} from '../../../src/pages/kit/moment-text.ts';

const AT = new Date('2026-12-03T08:05:00Z');
const ZONE = 'Europe/Copenhagen';

describe('a moment on a page', () => {
  it('is the one of its zone, however many zones there are', () => {
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 200);
    const fresh = (timeZone: string) => new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(AT);
    for (let round = 0; round < 2; round++)
      expect(zones.map((zone) => timeText(AT, zone, 'en'))).toEqual(zones.map(fresh));
  });

  it('keeps its date, and »kl.« with the time, on one line each', () => {
    const texts = [momentText, startText, weekdayText, longText, timeText].map((write) => write(AT, ZONE, 'da'));
    expect(texts).toEqual([
      '3.\u00a0dec.\u00a02026 kl.\u00a009.05',
      'tors.\u00a03.\u00a0dec. kl.\u00a009.05',
      'torsdag\u00a03.\u00a0december kl.\u00a009.05',
      'torsdag den\u00a03.\u00a0december\u00a02026 kl.\u00a009.05',
      'kl.\u00a009.05',
    ]);
    for (const text of texts) expect(text).not.toMatch(/kl\. |\d\. \p{L}/u);
  });

  it('keeps its date on one line in English, too, where the time stands alone', () => {
    const texts = [momentText, longText, timeText].map((write) => write(AT, ZONE, 'en'));
    expect(texts).toEqual([
      '3\u00a0Dec\u00a02026, 09:05',
      'Thursday, 3\u00a0December\u00a02026 at\u00a009:05',
      '09:05',
    ]);
  });

  it('may be parted before »kl.« alone, so that it fits a narrow screen', () => {
    expect(momentText(AT, ZONE, 'da').split(' ')).toEqual(['3.\u00a0dec.\u00a02026', 'kl.\u00a009.05']);
  });
});

it('a day of the calendar stays on one line in every form', () => {
  const forms = [{ dateStyle: 'medium' }, { dateStyle: 'full' }, { day: 'numeric', month: 'long' }] as const;
  const found = forms.map((form) => dayText('da', '2026-12-03', form));
  expect(found).toEqual(['3.\u00a0dec.\u00a02026', 'torsdag den\u00a03.\u00a0december\u00a02026', '3.\u00a0december']);
});

it('the days of a week name a month once and never break, and both where the week has two, between them alone', () => {
  const weeks = ['2026-11-23', '2026-11-30', '2026-12-28'] as const;
  const sundays = ['2026-11-29', '2026-12-06', '2027-01-03'] as const;
  const textsIn = (language: 'da' | 'en') => weeks.map((monday, nth) => daysText(language, monday, sundays[nth] ?? ''));
  expect(textsIn('da')).toEqual([
    '23.–\u206029.\u00a0nov.',
    '30.\u00a0nov.\u00a0– 6.\u00a0dec.',
    '28.\u00a0dec.\u00a0– 3.\u00a0jan.',
  ]);
  // The part of a week that a period has.
  expect(daysText('da', '2026-11-30', '2026-11-30')).toBe('30.\u00a0nov.');
  const texts = textsIn('en');
  expect(texts).toEqual(['23–\u206029\u00a0Nov', '30\u00a0Nov\u00a0– 6\u00a0Dec', '28\u00a0Dec\u00a0– 3\u00a0Jan']);
});
