import { type RawBuilder, sql } from 'kysely';

type ColumnTypeName =
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
  const arrays = names.map((name) => sql`${rows.map((row) => row[name])}::${sql.raw(columns[name])}[]`);
  return sql`unnest(${sql.join(arrays)}) as x(${sql.join(names.map((name) => sql.ref(name)))})`;
}
