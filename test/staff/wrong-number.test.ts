import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../support/app.ts';
import { findHashes } from '../support/canaries.ts';
import { ScriptedGateway } from '../support/gateway.ts';

const STRANGER = '+4520123456';
const RIGHT = '+4520654321';

let test: TestApp;
let token: string;

beforeEach(async () => {
  test = await openTestApp('embedded', { gateways: [new ScriptedGateway()] });
  await test.makeAuthority('rh');
  ({ token } = await test.makeSource('rh', 'epj'));
});
afterEach(() => test.close());

const book = (phone: string, more: Record<string, unknown> = {}) =>
  test.json<{ result: string; reminders: number }>(202, '/v1/webhooks/epj', {
    token,
    body: {
      type: 'appointment.booked',
      data: { id: 'A-1', start: '2026-12-03T09:00:00+01:00', patient: { phone }, ...more },
    },
  });
const reminders = async () => {
  const { reminders: seen } = await test.json<{
    reminders: { rule: string; status: string; reason: string | null; heldReason: string | null }[];
  }>(200, '/v1/authorities/rh/appointments/epj/A-1');
  return seen.map(({ rule, status, reason, heldReason }) => [rule, status, reason, heldReason]);
};
const says = async (text: string) => {
  const query = new URLSearchParams({ token: 'test-token', from: STRANGER, text });
  expect((await test.request(`/v1/callbacks/scripted/inbound?${query}`)).status).toBe(200);
};
const settle = async (action: string) => {
  const { items } = await test.json<{ items: { id: string }[] }>(200, '/v1/authorities/rh/inbound?needsPerson=true');
  await test.json(200, `/v1/authorities/rh/inbound/${items[0]?.id}/settle`, { body: { action } });
};

it('a reply that says "wrong number" releases the reminders as soon as the booking system sends the right one', async () => {
  await book(STRANGER);
  await says('Forkert nummer');
  expect(await reminders()).toMatchObject([
    ['three-days-before', 'planned', null, 'reply_needs_a_person'],
    ['day-before', 'planned', null, 'reply_needs_a_person'],
  ]);
  expect(await book(RIGHT)).toMatchObject({ result: 'accepted', reminders: 2 });
  await settle('wrong_number');
  expect(await reminders()).toMatchObject([
    ['three-days-before', 'planned', null, null],
    ['day-before', 'planned', null, null],
  ]);
  const due = await test.db.selectFrom('reminder').select(['due_at', 'next_at']).execute();
  for (const { due_at, next_at } of due) expect(next_at).toEqual(due_at);
});

it.each([false, true])(
  'a number that staff marked as wrong is not restored (its citizen erased: %s)',
  async (erased) => {
    await book(STRANGER);
    await says('Forkert nummer');
    await settle('wrong_number');
    if (erased) {
      await test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: STRANGER } });
      expect(await findHashes(test.db, [test.deps.keyring.phoneHash(STRANGER)])).toEqual([]);
    }
    expect(await book(STRANGER, { location: { text: 'Opgang 5' } })).toMatchObject({
      result: 'accepted',
      reminders: 0,
    });
    expect(await reminders()).toMatchObject([
      ['three-days-before', 'suppressed', 'invalid_number', null],
      ['day-before', 'suppressed', 'invalid_number', null],
    ]);
    expect(await book(RIGHT)).toMatchObject({ result: 'accepted', reminders: 2 });
  },
);
