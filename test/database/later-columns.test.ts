import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { applyReceipts } from '../../src/receipts/receipts.sql.ts';
import { foldStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { MONDAY, PHONE, startSending } from '../support/sending.ts';

const database = useOpened(() => openTestDatabase('postgres'), { each: true });

it('columns that a later migration adds to every table stop nothing that processes of this version do', async () => {
  const { db } = database;
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`.execute(db);
  expect(tables.length).toBeGreaterThan(45);
  for (const { name } of tables)
    await sql`alter table ${sql.table(name)} add column added_later text not null default ''`.execute(db);

  const sending = startSending(database);
  await sending.rows.authority('rh');
  const event = { reference: 'A-1', phone: PHONE, start: new Date('2026-12-08T08:00:00Z') };
  expect(await sending.post('rh', event)).toMatchObject({ result: 'accepted' });
  const moved = { ...event, start: new Date('2026-12-09T08:00:00Z') };
  expect(await sending.post('rh', moved)).toMatchObject({ result: 'accepted' });
  const [first] = await db
    .selectFrom('reminder')
    .select(['id', 'next_at'])
    .where('status', '=', 'planned')
    .orderBy('next_at')
    .execute();
  sending.clock.now = first?.next_at ?? MONDAY;
  await sending.drain();
  const [message] = await sending.messagesOf(first?.id ?? '');
  const receipt = { id: newId(MONDAY), callbackId: null, messageId: message?.id ?? '', state: 'delivered' } as const;
  const none = { cause: null, code: null, at: null, gatewayMessageId: null, segments: null };
  // What is folded is counted in the sums by triggers, once as it comes, and once as it changes.
  await foldStatistics(db, 1_000);
  await db.transaction().execute((trx) => applyReceipts(trx, [{ ...receipt, ...none }], sending.clock.now));
  await foldStatistics(db, 1_000);

  expect(await sending.reminder(first?.id ?? '')).toMatchObject({ status: 'delivered' });
  const { rows: sums } = await sql<{ status: string; reminders: number }>`
    select status, sum(reminders)::int as reminders from statistics_sum where dimension = 'day' and reminders <> 0
    group by status order by status`.execute(db);
  const { rows: days } = await sql<{ status: string; reminders: number }>`
    select status, sum(reminders)::int as reminders from statistics_day group by status
    having sum(reminders) <> 0 order by status`.execute(db);
  expect(sums).toEqual(days);
  expect(sums).toContainEqual({ status: 'delivered', reminders: 1 });
});
