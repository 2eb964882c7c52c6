import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { listOptOutsOfNumber } from '../../src/staff/find/story.sql.ts';
import { searchOptOuts } from '../../src/staff/opt-outs.ts';
import { describeDatabases } from '../support/database.ts';
import { pagesRead } from '../support/pages-read.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';
const STAFF = { name: 'person:1', seesNumbers: true };
const MANY = 5_000;
/** A walk through all of them reads more than twice as many. */
const MOST_PAGES = 25;

describeDatabases('the opt-outs of a number', (open) => {
  it('are found by an index, lifted ones too, among many of others and many that are forgotten', async () => {
    const database = await open();
    try {
      const { db } = database;
      const rows = new StoredRows(db, NOW);
      await rows.authority('rh');
      const lifted = await rows.optOut('rh', PHONE, { lifted_at: NOW });
      const live = await rows.optOut('rh', PHONE);
      await sql`insert into opt_out (id, authority_id, phone_hash, reason, recorded_by, recorded_at, lifted_at)
        select gen_random_uuid(), 'rh', case n % 3 when 0 then '' else sha256(n::text::bytea) end, 'stop', 'citizen',
          ${NOW}, case when n % 3 < 2 then ${NOW}::timestamptz end
        from generate_series(1, ${MANY}) n`.execute(db);
      await sql`vacuum analyze opt_out`.execute(db);
      const deps = { db, keyring: rows.keyring };
      const found = await searchOptOuts(deps, STAFF, { authorityId: 'rh', phone: PHONE }, NOW);
      expect(found.map(({ id }) => id).sort()).toEqual([lifted, live].sort());
      const phoneHash = rows.keyring.phoneHash(PHONE);
      const works = {
        search: (on: typeof db) => searchOptOuts({ ...deps, db: on }, STAFF, { authorityId: 'rh', phone: PHONE }, NOW),
        story: (on: typeof db) => listOptOutsOfNumber(on, 'rh', phoneHash, 50),
      };
      for (const work of Object.values(works)) expect(await pagesRead(db, work)).toBeLessThan(MOST_PAGES);
    } finally {
      await database.close();
    }
  });
});
