import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { insert } from '../support/stored-rows.ts';

describeDatabases('a database', (open) => {
  const database = useOpened(open);

  it('gives values of the same shape, whichever it is', async () => {
    const bytes = Buffer.from([0, 1, 92, 34, 255]);
    const at = new Date('2026-11-24T11:00:00.123Z');
    const { rows } =
      await sql`select ${bytes}::bytea as bytes, ${at}::timestamptz as at, 9007199254740993::bigint as big, count(*) as count,
      date '2026-10-25' as day, ${[bytes, null]}::bytea[] as list, ${[at]}::timestamptz[] as instants, ${JSON.stringify({ a: [1] })}::jsonb as json,
      1.50::numeric as exact, ${['a"b', 'c\\d', '', null]}::text[] as texts, ${[true, false]}::boolean[] as flags,
      ${[JSON.stringify({ b: 'x"y' })]}::jsonb[] as jsons, ${['2026-10-25']}::date[] as days, sum(3::bigint) as total`.execute(
        database.db,
      );
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
        jsons: [{ b: 'x"y' }],
        days: ['2026-10-25'],
        total: '3',
      },
    ]);
    expect(rows[0]).toSatisfy(
      (row: { bytes: unknown; list: unknown[] }) => Buffer.isBuffer(row.bytes) && Buffer.isBuffer(row.list[0]),
    );
  });

  it('says how many rows a statement changed', async () => {
    const now = new Date('2026-11-24T11:00:00Z');
    const rows = [1, 2, 3].map((n) => ({ id: randomUUID(), at: now, actor: `a${n}`, action: 'x', target: 't' }));
    const inserted = await database.db.insertInto('audit').values(rows).executeTakeFirst();
    expect(inserted.numInsertedOrUpdatedRows).toBe(3n);
    const updated = await database.db
      .updateTable('audit')
      .set({ action: 'y' })
      .where('actor', '<>', 'a1')
      .executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    expect((await database.db.deleteFrom('audit').executeTakeFirst()).numDeletedRows).toBe(3n);
  });

  it('keeps transactions apart that run at once, and undoes those that fail', async () => {
    const transactions = Array.from({ length: 30 }, (_, n) =>
      database.db.transaction().execute(async (trx) => {
        const values = { id: randomUUID(), at: new Date(n), actor: `t${n}`, action: 'x', target: 't' };
        await insert(trx, 'audit', values);
        const seen = await trx.selectFrom('audit').select('actor').where('actor', '=', `t${n}`).execute();
        expect(seen).toHaveLength(1);
        if (n % 3 === 0) throw new Error('undo');
      }),
    );
    const results = await Promise.allSettled(transactions);
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10);
    const left = await database.db.selectFrom('audit').select('actor').execute();
    expect(left.map((row) => row.actor).filter((actor) => Number(actor.slice(1)) % 3 === 0)).toEqual([]);
    expect(left).toHaveLength(20);
  });

  it('goes on working after a transaction in which a statement failed', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await sql`select 1/0`.execute(trx);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    await expect(sql`select 1 as one`.execute(database.db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('tells how many rows a statement changed', async () => {
    await sql`create table changed (n integer)`.execute(database.db);
    const counts = [
      await sql`insert into changed select generate_series(1, ${5}::int)`.execute(database.db),
      await sql`update changed set n = n + 1 where n > ${2}`.execute(database.db),
      await sql`with gone as (select 3 as n) delete from changed using gone where changed.n > gone.n + ${1}`.execute(
        database.db,
      ),
    ].map(({ numAffectedRows }) => numAffectedRows);
    // The next test that opens this database finds the tables of the schema alone.
    await sql`drop table changed`.execute(database.db);
    expect(counts).toEqual([5n, 3n, 2n]);
  });

  it('puts no value of a statement into its errors', async () => {
    const secret = '+4520123456';
    const error: unknown = await sql`select ${secret}::text, 1/${0}::int`
      .execute(database.db)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: '22012' });
    const everything = [
      JSON.stringify(error),
      ...Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error as Error, name))),
    ];
    expect(everything.join('\n')).not.toContain(secret);
  });
});
