import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../support/database.ts';

describeDatabases('values', (open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('come back in the same shape', async () => {
    const bytes = Buffer.from([0, 1, 92, 34, 255]);
    const at = new Date('2026-11-24T11:00:00.123Z');
    const { rows } =
      await sql`select ${bytes}::bytea as bytes, ${at}::timestamptz as at, 9007199254740993::bigint as big, count(*) as count,
      date '2026-10-25' as day, ${[bytes, null]}::bytea[] as list, ${[at]}::timestamptz[] as instants, ${JSON.stringify({ a: [1] })}::jsonb as json,
      1.50::numeric as exact, ${['a"b', 'c\\d', '', null]}::text[] as texts, ${[true, false]}::boolean[] as flags`.execute(database.db);
    expect(rows).toEqual([
      {
        bytes,
        at,
        big: '9007199254740993',
        count: '1',
        day: '2026-10-25',
        list: [bytes, null],
        instants: [at],
        json: { a: [1] },
        exact: '1.50',
        texts: ['a"b', 'c\\d', '', null],
        flags: [true, false],
      },
    ]);
    expect(rows[0]).toSatisfy((row: { bytes: unknown }) => Buffer.isBuffer(row.bytes));
  });
});
