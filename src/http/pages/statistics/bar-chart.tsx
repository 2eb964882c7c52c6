import { COUNTED } from '../../../staff/statistics/statistics.ts';
import type { Series, StatisticsWords } from './words.ts';

type Status = (typeof COUNTED)[number];
type Row = Readonly<Record<Status, number>> & { readonly key: string };

/** The series of the bars, few enough to tell apart; the table below the chart lists every state. */
const SERIES: readonly { readonly id: Series; readonly of: readonly Status[] }[] = [
  { id: 'delivered', of: ['delivered'] },
  { id: 'accepted', of: ['accepted'] },
  { id: 'failed', of: ['undelivered', 'rejected', 'uncertain'] },
  { id: 'planned', of: ['planned'] },
  { id: 'unsent', of: ['expired', 'suppressed', 'cancelled', 'superseded'] },
];

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 56;
const BOTTOM = 28;
const TOP = 12;
const MOST_LABELS = 12;
const WIDEST = 64;

interface ChartProps {
  readonly rows: readonly Row[];
  readonly labelOf: (key: string) => string;
  readonly words: StatisticsWords;
  readonly locale: string;
}

/** Stacked bars as SVG, without a script. `labelOf` shortens a key so that it fits below a bar. */
export function BarChart({ rows, labelOf, words, locale }: ChartProps) {
  const totals = rows.map((row) => COUNTED.reduce((sum, status) => sum + row[status], 0));
  const top = roundUp(Math.max(1, ...totals));
  const step = (WIDTH - LEFT) / Math.max(1, rows.length);
  const y = (count: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / top);
  const labelled = Math.ceil(rows.length / MOST_LABELS);
  return (
    <figure class="chart">
      <section class="scroll" tabindex={0} aria-label={words.chart}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.chartLabel}>
          {[0, top / 2, top].map((count) => (
            <g class="grid">
              <line x1={LEFT} x2={WIDTH} y1={y(count)} y2={y(count)} />
              <text x={LEFT - 8} y={y(count) + 4} text-anchor="end">
                {count.toLocaleString(locale)}
              </text>
            </g>
          ))}
          {rows.map((row, index) => (
            <g>
              <Bar row={row} x={LEFT + index * step} width={step} y={y} />
              {index % labelled === 0 && (
                <text x={LEFT + (index + 0.5) * step} y={HEIGHT - 8} text-anchor="middle">
                  {labelOf(row.key)}
                </text>
              )}
            </g>
          ))}
        </svg>
      </section>
      <figcaption>
        <ul class="legend">
          {SERIES.map(({ id }) => (
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

function Bar({ row, x, width, y }: { row: Row; x: number; width: number; y: (count: number) => number }) {
  const drawn = Math.min(WIDEST, width - Math.min(6, width * 0.2));
  let below = 0;
  return (
    <>
      {SERIES.map(({ id, of }) => {
        const count = of.reduce((sum, status) => sum + row[status], 0);
        if (count === 0) return null;
        const from = below;
        below += count;
        return (
          <rect
            class={`bar-${id}`}
            x={x + (width - drawn) / 2}
            width={drawn}
            y={y(below)}
            height={y(from) - y(below)}
          />
        );
      })}
    </>
  );
}

/** Rounds up to 2, 4, 10, 20, 40, 100 …, of which the half is a whole number too. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count));
  return [1, 2, 4, 10].map((factor) => Math.max(2, factor * power)).find((candidate) => candidate >= count) ?? count;
}
