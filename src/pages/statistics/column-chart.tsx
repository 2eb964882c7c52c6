import { scaleBand, scaleLinear } from 'd3-scale';
import { addDays } from '../../domain/calendar.ts';
import type { PageLanguage } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import type { ChartProps } from './bar-chart.tsx';
import { fillOf, Legend, LONGEST, Patterns, partsOf, percent, SERIES } from './series.tsx';

/** Pixels of the columns, and above and below them. */
const [HEIGHT, TOP, BELOW] = [160, 16, 24];
/** Columns of a chart that leaves room for the days without reminders; in a longer one they are left out. */
const MOST_COLUMNS = 62;
const [LABELS, ON_PHONE] = [12, 6];
/** The part at the left that has the figures of the lines. */
const LEFT = 0.05;

interface ColumnsProps extends ChartProps {
  readonly language: PageLanguage;
  /** Days from one column to the next: 1, or 7. */
  readonly step: number;
}

/** Columns, one a day or a week, the first one at the left. The table below has the same figures. */
export function ColumnChart({ rows, most, words, locale, language, step }: ColumnsProps) {
  const counts = new Map(rows.map((row) => [row.key, row.counts]));
  const days = daysOf([...counts.keys()].sort(), step);
  const x = scaleBand(days, [LEFT, 1]).paddingInner(0.2);
  const y = scaleLinear([0, most], [TOP + HEIGHT, TOP + HEIGHT * (1 - LONGEST)]);
  const parts = days.flatMap((day) => {
    const row = counts.get(day);
    return row ? partsOf(row, most).map((part) => ({ ...part, x: x(day) ?? 0 })) : [];
  });
  return (
    <figure class="chart">
      <Patterns />
      <svg class="columns" role="img" aria-label={words.chartLabel} height={TOP + HEIGHT + BELOW}>
        {y
          .ticks(3)
          .filter(Number.isInteger)
          .map((tick) => (
            <Tick at={y(tick)} text={tick.toLocaleString(locale)} />
          ))}
        {SERIES.map(({ id }) => (
          <g class={`of-${id}`} fill={fillOf(id)}>
            {parts
              .filter((part) => part.id === id)
              .map((part) => (
                <rect
                  x={percent(part.x)}
                  width={percent(x.bandwidth())}
                  y={pixels(TOP + HEIGHT * (1 - part.to))}
                  height={pixels(HEIGHT * (part.to - part.from))}
                />
              ))}
          </g>
        ))}
        <Labels
          names={days.map((day) => dayText(language, day, { day: 'numeric', month: 'short' }))}
          xOf={(nth) => (x(days[nth] ?? '') ?? 0) + x.bandwidth() / 2}
          y={TOP + HEIGHT + BELOW - 6}
        />
      </svg>
      <figcaption>
        <Legend rows={rows.map((row) => row.counts)} words={words} />
      </figcaption>
    </figure>
  );
}

/** The columns: those of the rows, and those between them. */
function daysOf(keys: readonly string[], step: number): readonly string[] {
  const days: string[] = [];
  const last = keys.at(-1) ?? '';
  for (let day = keys[0] ?? ''; day !== '' && day <= last && days.length <= MOST_COLUMNS; day = addDays(day, step))
    days.push(day);
  return days.length > MOST_COLUMNS ? keys : days;
}

/** A line across a chart, with the value that it stands for above it. */
export function Tick({ at, text }: { readonly at: number; readonly text: string }) {
  return (
    <>
      <line x2="100%" y1={pixels(at)} y2={pixels(at)} />
      <text y={pixels(at - 4)}>{text}</text>
    </>
  );
}

interface LabelsProps {
  readonly names: readonly string[];
  readonly xOf: (nth: number) => number;
  readonly y: number;
}

/** The names below a chart, twelve at most, and half as many on a phone. */
export function Labels({ names, xOf, y }: LabelsProps) {
  const each = Math.ceil(names.length / LABELS);
  return (
    <>
      {names.map((name, nth) =>
        nth % each === 0 ? (
          <text
            x={percent(xOf(nth))}
            y={y}
            {...(names.length > ON_PHONE && (nth / each) % 2 === 1 && { class: 'wide' })}
          >
            {name}
          </text>
        ) : null,
      )}
    </>
  );
}

const pixels = (length: number): number => Number(length.toFixed(1));
