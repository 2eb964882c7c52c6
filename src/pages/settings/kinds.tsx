import { CheckField, Field, SelectField, TextField, UnitField } from '../kit/fields.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import type { Bilingual } from '../kit/words.ts';
import {
  DURATION_UNITS,
  type DurationFields,
  durationFields,
  durationText,
  readDurationFields,
  unitNames,
} from './durations.ts';
import { countryWords, type SaidValue, type SettingKind, type ShownField, type Values, wordsIn } from './setting.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** A tick box among the values; a browser sends nothing for one without a tick. */
export const box = (name: string, ticked: boolean): Values => (ticked ? { [name]: 'on' } : {});
/** True for a box that is ticked. */
export const isTicked = (values: Values, name: string): boolean => values[name] === 'on';
/** The entries of a field with one a line. */
export const linesIn = (values: Values, name: string): string[] =>
  (values[name] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 400);
const textIn = (values: Values, name: string) => (values[name] ?? '').trim();
/** The text of a field; null for an empty one. Its hard blanks are those of a number that was copied from a page. */
const textOrNull = (values: Values, name: string): string | null =>
  (values[name] ?? '').replaceAll('\u00a0', ' ').trim() || null;

/** A setting that is on or off. */
export const CHECK: SettingKind<boolean> = {
  fill: box,
  read: (id, values) => isTicked(values, id),
  Field: ({ id, label, values, faults }) => (
    <CheckField id={id} label={label} checked={isTicked(values, id)} faults={faults} />
  ),
};

/** A setting that is one of a few values. */
export function choice<Value extends string>(choices: Readonly<Record<Value, Bilingual<string>>>): SettingKind<Value> {
  return {
    choices,
    fill: (id, value) => ({ [id]: value }),
    read: (id, values) => values[id],
    Field: ({ values, language, edits: _, ...field }) => (
      <SelectField {...field} value={values[field.id]} options={Object.entries(wordsIn(choices, language))} />
    ),
  };
}

interface TextOptions {
  readonly type?: 'text' | 'tel' | 'url';
  readonly required?: boolean;
  readonly more?: Attributes;
  readonly said?: SettingKind<string>['said'];
}

const textField =
  ({ type = 'text', required = false, more }: TextOptions) =>
  ({ values, id, label, hint, faults }: ShownField) => (
    <Field
      id={id}
      label={label}
      hint={hint}
      type={type}
      required={required}
      value={values[id] ?? ''}
      faults={faults}
      {...(more && { more })}
    />
  );

/** A text of one line. */
export function textLine({
  upper = false,
  said,
  ...options
}: TextOptions & { readonly upper?: boolean } = {}): SettingKind<string> {
  return {
    fill: (id, value) => ({ [id]: value }),
    read: (id, values) => (upper ? textIn(values, id).toUpperCase() : textIn(values, id)),
    Field: textField(options),
    ...(said && { said }),
  };
}

/** A country by its code. */
export const COUNTRY = textLine({
  upper: true,
  more: { maxlength: 2 },
  said: (label, language) => ({ '': { label, words: countryWords(language) } }),
});

/** A text of one line, or none. @param options.digits blanks between the digits are left out */
export function textLineOrNone({
  digits = false,
  ...options
}: TextOptions & { readonly digits?: boolean } = {}): SettingKind<string | null> {
  return {
    fill: (id, value) => ({ [id]: value ?? '' }),
    read: (id, values) => (digits ? textOrNull(values, id)?.replaceAll(' ', '') : textOrNull(values, id)) ?? null,
    Field: textField(options),
  };
}

const numberIn = (language: PageLanguage, value: number) => value.toLocaleString(LOCALES[language]);

/** A whole number from 1 to `most`. */
export function whole(most: number): SettingKind<number> {
  return {
    fill: (id, value) => ({ [id]: String(value) }),
    read: (id, values) => (/^\d{1,6}$/.test(textIn(values, id)) ? Number(values[id]) : Number.NaN),
    Field: ({ values, id, label, hint, faults }) => (
      <Field
        id={id}
        label={label}
        hint={hint}
        type="number"
        value={values[id] ?? ''}
        faults={faults}
        more={{ min: 1, max: most }}
      />
    ),
    fault: {
      da: `Skriv et helt tal fra 1 til ${numberIn('da', most)}.`,
      en: `Write a whole number from 1 to ${numberIn('en', most)}.`,
    },
  };
}

