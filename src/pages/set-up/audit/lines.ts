import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { LAYOUT_WORDS } from '../../kit/layout-words.ts';
import { momentText } from '../../kit/moment-text.ts';
import { DRY_RUN_WORDS } from '../../rules/dry-run-words.ts';
import type { SaidValue } from '../../settings/setting.ts';
import { type Difference, differencesOf, type Leaf, type Plain } from './differences.ts';
import { fieldAt, type LabelPart, labelOf } from './fields.ts';
import { fieldsOf } from './other-fields.ts';
import { AUDIT_WORDS } from './words.ts';

/** A change of one thing, in words. */
interface Line {
  readonly label: readonly LabelPart[];
  readonly before: string;
  readonly after: string;
}

/** Lines of an entry that a page has room for, and how many others there are. */
export interface Lines {
  readonly shown: readonly Line[];
  readonly unshown: number;
}

/** The reader of a page. */
interface Reader {
  readonly language: PageLanguage;
  readonly timeZone: string;
}

/** An entry of the audit, as far as it says what changed. */
interface Changed {
  readonly action: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The most that is printed of an entry: lines, and bytes of HTML with what stands around each line. */
const [MOST_LINES, MOST_BYTES, BYTES_AROUND] = [60, 12_000, 180];
/** Changes of one setting, a map or the rules, behind which others are not to be lost. */
const MANY = 20;
/** The most that is printed of a value: characters, and entries of a list. */
const [LONGEST, MOST_ENTRIES] = [600, 20];
/** Characters of a label's part, and those that stay in front of where two long texts differ. */
const [LONGEST_LABEL, BESIDE] = [160, 50];
const NUMBERS: Readonly<Record<PageLanguage, Intl.NumberFormat>> = {
  da: new Intl.NumberFormat(LOCALES.da, { maximumFractionDigits: 6 }),
  en: new Intl.NumberFormat(LOCALES.en, { maximumFractionDigits: 6 }),
};
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Lines of what an entry changed, as many as a page has room for, and how many are left out. */
export function linesOf({ action, before, after }: Changed, reader: Reader): Lines {
  const fields = fieldsOf(action, reader.language);
  const lines = largestLast(differencesOf(before, after)).flatMap((difference) => {
    const [was, is] = textsOf(difference, fieldAt(fields, difference.path), reader);
    const label = labelOf(fields, difference.path).map((part) => ({ ...part, text: cut(part.text, LONGEST_LABEL) }));
    return was === '' && is === '' ? [] : [{ label, before: was, after: is }];
  });
  let bytes = 0;
  const tooMany = lines.findIndex((line, nth) => {
    bytes += bytesOf(line);
    return nth > 0 && (nth >= MOST_LINES || bytes > MOST_BYTES);
  });
  const count = tooMany < 0 ? lines.length : tooMany;
  return { shown: lines.slice(0, count), unshown: lines.length - count };
}

function largestLast(differences: readonly Difference[]): Difference[] {
  const counts = new Map<unknown, number>();
  for (const { path } of differences) counts.set(path[0], (counts.get(path[0]) ?? 0) + 1);
  const isLarge = ({ path }: Difference) => (counts.get(path[0]) ?? 0) > MANY;
  return [...differences.filter((each) => !isLarge(each)), ...differences.filter(isLarge)];
}

function bytesOf({ label, before, after }: Line): number {
  const text = [...label.map((part) => part.text), before, after].join('');
  return BYTES_AROUND + Buffer.byteLength(text.replaceAll(/[&<>"']/g, '&quot;'));
}

function textsOf({ before, after }: Difference, field: SaidValue | undefined, reader: Reader): [string, string] {
  const [was, is] = [before, after].map((leaf) => wordsOf(leaf, field, reader)) as [string, string];
  // Words that don't tell two values apart hide what changed.
  if (was !== is || was === '') return cutTexts(was, is, reader);
  return cutTexts(wordsOf(before, undefined, reader), wordsOf(after, undefined, reader), reader);
}

/** A value in words: a list as far as there is room for it, a text in full. */
function wordsOf(leaf: Leaf, field: SaidValue | undefined, reader: Reader): string {
  if (leaf === undefined) return '';
  if (leaf === null) return field?.words?.(null) ?? '';
  if (!isList(leaf)) return plainText(leaf, field, reader);
  const texts = leaf.map((each) => plainText(each, field, reader));
  let length = 0;
  const tooMany = texts.findIndex((text, nth) => {
    length += text.length;
    return nth > 0 && (nth >= MOST_ENTRIES || length > LONGEST);
  });
  if (tooMany < 0) return texts.join(', ');
  const { unshown } = DRY_RUN_WORDS[reader.language];
  return `${texts.slice(0, tooMany).join(', ')} … ${unshown(texts.length - tooMany)}`;
}

const isList = (leaf: Plain | readonly Plain[]): leaf is readonly Plain[] => Array.isArray(leaf);

function plainText(value: Plain, field: SaidValue | undefined, { language, timeZone }: Reader): string {
  const words = field?.words?.(value);
  if (words !== undefined) return words;
  const { yes, no } = LAYOUT_WORDS[language];
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number') return NUMBERS[language].format(value);
  const isMoment = MOMENT.test(value) && !Number.isNaN(Date.parse(value));
  return isMoment ? momentText(new Date(value), timeZone, language) : value;
}

/** Cuts two long texts, each with how much of it is left out, so that where they differ is seen. */
function cutTexts(before: string, after: string, { language }: Reader): [string, string] {
  const longest = Math.max(before.length, after.length);
  if (longest <= LONGEST + BESIDE) return [before, after];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = same > LONGEST - BESIDE ? same - BESIDE : 0;
  const words = AUDIT_WORDS[language].cut;
  const part = (text: string) => {
    const left = text.length - from - LONGEST;
    const shown = `${from > 0 ? '…' : ''}${text.slice(from, from + LONGEST)}`;
    return left > 0 ? `${shown} … ${words(left)}` : shown;
  };
  return [part(before), part(after)];
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text);
