import type { COUNTED, Counts } from '../../staff/statistics/statistics.ts';
import type { StatisticsWords } from './words.ts';

/** The states that are drawn alike, in the order in which they stand beside each other. */
const SERIES: readonly {
  readonly id: keyof StatisticsWords['series'];
  readonly of: readonly (typeof COUNTED)[number][];
}[] = [
  { id: 'delivered', of: ['delivered'] },
  { id: 'accepted', of: ['accepted'] },
  { id: 'failed', of: ['undelivered', 'rejected', 'uncertain'] },
  { id: 'planned', of: ['planned'] },
  { id: 'unsent', of: ['expired', 'suppressed', 'cancelled', 'superseded'] },
];
const WIDTH = 1_000;
const HEIGHT = 20;
/** The least part of a bar that is seen, with the gap behind it: nobody has to tell two parts apart by hue alone. */
const LEAST = 6;
const GAP = 3;
/** The longest bar without what its small parts take beyond their share. */
const LONGEST = WIDTH - SERIES.length * LEAST;

interface ChartProps {
  readonly rows: readonly { readonly name: string; readonly counts: Counts }[];
  /** The reminders of the longest bar. */
  readonly most: number;
  readonly words: StatisticsWords;
  readonly locale: string;
}

/** Bars that lie, one a row, as long as the row has reminders. The table below has the same figures. */
export function BarChart({ rows, most, words, locale }: ChartProps) {
  const drawn = SERIES.filter(({ of }) => rows.some(({ counts }) => countOf(counts, of) > 0));
  return (
    <figure class="chart">
      <div class="bars" role="img" aria-label={words.chartLabel}>
        {rows.map(({ name, counts }) => (
          <div class="bar">
            <span>{name}</span>
            <Bar counts={counts} most={most} />
            <span class="number">{remindersOf(counts).toLocaleString(locale)}</span>
          </div>
        ))}
      </div>
      <figcaption>
        <ul class="legend">
          {drawn.map(({ id }) => (
            <li>
              <svg class={`swatch bar-${id}`} viewBox="0 0 12 12" aria-hidden="true">
                <rect width="12" height="12" />
              </svg>
              {words.series[id]}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** How many reminders a row counts. */
export function remindersOf(counts: Counts): number {
  return SERIES.reduce((sum, { of }) => sum + countOf(counts, of), 0);
}

function countOf(counts: Counts, of: readonly (typeof COUNTED)[number][]): number {
  return of.reduce((sum, status) => sum + counts[status], 0);
}

function Bar({ counts, most }: { readonly counts: Counts; readonly most: number }) {
  let from = 0;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {SERIES.map(({ id, of }) => {
        const count = countOf(counts, of);
        if (count === 0) return null;
        const x = from;
        const width = Math.max(LEAST, Math.round((LONGEST * count) / Math.max(1, most)));
        from += width;
        return <rect class={`bar-${id}`} x={x} width={width - GAP} y={0} height={HEIGHT} />;
      })}
    </svg>
  );
}