/** Several words in one line, with commas between. @param options.most words that are read; of more the rest is not */
export function list({
  upper = false,
  most,
  said,
}: {
  readonly upper?: boolean;
  readonly most?: number;
  readonly said?: SettingKind<readonly string[]>['said'];
} = {}): SettingKind<readonly string[]> {
  return {
    fill: (id, value) => ({ [id]: value.join(', ') }),
    read: (id, values) => {
      const written = values[id] ?? '';
      return (upper ? written.toUpperCase() : written).split(/[\s,;]+/, most).filter((each) => each !== '');
    },
    Field: textField({}),
    ...(said && { said }),
  };
}

/** Countries by their codes, with commas between. */
export const COUNTRIES = list({
  upper: true,
  said: (label, language) => ({ '': { label, words: countryWords(language) } }),
});

/** Texts, one a line. */
export function lines(fault: Bilingual<string>): SettingKind<readonly string[]> {
  return {
    fault,
    fill: (id, value) => ({ [id]: value.join('\n') }),
    read: (id, values) => linesIn(values, id),
    Field: ({ id, label, values, faults }) => (
      <TextField id={id} label={label} value={values[id] ?? ''} faults={faults} rows={3} />
    ),
  };
}

const UNIT: Bilingual<string> = { da: 'Enhed', en: 'Unit' };
const AS_NOW: Bilingual<string> = { da: 'som nu', en: 'as now' };

/** The fields of a duration of this name as they are typed. */
export function durationFieldsIn(values: Values, name: string): DurationFields {
  return { count: values[name] ?? '', unit: values[`${name}-unit`] ?? 'days' };
}

/** A length of time: a number with its unit, or the stored one where these can't say it. */
export const DURATION: SettingKind<string> = {
  fill: (id, value) => {
    const { count, unit } = durationFields(value);
    return { [id]: count, [`${id}-unit`]: unit };
  },
  read: (id, values) => readDurationFields(durationFieldsIn(values, id)),
  Field: ({ id, label, hint, language, values, faults, edits }) => {
    const { count, unit } = durationFieldsIn(values, id);
    // Whoever edits may choose another number, whose unit stands there already.
    const names = unitNames(language, edits ? '' : count);
    const units = DURATION_UNITS.map((each): [string, string] => [each, names[each]]);
    const isKnown = units.some(([each]) => each === unit);
    return (
      <UnitField
        id={id}
        label={label}
        hint={hint}
        faults={faults}
        value={count}
        unit={unit}
        units={isKnown ? units : [...units, [unit, `${AS_NOW[language]}: ${unit}`]]}
        unitLabel={`${label}: ${UNIT[language]}`}
      />
    );
  },
  // The unit of a number that nobody typed is none of what was typed.
  labels: ({ id, label, language, values }) => ({
    [id]: label,
    ...(values[id] && { [`${id}-unit`]: [`${label}: ${UNIT[language]}`, unitNames(language)] as const }),
  }),
  fault: { da: 'Skriv et helt tal.', en: 'Write a whole number.' },
  said: (label, language) => ({ '': { label, words: durationWords(language) } }),
};

/** The words of a duration. */
export function durationWords(language: PageLanguage): NonNullable<SaidValue['words']> {
  return (value) => (value === null ? undefined : durationText(language, String(value)) || undefined);
}

/** A secret, which is never shown. @param hints of one that is not set, and of one that is */
export function secret(
  hints: readonly [unset: Bilingual<string>, set: Bilingual<string>],
  more: Attributes,
): SettingKind<undefined> {
  return {
    fill: () => ({}),
    read: (id, values) => values[id] || undefined,
    Field: ({ id, label, language, faults, secretsSet }) => (
      <Field
        id={id}
        type="password"
        label={label}
        value=""
        faults={faults}
        hint={hints[secretsSet?.has(id) ? 1 : 0][language]}
        more={{ autocomplete: 'off', ...more }}
      />
    ),
    labels: () => ({}),
  };
}
