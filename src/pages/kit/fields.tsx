import type { Child } from 'hono/jsx';
import { dayAsTyped } from './days.ts';
import type { PageLanguage } from './language.ts';
import { DAY_WORDS } from './period-words.ts';

/** Faults of the fields of a form, by their names: sentences in the language of the page. */
export type Faults = Readonly<Partial<Record<string, string>>>;

/** A form that came back: what was typed in its fields, and what is wrong with it. */
export interface RefusedForm {
  /** Its declaration. */
  readonly form: object;
  /** The parameters of its address: the row of a list that it stands in. */
  readonly params: Readonly<Record<string, string>>;
  readonly typed: Readonly<Record<string, string>>;
  readonly faults: Faults;
}

/** The attributes of a field with a fault: it is marked, and the first one of the page takes the focus. */
export const WRONG = { 'aria-invalid': 'true', autofocus: true } as const;

interface LabelledProps {
  /** The id and the name of the field, by which faults are found. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly faults?: Faults | undefined;
}

/** Kinds of fields of one line. */
export type InputType = 'text' | 'email' | 'password' | 'time' | 'number' | 'tel' | 'url' | 'search' | 'file';

interface FieldProps extends LabelledProps {
  readonly value?: string | undefined;
  readonly type?: InputType;
  /** The name that is posted, where several forms of a page have this field; left out: the id. */
  readonly name?: string;
  readonly required?: boolean;
  /** Further attributes: `autocomplete`, `inputmode`, `maxlength`, `min`, `max`, `accept`. */
  readonly more?: Readonly<Record<string, string | number>>;
}

function described({ id, hint, faults }: LabelledProps): Record<string, string | boolean> {
  const wrong = faults?.[id] !== undefined;
  const ids = [...(wrong ? [`${id}-fault`] : []), ...(hint ? [`${id}-hint`] : [])].join(' ');
  return { ...(ids && { 'aria-describedby': ids }), ...(wrong && WRONG) };
}

function Labelled({
  id,
  label,
  form,
  hint,
  faults,
  children,
}: LabelledProps & {
  /** The form in which it is to be written. */
  readonly form?: string;
  readonly children: Child;
}) {
  const fault = faults?.[id];
  return (
    <p class="field">
      <label for={id}>
        {label}
        {form !== undefined && <small> {form}</small>}
      </label>
      {children}
      {fault !== undefined && (
        <strong class="wrong" id={`${id}-fault`} role="alert">
          {fault}
        </strong>
      )}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}

/** A labelled field with its hint, and with what is wrong with it. `value` is what was typed, also when it is wrong. */
export function Field({ value, type = 'text', required, more, name, ...labelled }: FieldProps) {
  const { id } = labelled;
  return (
    <Labelled {...labelled}>
      <input
        id={id}
        name={name ?? id}
        type={type}
        {...more}
        {...described(labelled)}
        {...(value !== undefined && { value })}
        {...(required && { required: true })}
      />
    </Labelled>
  );
}

/** Characters of a day as somebody may write it, with a time. */
const LONGEST_DAY = 40;

/**
 * A labelled day, the same in the language of every browser; our script puts the browser's calendar beside it. `value`
 * is what was typed, or a day as addresses have it. What is sent is read by `readTypedDay` (`readTypedMoment`).
 */
export function DayField({
  value = '',
  timed = false,
  required,
  language,
  ...labelled
}: LabelledProps & {
  readonly language: PageLanguage;
  readonly value?: string | undefined;
  /** It asks for a time of the day, too. */
  readonly timed?: boolean;
  readonly required?: boolean;
}) {
  const { id, label } = labelled;
  const { choose, form, timedForm } = DAY_WORDS[language];
  return (
    <Labelled {...labelled} form={timed ? timedForm : form}>
      <span class="pair">
        <input
          id={id}
          name={id}
          type="text"
          value={dayAsTyped(value)}
          maxlength={LONGEST_DAY}
          autocomplete="off"
          data-calendar={timed ? 'datetime-local' : 'date'}
          data-choose={choose(label)}
          {...described(labelled)}
          {...(required && { required: true })}
        />
      </span>
    </Labelled>
  );
}

const MOST_ROWS = 12;
const CHARACTERS_A_LINE = 28;

/** Lines that a text takes on a phone, `most` at most. A line that breaks does so between words: it takes one more. */
export function rowsOf(text: string, most: number): number {
  let rows = 0;
  for (let at = 0; at <= text.length && rows < most; ) {
    const end = text.indexOf('\n', at);
    const line = (end < 0 ? text.length : end) - at;
    rows += line <= CHARACTERS_A_LINE ? 1 : Math.ceil(line / CHARACTERS_A_LINE) + 1;
    at += line + 1;
  }
  return Math.min(most, rows);
}

/** A labelled text of several lines, as high as what stands in it. @param rows the lines that it has at least */
export function TextField({ value, rows = 4, ...labelled }: LabelledProps & { value: string; rows?: number }) {
  const { id } = labelled;
  const high = Math.max(rows, rowsOf(value, MOST_ROWS));
  return (
    <Labelled {...labelled}>
      <textarea id={id} name={id} rows={high} {...described(labelled)}>
        {value}
      </textarea>
    </Labelled>
  );
}

/** A labelled number with its unit, which posts as `<id>-unit`. */
export function UnitField({
  value,
  unit,
  units,
  unitLabel,
  most = 99_999,
  ...labelled
}: LabelledProps & {
  readonly value: string;
  readonly unit: string;
  /** Values with their names. */
  readonly units: readonly (readonly [string, string])[];
  /** The name of the choice of a unit, for those who can't see that it stands beside the number. */
  readonly unitLabel: string;
  readonly most?: number;
}) {
  const { id } = labelled;
  return (
    <Labelled {...labelled}>
      <span class="pair">
        <input id={id} name={id} type="number" min={0} max={most} value={value} {...described(labelled)} />
        <select name={`${id}-unit`} aria-label={unitLabel}>
          {units.map(([option, name]) => (
            <option value={option} selected={option === unit}>
              {name}
            </option>
          ))}
        </select>
      </span>
    </Labelled>
  );
}

interface SelectProps extends LabelledProps {
  /** The name that is posted, where several forms of a page have this field; left out: the id. */
  readonly name?: string;
  /** Values with their names. */
  readonly options: readonly (readonly [string, string])[];
  readonly value?: string | undefined;
  /** The first option has no value, and another must be chosen. */
  readonly required?: boolean;
}

/** A labelled choice of one among several. */
export function SelectField({ options, value, name: posted, required, ...labelled }: SelectProps) {
  const { id } = labelled;
  return (
    <Labelled {...labelled}>
      <select id={id} name={posted ?? id} {...described(labelled)} {...(required && { required: true })}>
        {options.map(([option, name]) => (
          <option value={option} selected={option === value}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A box to tick, which posts `on`. `id` differs from `name` where several stand for one list. */
export function CheckField({
  id,
  name = id,
  label,
  value = 'on',
  checked,
  faults,
}: {
  readonly id: string;
  readonly name?: string;
  readonly label: string;
  readonly value?: string;
  readonly checked: boolean;
  readonly faults?: Faults | undefined;
}) {
  const fault = faults?.[id];
  return (
    <>
      <p class="check">
        <input
          id={id}
          name={name}
          value={value}
          type="checkbox"
          checked={checked}
          {...described({ id, label, faults })}
        />
        <label for={id}>{label}</label>
      </p>
      {fault !== undefined && (
        <strong class="wrong" id={`${id}-fault`} role="alert">
          {fault}
        </strong>
      )}
    </>
  );
}
