import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { FORMATS, type Format, type Variant } from '../support/every-field.ts';
import { useApp } from '../support/scenario.ts';

const CPRS = [
  ['by itself', '0101801234'],
  ['behind a word', 'CPR: 010180-1234'],
] as const;
const PHONES = [
  ['with its country', '+45 20 12 34 59'],
  ['without a country', '20123459'],
] as const;
const CPR = /010180[-\s]?1234/;
const PHONE = /20\s?12\s?34\s?59/;

const tokens = new Map<string, string>();
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  for (const { name, settings = {} } of FORMATS) tokens.set(name, (await app.makeSource('rh', name, settings)).token);
});

async function send({ name, type }: Format, path: string, body: string): Promise<{ status: number; said: string }> {
  const response = await app.request(path, {
    token: tokens.get(name) ?? null,
    method: 'POST',
    body,
    headers: { 'Content-Type': type },
  });
  return { status: response.status, said: await response.text() };
}

/**
 * Sends the variants to the real address and to the trial's; tells the fields by which an answer gave away what it must
 * not.
 */
async function leaksOf(format: Format, variants: readonly Variant[], secret: RegExp): Promise<string[]> {
  const leaks: string[] = [];
  for (const { path, body } of variants) {
    for (const address of [format.address, `/v1/sources/${format.name}/test`]) {
      const { status, said } = await send(format, address, body);
      if (status >= 500 || secret.test(format.withoutEcho(said))) leaks.push(`${path} by ${address}`);
    }
  }
  return leaks;
}

describe.each(FORMATS)('whatever field of $name', (format) => {
  it.each(CPRS)('a CPR number stands in %s, no response repeats it', async (_, text) => {
    expect(await leaksOf(format, format.variants(text), CPR)).toEqual([]);
  });

  it.each(PHONES)('a citizen’s number stands in %s, no response repeats it', async (_, text) => {
    const variants = format.variants(text, ({ path }) => !format.kept.test(path));
    expect(await leaksOf(format, variants, PHONE)).toEqual([]);
  });
});

describe('after all of that', () => {
  const stored = async (secret: RegExp): Promise<string[]> => {
    await app.deps.receiver.idle();
    const { rows: columns } = await sql<{ table: string; column: string }>`
      select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'`.execute(
      app.db,
    );
    const found = await Promise.all(
      columns.map(async ({ table, column }) => {
        const { rows } = await sql<{ value: string | null }>`
          select distinct ${sql.ref(column)}::text as value from ${sql.table(table)}`.execute(app.db);
        const clear = rows.map(({ value }) =>
          value?.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('latin1') : value,
        );
        return clear.some((value) => secret.test(value ?? '')) ? [`${table}.${column}`] : [];
      }),
    );
    return found.flat();
  };

  it('a good deal was stored', async () => {
    const { rows } = await sql<{ source: string }>`select distinct source_id as source from appointment`.execute(
      app.db,
    );
    expect(rows.map(({ source }) => source).sort()).toEqual(FORMATS.map(({ name }) => name).sort());
  });

  it('no CPR number stands in the database, and no citizen’s number in clear', async () => {
    expect(await stored(CPR)).toEqual([]);
    expect(await stored(PHONE)).toEqual([]);
  });

  it('none stands in a log or a metric', async () => {
    expect(app.logged.length).toBeGreaterThan(0);
    for (const line of [...app.logged, await app.deps.metrics.registry.metrics()]) {
      expect(line).not.toMatch(CPR);
      expect(line).not.toMatch(PHONE);
    }
  });
});

it('staff are shown no code of a place or a status that may be somebody’s number', async () => {
  for (const format of FORMATS) {
    for (const [, text] of PHONES) {
      for (const { body } of format.variants(text, ({ path }) => format.codes.test(path)))
        await send(format, format.address, body);
    }
  }
  await app.deps.receiver.idle();
  const listed = await Promise.all(
    FORMATS.map(({ name }) =>
      app.json<{ items: { value: string }[] }>(200, `/v1/authorities/rh/sources/${name}/unmapped`),
    ),
  );
  const values = listed.flatMap(({ items }) => items.map(({ value }) => value));
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) expect(value).not.toMatch(PHONE);
});
