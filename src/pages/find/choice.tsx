import type { Context } from 'hono';
import { type Faults, Field, SelectField } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { byName, type Named, type PageLanguage } from '../kit/language.ts';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';

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
  /** The name of the choice that leaves nothing out, whose value is empty; undefined: one has to be chosen. */
  readonly any?: string | undefined;
  /** The hint at the text that names one; left out: that of a list to be narrowed down. */
  readonly hint?: string | undefined;
  /** A value, or what was typed in its place. */
  readonly value: string;
  readonly language: PageLanguage;
  readonly faults?: Faults | undefined;
}

/**
 * A choice of one among several, or of all: a list, or where that would be too long a text that names it. The text is
 * sent as `<id>-name`, beside the value that it stood for.
 */
export function ChoiceField({ id, label, options, any, hint: ownHint, value, language, faults }: ChoiceProps) {
  const first = firstOf(options, ([option, name]) => option + name);
  const required = any === undefined;
  const all: ChoiceOptions = required ? options : [['', any], ...options];
  if (first.length === options.length)
    return <SelectField id={id} label={label} options={all} value={value} faults={faults} />;
  const hint = ownHint ?? LAYOUT_WORDS[language].choice.hint;
  const typed = options.find(([option]) => option === value)?.[1] ?? value;
  const list = `${id}-list`;
  return (
    <>
      <Field
        id={id}
        name={nameField(id)}
        label={label}
        hint={hint}
        faults={faults}
        required={required}
        value={typed}
        more={{ list, autocomplete: 'off' }}
      />
      {value !== '' && faults?.[id] === undefined && <input type="hidden" name={id} value={value} />}
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

/** Things by their names, as the language sorts them; those that share a name have their id beside it. */
export function namedApart(named: readonly Named[], language: PageLanguage): ChoiceOptions {
  const counts = new Map<string, number>();
  for (const { name } of named) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const isShared = (name: string) => (counts.get(name.toLowerCase()) ?? 0) > 1;
  return named
    .toSorted(byName(language))
    .map(({ id, name }) => [id, isShared(name) ? `${name} (${id})` : name] as const);
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

/** A choice as an address has it: a value to the letter, and what was typed where a text names it. */
interface Chosen {
  readonly value: string;
  /** undefined: the field is a list, or a link chose. */
  readonly typed: string | undefined;
}

/** Reads a choice from the address of a page. */
export function chosenIn(c: Context, id: string): Chosen {
  return { value: c.req.query(id) ?? '', typed: c.req.query(nameField(id)) };
}

/** Reads a choice from a form. */
export function chosenOf(form: Record<string, unknown>, id: string): Chosen {
  const typed = form[nameField(id)];
  return { value: fieldOf(form, id), typed: typeof typed === 'string' ? typed : undefined };
}

/**
 * Reads the choice of a form that acts on what was chosen, for which a text that names nothing is a fault.
 * @returns what to show again, with its fault; no fault for a value to the letter, which may be unknown all the same
 */
export function readOneChoice(
  options: ChoiceOptions,
  chosen: Chosen,
  language: PageLanguage,
): { readonly value: string; readonly fault: string | null } {
  const { several, none } = LAYOUT_WORDS[language].choice;
  const value = readChoice(options, chosen);
  if (value === undefined) return { value: chosen.typed ?? '', fault: several };
  const isText = chosen.typed !== undefined && value !== '';
  return { value, fault: isText && !options.some(([option]) => option === value) ? none : null };
}

/**
 * Reads what was chosen. A value is taken to the letter: a link may name what no longer is among the options. A text is
 * a name or the beginning of one name alone, in capitals or not, and what the field stood for where it wasn't changed.
 * @returns empty for all; a text that names none as it is; undefined for the beginning of several names
 */
export function readChoice(options: ChoiceOptions, { value, typed }: Chosen): string | undefined {
  if (typed === undefined) return value;
  const stood = options.find(([option]) => option === value)?.[1] ?? value;
  if (typed === stood) return value;
  if (options.some(([option]) => option === typed)) return typed;
  const text = typed.trim().toLowerCase();
  if (text === '') return '';
  const exact = options.find(([, name]) => name.toLowerCase() === text);
  if (exact) return exact[0];
  const [only, ...others] = options.filter(([, name]) => name.toLowerCase().startsWith(text));
  return others.length === 0 ? (only?.[0] ?? typed) : undefined;
}

function nameField(id: string): string {
  return `${id}-name`;
}
