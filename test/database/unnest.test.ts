import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { arrayLiteral, unnest } from '../../src/database/unnest.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';

/** All that text of PostgreSQL can hold, the marks of an array among it. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    'NULL',
    'null',
    '{}',
    ',',
    '"',
    '\\',
    '\\"',
    '"\\',
    '{"a,b"}',
    ' x ',
    "'",
    '\\x00',
    'æøå 😀',
    '\n',
  ),
  fc.string({ unit: 'binary' }).map((given) => given.replaceAll('\0', '')),
);
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const row = fc.record({
  text: nullable(text),
  bytes: nullable(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
  at: nullable(
    fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('+010500-01-01T00:00:00Z'), noInvalidDate: true }),
  ),
  count: nullable(fc.integer({ min: -2_147_483_648, max: 2_147_483_647 })),
  flag: nullable(fc.boolean()),
  id: nullable(fc.uuid()),
});

const database = useOpened(() => openTestDatabase('postgres'));

it('rows come to the database as they are, whatever stands in them', async () => {
  const columns = {
    text: 'text',
    bytes: 'bytea',
    at: 'timestamptz',
    count: 'int',
    flag: 'boolean',
    id: 'uuid',
  } as const;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const { rows: read } = await sql`select * from ${unnest(rows, columns)}`.execute(database.db);
      expect(read).toEqual(rows);
    }),
  );
});

it.each([[new Date(Number.NaN)], [new Date('-000044-03-15T12:00:00Z')], [{ a: 1 }], [[1]]])(
  'what is of a kind that has no short way is left to the driver: %s',
  (value) => {
    const values = ['a', value];
    expect(arrayLiteral(values)).toBe(values);
  },
);
