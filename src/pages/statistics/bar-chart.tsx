import type { Counts } from '../../staff/statistics/statistics.ts';
import { fillOf, Legend, Patterns, partsOf, percent, remindersOf } from './series.tsx';
import type { StatisticsWords } from './words.ts';

/** The rows of a chart. */
export interface ChartProps {
  readonly rows: readonly { readonly key: string; readonly name: string; readonly counts: Counts }[];
  /** The reminders of the longest bar. */
  readonly most: number;
  readonly words: StatisticsWords;
  readonly locale: string;
}

/** Bars that lie, one a row, as long as the row has reminders. The table below has the same figures. */
export function BarChart({ rows, most, words, locale }: ChartProps) {
  return (
    <figure class="chart">
      <Patterns />
      <div class="bars" role="img" aria-label={words.chartLabel}>
        {rows.map(({ name, counts }) => (
          <div class="bar">
            <span>{name}</span>
            <svg aria-hidden="true">
              {partsOf(counts, most).map(({ id, from, to }) => (
                <rect class={`of-${id}`} fill={fillOf(id)} x={percent(from)} width={percent(to - from)} />
              ))}
            </svg>
            <span class="number">{remindersOf(counts).toLocaleString(locale)}</span>
          </div>
        ))}
      </div>
      <figcaption>
        <Legend rows={rows.map(({ counts }) => counts)} words={words} />
      </figcaption>
    </figure>
  );
}
