import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import type { MessageStatus } from '../../src/domain/reminder.ts';
import { recoverInstallation } from '../../src/staff/installation.ts';
import { describeDatabases } from '../support/database.ts';
import { type due, HOUR, later, MINUTE, MONDAY, startSending } from '../support/sending.ts';
import { insert } from '../support/stored-rows.ts';

const BACKUP = later(-HOUR);

describeDatabases('after a restore', (open) => {
  it('what may have been sent since the backup is uncertain for good, and everything else is as it was', async () => {
    const database = await open();
    const sending = startSending(database);
    await sending.rows.authority('a', { maxPerNumberPerDay: 100, onUncertain: 'resend' });
    let number = 0;
    const make = async (row: Parameters<typeof due>[3]) =>
      (await sending.due('a', `+45201234${String(++number).padStart(2, '0')}`, row)).reminder;
    const handedOver = async (status: MessageStatus, row: Parameters<typeof due>[3] = {}) => {
      const reminder = { status: 'handed_over', next_at: null, ...row.reminder } as const;
      const id = await make({ ...row, reminder });
      const message = { status, gateway: 'scripted', valid_until: later(HOUR) };
      return {
        id,
        message: await sending.rows.message('a', id, `+45201234${String(number).padStart(2, '0')}`, message),
      };
    };
    const inHand = await handedOver('handing_over');
    const process = { id: newId(MONDAY), name: 'p', version: '1.2.3', started_at: BACKUP, heartbeat_at: BACKUP };
    await insert(database.db, 'process', process);
    const group = { id: newId(MONDAY), process_id: process.id, message_ids: [inHand.message], started_at: BACKUP };
    await insert(database.db, 'hand_over_group', group);
    const made = {
      dueSince: await make({ at: later(-30 * MINUTE) }),
      dueBefore: await make({ at: later(-2 * HOUR) }),
      deadlineSince: await make({ at: later(-50 * MINUTE), reminder: { expires_at: later(-10 * MINUTE) } }),
      waitingForAPause: await make({ at: later(-30 * MINUTE), reminder: { next_at: later(4 * MINUTE) } }),
      toBeRepeated: (await handedOver('uncertain', { reminder: { next_at: later(10 * MINUTE) } })).id,
      toBeTriedAgain: (await handedOver('not_sent', { reminder: { status: 'planned', next_at: later(-MINUTE) } })).id,
      inHand: inHand.id,
      alreadyUncertain: (await handedOver('uncertain')).id,
      deadlineBefore: await make({ at: later(-3 * HOUR), reminder: { expires_at: later(-2 * HOUR) } }),
      dueLater: await make({ at: later(MINUTE) }),
      delivered: (await handedOver('delivered', { at: later(-2 * HOUR) })).id,
      cancelled: await make({ at: later(-2 * HOUR), reminder: { status: 'cancelled', next_at: null } }),
    };
    const deps = { db: database.db, publicUrl: 'https://sms.example.org', refreshBinding: async () => {} };
    const result = await recoverInstallation(deps, 'administrator', BACKUP, MONDAY);
    expect(result).toEqual({ uncertainReminders: 7, uncertainAnswers: 0 });
    const found: Record<string, unknown> = {};
    for (const [name, id] of Object.entries(made)) {
      const { status, reason, next_at } = await sending.reminder(id);
      found[name] = [status, reason, next_at !== null];
    }
    const quarantined = ['uncertain', 'database_restored', false];
    expect(found).toEqual({
      dueSince: quarantined,
      dueBefore: quarantined,
      deadlineSince: quarantined,
      waitingForAPause: quarantined,
      toBeRepeated: quarantined,
      toBeTriedAgain: quarantined,
      inHand: quarantined,
      alreadyUncertain: ['uncertain', null, false],
      deadlineBefore: ['planned', null, true],
      dueLater: ['planned', null, true],
      delivered: ['delivered', null, false],
      cancelled: ['cancelled', null, false],
    });
    expect(await database.db.selectFrom('hand_over_group').select('id').execute()).toEqual([]);
    expect(await database.db.selectFrom('process').select('id').execute()).toEqual([]);
    sending.clock.now = later(20 * MINUTE);
    await sending.dispatcher.drain();
    expect(sending.gateway.sent).toHaveLength(1);
    await database.close();
  });
});
