import { medianOf } from './report.ts';

/** What one reminder, post, receipt or job took. */
export interface Cost {
  /** A second. */
  readonly rate: number;
  /** Processor time of the process, µs. */
  readonly node: number;
  /** Processor time of the whole PostgreSQL, and of Redis where there is one, µs. */
  readonly store: number;
  readonly statements: number;
  /** How long PostgreSQL planned, by the clock on the wall, µs. */
  readonly planning: number;
  readonly pages: number;
  /** Bytes of the write-ahead log. */
  readonly wal: number;
}

/** Processor time of all processes, µs. */
export const timeOf = ({ node, store }: Cost): number => node + store;

/** The medians of rounds. */
export function costLine(costs: readonly Cost[]): string {
  const of = (figure: keyof Cost): number => medianOf(costs.map((cost) => cost[figure]));
  const node = `${of('rate').toFixed(0)} a second, Node ${of('node').toFixed(0)} µs`;
  if (of('statements') === 0 && of('store') === 0) return node;
  const both = medianOf(costs.map(timeOf)).toFixed(0);
  const time = `${node} + PostgreSQL ${of('store').toFixed(0)} = ${both} µs of processor time`;
  const planning = `planning took ${of('planning').toFixed(0)}`;
  return `${time} (${planning}), ${of('pages').toFixed(0)} pages, ${of('wal').toFixed(0)} B of WAL, ${of('statements').toFixed(3)} statements`;
}

/** Has the one that was first be the last in the next round: whoever comes first is slower. */
export function turned<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
