import { COUNTED, type Statistics } from '../../../staff/statistics/statistics.ts';
import type { StatisticsColumn, StatisticsWords } from './words.ts';

/** Statistics as a page shows them. */
export interface Shown {
  readonly words: StatisticsWords;
  readonly locale: string;
  readonly statistics: Statistics;
  /** False for somebody who is limited to departments: opt-outs are of a whole authority. */
  readonly optOuts: boolean;
}

/** The figures of the chart as a table, with every state. @param props.nameOf turns the key of a row into its name */
export function StatisticsTable({
  shown,
  caption,
  nameOf,
}: {
  readonly shown: Shown;
  readonly caption: string;
  readonly nameOf: (shown: Shown, key: string) => string;
}) {
  const { words, statistics } = shown;
  const { by, rows, total } = statistics;
  return (
    <section class="numbers" aria-labelledby="numbers">
      <h2 id="numbers">{caption}</h2>
      <section class="scroll" tabindex={0} aria-label={words.table}>
        <table aria-labelledby="numbers">
          <thead>
            <tr>
              <th scope="col">{words.by[by]}</th>
              {columnsOf(shown).map((column) => (
                <th scope="col" class="number">
                  {words.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <th scope="row">{nameOf(shown, row.key)}</th>
                <Cells counts={row} shown={shown} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.total}</th>
              <Cells counts={total} shown={shown} />
            </tr>
          </tfoot>
        </table>
      </section>
    </section>
  );
}

function columnsOf({ optOuts }: Shown): readonly StatisticsColumn[] {
  return [...COUNTED, 'segments', ...(optOuts ? (['optOuts'] as const) : [])];
}

function Cells({ counts, shown }: { counts: Readonly<Record<StatisticsColumn, number>>; shown: Shown }) {
  return (
    <>
      {columnsOf(shown).map((column) => (
        <td class={counts[column] === 0 ? 'number zero' : 'number'}>{counts[column].toLocaleString(shown.locale)}</td>
      ))}
    </>
  );
}
