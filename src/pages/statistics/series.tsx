import { scaleLinear } from 'd3-scale';
import type { COUNTED, Counts } from '../../staff/statistics/statistics.ts';
import type { StatisticsWords } from './words.ts';

/** The states that are drawn alike, in the order in which they stand beside each other. */
export const SERIES: readonly {
  readonly id: keyof StatisticsWords['series'];
  readonly of: readonly (typeof COUNTED)[number][];
}[] = [
  { id: 'delivered', of: ['delivered'] },
  { id: 'accepted', of: ['accepted'] },
  { id: 'failed', of: ['undelivered', 'rejected', 'uncertain'] },
  { id: 'planned', of: ['planned'] },
  { id: 'unsent', of: ['expired', 'suppressed', 'cancelled', 'superseded'] },
];
/** The least part of the longest bar that is seen, and the gap behind each part. */
const [LEAST, GAP] = [0.012, 0.004];
/** The part of the longest bar that is not what small parts take beyond their share. */
export const LONGEST = 1 - SERIES.length * LEAST;

/** Part of a bar: where it begins and ends on the longest one, which is 1. */
interface BarPart {
  readonly id: (typeof SERIES)[number]['id'];
  readonly from: number;
  readonly to: number;
}

/** The parts of a bar. @param most the reminders of the longest bar */
export function partsOf(counts: Counts, most: number): BarPart[] {
  const size = scaleLinear([0, Math.max(1, most)], [0, LONGEST]);
  let from = 0;
  return SERIES.flatMap(({ id, of }) => {
    const count = countOf(counts, of);
    if (count === 0) return [];
    const part = { id, from, to: from + Math.max(LEAST, size(count)) - GAP };
    from = part.to + GAP;
    return [part];
  });
}

/** How many reminders a row counts. */
export function remindersOf(counts: Counts): number {
  return SERIES.reduce((sum, { of }) => sum + countOf(counts, of), 0);
}

function countOf(counts: Counts, of: readonly (typeof COUNTED)[number][]): number {
  return of.reduce((sum, status) => sum + counts[status], 0);
}

/** The fill of a part: five fills can't all differ by 3:1, so each has a pattern, in a colour of the pages. */
export function fillOf(id: BarPart['id']): string {
  return id === 'delivered' ? 'currentColor' : id === 'unsent' ? 'none' : `url(#${id})`;
}

/** The patterns of fills, once on a page. */
export function Patterns() {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  return (
    <svg class="unseen" aria-hidden="true">
      <pattern id="accepted" class="of-accepted" {...size}>
        <rect width="6" height="2.5" fill="currentColor" />
      </pattern>
      <pattern id="failed" class="of-failed" {...size} patternTransform="rotate(45)">
        <rect width="3" height="6" fill="currentColor" />
      </pattern>
      <pattern id="planned" class="of-planned" {...size}>
        <circle cx="3" cy="3" r="1.7" fill="currentColor" />
      </pattern>
    </svg>
  );
}

/** The series that occur, each with its fill. */
export function Legend({ rows, words }: { readonly rows: readonly Counts[]; readonly words: StatisticsWords }) {
  return (
    <ul class="legend">
      {SERIES.filter(({ of }) => rows.some((counts) => countOf(counts, of) > 0)).map(({ id }) => (
        <li>
          <svg class={`swatch of-${id}`} viewBox="0 0 16 16" aria-hidden="true">
            <rect x="1" y="1" width="14" height="14" fill={fillOf(id)} />
          </svg>
          {words.series[id]}
        </li>
      ))}
    </ul>
  );
}

/** A place within a chart of a hundred parts, short enough for hundreds of them. */
export const percent = (part: number): string => `${Number((100 * part).toFixed(2))}%`;
