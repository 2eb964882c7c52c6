import { ANY_REASON } from '../../staff/outcomes/outcomes.ts';
import type { Counts } from '../../staff/statistics/statistics.ts';
import { DataTable } from '../kit/elements.tsx';
import { LOCALES } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { behind, type ShownStatistics } from './shown.ts';
import { STATISTICS_WORDS, type StatisticsColumn } from './words.ts';

/** The figures of the chart as a table, with every state that occurs. Figures lead to the reminders behind them. */
export function StatisticsTable({ shown }: { readonly shown: ShownStatistics }) {
  const { authority, language, statistics, columns, rows } = shown;
  const words = STATISTICS_WORDS[language];
  const long = (day: string) => dayText(language, day, { day: 'numeric', month: 'long', year: 'numeric' });
  const { by, from, to } = statistics;
  return (
    <DataTable
      caption={words.caption(authority.name, long(from), long(to))}
      // The style of `.counts` sets figures to the right: hundreds of classes are kilobytes of a page.
      columns={[{ label: words.by[by] }, ...columns.map((column) => ({ label: words.columns[column] }))]}
      rows={rows.map(({ key, name, counts }) => [
        by === 'week' ? <span>{name}</span> : name,
        ...columns.map((column) => <Figure shown={shown} column={column} counts={counts} itemKey={key} />),
      ])}
      total={[words.total, ...columns.map((column) => <Total shown={shown} column={column} />)]}
    />
  );
}

/** The sum of a column. By reason it counts only those that have one; what is planned has none that is counted. */
function Total({ shown, column }: { readonly shown: ShownStatistics; readonly column: StatisticsColumn }) {
  const { by, from, to, total } = shown.statistics;
  const query = by === 'reason' ? { from, to, reason: ANY_REASON } : { from, to };
  return <Linked shown={shown} column={column} query={query} count={total[column]} />;
}

interface FigureProps {
  readonly shown: ShownStatistics;
  readonly column: StatisticsColumn;
  readonly counts: Counts;
  readonly itemKey: string;
}

function Figure({ shown, column, counts, itemKey }: FigureProps) {
  const query = behind(shown.statistics, itemKey);
  if (counts[column] === 0) return <span class="zero">0</span>;
  return <Linked shown={shown} column={column} query={query} count={counts[column]} />;
}

interface LinkedProps {
  readonly shown: ShownStatistics;
  readonly column: StatisticsColumn;
  readonly count: number;
  /** The filter of what is behind it. */
  readonly query: Readonly<Record<string, string>>;
}

/** A figure that leads to the reminders or the opt-outs behind it; segments to the reminders that have them. */
function Linked({ shown: { authority, language }, column, count, query }: LinkedProps) {
  const text = count.toLocaleString(LOCALES[language]);
  if (column === 'optOuts') return <a href={hrefOf('/admin/opt-outs', authority, { show: 'all', ...query })}>{text}</a>;
  const status = column === 'segments' ? 'sent' : column;
  return <a href={hrefOf('/admin/messages', authority, { status, ...query })}>{text}</a>;
}
