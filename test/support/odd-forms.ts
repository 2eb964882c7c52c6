import { type OddValue, oddValuesOf, usualValue } from './odd-values.ts';
import type { FieldKind, PageForm } from './read-page.ts';

/** A field of a form as it is sent: its name, and its value urlencoded. */
export type Pair = readonly [name: string, encoded: string];

/** A change of a form that somebody filled in. */
export interface Attempt {
  /** The field that is changed; '' for the whole form. */
  readonly name: string;
  readonly kind: FieldKind | null;
  readonly what: string;
  /** null: the form is changed in another way than by one value. */
  readonly odd: OddValue | null;
  readonly change: (pairs: readonly Pair[]) => string | FormData;
}

/** The pairs of a form that somebody filled in, and sent by its last button. */
export function filledIn(form: PageForm): Pair[] {
  const button = form.fields.findLast(({ kind, name }) => kind === 'button' && name !== '');
  return form.fields
    .filter((field) => field.name !== '' && (field.sent || field === button))
    .map(({ name, value, required, type }) => {
      return [name, encodeURIComponent(value === '' && required ? usualValue(name, type) : value)];
    });
}

const bodyOf = (pairs: readonly Pair[]) => pairs.map(([name, encoded]) => `${name}=${encoded}`).join('&');
const times = (count: number, pair: (nth: number) => Pair) => Array.from({ length: count }, (_, nth) => pair(nth));

/** Everything that is tried at a form: odd values of each field, fields that are missing or repeated, other bodies. */
export function attemptsAt(form: PageForm): Attempt[] {
  const named = new Map(form.fields.map((field) => [field.name, field.kind]));
  const fields = [...named].filter(([name]) => name !== '' && name !== 'form');
  return [...fields.flatMap(([name, kind]) => attemptsAtField(name, kind)), ...ATTEMPTS_AT_WHOLE];
}

function attemptsAtField(name: string, kind: FieldKind): Attempt[] {
  const others = (pairs: readonly Pair[]) => pairs.filter(([each]) => each !== name);
  const attempt = (what: string, own: readonly Pair[]): Attempt => {
    return { name, kind, what, odd: null, change: (pairs) => bodyOf([...others(pairs), ...own]) };
  };
  return [
    ...oddValuesOf(kind).map((odd) => ({ ...attempt(odd.what, [[name, odd.encoded]]), odd })),
    attempt('missing', []),
    attempt(
      'a hundred times',
      times(100, (nth) => [name, String(nth)]),
    ),
    attempt('as arrays', [
      [`${name}[]`, '1'],
      [`${name}[a]`, '1'],
      [`${name}.a`, '1'],
    ]),
  ];
}

const whole = (what: string, change: Attempt['change']): Attempt => ({ name: '', kind: null, what, odd: null, change });

const ATTEMPTS_AT_WHOLE: readonly Attempt[] = [
  whole('fields of every object', (pairs) => bodyOf([...pairs, ...FIELDS_OF_OBJECTS])),
  whole('three thousand fields', (pairs) => bodyOf([...pairs, ...times(3_000, (nth) => [`more-${nth}`, '1'])])),
  whole('files for texts', (pairs) => {
    const parts = new FormData();
    for (const [name, encoded] of pairs) {
      if (name === 'form' || name === 'authority') parts.append(name, decodeURIComponent(encoded));
      else parts.append(name, new Blob(['x'], { type: 'text/plain' }), 'x.csv');
    }
    return parts;
  }),
];
const FIELDS_OF_OBJECTS: readonly Pair[] = [
  ['__proto__', '1'],
  ['__proto__[a]', '1'],
  ['constructor', '1'],
  ['toString', '1'],
];
