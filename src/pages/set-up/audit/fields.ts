import { countryName } from '../../kit/country-name.ts';
import type { PageLanguage } from '../../kit/language.ts';
import type { Plain, Step } from './differences.ts';

/** A setting as a page of it says it. */
export interface Field {
  /** '' where the parts of it say enough; left out: the name that the API has for it. */
  readonly label?: string | ((name: string, nth: number) => string) | undefined;
  /** The label in front of its members, where it is another one. */
  readonly inside?: string;
  /** The words for a value, null for none; undefined: it says what it means. */
  readonly words?: (value: Plain | null) => string | undefined;
}

/** Settings by the way to them: `sendingWindow.from`; `*` for any name, and for any object of a list. */
export type Fields = Readonly<Record<string, Field>>;

/** The words of a value that is one of a list. */
export function among(words: Readonly<Record<string, string>>): NonNullable<Field['words']> {
  return (value) => (Object.hasOwn(words, String(value)) ? words[String(value)] : undefined);
}

/** The words of a country, which is stored as its code. */
export function countryWords(language: PageLanguage): NonNullable<Field['words']> {
  return (value) => (/^[A-Z]{2}$/.test(String(value)) ? countryName(language, String(value)) : undefined);
}

/** The setting to which a way leads; undefined where it leads to none of these. */
export function fieldAt(fields: Fields, path: readonly Step[]): Field | undefined {
  const names = path.map((step) => (typeof step === 'string' ? step : '*'));
  for (const key of [names, [...names.slice(0, -1), '*']].map((each) => each.join('.')))
    if (Object.hasOwn(fields, key)) return fields[key];
  return undefined;
}

/** A part of a label; `isName`: it is what the API calls it. */
export interface LabelPart {
  readonly text: string;
  readonly isName: boolean;
}

/** The label of what stands at the end of a way, part by part. */
export function labelOf(fields: Fields, path: readonly Step[]): LabelPart[] {
  return path.flatMap((step, index) => {
    const field = fieldAt(fields, path.slice(0, index + 1));
    const label = (index < path.length - 1 ? field?.inside : undefined) ?? field?.label;
    const [name, nth] = typeof step === 'string' ? [step, 0] : [step.id ?? String(step.nth), step.nth];
    const text = typeof label === 'function' ? label(name, nth) : (label ?? name);
    return text === '' ? [] : [{ text, isName: label === undefined && typeof step === 'string' }];
  });
}
