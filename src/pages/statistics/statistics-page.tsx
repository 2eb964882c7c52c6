import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { Problem } from '../../domain/errors.ts';
import { OTHER_DEPARTMENTS } from '../../domain/reminder.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { hasSources } from '../../staff/sources/sources.ts';
import { type MonthOfStatistics, readMonths } from '../../staff/statistics/months.ts';
import {
  COUNTED,
  choosePeriod,
  getStatistics,
  type Period,
  PRESETS,
  presetPeriod,
  STATISTICS_BY,
} from '../../staff/statistics/statistics.ts';
import { NoSources } from '../find/no-sources.tsx';
import { readTypedDay } from '../kit/days.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { Empty } from '../kit/elements.tsx';
import { DayField, type Faults, SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { attach, fileWord } from '../kit/responses/attach.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { StatesExplained } from '../states/explained.tsx';
import { REMINDER_WORDS, type StateWords } from '../states/state-words.ts';
import { BarChart } from './bar-chart.tsx';
import { ColumnChart } from './column-chart.tsx';
import { CostsTable } from './costs.tsx';
import { MonthCharts } from './month-charts.tsx';
import { isByDay, type ShownStatistics, shownOf } from './shown.ts';
import { statisticsCsv } from './statistics-csv.ts';
import { StatisticsTable } from './statistics-table.tsx';
import { Summary } from './summary.tsx';
import { STATISTICS_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const STATISTICS: Menu = {
  name: 'statistics',
  path: '/admin/statistics',
  label: { da: 'Statistik', en: 'Statistics' },
  right: 'viewer',
};

/**
 * `/admin/statistics`: the statistics of one authority. A period that can't be used comes back without figures, with
 * 422: those of another period would stand beneath its days.
 */
export const STATISTICS_PAGE = authorityPage<PagesDeps>({
  path: STATISTICS.path,
  right: 'viewer',
  menu: STATISTICS,
  title: STATISTICS.label,
  view: async ({ c, deps, authority }) => {
    const today = localDay(deps.now(), authority.timeZone);
    const { shown, departments, faults } = await readShown(c, deps, authority, today);
    const { from = '', to = '' } = c.req.query();
    const typed = faults ? { from, to } : shown.statistics;
    const unconnected = !faults && shown.all.length === 0 && !(await hasSources(deps, authority.id));
    const months = faults ? [] : await readMonths(deps, authority.id, shown.statistics.to, departments);
    const props = { shown, departments, today, faults, typed, costsPage: pageIn(c, 'costs'), unconnected, months };
    return { body: <ShownPeriod {...props} />, status: faults ? 422 : 200 };
  },
});

/** `/admin/statistics.csv`: the same figures for a spreadsheet, to save; the page, where the period is wrong. */
export const STATISTICS_FILE: Page<PagesDeps> = {
  path: '/admin/statistics.csv',
  right: 'viewer',
  fileOf: STATISTICS.path,
  open: async (c, deps) => {
    const { frame, authority } = await readFrame(c, deps, { title: '', current: STATISTICS });
    if (!authority) return noAuthority(c, frame);
    const today = localDay(deps.now(), authority.timeZone);
    const { shown, departments, faults } = await readShown(c, deps, authority, today);
    if (faults) return STATISTICS_PAGE.open(c, deps);
    const { from, to, by, costs } = shown.statistics;
    const words = STATISTICS_WORDS[frame.language];
    const name = `${fileWord(words.title)}-${authority.id}-${from}-${to}-${fileWord(words.by[by])}.csv`;
    return attach(c, name, 'text/csv', statisticsCsv(shown, departments === null ? (costs ?? []) : []));
  },
};

async function readShown(c: Context<HttpEnv>, deps: PagesDeps, authority: Authority, today: string) {
  const { language } = c.var;
  const { period, faults } = readPeriod(c, today, language);
  const by = STATISTICS_BY.find((key) => key === c.req.query('by')) ?? 'day';
  const departments = requireRight(c, deps, 'viewer', authority.id).departments ?? null;
  const statistics = await getStatistics(deps, authority, { ...period, by, departments });
  const options = { optOuts: departments === null, page: pageIn(c, 'page') };
  return { shown: shownOf(statistics, authority, language, options), departments, faults };
}

/** The number of a page that the address names; 1 for anything else. */
function pageIn(c: Context<HttpEnv>, name: string): number {
  const nth = Number(c.req.query(name) ?? 1);
  return Number.isSafeInteger(nth) ? nth : 1;
}

function readPeriod(
  c: Context<HttpEnv>,
  today: string,
  language: PageLanguage,
): { period: Period; faults: Faults | undefined } {
  const words = STATISTICS_WORDS[language];
  const [from, to] = ['from', 'to'].map((name) =>
    c.req.query(name) ? readTypedDay(c.req.query(name) ?? '') : undefined,
  );
  const refused = (faults: Faults) => ({ period: choosePeriod({}, today), faults });
  const noDay = words.faults.out_of_range;
  if (from === null || to === null)
    return refused({ ...(from === null && { from: noDay }), ...(to === null && { to: noDay }) });
  try {
    return { period: choosePeriod({ from, to }, today), faults: undefined };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [fault] = error.faults;
    const text = Object.entries(words.faults).find(([code]) => code === fault?.code)?.[1];
    return refused({ [fault?.pointer ?? 'from']: text ?? noDay });
  }
}

interface PeriodProps {
  readonly shown: ShownStatistics;
  readonly departments: readonly string[] | null;
  readonly today: string;
  readonly faults: Faults | undefined;
  readonly typed: Period;
  /** The page of the costs, from 1. */
  readonly costsPage: number;
  /** The twelve months until the end of the period. */
  readonly months: readonly MonthOfStatistics[];
  /** There is nothing to show since the authority has no booking systems yet. */
  readonly unconnected: boolean;
}

function ShownPeriod(props: PeriodProps) {
  const { shown, departments, faults, costsPage, unconnected, months } = props;
  const { authority, language } = shown;
  const words = STATISTICS_WORDS[language];
  const { statistics, rows, all, most, empty, page: current, pages } = shown;
  const { by, from, to, costs } = statistics;
  const csv = hrefOf(STATISTICS_FILE.path, authority, { from, to, by });
  return (
    <>
      <Choice {...props} />
      {departments && <p class="lead">{words.limited(departments)}</p>}
      <Results refused={faults !== undefined}>
        {!faults && all.length === 0 && (unconnected ? <NoSources /> : <Empty>{words.nothing}</Empty>)}
        {!faults && all.length > 0 && (
          <>
            {/* Only those that have a reason are counted by it: what was received would be 0 of 0. */}
            {by !== 'reason' && <Summary shown={shown} />}
            {most > 0 && <Chart shown={shown} />}
            {empty > 0 && <p class="faint">{words.folded(empty, by === 'week')}</p>}
            {by !== 'reason' && <MonthCharts months={months} language={language} />}
            {by === 'reason' && <p class="means">{words.rowsMean.reason}</p>}
            <div class="counts" id={COUNTS_ID} tabindex={-1}>
              <StatisticsTable shown={shown} />
              {/* On paper there are no buttons, and the rows do not add up to the sums. */}
              {pages > 1 && <p class="means">{words.pageOf(current, pages)}</p>}
            </div>
            <Pages shown={shown} />
            {by === 'department' && rows.some(({ key }) => key === OTHER_DEPARTMENTS) && (
              <p class="means">{words.rowsMean.others}</p>
            )}
            <StatesExplained states={statesOf(shown)} />
            {costs && costs.length > 0 && departments === null && (
              <CostsTable costs={costs} shown={shown} page={costsPage} />
            )}
            <p>
              <a class="button plain" href={csv}>
                {words.csv}
              </a>
            </p>
          </>
        )}
      </Results>
    </>
  );
}

/** Days and weeks as columns, in the order of time; anything else as bars that lie beside its name. */
function Chart({ shown: { rows, most, language, statistics } }: { readonly shown: ShownStatistics }) {
  const props = { rows, most, words: STATISTICS_WORDS[language], locale: LOCALES[language] };
  const { by } = statistics;
  if (!isByDay(by)) return <BarChart {...props} />;
  return <ColumnChart {...props} language={language} step={by === 'week' ? 7 : 1} />;
}

/** The states that are columns of the table. */
function statesOf({ language, columns }: ShownStatistics): StateWords[] {
  return COUNTED.filter((status) => columns.includes(status)).map((status) => {
    const words = STATISTICS_WORDS[language];
    const means = words.means[status] ?? REMINDER_WORDS[language].statuses[status].means;
    return { label: words.columns[status], means };
  });
}

function Choice({ shown, typed, today, faults }: PeriodProps) {
  const { authority, language, statistics } = shown;
  const { by } = statistics;
  const words = STATISTICS_WORDS[language];
  const options = STATISTICS_BY.map((each) => [each, words.by[each]] as const);
  return (
    <>
      <nav class="sub" aria-label={words.periods}>
        {PRESETS.map((preset) => {
          const period = presetPeriod(preset, today);
          const current = period.from === typed.from && period.to === typed.to;
          return (
            <a
              href={hrefOf(STATISTICS.path, authority, { ...period, by })}
              {...(current && { 'aria-current': 'true' })}
            >
              {words.presets[preset]}
            </a>
          );
        })}
      </nav>
      <FilterForm action={STATISTICS.path} button={LAYOUT_WORDS[language].show}>
        <DayField language={language} id="from" label={words.from} value={typed.from} required faults={faults} />
        <DayField language={language} id="to" label={words.to} value={typed.to} required faults={faults} />
        <SelectField id="by" label={words.groupBy} options={options} value={by} />
      </FilterForm>
    </>
  );
}

/** The id of the table, to which the links between its pages lead: figures of the whole period stand above it. */
const COUNTS_ID = 'counts';

function Pages({ shown }: { readonly shown: ShownStatistics }) {
  const { authority, language, statistics, page: current, pages } = shown;
  const words = STATISTICS_WORDS[language];
  const { from, to, by } = statistics;
  const at = (nth: number) => hrefOf(STATISTICS.path, authority, { from, to, by, page: String(nth) });
  return (
    <ListLinks
      buttons
      to={COUNTS_ID}
      back={[words.previous, current > 1 && at(current - 1)]}
      onward={[words.next, current < pages && at(current + 1)]}
    />
  );
}
