import { afterAll, beforeAll, expect, it } from 'vitest';
import { settleReply } from '../../src/staff/replies.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import {
  drainAndSettle,
  due,
  later,
  MONDAY,
  PHONE,
  postEvent,
  reminderNow,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';

const OTHER = '+4520999999';
const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const HELD = { status: 'planned', held_reason: 'reply_needs_a_person' };

describeDatabases('a reply that a person must read', (open) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeAll(async () => {
    database = await open();
    sending = startSending(database);
    for (const id of ['asked', 'elsewhere']) await sending.rows.authority(id, { maxPerNumberPerDay: 100 });
  });
  afterAll(() => database.close());

  const of = (reminder: string) => reminderNow(sending, reminder);
  const changeNumber = (reference: string, phone: string) => {
    sending.clock.now = later(SECOND, sending.clock.now);
    return postEvent(sending.deps, 'asked', { reference, phone, start: new Date('2026-12-01T08:00:00Z') });
  };

  it('holds what goes to its number at that time, in its authority, whatever number an appointment had before', async () => {
    const [kept, second] = [await due(sending, 'asked'), await due(sending, 'asked')];
    const [leaves, comes] = [await due(sending, 'asked'), await due(sending, 'asked', OTHER)];
    const elsewhere = await due(sending, 'elsewhere');
    await changeNumber(comes.reference, PHONE);
    const reply = await sending.rows.reply(['asked'], PHONE);

    await drainAndSettle(sending);
    for (const { reminder } of [kept, second, leaves, comes]) expect(await of(reminder)).toMatchObject(HELD);
    expect(await of(elsewhere.reminder)).toMatchObject({ status: 'accepted' });

    await changeNumber(leaves.reference, OTHER);
    expect(await of(leaves.reminder)).toMatchObject({ status: 'planned', held_reason: null, next_at: MONDAY });
    await drainAndSettle(sending);
    expect(await of(leaves.reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent.map(({ to }) => to).sort()).toEqual([PHONE, OTHER].sort());

    const request = { authorityId: 'asked', id: reply, action: 'ignore' } as const;
    await settleReply(sending.deps, STAFF, request, later(SECOND, sending.clock.now));
    for (const { reminder } of [kept, second, comes])
      expect(await of(reminder)).toMatchObject({ status: 'planned', held_reason: null, next_at: MONDAY });
    await drainAndSettle(sending);
    for (const { reminder } of [kept, second, comes]) expect(await of(reminder)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.textsTo(OTHER)).toHaveLength(1);
    expect(sending.gateway.textsTo(PHONE)).toHaveLength(4);
  });

  it('holds what comes to have its number later', async () => {
    const { reminder, reference } = await due(sending, 'asked', OTHER);
    const reply = await sending.rows.reply(['asked'], PHONE);
    await changeNumber(reference, PHONE);
    await drainAndSettle(sending);
    expect(await of(reminder)).toMatchObject(HELD);
    const request = { authorityId: 'asked', id: reply, action: 'opt_out' } as const;
    await settleReply(sending.deps, STAFF, request, later(SECOND, sending.clock.now));
    expect(await of(reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out', held_reason: null });
  });
});
