import { type Faults, Field, SelectField } from '../fields.tsx';
import type { PageLanguage } from '../language.ts';
import { LAYOUT_WORDS } from '../layout-words.ts';

/** Values with their names. */
export type ChoiceOptions = readonly (readonly [value: string, name: string])[];

/** Bytes of the options of one field: departments and booking systems may be hundreds, beside an else full page. */
const MOST_BYTES = 6_000;
/** Bytes of an option beside its texts. */
const BYTES_OF_OPTION = 26;

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly options: ChoiceOptions;
  /** The name of the choice that leaves nothing out, whose value is empty. */
  readonly any: string;
  /** A value, or what was typed in its place. */
  readonly value: string;
  readonly language: PageLanguage;
  readonly faults?: Faults | undefined;
}

/** A choice of one among several, or of all: a list, or where that would be too long a text that names it. */
export function ChoiceField({ id, label, options, any, value, language, faults }: ChoiceProps) {
  const first = firstOf(options, ([option, name]) => option + name);
  if (first.length === options.length)
    return <SelectField {...{ id, label, options: [['', any], ...options], value, faults }} />;
  const { hint } = LAYOUT_WORDS[language].choice;
  const typed = options.find(([option]) => option === value)?.[1] ?? value;
  const list = `${id}-list`;
  return (
    <>
      <Field {...{ id, label, hint, faults, value: typed, more: { list, autocomplete: 'off' } }} />
      <datalist id={list}>
        {firstOf(options, ([, name]) => name).map(([, name]) => (
          <option value={name} />
        ))}
      </datalist>
    </>
  );
}

/** Names that are values of their own. */
export function namesOf(names: readonly string[]): ChoiceOptions {
  return names.map((name) => [name, name] as const);
}

/** The options that fit on a page. */
function firstOf(options: ChoiceOptions, textOf: (option: ChoiceOptions[number]) => string): ChoiceOptions {
  let bytes = 0;
  const end = options.findIndex((option) => {
    bytes += BYTES_OF_OPTION + Buffer.byteLength(textOf(option));
    return bytes > MOST_BYTES;
  });
  return end === -1 ? options : options.slice(0, end);
}

/**
 * Reads what was chosen: a value, or a name or the beginning of one name alone, in capitals or not.
 * @returns empty for all; a text that names none as it is, since addresses may name what was used once; undefined for
 * the beginning of several names
 */
export function readChoice(options: ChoiceOptions, typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === '' || options.some(([option]) => option === typed)) return text === '' ? '' : typed;
  const exact = options.find(([, name]) => name.toLowerCase() === text);
  if (exact) return exact[0];
  const [only, ...others] = options.filter(([, name]) => name.toLowerCase().startsWith(text));
  return others.length === 0 ? (only?.[0] ?? typed) : undefined;
}
