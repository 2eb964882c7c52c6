import { type Kysely, sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { LOCK_KEYS, ONLY_LOCK } from '../../../src/database/lock-keys.ts';
import type { Database } from '../../../src/database/tables.ts';
import type { ReminderStatus } from '../../../src/domain/reminder.ts';
import { type Dimension, foldStatistics, readStatistics } from '../../../src/staff/statistics/statistics.sql.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../../support/contention.ts';
import { describeDatabases, openTestDatabase } from '../../support/database.ts';
import { useOpened } from '../../support/scenario.ts';
import { insert } from '../../support/stored-rows.ts';

const BYS: readonly Dimension[] = ['day', 'template', 'language', 'gateway', 'department'];
const PERIOD = { authorityId: 'rh', from: '2026-10-15', to: '2027-01-15' };

/** What statements would have appended: so many reminders of one day, department and status. */
async function append(
  db: Kysely<Database>,
  day: string,
  department: string,
  reminders = 1,
  status: ReminderStatus = 'delivered',
): Promise<void> {
  const route = { gateway: 'kannel', country: 'DK', reason: 'none' };
  const same = { authority_id: 'rh', template: 'reminder', language: 'da', ...route };
  await insert(db, 'statistics_delta', { ...same, status, day, department, reminders, segments: 2 * reminders });
}

const pages = (db: Kysely<Database>) => Promise.all(BYS.map((by) => readStatistics(db, by, PERIOD)));

/** The rows of the sums, and those that the days add up to. */
async function sums(db: Kysely<Database>): Promise<{ kept: unknown[]; added: unknown[] }> {
  const kept =
    await sql`select dimension, span, begins::text, key, status, reminders, segments from statistics_sum order by 1, 2, 3, 4, 5`.execute(
      db,
    );
  const added = await sql`
    select dimension, span, (case span when 'day' then day else day - extract(day from day)::int + 1 end)::text as begins,
      case dimension when 'day' then day::text when 'template' then template when 'language' then language when 'gateway' then gateway
        when 'route' then gateway || ' ' || country else department end as key, status, sum(reminders)::int8 as reminders, sum(segments)::int8 as segments
    from statistics_day, unnest(array['day', 'template', 'language', 'gateway', 'department', 'route']) dimension, unnest(array['day', 'month']) span
    where (dimension <> 'day' or span = 'day') and (dimension <> 'route' or gateway <> 'none')
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`.execute(db);
  return { kept: kept.rows, added: added.rows };
}

async function expectSumsOfDays(db: Kysely<Database>): Promise<void> {
  const { kept, added } = await sums(db);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept).toEqual(added);
}

describeDatabases('the sums of the statistics', (open) => {
  const database = useOpened(open, { each: true });

  it('equal those of the days, however they were folded', async () => {
    const { db } = database;
    for (const [nth, day] of [
      '2026-10-31',
      '2026-11-01',
      '2026-11-30',
      '2026-12-01',
      '2026-11-01',
      '2026-10-31',
    ].entries()) {
      await append(db, day, `D${nth % 3}`, nth + 1);
      await append(db, day, 'D1', -1);
      const before = await pages(db);
      await foldStatistics(db, 1 + (nth % 3));
      expect(await pages(db)).toEqual(before);
    }
    while ((await foldStatistics(db, 2)) > 0);
    await expectSumsOfDays(db);
  });
});

describe('folding', () => {
  const database = useOpened(() => openTestDatabase('postgres'), { each: true });
  let db: Kysely<Database>;
  beforeEach(async () => {
    db = database.db;
  });

  /** The lock that folds take between the days and the sums. */
  const holdSums = () =>
    inOpenTransaction(db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.statisticsSums}::int, ${ONLY_LOCK}::int)`.execute(trx),
    );

  it('killed between the days and the sums, loses nothing and counts nothing twice', async () => {
    for (const day of ['2026-10-31', '2026-11-01']) await append(db, day, 'Kirurgi');
    await foldStatistics(db, 10);
    for (const day of ['2026-11-01', '2026-11-02']) await append(db, day, 'Kirurgi');
    const before = await pages(db);
    const held = await holdSums();
    const killed = foldStatistics(db, 10).catch((error: Error) => error);
    await waitingForLock(db);
    expect(await pages(db)).toEqual(before);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    );
    expect(await killed).toBeInstanceOf(Error);
    await held.commit();
    expect(await pages(db)).toEqual(before);
    expect(await foldStatistics(db, 10)).toBe(2);
    expect(await pages(db)).toEqual(before);
    await expectSumsOfDays(db);
  });

  it('in two processes, each of which adds to what the other one has begun, does not end in a deadlock', async () => {
    const halves = [
      ['delivered', 'undelivered', 'Øre'],
      ['undelivered', 'delivered', 'Øje'],
    ] as const;
    for (const [mine, , department] of halves) {
      await append(db, '2026-11-03', 'Kirurgi', 1, mine);
      await append(db, '2026-11-05', department, 1, mine);
    }
    await foldStatistics(db, 10);
    // Each waits for a row that it is to update; by then both hold rows that the other one adds to by its insert.
    const held = await inOpenTransaction(db, (trx) =>
      sql`select from statistics_sum where key in ('Øre', 'Øje') for update`.execute(trx),
    );
    const before = await deadlocks(db);
    const folds: Promise<number>[] = [];
    for (const [mine, others, department] of halves) {
      await append(db, '2026-11-03', 'Kirurgi', 1, mine);
      await append(db, '2026-11-05', department, 1, mine);
      await append(db, '2026-11-03', `Ny ${department}`, 1, others);
      folds.push(foldStatistics(db, 10));
      await waitingForLock(db, folds.length);
    }
    await held.commit();
    expect(await Promise.all(folds)).toEqual([3, 3]);
    expect(await deadlocks(db)).toBe(before);
    await expectSumsOfDays(db);
  });
});
