import { isUuid } from '../../../domain/ids.ts';
import { rowsOf } from '../fields.tsx';
import type { KeptAction, KeptForm, Label } from '../kept-form.ts';
import type { PageLanguage } from '../language.ts';
import { LAYOUT_WORDS } from '../layout-words.ts';

const LABELS: Readonly<Record<PageLanguage, (nth: number) => string>> = {
  da: (nth) => `Det, du skrev (${nth})`,
  en: (nth) => `What you typed (${nth})`,
};

const MOST_ROWS = 8;

/** Fields whose values are ids, by which a form finds its place: `authority` and `source` have ids that staff chose. */
const ID_FIELDS =
  /^(?:authority|source|id|next|before|first|page|list|version|mark|do|field|value|seen(?:-\w+)?|.+-id|.+-unit)$/;

/** The label of a field; null for one that nobody typed, undefined for one that its page has no label for. */
export function labelOf(labels: KeptAction['labels'], name: string): Label | null | undefined {
  return new Map(Object.entries(labels)).get(name);
}

/** True for a field that nobody typed: empty, an id, or what proves that nothing changed meanwhile. */
export function isUntyped(name: string, value: string): boolean {
  return value === '' || ID_FIELDS.test(name) || isUuid(value);
}

interface TypedTextsProps extends Pick<KeptForm, 'fields'> {
  readonly language: PageLanguage;
  /** Labels of the fields, by their names. */
  readonly labels: KeptAction['labels'];
}

/** The fields of a form, to be read and copied; a form around them sends them under their names. */
export function TypedTexts({ fields, language, labels }: TypedTextsProps) {
  return (
    <>
      {fields.map(([name, value], at) => {
        const label = labelOf(labels, name) ?? LABELS[language](at + 1);
        const [text, values] = typeof label === 'string' ? [label, {}] : label;
        const word = value === 'on' ? LAYOUT_WORDS[language].yes : new Map(Object.entries(values)).get(value);
        return word === undefined ? (
          <TypedText id={`kept-${at}`} label={text} name={name} value={value} />
        ) : (
          <p class="field">
            <strong>{text}</strong>
            <br />
            {word}
            <input type="hidden" name={name} value={value} />
          </p>
        );
      })}
    </>
  );
}

interface TypedTextProps {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly value: string;
}

function TypedText({ id, label, name, value }: TypedTextProps) {
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <textarea id={id} name={name} rows={rowsOf(value, MOST_ROWS)} readonly>
        {value}
      </textarea>
    </p>
  );
}
