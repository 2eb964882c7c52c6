import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { Problem } from '../../domain/errors.ts';
import {
  COUNTED,
  choosePeriod,
  getStatistics,
  type Period,
  STATISTICS_BY,
  type Statistics,
} from '../../staff/statistics/statistics.ts';
import type { HttpEnv } from '../env.ts';
import { BarChart } from './bar-chart.tsx';
import { noAuthority, type PagesDeps, readFrame } from './frame.tsx';
import { AuthorityChoice, type Frame, Framed, page } from './layout.tsx';

const COLUMNS = [...COUNTED, 'segments', 'optOuts'] as const;
type Column = (typeof COLUMNS)[number];

const LABELS: Readonly<Record<Column, string>> = {
  planned: 'Planlagt',
  accepted: 'Afleveret',
  delivered: 'Leveret',
  undelivered: 'Ikke leveret',
  rejected: 'Afvist',
  uncertain: 'Uvis',
  expired: 'Udløbet',
  suppressed: 'Stoppet',
  cancelled: 'Aflyst',
  superseded: 'Flyttet',
  segments: 'SMS-dele',
  optOuts: 'Frameldinger',
};

const BY_LABELS = {
  day: 'Dag',
  template: 'Tekst',
  language: 'Sprog',
  gateway: 'Gateway',
  department: 'Afdeling',
} as const satisfies Record<(typeof STATISTICS_BY)[number], string>;

const number = (count: number) => count.toLocaleString('da-DK');

/**
 * `GET /admin`: the statistics of one authority. A period that can't be used is replaced by the default one, with 422.
 */
export async function statisticsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { frame, authorities } = await readFrame(deps, 'Statistik', 'statistics');
  const authority = authorities.find(({ id }) => id === c.req.query('authority')) ?? authorities[0];
  if (!authority) return noAuthority(c, frame);
  const { period, fault } = readPeriod(c, localDay(deps.now(), authority.timeZone));
  const by = STATISTICS_BY.find((key) => key === c.req.query('by')) ?? 'day';
  const statistics = await getStatistics(deps, authority, { ...period, by });
  const props = { frame, authorities, authority, statistics, fault };
  return page(c, <StatisticsPage {...props} />, fault === null ? 200 : 422);
}

function readPeriod(c: Context<HttpEnv>, today: string): { period: Period; fault: string | null } {
  const day = (name: string) => {
    const text = c.req.query(name);
    return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  try {
    return { period: choosePeriod({ from: day('from'), to: day('to') }, today), fault: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      period: choosePeriod({}, today),
      fault: 'Perioden skal begynde, før den slutter, være på højst ti år og ligge mellem 1900 og 2199.',
    };
  }
}

interface StatisticsPageProps {
  readonly frame: Frame;
  readonly authorities: readonly Authority[];
  readonly authority: Authority;
  readonly statistics: Statistics;
  readonly fault: string | null;
}

function StatisticsPage({ frame, authorities, authority, statistics, fault }: StatisticsPageProps) {
  const { from, to, by, rows, total } = statistics;
  return (
    <Framed frame={frame}>
      <h1>Statistik</h1>
      <form class="filter" method="get" action="/admin">
        <AuthorityChoice authorities={authorities.map(({ id, name }) => ({ id, label: name }))} chosen={authority.id} />
        <DayField id="from" label="Fra og med" value={from} />
        <DayField id="to" label="Til og med" value={to} />
        <p class="field">
          <label for="by">Fordel på</label>
          <select id="by" name="by">
            {Object.entries(BY_LABELS).map(([value, label]) => (
              <option value={value} selected={value === by}>
                {label}
              </option>
            ))}
          </select>
        </p>
        <button type="submit">Vis</button>
      </form>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <Summary total={total} />
      <BarChart rows={rows} labelOf={(key) => (by === 'day' ? shortDay(key) : shortened(nameOf(by, key)))} />
      <Table statistics={statistics} caption={`${authority.name}, ${longDay(from)} til ${longDay(to)}`} />
    </Framed>
  );
}

function DayField({ id, label, value }: { id: string; label: string; value: string }) {
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input id={id} name={id} type="date" value={value} required />
    </p>
  );
}

function Summary({ total }: { total: Statistics['total'] }) {
  const handedOver = total.accepted + total.delivered + total.undelivered + total.uncertain;
  const failed = total.undelivered + total.rejected + total.uncertain;
  const share =
    handedOver === 0
      ? '–'
      : `${((100 * total.delivered) / handedOver).toLocaleString('da-DK', { maximumFractionDigits: 1 })} %`;
  const facts = [
    ['Leveret', number(total.delivered)],
    ['Andel leveret', share],
    ['Ikke leveret, afvist eller uvis', number(failed)],
    ['Planlagt', number(total.planned)],
    ['SMS-dele', number(total.segments)],
    ['Frameldinger', number(total.optOuts)],
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

function Table({ statistics: { by, rows, total }, caption }: { statistics: Statistics; caption: string }) {
  return (
    <section class="numbers" aria-labelledby="numbers">
      <h2 id="numbers">{caption}</h2>
      <section class="scroll" tabindex={0} aria-label="Tabel">
        <table aria-labelledby="numbers">
          <thead>
            <tr>
              <th scope="col">{BY_LABELS[by]}</th>
              {COLUMNS.map((column) => (
                <th scope="col" class="number">
                  {LABELS[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <th scope="row">{nameOf(by, row.key)}</th>
                <Cells counts={row} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">I alt</th>
              <Cells counts={total} />
            </tr>
          </tfoot>
        </table>
      </section>
    </section>
  );
}

function Cells({ counts }: { counts: Readonly<Record<Column, number>> }) {
  return (
    <>
      {COLUMNS.map((column) => (
        <td class={counts[column] === 0 ? 'number zero' : 'number'}>{number(counts[column])}</td>
      ))}
    </>
  );
}

const LONG_DAY = new Intl.DateTimeFormat('da-DK', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
const WEEK_DAY = new Intl.DateTimeFormat('da-DK', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});
const SHORT_DAY = new Intl.DateTimeFormat('da-DK', { timeZone: 'UTC', day: 'numeric', month: 'short' });
/** A day is a day: no zone moves it. */
const longDay = (day: string) => LONG_DAY.format(new Date(day));
const shortDay = (day: string) => SHORT_DAY.format(new Date(day));
const shortened = (name: string) => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

function nameOf(by: Statistics['by'], key: string): string {
  if (by === 'day') return WEEK_DAY.format(new Date(key));
  if (key !== 'none') return key;
  return by === 'gateway' ? 'Ikke afleveret' : 'Ikke angivet';
}
