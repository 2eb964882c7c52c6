import type { Child } from 'hono/jsx';

/** A column of a table. */
interface Column {
  readonly label: string;
  readonly number?: true;
  /** Its cells say themselves what they are, so that a card leaves the column's name out. */
  readonly saidByCells?: true;
  /** Headings in this column don't say what they are, so that a card has the column's name before them, too. */
  readonly labelsHeading?: true;
}

/**
 * A table whose rows become cards on a narrow screen, each value with its column's name before it, where that says
 * something new. The first cell of a row is its heading, without the name unless the column asks for it.
 */
export function DataTable({
  caption,
  quiet = false,
  columns,
  rows,
  total,
}: {
  readonly caption: string;
  /** The caption says no more than the title of the page, so that it is there for screen readers alone. */
  readonly quiet?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Child[])[];
  /** The cells of the last line, which sums up the others. */
  readonly total?: readonly Child[];
}) {
  return (
    <table class="data">
      <caption {...(quiet && { class: 'unseen' })}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, number }) => (
            <th scope="col" {...(number && { class: 'number' })}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <Row columns={columns} cells={cells} />
        ))}
      </tbody>
      {total && (
        <tfoot>
          <Row columns={columns} cells={total} />
        </tfoot>
      )}
    </table>
  );
}

/** Longer words than any of ours: ids, addresses, and names without blanks. */
const LONG_WORD = /\S{25}/;

/** True for a text with a word for which a column may have no room, so that it has to be parted. */
function hasLongWord(cell: Child): boolean {
  return typeof cell === 'string' && LONG_WORD.test(cell);
}

function Row({ columns, cells: [heading, ...cells] }: { columns: readonly Column[]; cells: readonly Child[] }) {
  const [first] = columns;
  return (
    <tr>
      <th
        scope="row"
        {...(first?.labelsHeading && { 'data-label': first.label })}
        {...(hasLongWord(heading) && { class: 'long' })}
      >
        {heading}
      </th>
      {cells.map((cell, at) => {
        const { label, number, saidByCells } = columns[at + 1] ?? {};
        const classes = [...(number ? ['number'] : []), ...(hasLongWord(cell) ? ['long'] : [])].join(' ');
        return (
          <td {...(!saidByCells && { 'data-label': label })} {...(classes && { class: classes })}>
            {cell}
          </td>
        );
      })}
    </tr>
  );
}
