import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { REMINDER_STATUSES, type ReminderStatus } from '../../src/domain/reminder.ts';
import {
  countOptOuts,
  foldStatistics,
  readStatistics,
  type StatisticsBy,
  type StatisticsPeriod,
} from '../../src/staff/statistics.sql.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const BYS: readonly StatisticsBy[] = ['day', 'template', 'language', 'gateway', 'department'];
const YEAR = { from: '2026-01-01', to: '2026-12-31' };
const DAYS = [
  '2026-09-30',
  '2026-10-01',
  '2026-10-31',
  '2026-11-25',
  '2026-11-26',
  '2026-12-24',
  '2027-01-01',
  '2028-02-29',
] as const;
/** Of whole months, with days before and after them, and within one. */
const PERIODS = [
  YEAR,
  { from: '2026-09-30', to: '2027-01-01' },
  { from: '2026-10-01', to: '2026-11-25' },
  { from: '2026-10-02', to: '2026-11-30' },
  { from: '2026-10-02', to: '2026-11-29' },
  { from: '2026-11-25', to: '2026-12-24' },
  { from: '2026-11-25', to: '2026-11-25' },
  { from: '2026-11-02', to: '2026-11-26' },
  { from: '2027-01-01', to: '2028-02-29' },
];
const NEVER_HANDED_OVER = ['planned', 'cancelled', 'superseded', 'suppressed', 'expired'];
const SEGMENTS_OF = ['accepted', 'delivered', 'undelivered', 'uncertain'];

const sorted = (counts: readonly object[]) => counts.map((count) => JSON.stringify(count)).sort();

/** The same numbers, from the reminders as they are now. */
async function bruteForce(db: Kysely<Database>, by: StatisticsBy, { authorityId, from, to }: StatisticsPeriod) {
  const { rows } = await sql<{ day: string; status: ReminderStatus } & Record<string, string | null>>`
    select due_day::text as day, template, language, gateway, department, status, segments from reminder
    where authority_id = ${authorityId} and due_day between ${from}::date and ${to}::date`.execute(db);
  const sums = new Map<string, { key: string; status: string; reminders: number; segments: number }>();
  for (const row of rows) {
    const status = row.status === 'claimed' ? 'planned' : row.status;
    const gateway = NEVER_HANDED_OVER.includes(status) ? null : row.gateway;
    const key = (by === 'gateway' ? gateway : row[by]) ?? 'none';
    const sum = sums.get(`${key} ${status}`) ?? { key, status, reminders: 0, segments: 0 };
    sum.reminders++;
    if (SEGMENTS_OF.includes(status)) sum.segments += Number(row.segments ?? 0);
    sums.set(`${key} ${status}`, sum);
  }
  return [...sums.values()];
}

async function expectToAgree(db: Kysely<Database>, period: StatisticsPeriod): Promise<void> {
  for (const by of BYS)
    expect(sorted(await readStatistics(db, by, period))).toEqual(sorted(await bruteForce(db, by, period)));
}

const life = fc.array(
  fc.record({
    department: fc.constantFrom(null, 'Kirurgi', 'Medicin'),
    language: fc.constantFrom('da' as const, 'en' as const),
    day: fc.constantFrom(...DAYS),
    steps: fc.array(
      fc.tuple(
        fc.constantFrom(...REMINDER_STATUSES),
        fc.constantFrom('kannel', 'simulator'),
        fc.integer({ min: 1, max: 3 }),
      ),
      {
        maxLength: 5,
      },
    ),
    foldsAfter: fc.boolean(),
  }),
  { maxLength: 8 },
);

describeDatabases('statistics', (open) => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  let rows: StoredRows;
  let number = 0;
  beforeAll(async () => {
    database = await open();
    db = database.db;
    rows = new StoredRows(db, NOW);
  });
  afterAll(() => database.close());

  it('equal a count of the reminders of any period through any life of theirs, folded or not, and outlive them', async () => {
    const property = fc.asyncProperty(life, fc.constantFrom(...PERIODS), async (reminders, days) => {
      const authority = await rows.authority(`life-${++number}`);
      const period = { authorityId: authority, ...days };
      const batch = crypto.randomUUID();
      for (const { department, language, day, steps, foldsAfter } of reminders) {
        const appointment = await rows.appointment(authority, null);
        const id = await rows.reminder(authority, appointment, null, { department, language, due_day: day });
        for (const [status, gateway, segments] of steps) {
          await sql`update reminder set status = ${status}, gateway = ${gateway}, segments = ${segments}, batch_id = ${batch}, updated_at = ${NOW}
            where id = ${id}`.execute(db);
        }
        if (foldsAfter) await foldStatistics(db, 3);
      }
      await expectToAgree(db, period);
      const before = await Promise.all(BYS.map((by) => readStatistics(db, by, period)));
      while ((await foldStatistics(db, 5)) > 0);
      await expectToAgree(db, period);
      await db.deleteFrom('reminder').where('authority_id', '=', authority).execute();
      expect(await Promise.all(BYS.map((by) => readStatistics(db, by, period)))).toEqual(before);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('are those of one authority and of the days asked for, both included', async () => {
    const [mine, other] = [await rows.authority('mine'), await rows.authority('other')];
    for (const authority of [mine, other]) {
      const appointment = await rows.appointment(authority, null);
      for (const due_day of ['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']) {
        await rows.reminder(authority, appointment, null, { due_day });
      }
    }
    const counts = await readStatistics(db, 'day', { authorityId: mine, from: '2026-11-25', to: '2026-11-26' });
    expect(counts).toEqual([
      { key: '2026-11-25', status: 'planned', reminders: 1, segments: 0 },
      { key: '2026-11-26', status: 'planned', reminders: 1, segments: 0 },
    ]);
  });

  it('folding at once in several processes counts everything once', async () => {
    const authority = await rows.authority('folded');
    const appointment = await rows.appointment(authority, null);
    for (let count = 0; count < 30; count++)
      await rows.reminder(authority, appointment, null, { department: `D${count % 7}` });
    const before = await readStatistics(db, 'department', { authorityId: authority, ...YEAR });
    const folding = async () => {
      while ((await foldStatistics(db, 4)) === 4);
    };
    await Promise.all([folding(), folding(), folding(), folding()]);
    expect(await readStatistics(db, 'department', { authorityId: authority, ...YEAR })).toEqual(before);
    expect(before.reduce((sum, { reminders }) => sum + reminders, 0)).toBe(30);
  });

  it('opt-outs count between the moments that they were recorded at, lifted since or not', async () => {
    const authority = await rows.authority('refused');
    const midnights = [
      '2026-11-22T23:00:00Z',
      '2026-11-23T23:00:00Z',
      '2026-11-24T23:00:00Z',
      '2026-11-25T23:00:00Z',
    ].map((at) => new Date(at));
    await rows.optOut(authority, '+4520000001', { recorded_at: new Date('2026-11-23T22:59:59Z') });
    await rows.optOut(authority, '+4520000002', { recorded_at: new Date('2026-11-23T23:00:00Z'), lifted_at: NOW });
    await rows.optOut(authority, '+4520000003', { recorded_at: new Date('2026-11-24T22:59:59Z') });
    await rows.optOut(authority, '+4520000005', { recorded_at: new Date('2026-11-25T23:00:00Z') });
    await rows.optOut(null, '+4520000004', { recorded_at: NOW });
    expect(await countOptOuts(db, authority, midnights)).toEqual([1, 2, 0]);
  });
});
