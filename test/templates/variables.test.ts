import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/authority.ts';
import { nonGsmCharacters } from '../../src/domain/sms/segments.ts';
import { type TextSubject, variablesFor, variablesForAnswer } from '../../src/templates/index.ts';

const authority = { name: 'Rigshospitalet', timeZone: 'Europe/Copenhagen', contactPhone: null };
const subject: TextSubject = {
  start: new Date('2026-12-01T08:00:00Z'),
  kind: 'visit',
  locationText: 'Opgang 4',
  department: 'Ambulatoriet',
  contactPhone: '+4535453545',
};

test('dates and times are written as in Danish', () => {
  expect(variablesFor(subject, authority, 'da')).toEqual({
    date: '1. december',
    time: '9.00',
    weekday: 'tirsdag',
    location: 'Opgang 4',
    department: 'Ambulatoriet',
    authority: 'Rigshospitalet',
    contactPhone: '+45 35 45 35 45',
  });
});

test('and in English as the English write', () => {
  expect(variablesFor(subject, authority, 'en')).toMatchObject({ date: '1 December', time: '9am', weekday: 'Tuesday' });
});

describe('times of day', () => {
  test.each([
    ['2026-11-30T23:00:00Z', '0.00', 'midnight'],
    ['2026-11-30T23:05:00Z', '0.05', '12:05am'],
    ['2026-12-01T08:05:00Z', '9.05', '9:05am'],
    ['2026-12-01T11:00:00Z', '12.00', 'midday'],
    ['2026-12-01T11:30:00Z', '12.30', '12:30pm'],
    ['2026-12-01T12:00:00Z', '13.00', '1pm'],
    ['2026-12-01T22:59:00Z', '23.59', '11:59pm'],
  ])('%s', (start, danish, english) => {
    const at = { ...subject, start: new Date(start) };
    expect(variablesFor(at, authority, 'da').time).toBe(danish);
    expect(variablesFor(at, authority, 'en').time).toBe(english);
  });
});

test('day and hour are those of the authority, in summer and in winter', () => {
  const at = (start: string, timeZone = 'Europe/Copenhagen') => {
    const { date, time, weekday } = variablesFor(
      { ...subject, start: new Date(start) },
      { ...authority, timeZone },
      'da',
    );
    return `${weekday} d. ${date} kl. ${time}`;
  };
  expect(at('2026-06-30T22:15:00Z')).toBe('onsdag d. 1. juli kl. 0.15');
  expect(at('2026-12-31T22:15:00Z')).toBe('torsdag d. 31. december kl. 23.15');
  expect(at('2026-10-25T00:30:00Z')).toBe('søndag d. 25. oktober kl. 2.30');
  expect(at('2026-10-25T01:30:00Z')).toBe('søndag d. 25. oktober kl. 2.30');
  expect(at('2026-12-01T08:00:00Z', 'America/Nuuk')).toBe('tirsdag d. 1. december kl. 6.00');
  expect(at('2026-12-01T08:00:00Z')).toBe('tirsdag d. 1. december kl. 9.00');
});

test.each(LANGUAGES)(
  'no date, day or time of an SMS has a character beyond GSM-7, which would make it dear: %s',
  (language) => {
    for (let day = 0; day < 366; day++) {
      const start = new Date(Date.UTC(2026, 0, 1 + day, day % 24, (day * 7) % 60));
      const { date, weekday, time } = variablesFor({ ...subject, start }, authority, language);
      expect(nonGsmCharacters(`${weekday} d. ${date} kl. ${time}`)).toEqual([]);
    }
  },
);

test('many different times are right, beyond the size of the cache', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  for (let round = 0; round < 2; round++) {
    for (let minute = 0; minute < 6000; minute++) {
      const at = new Date(start + minute * 60_000);
      const { time } = variablesFor({ ...subject, start: at }, { ...authority, timeZone: 'UTC' }, 'da');
      expect(time).toBe(`${at.getUTCHours()}.${String(at.getUTCMinutes()).padStart(2, '0')}`);
    }
  }
});

test('a place is printed for a visit only', () => {
  expect(
    (['visit', 'phone', 'video', 'home'] as const).map(
      (kind) => variablesFor({ ...subject, kind }, authority, 'da').location,
    ),
  ).toEqual(['Opgang 4', null, null, null]);
});

test("the number to phone is the appointment's, else the authority's, else none", () => {
  const phone = (own: string | null, general: string | null) =>
    variablesFor({ ...subject, contactPhone: own }, { ...authority, contactPhone: general }, 'da').contactPhone;
  expect(phone('+4511223344', '+4535453545')).toBe('+45 11 22 33 44');
  expect(phone(null, '35 45 35 45')).toBe('35 45 35 45');
  expect(phone(null, '+46701234567')).toBe('+46701234567');
  expect(phone(null, null)).toBeNull();
});

test('an answer is from an authority or from all, and has the leased keyword', () => {
  const found = variablesForAnswer({ name: 'Rigshospitalet', contactPhone: '+4535453545' }, 'KBH');
  expect(found).toMatchObject({ authority: 'Rigshospitalet', contactPhone: '+45 35 45 35 45', keyword: 'KBH' });
  expect(variablesForAnswer(null, null)).toMatchObject({ authority: '', contactPhone: null, keyword: null });
});
