import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import type { MessageStatus, StoredReminderStatus } from '../../../src/domain/reminder.ts';
import {
  countOptOuts,
  type Dimension,
  foldStatistics,
  readStatistics,
  type StatisticsPeriod,
} from '../../../src/staff/statistics/statistics.sql.ts';
import { describeDatabases } from '../../support/database.ts';
import { useRows } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const BYS: readonly Dimension[] = ['day', 'template', 'language', 'gateway', 'department'];
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
/** What a reminder and its message come to in `steps`: a message is changed only while its reminder stands as handed over. */
const ENDS = ['planned', 'expired', 'suppressed', 'cancelled', 'superseded', 'uncertain'] as const;
const OUTCOMES = ['handing_over', 'not_sent', 'accepted', 'delivered', 'undelivered', 'rejected', 'uncertain'] as const;
const isEnd = (step: string): step is (typeof ENDS)[number] => (ENDS as readonly string[]).includes(step);

const sorted = (counts: readonly object[]) => counts.map((count) => JSON.stringify(count)).sort();

/** The same numbers, from the reminders and messages as they are now. */
async function bruteForce(db: Kysely<Database>, by: Dimension, { authorityId, from, to }: StatisticsPeriod) {
  const { rows } = await sql<{ status: string; segments: number } & Record<Dimension, string>>`
    select r.due_day::text as day, r.template, r.language, coalesce(r.department, 'none') as department, x.status,
      coalesce(x.gateway, 'none') as gateway, coalesce(x.segments, 0) as segments
    from reminder r left join message m on m.reminder_id = r.id and r.status = 'handed_over'
    cross join lateral (
      select m.status, m.gateway, case when m.status <> 'rejected' then m.segments end
      where m.status not in ('handing_over', 'not_sent')
      union all select case r.status when 'handed_over' then 'planned' else r.status end, null, null
      where m.id is null or m.status in ('handing_over', 'not_sent')) x (status, gateway, segments)
    where r.authority_id = ${authorityId} and r.due_day between ${from}::date and ${to}::date`.execute(db);
  const sums = new Map<string, { key: string; status: string; reminders: number; segments: number }>();
  for (const row of rows) {
    const name = `${row[by]} ${row.status}`;
    const sum = sums.get(name) ?? { key: row[by], status: row.status, reminders: 0, segments: 0 };
    sum.reminders++;
    sum.segments += Number(row.segments);
    sums.set(name, sum);
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
        fc.constantFrom(...ENDS, ...OUTCOMES, ...OUTCOMES),
        fc.constantFrom('kannel', 'simulator'),
        fc.integer({ min: 1, max: 3 }),
      ),
      {
        maxLength: 7,
      },
    ),
    foldsAfter: fc.boolean(),
  }),
  { maxLength: 8 },
);

describeDatabases('statistics', (open) => {
  let number = 0;
  const { db, rows } = useRows(open, NOW);

  /** A reminder and its message, as they are by now. */
  interface Life {
    readonly authority: string;
    readonly id: string;
    readonly counted: { department: string | null; language: 'da' | 'en'; due_day: string };
    reminder: StoredReminderStatus;
    message: { readonly id: string; status: MessageStatus } | null;
  }

  /** Brings a reminder to an end of its own, unless it has left, or its message to an outcome, unless it has ended. */
  async function change(
    life: Life,
    step: (typeof ENDS)[number] | (typeof OUTCOMES)[number],
    gateway: string,
    segments: number,
  ): Promise<void> {
    const set = async (status: StoredReminderStatus) => {
      await update(db, 'reminder', { id: life.id }, { status, next_at: null, updated_at: NOW });
      life.reminder = status;
    };
    const ended = life.reminder !== 'planned' && life.reminder !== 'handed_over';
    if (isEnd(step)) {
      if (step === 'uncertain' && life.reminder !== 'planned') return;
      if (!life.message || life.message.status === 'not_sent') await set(step);
    } else if (!ended) {
      if (life.reminder === 'planned') await set('handed_over');
      if (!life.message) {
        const row = { ...life.counted, gateway, segments, status: step };
        life.message = { id: await rows.message(life.authority, life.id, '+4520123456', row), status: step };
        return;
      }
      const tried = step === 'handing_over' ? { segments } : {};
      const changed = { status: step, ...tried, updated_at: NOW };
      await update(db, 'message', { id: life.message.id }, changed);
      life.message.status = step;
    }
  }

  it('equal a count of the reminders of any period through any life of theirs, folded or not, and outlive them', async () => {
    const property = fc.asyncProperty(life, fc.constantFrom(...PERIODS), async (reminders, days) => {
      const authority = await rows.authority(`life-${++number}`);
      const period = { authorityId: authority, ...days };
      for (const { department, language, day, steps, foldsAfter } of reminders) {
        const appointment = await rows.appointment(authority, null);
        const id = await rows.reminder(authority, appointment, { department, language, due_day: day });
        const counted = { department, language, due_day: day };
        const one: Life = { authority, id, counted, reminder: 'planned', message: null };
        for (const [step, gateway, segments] of steps) await change(one, step, gateway, segments);
        if (foldsAfter) await foldStatistics(db, 3);
      }
      await expectToAgree(db, period);
      const before = await Promise.all(BYS.map((by) => readStatistics(db, by, period)));
      while ((await foldStatistics(db, 5)) > 0);
      await expectToAgree(db, period);
      await db.deleteFrom('message').where('authority_id', '=', authority).execute();
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
        await rows.reminder(authority, appointment, { due_day });
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
      await rows.reminder(authority, appointment, { department: `D${count % 7}` });
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
