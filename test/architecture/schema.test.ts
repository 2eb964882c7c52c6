import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeDatabases } from '../support/database.ts';

/** PostgreSQL's type of a column as database.ts writes it, and whether it may be null. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  timestamptz: ['Instant', 'NullableInstant'],
  bytea: ['Bytes', 'NullableBytes'],
  jsonb: ['Json', 'NullableJson'],
  int8: ['Big', 'Generated<string>'],
  date: ['ColumnType<string, string, string>'],
  bool: ['boolean', 'Generated<boolean>'],
  int4: ['number', 'Generated<number>'],
  int2: ['number', 'Generated<number>'],
  _uuid: ['string[]'],
};
const TEXT = ['text', 'uuid'];

interface Column {
  readonly type: string;
  readonly nullable: boolean;
}

/** Tables as the interfaces of database.ts tell them. */
function written(): Map<string, Map<string, Column>> {
  const text = readFileSync(new URL('../../src/database/tables.ts', import.meta.url), 'utf8').replaceAll(
    /\/\*\*[\s\S]*?\*\//g,
    '',
  );
  const interfaces = new Map<string, Map<string, Column>>();
  for (const [, name, base, omitted, body] of text.matchAll(
    /interface (\w+)(?: extends Omit<(\w+), ([^>]*)>)? \{\n([\s\S]*?)\n\}/g,
  )) {
    const columns = new Map(
      [...(interfaces.get(base ?? '') ?? [])].filter(([column]) => !omitted?.includes(`'${column}'`)),
    );
    for (const [, column, type] of (body ?? '').matchAll(/^ {2}(\w+): (.+);$/gm))
      columns.set(column ?? '', {
        type: (type ?? '').replaceAll(' | null', ''),
        nullable: /\| null|^Nullable/.test(type ?? ''),
      });
    interfaces.set(name ?? '', columns);
  }
  const tables = interfaces.get('Database') ?? new Map<string, Column>();
  return new Map([...tables].map(([table, { type }]) => [table, interfaces.get(type) ?? new Map()]));
}

describeDatabases('the types of database.ts', (open) => {
  it('are those of the migrated schema, column by column', async () => {
    const { db, close } = await open();
    const { rows } = await sql<{ table: string; column: string; type: string; nullable: boolean }>`
      select table_name as table, column_name as column, udt_name as type, is_nullable = 'YES' as nullable
      from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(db);
    await close();
    const tables = written();
    expect([...tables.keys()].sort()).toEqual([...new Set(rows.map((row) => row.table))].sort());
    expect(rows.length).toBeGreaterThan(200);
    for (const [table, columns] of tables) {
      const real = rows.filter((row) => row.table === table);
      expect([table, [...columns.keys()].sort()]).toEqual([table, real.map((row) => row.column).sort()]);
      for (const { column, type, nullable } of real) {
        const told = columns.get(column);
        const fits = TEXT.includes(type)
          ? !Object.values(WRITTEN)
              .flat()
              .some((word) => told?.type.startsWith(word))
          : WRITTEN[type]?.some((word) => told?.type.startsWith(word));
        expect({ column: `${table}.${column}`, type, told: told?.type, fits, nullable: told?.nullable }).toEqual({
          column: `${table}.${column}`,
          type,
          told: told?.type,
          fits: true,
          nullable,
        });
      }
    }
  });
});

describeDatabases('the index of a key that others refer to', (open) => {
  it('has no rival that a check of the foreign key could read instead, row by row, while there are no statistics', async () => {
    const { db, close } = await open();
    const { rows } = await sql<{ rival: string; table: string }>`
      select distinct i.indexrelid::regclass::text as rival, f.confrelid::regclass::text as "table"
      from pg_constraint f join pg_index i on i.indrelid = f.confrelid
      where f.contype = 'f' and f.connamespace = 'public'::regnamespace and array_length(f.confkey, 1) > 1
        and i.indexrelid <> f.conindid and i.indpred is null and i.indkey[0] = any(f.confkey)
        and not (i.indisunique and i.indkey::int2[] <@ f.confkey)`.execute(db);
    await close();
    expect(rows).toEqual([]);
  });
});
