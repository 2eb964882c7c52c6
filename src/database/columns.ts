import { type RawBuilder, type SelectType, sql } from 'kysely';
import type { Database } from './tables.ts';
import { type ColumnTypeName, unnestArrays } from './unnest.ts';

/**
 * The columns that a bulk statement writes, or finds rows by: each with its SQL type and, as tables.ts has it, its
 * value for an item.
 */
export type ColumnsOf<Table extends keyof Database, Item, Context> = {
  readonly [Name in keyof Database[Table] & string]?: readonly [
    type: ColumnTypeName,
    read: (item: Item, context: Context) => SelectType<Database[Table][Name]>,
  ];
};

/** Values that a bulk statement reads beside the columns of its table: each with its SQL type. */
interface Beside<Item, Context> {
  readonly [name: string]: readonly [type: ColumnTypeName, read: (item: Item, context: Context) => unknown];
}

/** A table's columns listed once, with the parts of the bulk statements that follow from the list. */
export interface ColumnList<Item, Context> {
  /** The columns, comma separated. */
  readonly names: RawBuilder<unknown>;
  /** Assignments from the row `x`, of every column but these. */
  assignments(except: readonly string[]): RawBuilder<unknown>;
  /** The items as rows, one parameter a column: `unnest($1::uuid[], …) as x(…)`. What stands beside comes last. */
  unnest(items: readonly Item[], context: Context): RawBuilder<unknown>;
  /** The columns of one item as members of a JSON object, each with a comma in front; nulls are left out. */
  jsonMembers(item: Item, context: Context): string;
}

/**
 * Lists a table's columns.
 * @param columns in the order in which statements name them
 * @param beside what is no column of the table
 */
export function columnList<Table extends keyof Database, Item, Context = void>(
  columns: ColumnsOf<Table, Item, Context>,
  beside: Beside<Item, Context> = {},
): ColumnList<Item, Context> {
  const entries = Object.entries(columns as unknown as Beside<Item, Context>);
  const given = [...entries, ...Object.entries(beside)];
  const labelled = entries.map(([name, [, read]]) => [read, `,"${name}":`] as const);
  const names = entries.map(([name]) => name);
  return {
    names: sql.join(names.map((name) => sql.ref(name))),
    assignments: (except) =>
      sql.join(
        names.filter((name) => !except.includes(name)).map((name) => sql`${sql.ref(name)} = ${sql.ref(`x.${name}`)}`),
      ),
    unnest: (items, context) =>
      unnestArrays(
        given.map(([name, [type, read]]) => {
          const values = items.map((item) => read(item, context));
          // The drivers disagree on how a JavaScript value becomes JSON.
          return { name, type, values: type === 'jsonb' ? values.map((value) => JSON.stringify(value)) : values };
        }),
      ),
    jsonMembers: (item, context) => jsonMembers(labelled, (read) => read(item, context)),
  };
}

/**
 * The members of a JSON object, each with a comma in front and its label; nulls are left out. Much faster than
 * JSON.stringify of objects that are made for it.
 */
export function jsonMembers<Column>(
  columns: readonly (readonly [column: Column, label: string])[],
  read: (column: Column) => unknown,
): string {
  let text = '';
  for (const [column, label] of columns) {
    const value = read(column);
    if (value !== null && value !== undefined) text += label + jsonOf(value);
  }
  return text;
}

const MOST_INSTANTS = 256;
/** The rows of a group name few instants, each time and again, and to write one takes longer than to find it. */
const instants = new Map<number, string>();

function instantOf(at: Date): string {
  const known = instants.get(at.getTime());
  if (known !== undefined) return known;
  const text = `"${at.toISOString()}"`;
  if (instants.size >= MOST_INSTANTS) instants.clear();
  instants.set(at.getTime(), text);
  return text;
}

/** Texts that JSON writes as they stand; a call of JSON.stringify takes as long as the rest of a short member. */
const PLAIN = /^[ !#-[\]-~]*$/;

function jsonOf(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return instantOf(value);
  // bytea as PostgreSQL reads it; hex needs no escaping.
  return Buffer.isBuffer(value) ? `"\\\\x${value.toString('hex')}"` : JSON.stringify(value);
}

/** Members that are read of a row, each with the column that it is read from as it stands. */
type ReadColumns<Table extends keyof Database> = Readonly<Record<string, keyof Database[Table] & string>>;

/** The members that a list of columns reads of a row. */
type ReadRow<Table extends keyof Database, Columns extends ReadColumns<Table>> = {
  readonly [Name in keyof Columns]: SelectType<Database[Table][Columns[Name]]>;
};

/** Columns that are read of a table, listed once, and what readers pick from the list. */
export interface ReadList<Table extends keyof Database, Columns extends ReadColumns<Table>> {
  /** The members of a row, which may hold more columns than these. */
  read(
    row: { readonly [Column in Columns[keyof Columns]]: SelectType<Database[Table][Column]> },
  ): ReadRow<Table, Columns>;
  /** The list of some of the members alone. */
  pick<Name extends keyof Columns & string>(...names: Name[]): ReadList<Table, Pick<Columns, Name>>;
}

/** The members that a list reads. */
export type ReadOf<List> = List extends ReadList<infer Table, infer Columns> ? ReadRow<Table, Columns> : never;

/** Lists what is read of a table's columns as it stands, by the names that its readers have for it. */
export function readList<Table extends keyof Database, const Columns extends ReadColumns<Table>>(
  table: Table,
  columns: Columns,
): ReadList<Table, Columns> {
  const entries = Object.entries(columns);
  return {
    read: (row) => {
      const values: Readonly<Record<string, unknown>> = row;
      const members: Record<string, unknown> = {};
      for (const [name, column] of entries) members[name] = values[column];
      return members as ReadRow<Table, Columns>;
    },
    pick: (...names) =>
      readList(
        table,
        Object.fromEntries(names.map((name) => [name, columns[name]])) as Pick<Columns, (typeof names)[number]>,
      ),
  };
}
