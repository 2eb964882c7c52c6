import { type RawBuilder, sql } from 'kysely';

/** SQL types of the columns that bulk statements write. */
export type ColumnTypeName =
  | 'uuid'
  | 'text'
  | 'int'
  | 'smallint'
  | 'bigint'
  | 'boolean'
  | 'bytea'
  | 'timestamptz'
  | 'date'
  | 'jsonb';

/**
 * Rows as one parameter a column: `unnest($1::uuid[], …)`. The statement's text stays the same however many rows there
 * are. The columns of the result stand in the order of `columns`, with their names, under the alias `x`.
 */
export function unnest<T extends object>(
  rows: readonly T[],
  columns: { readonly [K in keyof T & string]: ColumnTypeName },
): RawBuilder<unknown> {
  const names = Object.keys(columns) as (keyof T & string)[];
  return unnestArrays(names.map((name) => ({ name, type: columns[name], values: rows.map((row) => row[name]) })));
}

/** Unnests the values of each column, as `unnest` does rows. */
export function unnestArrays(
  columns: readonly { readonly name: string; readonly type: ColumnTypeName; readonly values: readonly unknown[] }[],
): RawBuilder<unknown> {
  const arrays = columns.map(({ type, values }) => sql`${arrayLiteral(values)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)}) as x(${sql.join(columns.map(({ name }) => sql.ref(name)))})`;
}

const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z');
const ESCAPED = /["\\]/;

/**
 * Writes an array as PostgreSQL reads it (PostgreSQL, "Array Input and Output Syntax"), which takes the driver several
 * times as long; a hand-over has twenty such values a reminder.
 * @returns the values themselves where one is of a kind that is left to the driver
 */
export function arrayLiteral(values: readonly unknown[]): string | readonly unknown[] {
  let literal = '{';
  for (let nth = 0; nth < values.length; nth++) {
    const element = elementOf(values[nth]);
    if (element === undefined) return values;
    literal += nth === 0 ? element : `,${element}`;
  }
  return `${literal}}`;
}

function elementOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string')
    return `"${ESCAPED.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"') : value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return instantOf(value);
  return Buffer.isBuffer(value) ? `"\\\\x${value.toString('hex')}"` : undefined;
}

/** Years that ISO 8601 writes otherwise than PostgreSQL reads them, and no instant at all, are left to the driver. */
function instantOf(value: Date): string | undefined {
  const ms = value.getTime();
  return ms >= YEAR_1 && ms < YEAR_10000 ? `"${value.toISOString()}"` : undefined;
}
