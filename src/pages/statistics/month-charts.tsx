import { scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import type { MonthOfStatistics } from '../../staff/statistics/months.ts';
import { DataTable } from '../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import { Labels, Tick } from './column-chart.tsx';
import { sumOf } from './cost-sums.ts';
import { money } from './costs.tsx';
import { percent } from './series.tsx';
import { STATISTICS_WORDS } from './words.ts';

/** Pixels of the line, and above and below it. */
const [HEIGHT, TOP, BELOW] = [120, 32, 24];

interface MonthsProps {
  readonly months: readonly MonthOfStatistics[];
  readonly language: PageLanguage;
}

/** The share that was received and the cost, month by month. A line needs two months that have a value. */
export function MonthCharts({ months: all, language }: MonthsProps) {
  const { months: words } = STATISTICS_WORDS[language];
  const begins = all.findIndex(({ share, costs }) => share !== null || (costs?.length ?? 0) > 0);
  const months = begins < 0 ? [] : all.slice(begins);
  const shares = new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 });
  const priced = months.flatMap(({ costs }) => costs ?? []).filter(({ currency }) => currency !== null);
  const [currency, ...others] = new Set(priced.map((cost) => cost.currency ?? ''));
  return (
    <div class="months">
      <LineChart
        title={words.share}
        days={months.map(({ from }) => from)}
        values={months.map(({ share }) => share)}
        text={(value) => shares.format(value)}
        language={language}
      />
      {/* Amounts of several currencies have no sum that a line could show. */}
      {currency !== undefined && others.length === 0 && (
        <LineChart
          title={words.cost}
          days={months.map(({ from }) => from)}
          values={months.map(({ costs }) => sumOf(costs ?? []))}
          text={(value) => money(LOCALES[language], value, currency)}
          least={0}
          language={language}
        />
      )}
    </div>
  );
}

interface LineProps {
  readonly title: string;
  /** The first days of the months. */
  readonly days: readonly string[];
  /** null: the month has none, and the line is broken there. */
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
  /** The value at the bottom; left out: the least one. */
  readonly least?: number;
  readonly language: PageLanguage;
}

function LineChart({ title, days, values, text, least, language }: LineProps) {
  const { months: words } = STATISTICS_WORDS[language];
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = scalePoint(days, [0, 1]).padding(0.5);
  // Values that are all alike still have a line below and above them.
  const spread = [least ?? Math.max(0, low - 0.01), least === undefined ? Math.min(1, high + 0.01) : high || 1];
  const y = scaleLinear(spread, [TOP + HEIGHT, TOP]).nice(3);
  const points = values.map((value, nth) => ({ x: x(days[nth] ?? '') ?? 0, y: value === null ? null : y(value) }));
  const path = line<(typeof points)[number]>()
    .defined((point) => point.y !== null)
    .x((point) => 1000 * point.x)
    .y((point) => point.y ?? 0)
    .digits(1);
  const name = (day: string, month: 'short' | 'long') =>
    dayText(language, day, { month, ...(month === 'long' && { year: 'numeric' }) });
  return (
    <figure class="chart">
      <h2>{title}</h2>
      <svg class="line" role="img" aria-label={words.label(title, text(low), text(high))} height={TOP + HEIGHT + BELOW}>
        {y.ticks(3).map((tick) => (
          <Tick at={y(tick)} text={text(tick)} />
        ))}
        <svg
          aria-hidden="true"
          width="100%"
          viewBox={`0 0 1000 ${TOP + HEIGHT}`}
          height={TOP + HEIGHT}
          preserveAspectRatio="none"
        >
          <path d={path(points) ?? ''} vector-effect="non-scaling-stroke" />
        </svg>
        {points.map((point) => point.y !== null && <circle cx={percent(point.x)} cy={point.y.toFixed(1)} r="3" />)}
        <Labels
          names={days.map((day) => name(day, 'short'))}
          xOf={(nth) => points[nth]?.x ?? 0}
          y={TOP + HEIGHT + BELOW - 6}
        />
      </svg>
      <details>
        <summary>{words.figures}</summary>
        <DataTable
          quiet
          caption={title}
          columns={[{ label: words.month }, { label: title.split(',')[0] ?? title, number: true }]}
          rows={days.map((day, nth) => [name(day, 'long'), values[nth] == null ? '–' : text(values[nth])])}
        />
      </details>
    </figure>
  );
}
