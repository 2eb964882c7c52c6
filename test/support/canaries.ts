import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/database/tables.ts';

/** Every form in which a text may stand in a column: as it is, reversed, in UTF-16, in hex, in base64. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary);
  const reversed = [...canary].reverse().join('');
  const wide = Buffer.from(canary, 'utf16le');
  const forms = [bytes, Buffer.from(reversed), wide, Buffer.from(wide).swap16()];
  return forms.flatMap((form) => [
    form.toString('latin1'),
    form.toString('hex'),
    // The first and the last characters of base64 depend on what stands beside it.
    ...[0, 1, 2].map((offset) =>
      Buffer.concat([Buffer.alloc(offset), form])
        .toString('base64')
        .slice(offset === 0 ? 0 : offset + 1, -4),
    ),
  ]);
}

/** Where one of the canaries stands in the database: `table.column`, each once. */
export async function findCanaries(db: Kysely<Database>, canaries: readonly string[]): Promise<string[]> {
  const forms = [...new Set(canaries.flatMap(formsOf))].map((form) => form.toLowerCase());
  // From the catalogue, so that a new table and a new column are looked through, too.
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select c.table_name as table, c.column_name as column
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = current_schema and t.table_type = 'BASE TABLE'
      and (c.data_type in ('text', 'character varying', 'character', 'bytea', 'jsonb', 'json', 'ARRAY')
        or c.data_type = 'USER-DEFINED')
    order by 1, 2`.execute(db);
  const found: string[] = [];
  for (const { table, column } of columns) {
    const { rows } = await sql<{ value: string }>`
      select distinct ${sql.ref(column)}::text as value from ${sql.table(table)}
      where ${sql.ref(column)} is not null`.execute(db);
    const holds = rows.some(({ value }) => {
      const clear = value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('latin1') : value;
      const lower = clear.toLowerCase();
      return forms.some((form) => lower.includes(form));
    });
    if (holds) found.push(`${table}.${column}`);
  }
  return found;
}
