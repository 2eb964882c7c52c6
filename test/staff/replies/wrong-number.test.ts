import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../../src/dispatch/gateways/gateway-caller.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { findHashes } from '../../support/canaries.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { PageClient } from '../../support/pages.ts';

const STRANGER = '+4520123456';
const ANOTHER = '+4520222222';
const RIGHT = '+4520654321';

let test: TestApp;
let token: string;
let gateway: ScriptedGateway;

beforeEach(async () => {
  gateway = new ScriptedGateway();
  test = await openTestApp('embedded', { gateways: [gateway] });
  await test.makeAuthority('rh');
  ({ token } = await test.makeSource('rh', 'epj'));
});
afterEach(() => test.close());

const book = (phone: string | null, more: Record<string, unknown> = {}) =>
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
const says = async (text: string, from = STRANGER) => {
  const query = new URLSearchParams({ token: 'test-token', from, text });
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
    const found = await book(STRANGER, { location: { text: 'Opgang 5' } });
    expect(found).toMatchObject({ result: 'accepted', reminders: 0 });
    expect(await reminders()).toMatchObject([
      ['three-days-before', 'suppressed', 'invalid_number', null],
      ['day-before', 'suppressed', 'invalid_number', null],
    ]);
    expect(await book(RIGHT)).toMatchObject({ result: 'accepted', reminders: 2 });
  },
);

describe('the erasure of a stranger, whom a reminder of somebody else’s appointment reached', () => {
  const PLACE = { kind: 'home', location: { text: 'Kanariefuglvej 12' }, department: 'Ambulatoriet' };
  const patientOf = (phone: string | null) => ({ patient: { id: 'P-1', phone } });
  /** Hands over what is due three days before, and has the gateway say that it arrived. */
  async function remind(): Promise<void> {
    test.clock.now = new Date('2026-11-30T09:00:00Z');
    const dispatcher = new Dispatcher(test.deps, new GatewayCaller(gateway, test.deps));
    await dispatcher.drain();
    await dispatcher.stop();
    expect(gateway.sent).toMatchObject([{ to: STRANGER }]);
    const { path, query } = gateway.receipt(gateway.sent[0]?.reference ?? '', 'delivered');
    await test.request(`${path}?${new URLSearchParams(query)}`, { token: null });
    await test.deps.receipts.idle();
  }
  /** The stranger's erasure leaves nothing of them, and the appointment to be phoned about, and to get its number. */
  async function expectErased(): Promise<void> {
    await test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: STRANGER } });
    expect(await findHashes(test.db, [test.deps.keyring.phoneHash(STRANGER)])).toEqual([]);
    const row = () => test.db.selectFrom('appointment').selectAll().executeTakeFirstOrThrow();
    expect(await row()).toMatchObject({ erased_at: null, status: 'booked', patient_key: null, place_ciphertext: null });
    expect((await row()).department).toBeNull();
    test.clock.now = new Date('2026-12-02T07:00:00Z');
    const staff = new PageClient(test);
    await staff.post('/admin/sign-in', { token: test.adminToken });
    expect(await staff.text('/admin?authority=rh')).toMatch(/id="soon".*>A-1</s);
    expect(await book(RIGHT, { location: { text: 'Opgang 5' } })).toMatchObject({ result: 'accepted', reminders: 1 });
    expect((await row()).phone_hash).toEqual(test.deps.keyring.phoneHash(RIGHT));
    expect(await reminders()).toContainEqual(['day-before', 'planned', null, null]);
  }

  it.each([false, true])('goes on where the booking system cleared the number (after a reply: %s)', async (replied) => {
    await book(STRANGER, { ...PLACE, ...patientOf(STRANGER) });
    await remind();
    if (replied) await says('Forkert nummer');
    await book(null, patientOf(null));
    if (replied) await settle('wrong_number');
    await expectErased();
  });

  it('goes on where another number was wrong for it since, which does not come back either', async () => {
    await book(STRANGER, { ...PLACE, ...patientOf(STRANGER) });
    await remind();
    await book(ANOTHER, patientOf(ANOTHER));
    await says('Forkert nummer', ANOTHER);
    await settle('wrong_number');
    const { wrong_phone_hash: kept } = await test.db
      .selectFrom('appointment')
      .select('wrong_phone_hash')
      .executeTakeFirstOrThrow();
    expect(kept).toEqual(test.deps.keyring.phoneHash(ANOTHER));
    await expectErased();
    await book(ANOTHER, patientOf(ANOTHER));
    expect(await test.db.selectFrom('appointment').select('phone_hash').execute()).toEqual([{ phone_hash: null }]);
  });

  it('gives it back to nobody: not to the stranger', async () => {
    await book(STRANGER, patientOf(STRANGER));
    await remind();
    await book(null, patientOf(null));
    await test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: STRANGER } });
    await book(STRANGER, patientOf(STRANGER));
    expect(await findHashes(test.db, [test.deps.keyring.phoneHash(STRANGER)])).toEqual([]);
  });
});

it('a number that is somebody else’s is kept for no first appointment either', async () => {
  const said = { resourceType: 'Patient', id: 'p', telecom: [{ system: 'phone', value: STRANGER }] };
  const headers = { 'Content-Type': 'application/fhir+json' };
  expect((await test.request('/v1/fhir/epj', { token, body: said, headers })).status).toBe(200);
  await book(STRANGER);
  await says('Forkert nummer');
  await settle('wrong_number');
  const participant = [{ actor: { reference: 'Patient/p' } }];
  const visit = { resourceType: 'Appointment', id: 'F-1', status: 'booked', start: '2026-12-03T09:00:00+01:00' };
  await test.request('/v1/fhir/epj', { token, body: { ...visit, participant }, headers });
  expect(await test.json(200, '/v1/authorities/rh/appointments/epj/F-1')).toMatchObject({ phone: null });
});
