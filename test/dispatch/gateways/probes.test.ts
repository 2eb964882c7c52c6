import { describe, expect, it } from 'vitest';
import { sendAnswers } from '../../../src/replies/send-answers.ts';
import { setGateway } from '../../../src/staff/gateways/gateways.ts';
import { readGatewayTest, testGateway } from '../../../src/staff/gateways/test-sms.ts';
import { openTestDatabase } from '../../support/database.ts';
import { ACCEPTED, AUTH, ScriptedGateway } from '../../support/gateway.ts';
import { useSending } from '../../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, SECOND } from '../../support/sending.ts';

let first: ScriptedGateway;
const { sending } = useSending(() => openTestDatabase(), {
  sending: () => {
    first = new ScriptedGateway({}, 'first');
    return { gateway: first, concurrency: 5 };
  },
});

const state = () =>
  sending.db.selectFrom('gateway_state').selectAll().where('gateway', '=', 'first').executeTakeFirstOrThrow();
const staffTakeItOut = () =>
  setGateway(sending.deps, { id: 'first', actor: 'anna' }, { note: 'contract ended' }, sending.clock.now);
const tryIt = () =>
  testGateway(
    { ...sending.deps, allowedSenders: [] },
    { gateway: 'first', phone: '+4520999999', sender: 'Sundhed', actor: 'anna' },
    sending.clock.now,
  );
/** The gateway refuses a reminder for reasons of its own; afterwards it works, and its first probe is due. */
const outAndDue = async () => {
  first.script(AUTH);
  await sending.due('rh', '+4520300000', { at: later(-SECOND) });
  await sending.drain();
  expect((await state()).reason).toBe('auth');
  first.script(ACCEPTED);
  sending.clock.now = later(2 * MINUTE);
  sending.caller.health.forget();
  await sending.caller.health.refresh();
  expect(sending.caller.health.probeDue).toBe(true);
};
const taken = async () => {
  const probe = await sending.caller.health.takeProbe();
  if (!probe) throw new Error('no probe was due');
  return probe;
};

describe('a gateway that staff took out while a probe was under way', () => {
  it.each([
    ['knows it', true],
    ['does not know it yet', false],
  ])('stays out where the process %s', async (_, known) => {
    await outAndDue();
    const { health } = sending.caller;
    for (let nth = 0; nth < 2; nth++) await health.observe(ACCEPTED, 10, await taken());
    const last = await taken();
    await staffTakeItOut();
    if (known) {
      health.forget();
      await health.record();
    }
    await health.observe(ACCEPTED, 10, last);
    expect(await state()).toMatchObject({ reason: 'staff', note: 'contract ended', probe_at: null, probes: 0 });
    await health.refresh();
    expect(health.probeDue).toBe(false);
  });

  it('stays out where the probe is given back', async () => {
    await outAndDue();
    const probe = await taken();
    await staffTakeItOut();
    await sending.caller.health.returnProbe(probe);
    expect(await state()).toMatchObject({ reason: 'staff', probe_at: null });
  });
});

describe('a probe that comes to no call lets the next one follow', () => {
  const sms = { reference: 'r', to: '+4520123456', from: 'Sundhed', text: 'Hej', encoding: 'gsm7' } as const;

  it.each([
    ['sending was held', 'sending_off' as const, () => ({ unlessHeld: true })],
    ['it came too late', null, () => ({ lastMs: performance.now() - 1 })],
  ])('since %s', async (_, held, options) => {
    await outAndDue();
    sending.held = held;
    const probe = await taken();
    expect(sending.caller.health.probeDue).toBe(false);
    const result = await sending.caller.send({ ...sms, validUntil: later(HOUR) }, { probe, ...options() });
    expect(result.kind).toBe('retry');
    expect(first.sent).toHaveLength(1);
    expect(sending.caller.health.probeDue).toBe(true);
  });

  it('but not one that was taken after it', async () => {
    await outAndDue();
    const { health } = sending.caller;
    const probe = await taken();
    await health.returnProbe(probe);
    await taken();
    await health.returnProbe(probe);
    expect(health.probeDue).toBe(false);
  });

  it.each([
    ['has expired', { valid_until: later(MINUTE) }],
    ['goes to a number that was erased', { phone_ciphertext: null, phone_hash: null }],
    ['can’t be decrypted', { phone_ciphertext: Buffer.from([1]) }],
  ])('since the answer %s', async (_, row) => {
    await outAndDue();
    await sending.rows.message('rh', null, '+4520123457', {
      ...{ template: 'opt-out-confirmed', text: 'Du får ikke flere.', gateway: 'first', status: 'planned' },
      ...{ attempts: 0, next_at: MONDAY, valid_until: later(HOUR) },
      ...{ handed_over_at: null, accepted_at: null, delivered_at: null },
      ...row,
    });
    await sendAnswers(sending.deps, sending.caller);
    expect(first.sent).toHaveLength(1);
    expect(sending.caller.health.probeDue).toBe(true);
    expect((await state()).reason).toBe('auth');
  });
});

describe('an SMS that tries a gateway', () => {
  it('goes at once while staff keep it out, which they do on', async () => {
    await staffTakeItOut();
    const id = await tryIt();
    expect(await sendAnswers(sending.deps, sending.caller)).toBe(1);
    expect(await readGatewayTest(sending.deps, 'first', id)).toMatchObject({ status: 'accepted' });
    expect(await state()).toMatchObject({ reason: 'staff' });
  });

  it('goes at once while no probe is due yet', async () => {
    await outAndDue();
    await taken();
    const id = await tryIt();
    expect(await sendAnswers(sending.deps, sending.caller)).toBe(1);
    expect(await readGatewayTest(sending.deps, 'first', id)).toMatchObject({ status: 'accepted' });
    expect(await state()).toMatchObject({ reason: 'auth', probes: 0 });
  });

  it('takes no answer of a citizen with it', async () => {
    await staffTakeItOut();
    await sending.rows.message('rh', null, '+4520123457', {
      ...{ template: 'opt-out-confirmed', text: 'Du får ikke flere.', gateway: 'first', status: 'planned' },
      ...{ attempts: 0, next_at: MONDAY, valid_until: later(HOUR) },
      ...{ handed_over_at: null, accepted_at: null, delivered_at: null },
    });
    await tryIt();
    expect(await sendAnswers(sending.deps, sending.caller)).toBe(1);
    expect(first.sent.map(({ to }) => to)).toEqual(['+4520999999']);
  });
});
