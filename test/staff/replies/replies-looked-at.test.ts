import { type Kysely, sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { Reader } from '../../../src/accounts/phone-access.ts';
import type { Database } from '../../../src/database/tables.ts';
import { type InboundPlace, readReplies } from '../../../src/staff/replies/replies.ts';
import { describeDatabases } from '../../support/database.ts';
import { pagesRead } from '../../support/pages-read.ts';
import { useRows } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const VIEWER: Reader = { name: 'key:esk_1 Statistics', seesNumbers: false };
const MANY = 4_500;
/** Each of 2,000 replies takes a few pages, in departments about ten. */
const MOST_PAGES = { all: 10_000, department: 30_000 };

describeDatabases('few replies among thousands', (open) => {
  const { db, rows } = useRows(open, NOW);
  beforeAll(async () => {
    // Pages that tests before this one have left in the indexes would be planned for.
    await sql`truncate appointment, inbound_message cascade`.execute(db);
    await rows.authority('rh');
    const of = async (department: string) => {
      const id = await rows.appointment('rh', '+4520123456');
      await update(db, 'appointment', { id }, { department });
      return id;
    };
    const [large, small] = [await of('Stor'), await of('Lille')];
    // Confirmations of a large department, the newest first; every 700th asks for help and is of a small one.
    const id = sql`('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
    await sql`insert into inbound_message (id, gateway, phone_hash, meaning, scope, received_at)
      select ${id}, 'simulator', sha256(n::text::bytea), case n % 700 when 0 then 'help' else 'confirm' end, 'authority',
        ${NOW}::timestamptz from generate_series(1, ${MANY}::int) n`.execute(db);
    await sql`insert into inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds)
      select id, 'rh', phone_hash, false, false from inbound_message`.execute(db);
    await sql`insert into inbound_appointment (
        inbound_id, authority_id, appointment_id, slot, phone_hash, subject, holds, had_number)
      select id, 'rh', case meaning when 'help' then ${small}::uuid else ${large}::uuid end, 0, phone_hash, true, false, true
      from inbound_message`.execute(db);
    for (const table of ['inbound_message', 'inbound_authority', 'inbound_appointment'])
      await sql`vacuum analyze ${sql.table(table)}`.execute(db);
  });

  const read = (on: Kysely<Database>, reader: Reader, filter: Partial<Parameters<typeof readReplies>[3]>) =>
    readReplies({ db: on, keyring: rows.keyring }, reader, 'rh', { limit: 2, ...filter }, NOW);

  /** Every part of the list, from the first. */
  async function parts(reader: Reader, filter: Partial<Parameters<typeof readReplies>[3]>): Promise<string[][]> {
    const all: string[][] = [];
    let before: InboundPlace | null = null;
    do {
      const { replies, next } = await read(db, reader, { ...filter, before });
      all.push(replies.map(({ id }) => id));
      before = next;
    } while (before !== null);
    return all;
  }

  const AUTOMATIC = { needsPerson: false, settled: false } as const;
  it.each([
    ['of a meaning', VIEWER, { ...AUTOMATIC, meaning: 'help' }, MOST_PAGES.all],
    ['of a small department', { ...VIEWER, departments: ['Lille'] }, AUTOMATIC, MOST_PAGES.department],
  ] as const)(
    '%s are each listed once, from page to page, however few a page finds',
    async (_name, reader, filter, most) => {
      const asked = await sql<{ id: string }>`
      select id from inbound_message where meaning = 'help' order by id desc`.execute(db);
      const listed = await parts(reader, filter);
      expect(listed.flat()).toEqual(asked.rows.map(({ id }) => id));
      expect(listed.length).toBeLessThan(8);
      expect(await pagesRead(db, (on) => read(on, reader, { ...filter, limit: 25 }))).toBeLessThan(most);
    },
  );

  it('a page stops looking for what is not there, and leads on; a list that cannot have any asks no database', async () => {
    const none = { settled: true, meaning: 'help', limit: 25 } as const;
    const { replies, next } = await read(db, VIEWER, none);
    expect(replies).toEqual([]);
    expect(next).not.toBeNull();
    expect(await pagesRead(db, (on) => read(on, VIEWER, none))).toBeLessThan(MOST_PAGES.all);
    expect(await parts(VIEWER, none)).toEqual([[], [], []]);
    for (const meaning of ['cancel', 'maybe_stop', 'wrong_number'] as const)
      expect(await pagesRead(db, (on) => read(on, VIEWER, { ...AUTOMATIC, meaning }))).toBe(0);
  });
});
