import { beforeAll, describe, expect, it } from 'vitest';
import { foldStatistics, readStatistics, readStatisticsOf } from '../../../src/staff/statistics/statistics.sql.ts';
import { openTestDatabase } from '../../support/database.ts';
import { useRows } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PERIOD = { authorityId: 'rh', from: '2026-11-01', to: '2026-12-31' };

describe('statistics by reason', () => {
  const { database, rows } = useRows(openTestDatabase, NOW);
  beforeAll(async () => {
    await rows.authority('rh');
  });

  const counted = async () => {
    const counts = await readStatistics(database.db, 'reason', PERIOD);
    return counts.map(({ key, status, reminders }) => `${key} ${status} ${reminders}`).sort();
  };

  it('follow a reminder from one reason to the next, before and after they are folded', async () => {
    const { db } = database;
    const appointment = await rows.appointment('rh', '+4520123456');
    const of = { department: 'Øre' };
    const first = await rows.reminder('rh', appointment, { ...of, status: 'suppressed', reason: 'opted_out' });
    const second = await rows.reminder('rh', appointment, { ...of, status: 'handed_over' });
    await rows.message('rh', second, '+4520123456', of);
    expect(await counted()).toEqual(['opted_out suppressed 1']);
    await db.updateTable('message').set({ status: 'undelivered', reason: 'handset' }).execute();
    await update(db, 'reminder', { id: first }, { status: 'planned', reason: null });
    expect(await counted()).toEqual(['handset undelivered 1']);
    await foldStatistics(db, 1_000);
    expect(await counted()).toEqual(['handset undelivered 1']);
    await update(db, 'reminder', { id: first }, { status: 'expired', reason: 'too_late', next_at: null });
    await db.updateTable('message').set({ status: 'delivered', reason: null }).execute();
    expect(await counted()).toEqual(['too_late expired 1']);
    await foldStatistics(db, 1_000);
    expect(await counted()).toEqual(['too_late expired 1']);
    const ofDepartment = await readStatisticsOf(db, 'reason', PERIOD, ['Øre']);
    expect(ofDepartment).toEqual([{ key: 'too_late', status: 'expired', reminders: 1, segments: 0 }]);
  });
});
