import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import type { Cipher } from '../../src/domain/keyring.ts';

const GROUPS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  8: [[8], [2, 2, 2, 2], [4, 4]],
  10: [[10], [6, 4], [2, 2, 2, 4]],
};

/** A phone number of eight digits, or a CPR number, as people write it. */
export function spellingsOf(digits: string): string[] {
  const written = (GROUPS[digits.length] ?? []).flatMap((sizes) => {
    const parts = sizes.map((size, nth) => {
      const from = sizes.slice(0, nth).reduce((sum, one) => sum + one, 0);
      return digits.slice(from, from + size);
    });
    return parts.length === 1 ? [digits] : [' ', '-', '.', '\u00a0', '–', '/'].map((sign) => parts.join(sign));
  });
  const wide = [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
  return [...written, wide];
}

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

interface Values {
  /** `table.column` */
  readonly at: string;
  /** Values that differ; bytes as one character each. */
  readonly values: readonly string[];
}

/** Every column that can hold a text. From the catalogue, so that a new table and a new column are looked through, too. */
async function readColumns(db: Kysely<Database>): Promise<Values[]> {
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select c.table_name as table, c.column_name as column
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = current_schema and t.table_type = 'BASE TABLE'
      and (c.data_type in ('text', 'character varying', 'character', 'bytea', 'jsonb', 'json', 'ARRAY')
        or c.data_type = 'USER-DEFINED')
    order by 1, 2`.execute(db);
  const read: Values[] = [];
  for (const { table, column } of columns) {
    const { rows } = await sql<{ value: string }>`
      select distinct ${sql.ref(column)}::text as value from ${sql.table(table)}
      where ${sql.ref(column)} is not null`.execute(db);
    const values = rows.map(({ value }) =>
      value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('latin1') : value,
    );
    read.push({ at: `${table}.${column}`, values });
  }
  return read;
}

/** Where one of the canaries stands in the database: `table.column`, each once. */
export async function findCanaries(db: Kysely<Database>, canaries: readonly string[]): Promise<string[]> {
  // UTF-8 as it is in bytes, and as the text of a column has it.
  const forms = [...new Set(canaries.flatMap((canary) => [...formsOf(canary), canary]))].map((each) =>
    each.toLowerCase(),
  );
  const columns = await readColumns(db);
  return columns
    .filter(({ values }) => values.some((value) => forms.some((form) => value.toLowerCase().includes(form))))
    .map(({ at }) => at);
}

/** Where a hash stands, or at least its first eight bytes, as bytes, hex or base64: `table.column`, each once. */
export async function findHashes(db: Kysely<Database>, hashes: readonly Buffer[]): Promise<string[]> {
  const starts = hashes.map((hash) => hash.subarray(0, 8));
  const forms = starts.flatMap((start) => [
    start.toString('latin1'),
    start.toString('hex'),
    start.toString('base64').slice(0, 10),
    start.toString('base64url').slice(0, 10),
  ]);
  const columns = await readColumns(db);
  return columns
    .filter(({ values }) => values.some((value) => forms.some((form) => value.includes(form))))
    .map(({ at }) => at);
}

/** Remembers what a cipher encrypts from now on, so that ciphertexts can be searched for what they hold. */
export class OpenedCiphertexts {
  readonly #clear = new Map<string, string>();

  constructor(cipher: Cipher) {
    const encrypt = cipher.encrypt.bind(cipher);
    cipher.encrypt = (...given) => {
      const sealed = encrypt(...given);
      this.#clear.set(sealed.toString('latin1'), given[3].toString());
      return sealed;
    };
  }

  /** Where a ciphertext with one of the canaries in it stands: `table.column`, each once. */
  async find(db: Kysely<Database>, canaries: readonly string[]): Promise<string[]> {
    const forms = [...new Set(canaries.flatMap((canary) => [...formsOf(canary), canary]))];
    const holds = (clear: string) => forms.some((form) => clear.includes(form));
    const columns = await readColumns(db);
    return columns
      .filter(({ values }) => values.some((value) => holds(this.#clear.get(value) ?? '')))
      .map(({ at }) => at);
  }
}
