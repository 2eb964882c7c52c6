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

/** Like `unnest`, of the values of each column. */
export function unnestArrays(
  columns: readonly { readonly name: string; readonly type: ColumnTypeName; readonly values: readonly unknown[] }[],
): RawBuilder<unknown> {
  const arrays = columns.map(({ type, values }) => sql`${values}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)}) as x(${sql.join(columns.map(({ name }) => sql.ref(name)))})`;
}
