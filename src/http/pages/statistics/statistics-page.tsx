import type { Context } from 'hono';
import type { Authority } from '../../../domain/authority.ts';
import { localDay } from '../../../domain/calendar.ts';
import { Problem } from '../../../domain/errors.ts';
import {
  COUNTED,
  choosePeriod,
  getStatistics,
  type Period,
  STATISTICS_BY,
  type Statistics,
} from '../../../staff/statistics/statistics.ts';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { FilterForm } from '../elements.tsx';
import { Field, SelectField } from '../fields.tsx';
import { noAuthority, type PagesDeps, readerOfPage, readFrame } from '../frame.tsx';
import { LOCALES } from '../language.ts';
import { type Frame, Framed } from '../layout.tsx';
import { LAYOUT_WORDS } from '../layout-words.ts';
import { BarChart } from './bar-chart.tsx';
import { type Shown, StatisticsTable } from './statistics-table.tsx';
import { STATISTICS_WORDS } from './words.ts';

/**
 * `GET /admin/statistics`: the statistics of one authority. A period that can't be used is replaced by the default one,
 * with 422.
 */
export async function statisticsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = STATISTICS_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, { title: words.title, current: 'statistics' });
  if (!authority) return noAuthority(c, frame);
  const { period, fault } = readPeriod(c, localDay(deps.now(), authority.timeZone), words.period);
  const by = STATISTICS_BY.find((key) => key === c.req.query('by')) ?? 'day';
  const departments = readerOfPage(c, authority).departments ?? null;
  const statistics = await getStatistics(deps, authority, { ...period, by, departments });
  const props = { frame, authority, statistics, fault, departments };
  return page(c, <StatisticsPage {...props} />, fault === null ? 200 : 422);
}

function readPeriod(c: Context<HttpEnv>, today: string, refused: string): { period: Period; fault: string | null } {
  const day = (name: string) => {
    const text = c.req.query(name);
    return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  try {
    return { period: choosePeriod({ from: day('from'), to: day('to') }, today), fault: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { period: choosePeriod({}, today), fault: refused };
  }
}

interface StatisticsPageProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly statistics: Statistics;
  readonly fault: string | null;
  readonly departments: readonly string[] | null;
}

function StatisticsPage({ frame, authority, statistics, fault, departments }: StatisticsPageProps) {
  const words = STATISTICS_WORDS[frame.language];
  const locale = LOCALES[frame.language];
  const { from, to, by, rows, total } = statistics;
  const shown: Shown = { words, locale, statistics, optOuts: departments === null };
  const empty = total.segments === 0 && COUNTED.every((status) => total[status] === 0);
  const longDay = dayFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const shortDay = dayFormat(locale, { day: 'numeric', month: 'short' });
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <FilterForm frame={frame} action="/admin/statistics" button={LAYOUT_WORDS[frame.language].show}>
        <Field id="from" label={words.from} value={from} type="date" required />
        <Field id="to" label={words.to} value={to} type="date" required />
        <SelectField id="by" label={words.groupBy} options={Object.entries(words.by)} value={by} />
      </FilterForm>
      {departments && <p class="lead">{words.limited(departments)}</p>}
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <Summary shown={shown} />
      {empty && <p class="empty">{words.nothing}</p>}
      <BarChart
        rows={rows}
        labelOf={(key) => (by === 'day' ? shortDay(key) : shortened(nameOf(shown, key)))}
        {...{ words, locale }}
      />
      <StatisticsTable
        shown={shown}
        caption={words.caption(authority.name, longDay(from), longDay(to))}
        nameOf={nameOf}
      />
    </Framed>
  );
}

function Summary({ shown: { words, locale, statistics, optOuts } }: { shown: Shown }) {
  const { total } = statistics;
  const handedOver = total.accepted + total.delivered + total.undelivered + total.uncertain;
  const failed = total.undelivered + total.rejected + total.uncertain;
  const share =
    handedOver === 0
      ? '–'
      : `${((100 * total.delivered) / handedOver).toLocaleString(locale, { maximumFractionDigits: 1 })} %`;
  const number = (count: number) => count.toLocaleString(locale);
  const facts = [
    [words.columns.delivered, number(total.delivered)],
    [words.share, share],
    [words.series.failed, number(failed)],
    [words.columns.planned, number(total.planned)],
    [words.columns.segments, number(total.segments)],
    ...(optOuts ? [[words.columns.optOuts, number(total.optOuts)]] : []),
  ];
  return (
    <dl class="summary">
      {facts.map(([label, value]) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Formats a day, which no zone moves. */
function dayFormat(locale: string, options: Intl.DateTimeFormatOptions): (day: string) => string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  return (day) => format.format(new Date(day));
}

const shortened = (name: string) => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

function nameOf({ words, locale, statistics: { by } }: Shown, key: string): string {
  if (by === 'day') return dayFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' })(key);
  if (key !== 'none') return key;
  return by === 'gateway' ? words.noGateway : words.noName;
}
