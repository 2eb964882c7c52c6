import type { FieldKind } from './read-page.ts';

/** A value that nobody is to give, as it stands in an urlencoded form. */
export interface OddValue {
  readonly what: string;
  /** As a page may give it back; null: it is no text. */
  readonly text: string | null;
  readonly encoded: string;
}

const value = (what: string, text: string): OddValue => ({ what, text, encoded: encodeURIComponent(text) });
const bytes = (what: string, encoded: string): OddValue => ({ what, text: null, encoded });

/** Values for whatever a field is about. */
const COMMON: readonly OddValue[] = [
  value('nothing', ''),
  value('NUL', 'a\0b'),
  bytes('a lone surrogate', 'a%ED%A0%80b'),
  value('a prototype', '__proto__'),
  value('a huge number', '99999999999999999999'),
  value('an id', '01890000-0000-7000-8000-000000000000'),
  value('script', '"><script>alert(1)</script>'),
];
/** Values for what people type. */
const TYPED: readonly OddValue[] = [
  value('blanks', ' \t '),
  value('100 kB', 'x'.repeat(100_000)),
  value('control characters and lines', 'a\u0007\u001b[31m\u0085\r\nb'),
  bytes('overlong UTF-8', 'a%C0%AFb'),
  value('a constructor', 'constructor'),
  value('an array', '["a",{"b":[]}]'),
  value('a negative number', '-1'),
  value('a fraction', '1.5'),
  value('no day', '2026-02-30'),
  value('a month that there is not', '9999-99-99'),
  value('the last day', '9999-12-31'),
  value('a moment far ahead', '9999-12-31T23:59'),
  value('a formula', '=HYPERLINK("https://evil.example";"x")'),
  value('emoji and marks', '👩‍⚕️🇩🇰 \u202egnp.exe\u2066'),
  value('a template', '{{ x }}{% for %}'),
  value('a CPR number', '010180-1234'),
];

/** The odd values of a field, by how people give it. */
export function oddValuesOf(kind: FieldKind): readonly OddValue[] {
  return kind === 'typed' ? [...COMMON, ...TYPED] : COMMON;
}

/** A usual value of a field that must not stay empty, by its name or else by its type. */
export function usualValue(name: string, type: string): string {
  const byName: Readonly<Record<string, string>> = {
    ...{ id: 'prove', country: 'SE', currency: 'DKK', perSegment: '0,25', phone: '20 12 34 56' },
    ...{ number: '20 12 34 56', what: 'A-1', sender: 'Sundhed', code: '123456', backupAt: '2026-11-24T10:00' },
    ...{ message: '{"type":"appointment.booked"}', text: 'Husk {{time}}', password: 'korrekt hest batteri' },
  };
  const byType: Readonly<Record<string, string>> = {
    ...{ date: '2026-12-01', time: '10:00', 'datetime-local': '2026-12-01T10:00', number: '3' },
    ...{ email: 'ny@example.org', url: 'https://booking.example.org/sms', tel: '20 12 34 56' },
  };
  return byName[name] ?? byType[type] ?? 'Noget';
}
