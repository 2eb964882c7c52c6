import type { Authority } from '../../domain/authority.ts';
import { addDays, isoWeek } from '../../domain/calendar.ts';
import { OTHER_DEPARTMENTS, TEMPLATE_NAMES } from '../../domain/reminder.ts';
import {
  COUNTED,
  type Counts,
  type Period,
  type Statistics,
  type StatisticsBy,
} from '../../staff/statistics/statistics.ts';
import type { PageLanguage } from '../kit/language.ts';
import { daysText, dayText } from '../kit/moment-text.ts';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { reasonsOf } from '../states/state-words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { rowsOfPage } from './rows-of-page.ts';
import { remindersOf } from './series.tsx';
import { STATISTICS_WORDS, type StatisticsColumn } from './words.ts';

/** A row of the statistics with its name for people. */
export interface NamedRow {
  readonly key: string;
  readonly name: string;
  readonly counts: Counts;
}

/** Statistics as a page shows them. */
export interface ShownStatistics {
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly statistics: Statistics;
  /** The columns that have any figure. */
  readonly columns: readonly StatisticsColumn[];
  /** The rows of this page; those with no figure are left out. */
  readonly rows: readonly NamedRow[];
  /** All rows with any figure. */
  readonly all: readonly NamedRow[];
  /** Days or weeks that were left out, since nothing was due then. */
  readonly empty: number;
  readonly page: number;
  readonly pages: number;
  /** Opt-outs of the period; 0 for somebody who is limited to departments. */
  readonly optOuts: number;
  /** The reminders of the largest row. */
  readonly most: number;
}

/**
 * Prepares statistics for a page: the newest day first, else the largest row.
 * @param options.optOuts false for somebody who is limited to departments: opt-outs are of a whole authority
 */
export function shownOf(
  statistics: Statistics,
  authority: Authority,
  language: PageLanguage,
  { optOuts, page }: { readonly optOuts: boolean; readonly page: number },
): ShownStatistics {
  const { by, total } = statistics;
  // An opt-out belongs to a day, and to no text, department or the like.
  const byDay = isByDay(by);
  const every: StatisticsColumn[] = [...COUNTED, 'segments', ...(optOuts && byDay ? (['optOuts'] as const) : [])];
  const columns = every.filter((column) => total[column] !== 0);
  const rows = statistics.rows.filter((row) => every.some((column) => row[column] !== 0));
  const sorted = byDay
    ? rows.toSorted((a, b) => (a.key < b.key ? 1 : -1))
    : rows.toSorted((a, b) => remindersOf(b) - remindersOf(a));
  const all = sorted.map((row) => ({ key: row.key, name: nameOf(language, statistics, row), counts: row }));
  const size = rowsOfPage(all, { by, columns, authority, language });
  const pages = Math.max(1, Math.ceil(all.length / size));
  const current = Math.min(Math.max(1, page), pages);
  return {
    authority,
    language,
    statistics,
    columns,
    all,
    pages,
    page: current,
    optOuts: optOuts ? total.optOuts : 0,
    rows: all.slice((current - 1) * size, current * size),
    empty: byDay ? statistics.rows.length - rows.length : 0,
    most: Math.max(0, ...all.map(({ counts }) => remindersOf(counts))),
  };
}

/** True where rows are spans of time. */
export function isByDay(by: StatisticsBy): boolean {
  return by === 'day' || by === 'week';
}

/** Days and weeks have their year where the period has several. */
function nameOf(
  language: PageLanguage,
  { by, from, to }: Statistics,
  counts: Counts & { readonly key: string },
): string {
  const { key } = counts;
  const words = STATISTICS_WORDS[language];
  const withYear = from.slice(0, 4) !== to.slice(0, 4);
  switch (by) {
    case 'day':
      return dayText(language, key, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        ...(withYear && { year: 'numeric' }),
      });
    case 'week':
      return weekName(language, key, { from, to, withYear });
    case 'template':
      return templateName(language, key);
    case 'language':
      return wordingName(language, key);
    case 'gateway':
      return key === 'none' ? words.noGateway : key;
    case 'department':
      return departmentName(language, key);
    case 'reason':
      return reasonName(language, key, counts);
  }
}

/** A week with those of its days that are counted: the first and the last one of a period may be cut. */
function weekName(
  language: PageLanguage,
  monday: string,
  { from, to, withYear }: Period & { readonly withYear: boolean },
): string {
  const { year, week } = isoWeek(monday);
  const [first, last] = daysOfWeek(monday, { from, to });
  return STATISTICS_WORDS[language].week(week, withYear ? year : null, daysText(language, first, last));
}

/** The first and the last day of a week that lie in a period. */
function daysOfWeek(monday: string, { from, to }: Period): [string, string] {
  const sunday = addDays(monday, 6);
  return [monday < from ? from : monday, sunday > to ? to : sunday];
}

/** The name of a text for people; one that is not known as it is stored. */
export function templateName(language: PageLanguage, key: string): string {
  const template = TEMPLATE_NAMES.find((name) => name === key);
  return template ? TEMPLATE_WORDS[language][template].name : key;
}

/** The name of a department as statistics count it. */
export function departmentName(language: PageLanguage, key: string): string {
  const { others, noName } = STATISTICS_WORDS[language];
  return key === OTHER_DEPARTMENTS ? others : key === 'none' ? noName : key;
}

/** The name of a language that texts are in; one that is not known as it is stored. */
export function wordingName(language: PageLanguage, key: string): string {
  return key === 'da' || key === 'en' ? LANGUAGE_NAMES[language][key] : key;
}

/** A reason means something else in another state: the state counts that most of its reminders are in. */
function reasonName(language: PageLanguage, reason: string, counts: Counts): string {
  const found = COUNTED.toSorted((a, b) => counts[b] - counts[a]).flatMap((status) => {
    const words = reasonsOf(language, status);
    return Object.hasOwn(words, reason) ? [words[reason]?.label ?? reason] : [];
  });
  return found[0] ?? STATISTICS_WORDS[language].noName;
}

/** The filter of the reminders behind a row. */
export function behind({ by, from, to }: Statistics, key: string): Readonly<Record<string, string>> {
  switch (by) {
    case 'day':
      return { from: key };
    case 'week': {
      const [first, last] = daysOfWeek(key, { from, to });
      return { from: first, to: last };
    }
    case 'language':
      return { from, to, wording: key };
    default:
      return { from, to, [by]: key };
  }
}
