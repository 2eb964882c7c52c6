import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { newId } from '../../src/domain/ids.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { holdByNumber } from '../../src/store/replies.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { ACCEPTED, RETRY } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, PHONE, postEvent, type Sending, startSending } from '../support/sending.ts';

const OTHER = '+4520123457';

let second: Awaited<ReturnType<typeof openDatabase>>;
let sending: Sending;

const database = useOpened(() => openTestDatabase('postgres'), { each: true });
beforeEach(async () => {
  second = await openDatabase({ databaseUrl: database.url });
  sending = startSending(database, { concurrency: 2 });
  await sending.rows.authority('rh', { onUncertain: 'resend' });
});
afterEach(async () => {
  await second.close();
});

/** A hand-over with an unknown outcome that is to be repeated now. @returns its reminder's id */
async function repeat(reference = 'A-1'): Promise<string> {
  const appointment = { reference };
  const { reminder } = await sending.due('rh', PHONE, { appointment, reminder: { status: 'handed_over' } });
  await sending.rows.message('rh', reminder, PHONE, { gateway: 'scripted', status: 'uncertain', accepted_at: null });
  return reminder;
}

const CHANGES: [string, (deps: Sending['deps']) => Promise<unknown>][] = [
  ['a cancellation', (deps) => postEvent(deps, 'rh', { reference: 'A-1', status: 'cancelled' })],
  ['a move', (deps) => postEvent(deps, 'rh', { reference: 'A-1', start: new Date('2026-12-08T08:00:00Z') })],
  ['a new number', (deps) => postEvent(deps, 'rh', { reference: 'A-1', phone: '+4520123458' })],
  ['a death', (deps) => postEvent(deps, 'rh', { reference: 'A-1', deceased: true })],
  ['a type without SMS', (deps) => postEvent(deps, 'rh', { reference: 'A-1', kind: 'none' })],
  [
    'a STOP',
    (deps) => recordOptOut(deps, { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY),
  ],
  [
    'a reply that holds',
    async (deps) => {
      await sending.rows.reply(['rh'], PHONE);
      await holdByNumber(deps.db, ['rh'], deps.keyring.phoneHash(PHONE), MONDAY);
    },
  ],
  ['an erasure', (deps) => eraseCitizen(deps, { authorityId: 'rh', phone: PHONE, actor: 'test' }, MONDAY)],
];

it.each(CHANGES)(
  '%s that is answered while the start of a repetition waits for a lock keeps it from being sent to that number',
  async (_, change) => {
    // By its id it is locked before the other one.
    const before = newId(later(-24 * HOUR));
    await sending.due('rh', OTHER, { reminder: { id: before } });
    const reminder = await repeat();
    // Locked without a change: the start goes on with what it had read before it waited.
    const locking = await inOpenTransaction(second.db, (trx) =>
      trx.selectFrom('reminder').select('id').where('id', '=', before).forUpdate().execute(),
    );
    const draining = sending.dispatcher.drain();
    await waitingForLock(database.db);
    await change({ ...sending.deps, db: second.db });
    await locking.commit();
    await draining;
    await sending.drain();
    expect(sending.gateway.sent.filter(({ to }) => to === PHONE)).toEqual([]);
    expect(sending.gateway.sent.map(({ to }) => to)).toContain(OTHER);
    expect((await sending.reminder(reminder)).status).toMatch(/^(uncertain|accepted)$/);
    expect(await sending.messagesOf(reminder)).toHaveLength(1);
  },
);

it('a repetition whose number a reply holds goes once the reply is settled', async () => {
  const reminder = await repeat();
  await sending.rows.reply(['rh'], PHONE);
  await holdByNumber(sending.db, ['rh'], sending.deps.keyring.phoneHash(PHONE), MONDAY);
  await sending.drain();
  expect(sending.gateway.sent).toEqual([]);
  await sending.db.updateTable('inbound_authority').set({ settled_at: MONDAY, settled_by: 'test' }).execute();
  sending.clock.now = later(MINUTE);
  await sending.drain();
  expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted', next_at: null });
  expect(sending.gateway.sent).toHaveLength(1);
});

it.each([
  ['a death', { deceased: true }, { status: 'cancelled', reason: 'deceased' }],
  ['a type without SMS', { kind: 'none' }, { status: 'suppressed', reason: 'no_sms' }],
] as const)(
  '%s that comes while a reminder is handed over keeps it from being tried again where the gateway did not take it',
  async (_, change, ended) => {
    sending.gateway.script((_to, nth) => (nth === 1 ? RETRY : ACCEPTED));
    sending.gateway.hold();
    const { reminder, reference } = await sending.due('rh', PHONE);
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    await sending.post('rh', { reference, ...change });
    sending.gateway.release();
    await draining;
    await sending.drain();
    sending.clock.now = later(10 * MINUTE);
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject(ended);
    expect(sending.gateway.sent).toHaveLength(1);
  },
);

it.each([
  ['department', { departments: ['Øjne'], kinds: [] }],
  ['kind', { departments: [], kinds: ['visit'] }],
] as const)('a reminder that was planned before its %s got none any more does not go', async (_, withoutReminders) => {
  const { reminder } = await sending.due('rh', PHONE, { appointment: { department: 'Øjne' } });
  await sending.changeSettings('rh', { withoutReminders });
  await sending.drain();
  expect(await sending.reminder(reminder)).toMatchObject({ status: 'suppressed', reason: 'no_sms' });
  expect(sending.gateway.sent).toHaveLength(0);
});

it('a repetition counts once against the daily limit of its number, and before what has not gone yet', async () => {
  const limit = (most: number) => sending.db.updateTable('authority').set({ max_per_number_per_day: most }).execute();
  const sent = async (...ids: string[]) => {
    await sending.drain();
    return Promise.all(ids.map(async (id) => (await sending.reminder(id)).reason ?? 'went'));
  };
  await limit(2);
  const repeated = await repeat();
  const behind = [later(MINUTE), later(2 * MINUTE)].map((at) => sending.due('rh', PHONE, { at }));
  const [next, last] = (await Promise.all(behind)).map(({ reminder }) => reminder) as [string, string];
  sending.clock.now = later(2 * MINUTE);
  expect(await sent(repeated, next, last)).toEqual(['went', 'went', 'too_many_today']);
  expect(sending.gateway.sent).toHaveLength(2);

  await sending.db.deleteFrom('message').execute();
  await limit(1);
  const before = (await sending.due('rh', PHONE, { at: later(-HOUR) })).reminder;
  const again = await repeat('A-2');
  expect(await sent(before, again)).toEqual(['too_many_today', 'went']);
  expect(sending.gateway.sent).toHaveLength(3);
});
