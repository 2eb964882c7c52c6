import { isUuid } from '../../../domain/ids.ts';
import { holdsNumber } from '../../../domain/text/numbers.ts';
import type { PageLanguage } from '../language.ts';
import type { KeptForm } from './form.ts';

const LABELS: Readonly<Record<PageLanguage, (nth: number) => string>> = {
  da: (nth) => `Det, du skrev (${nth})`,
  en: (nth) => `What you typed (${nth})`,
};

const CHARACTERS_A_LINE = 28;

/** True for ids, choices and ticked boxes, which people need not read. */
export function isChoice(value: string): boolean {
  return /^[\w.-]{0,63}$/.test(value) && !holdsNumber(value);
}

/** Fields whose values are ids, by which a form finds its place: `authority` and `source` have ids that staff chose. */
const ID_FIELDS = /^(?:authority|source|id|next|before|first|page|list|version|seen|mark)$/;

/** True for a field that nobody typed: empty, an id, or what proves that nothing changed meanwhile. */
export function isUntyped(name: string, value: string): boolean {
  return value === '' || ID_FIELDS.test(name) || isUuid(value);
}

/** Lines that a text takes on the page, eight at most. */
function rowsOf(text: string): number {
  const lines = text.split('\n').map((line) => Math.max(1, Math.ceil(line.length / CHARACTERS_A_LINE)));
  return Math.min(
    8,
    lines.reduce((sum, each) => sum + each, 0),
  );
}

/** The texts of a form, to be read and copied; a form around them sends them under their names. */
export function TypedTexts({ fields, language }: Pick<KeptForm, 'fields'> & { readonly language: PageLanguage }) {
  return (
    <>
      {fields.map(([name, value], at) => (
        <p class="field">
          <label for={`kept-${at}`}>{LABELS[language](at + 1)}</label>
          <textarea id={`kept-${at}`} name={name} rows={rowsOf(value)} readonly>
            {value}
          </textarea>
        </p>
      ))}
    </>
  );
}
