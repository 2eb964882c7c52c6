import type { FC } from 'hono/jsx';
import type { Recipients } from '../../staff/authorities/recipients.ts';
import { countryName } from '../kit/country-name.ts';
import type { Faults } from '../kit/fields.tsx';
import type { Label } from '../kit/kept-form.ts';
import type { PageLanguage } from '../kit/language.ts';
import type { Bilingual } from '../kit/words.ts';

/** The fields of a form by their names, as they are typed; a box that is ticked is `on`. */
export type Values = Readonly<Record<string, string>>;

/** A form of settings as it is shown. */
export interface ShownForm {
  readonly language: PageLanguage;
  readonly values: Values;
  readonly faults: Faults;
  /** False for a reader who may change nothing. */
  readonly edits: boolean;
  /** Ids of the gateways that are configured, in the installation's order, and of others that the authority uses. */
  readonly gateways?: readonly string[];
  /** Appointments of the authority, counted for the choice who gets reminders. */
  readonly recipients?: Recipients | null;
  /** Fields of secrets that are set, and never shown. */
  readonly secretsSet?: ReadonlySet<string>;
}

/** A field of a form as it is shown. */
export interface ShownField extends ShownForm {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** A value where it is said and not edited, as in the audit. */
export interface SaidValue {
  /** '' where the parts of it say enough; left out: the name that the API has for it. */
  readonly label?: string | ((name: string, nth: number) => string) | undefined;
  /** The label in front of its members, where it is another one. */
  readonly inside?: string;
  /** The words for a value, null for none; undefined: it says what it means. */
  readonly words?: (value: string | number | boolean | null) => string | undefined;
}

/** Values by the way to them: `sendingWindow.from`; `*` for any name, and for any object of a list. */
export type SaidParts = Readonly<Record<string, SaidValue>>;

/** The words of a value that is one of a list. */
export function among(words: Readonly<Record<string, string>>): NonNullable<SaidValue['words']> {
  return (value) => (Object.hasOwn(words, String(value)) ? words[String(value)] : undefined);
}

/** The words of a country, which is stored as its code. */
export function countryWords(language: PageLanguage): NonNullable<SaidValue['words']> {
  return (value) => (/^[A-Z]{2}$/.test(String(value)) ? countryName(language, String(value)) : undefined);
}

/** Names of values in one language. */
export function wordsIn<Name extends string>(
  words: Readonly<Record<Name, Bilingual<string>>>,
  language: PageLanguage,
): Readonly<Record<Name, string>> {
  const entries = Object.entries<Bilingual<string>>(words).map(([name, each]) => [name, each[language]] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/** The place of a fault in a form: its field, and what may stand there where the setting alone doesn't say it. */
export interface FaultPlace {
  readonly field: string;
  readonly fault?: Bilingual<string> | undefined;
}

/** How a kind of value is edited, and said where it is not. */
export interface SettingKind<in Value> {
  /** The fields of the form for a stored value. */
  readonly fill: (id: string, value: Value) => Values;
  /** Reads the fields into the words of the API, whose schema checks them; undefined: the form says nothing of it. */
  readonly read: (id: string, values: Values) => unknown;
  readonly Field: FC<ShownField>;
  /** Faults of fields that nothing can be read from, before the schema sees them. */
  readonly unread?: (id: string, values: Values, language: PageLanguage) => string | undefined;
  /** The names of the values that it may have, where these are few. */
  readonly choices?: Readonly<Record<string, Bilingual<string>>>;
  /** The sentence about what may stand there, for settings that have none of their own. */
  readonly fault?: Bilingual<string>;
  /** The labels of its fields where they are not one under the name of the setting. */
  readonly labels?: (form: Omit<ShownField, 'faults' | 'edits' | 'hint'>) => Readonly<Record<string, Label>>;
  /** How it and its parts are said, by the way to them: '' for itself. */
  readonly said?: (label: string, language: PageLanguage) => SaidParts;
  /** The place of a fault inside the value, by the way to it. */
  readonly place?: (id: string, path: readonly string[], values: Values) => FaultPlace;
}

/** All that pages know of a setting: its labels, its field, and the words for what is wrong with it. */
export interface Setting<in Value> {
  readonly label: Bilingual<string>;
  readonly hint?: Bilingual<string>;
  /** The label where no other field stands around it, as in the audit. */
  readonly alone?: Bilingual<string>;
  readonly fault?: Bilingual<string>;
  readonly kind: SettingKind<Value>;
}

/** Settings by their names. */
export type Settings = Readonly<Record<string, Setting<never>>>;

/** Characters of a field that are read: more than any setting may have. */
const MOST_CHARACTERS = 20_000;

/** The fields of a form that was sent, each as it was typed. @param most characters of a field that are read */
export function typedValues(form: Readonly<Record<string, unknown>>, most = MOST_CHARACTERS): Values {
  const texts = Object.entries(form).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.replace(/\r\n?/g, '\n').slice(0, most)] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** The fields of the form for settings as they are stored. */
export function fillSettings(settings: Settings, stored: object): Values {
  const filled = Object.entries(settings).map(([name, { kind }]) =>
    kind.fill(name, Reflect.get(stored, name) as never),
  );
  return Object.assign({}, ...filled);
}

/** The settings that a form says, in the words of the API. */
export function readSettings(settings: Settings, values: Values): Record<string, unknown> {
  const read = Object.entries(settings).map(([name, { kind }]) => [name, kind.read(name, values)] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** The faults of fields that nothing can be read from, each with what is wrong. */
export function unreadIn(settings: Settings, values: Values, language: PageLanguage): Faults {
  const unread = Object.entries(settings).map(([id, { kind }]) => [id, kind.unread?.(id, values, language)] as const);
  return Object.fromEntries(unread.filter(([, fault]) => fault !== undefined));
}

/** The labels of the fields of a form, by their names, with the words of choices. */
export function labelsOf(settings: Settings, language: PageLanguage, values: Values): Record<string, Label> {
  const labels = Object.entries(settings).map(([id, { kind, label, alone }]) => {
    const text = (alone ?? label)[language];
    if (kind.labels) return kind.labels({ id, label: text, language, values });
    return { [id]: kind.choices ? ([text, wordsIn(kind.choices, language)] as const) : text };
  });
  return Object.assign({}, ...labels);
}

/** Settings as they are said where they are not edited, with their parts. */
export function saidOf(settings: Settings, language: PageLanguage): SaidParts {
  const parts = Object.entries(settings).flatMap(([name, { kind, label, alone }]) => {
    const text = (alone ?? label)[language];
    const {
      choices,
      said = () => ({ '': choices ? { label: text, words: wordsOf(choices, language) } : { label: text } }),
    } = kind;
    return Object.entries(said(text, language)).map(
      ([way, each]) => [way === '' ? name : `${name}.${way}`, each] as const,
    );
  });
  return Object.fromEntries(parts);
}

const wordsOf = (choices: Readonly<Record<string, Bilingual<string>>>, language: PageLanguage) =>
  among(wordsIn(choices, language));

/** The place of a fault in a form, by the way to what it is about; undefined where the form has no field for it. */
export function faultPlaceOf(
  settings: Settings,
  [name = '', ...path]: readonly string[],
  values: Values,
): FaultPlace | undefined {
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (!setting) return undefined;
  const { kind, fault = kind.fault } = setting;
  const place = kind.place?.(name, path, values) ?? { field: name };
  return { field: place.field, fault: place.fault ?? fault };
}
