import { type COUNTED, type Counts, COUNTED as STATUSES } from '../../../staff/statistics/statistics.ts';
import { DataTable } from '../elements.tsx';
import { LOCALES } from '../language.ts';
import { hrefOf } from '../navigation.ts';
import { behind, dayText, type Shown } from './shown.ts';
import { STATISTICS_WORDS, type StatisticsColumn } from './words.ts';

/** The figures of the chart as a table, with every state that occurs. Figures lead to the reminders behind them. */
export function StatisticsTable({ shown }: { readonly shown: Shown }) {
  const { authority, language, statistics, columns, rows } = shown;
  const words = STATISTICS_WORDS[language];
  const long = (day: string) => dayText(language, day, { day: 'numeric', month: 'long', year: 'numeric' });
  const { by, from, to } = statistics;
  return (
    <DataTable
      caption={words.caption(authority.name, long(from), long(to))}
      columns={[
        { label: words.by[by] },
        ...columns.map((column) => ({ label: words.columns[column], number: true as const })),
      ]}
      rows={rows.map(({ key, name, counts }) => [
        name,
        ...columns.map((column) => <Figure {...{ shown, column, counts, itemKey: key }} />),
      ])}
      total={[words.total, ...columns.map((column) => <Total {...{ shown, column }} />)]}
    />
  );
}

/** The sum of a column. By reason it counts only those that have one, for which there is no list. */
function Total({ shown, column }: { readonly shown: Shown; readonly column: StatisticsColumn }) {
  const { authority, language, statistics } = shown;
  const { by, from, to, total } = statistics;
  const count = total[column].toLocaleString(LOCALES[language]);
  if (column === 'optOuts') return <a href={hrefOf('/admin/opt-outs', authority, { show: 'all' })}>{count}</a>;
  if (by === 'reason' || column === 'segments') return <>{count}</>;
  return <a href={hrefOf('/admin/messages', authority, { status: column, from, to })}>{count}</a>;
}

interface FigureProps {
  readonly shown: Shown;
  readonly column: StatisticsColumn;
  readonly counts: Counts;
  readonly itemKey: string;
}

function Figure({ shown, column, counts, itemKey }: FigureProps) {
  const { authority, language, statistics } = shown;
  const count = counts[column].toLocaleString(LOCALES[language]);
  const status: (typeof COUNTED)[number] | undefined = STATUSES.find((each) => each === column);
  const query = behind(statistics, itemKey);
  if (counts[column] === 0) return <span class="zero">0</span>;
  if (status === undefined || query === null) return <>{count}</>;
  return <a href={hrefOf('/admin/messages', authority, { status, ...query })}>{count}</a>;
}
