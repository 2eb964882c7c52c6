import { COUNTED } from '../../staff/statistics/statistics.ts';

type Status = (typeof COUNTED)[number];
type Row = Readonly<Record<Status, number>> & { readonly key: string };

/** The series of the bars, few enough to tell apart; the table below the chart lists every state. */
export const SERIES: readonly { readonly id: string; readonly label: string; readonly of: readonly Status[] }[] = [
  { id: 'delivered', label: 'Leveret', of: ['delivered'] },
  { id: 'accepted', label: 'Afleveret, venter på kvittering', of: ['accepted'] },
  { id: 'failed', label: 'Ikke leveret, afvist eller uvis', of: ['undelivered', 'rejected', 'uncertain'] },
  { id: 'planned', label: 'Planlagt', of: ['planned'] },
  { id: 'unsent', label: 'Ikke sendt', of: ['expired', 'suppressed', 'cancelled', 'superseded'] },
];

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 56;
const BOTTOM = 28;
const TOP = 12;
const MOST_LABELS = 12;
const WIDEST = 64;

/** Stacked bars as SVG, without a script. `labelOf` shortens a key so that it fits below a bar. */
export function BarChart({ rows, labelOf }: { rows: readonly Row[]; labelOf: (key: string) => string }) {
  const totals = rows.map((row) => COUNTED.reduce((sum, status) => sum + row[status], 0));
  const top = roundUp(Math.max(1, ...totals));
  const step = (WIDTH - LEFT) / Math.max(1, rows.length);
  const y = (count: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / top);
  const labelled = Math.ceil(rows.length / MOST_LABELS);
  return (
    <figure class="chart">
      <section class="scroll" tabindex={0} aria-label="Diagram">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label="Påmindelser fordelt på udfald. Tallene står i tabellen nedenfor."
        >
          {[0, top / 2, top].map((count) => (
            <g class="grid">
              <line x1={LEFT} x2={WIDTH} y1={y(count)} y2={y(count)} />
              <text x={LEFT - 8} y={y(count) + 4} text-anchor="end">
                {count.toLocaleString('da-DK')}
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
          {SERIES.map(({ id, label }) => (
            <li>
              <svg class={`swatch bar-${id}`} viewBox="0 0 12 12" aria-hidden="true">
                <rect width="12" height="12" />
              </svg>
              {label}
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
