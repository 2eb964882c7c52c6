import { beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../../src/clock.ts';
import type { SendResult } from '../../../src/gateways/gateway.ts';
import { TOO_SHORT } from '../../../src/gateways/results.ts';
import { readGateways, setGateway } from '../../../src/staff/gateways/gateways.ts';
import { openTestDatabase } from '../../support/database.ts';
import { ACCEPTED, RETRY, ScriptedGateway, UNCERTAIN } from '../../support/gateway.ts';
import { useOpened } from '../../support/scenario.ts';
import { HOUR, later, PHONE, SECOND, type Sending, startSending } from '../../support/sending.ts';

const CALL_MS = 10_000;
const NOBODY: SendResult = { ...RETRY, reason: 'unreachable', code: 'ECONNREFUSED' } as SendResult;

let gateway: ScriptedGateway;
let sending: Sending;
/** Time of this process, by its monotonic clock. */
let nowMs: number;
const wait = (ms: number) => {
  nowMs += ms;
  sending.clock.now = later(ms, sending.clock.now);
};
const database = useOpened(() => openTestDatabase('embedded'), { each: true });
beforeEach(async () => {
  gateway = new ScriptedGateway({}, 'first');
  nowMs = 1_000_000;
  sending = startSending(database, { gateway, timers: { ...systemTimers, monotonic: () => nowMs } });
  await sending.caller.health.refresh();
});

const state = async () =>
  (
    await sending.db
      .selectFrom('gateway_state')
      .select('reason')
      .where('gateway', '=', 'first')
      .executeTakeFirstOrThrow()
  ).reason;
const staff = (out: { note: string } | null) =>
  setGateway(sending.deps, { id: 'first', actor: 'anna' }, out, sending.clock.now);
/** Calls that end now one after another, after so long. */
const calls = async (count: number, result: SendResult, ms = 20) => {
  for (let nth = 0; nth < count; nth++) await sending.caller.health.observe(result, ms, null, { another: true });
};
/** Results of SMS that went in one call. */
const callOf = async (results: readonly SendResult[], another = false) => {
  for (const [nth, result] of results.entries())
    await sending.caller.health.observe(result, 20, null, { another, nth });
};
const sms = { reference: 'r', to: PHONE, from: 'Sundhed', text: 'Hej', encoding: 'gsm7' } as const;
const send = () => sending.caller.send({ ...sms, validUntil: later(HOUR) });

describe('calls that began before a gateway was brought back', () => {
  it('take it out again neither one by one nor all together', async () => {
    wait(CALL_MS);
    // Fifty are in flight: the third takes it out, and most of the others end before staff bring it in.
    await calls(40, UNCERTAIN, CALL_MS);
    expect(await state()).toBe('timeouts');
    wait(SECOND);
    await staff(null);
    wait(SECOND);
    sending.caller.health.forget();
    await sending.caller.health.refresh();
    // A call right after the others, and a failure of its own.
    await calls(10, UNCERTAIN, CALL_MS);
    wait(SECOND);
    await calls(1, NOBODY);
    await sending.caller.health.record();
    expect([await state(), sending.caller.health.inUse]).toEqual([null, true]);
    wait(11 * SECOND);
    await calls(8, ACCEPTED);
    await sending.caller.health.record();
    expect(await state()).toBeNull();
    const counted = await sending.db.selectFrom('gateway_calls').select('calls').execute();
    expect(counted.reduce((sum, each) => sum + each.calls, 0)).toBe(40 + 10 + 1 + 8);
    await calls(3, NOBODY);
    expect(await state()).toBe('unreachable');
  });

  it('count neither in a process that has not heard of the change when it adds them up', async () => {
    await calls(2, UNCERTAIN, CALL_MS);
    wait(SECOND);
    await calls(12, RETRY);
    await staff({ note: 'contract' });
    await staff(null);
    await sending.caller.health.record();
    expect(await state()).toBeNull();
    await calls(2, NOBODY);
    expect(await state()).toBeNull();
  });
});

describe('a gateway that refuses nearly everything for good', () => {
  const REFUSED: SendResult = { kind: 'rejected', reason: 'permanent', code: '400', detail: 'refused' };
  const UNREGISTERED: SendResult = { ...REFUSED, reason: 'sender' };
  const answer = (authority: string, result: SendResult) =>
    sending.caller.health.observe(result, 20, null, { authority });
  const answers = async (count: number, result: SendResult, ...authorities: readonly string[]) => {
    for (let nth = 0; nth < count; nth++) await answer(authorities[nth % authorities.length] ?? '', result);
  };
  beforeEach(async () => {
    for (const id of ['rh', 'rm', 'rs']) await sending.rows.authority(id);
  });

  it('is taken out by twenty responses, of which two may be others, and shows their share', async () => {
    await answers(3, ACCEPTED, 'rs');
    await answers(17, REFUSED, 'rh', 'rm');
    expect(await state()).toBeNull();
    await answers(1, REFUSED, 'rh');
    expect(await state()).toBe('unreachable');
    await sending.caller.health.record();
    const [shown] = await readGateways(sending.deps, sending.clock.now);
    expect(shown?.refusals).toBeCloseTo(18 / 21);
  });

  it.each<[string, SendResult]>([
    ['number', { ...REFUSED, reason: 'invalid_number' }],
    ['text', { ...REFUSED, reason: 'content' }],
    ['opt-out', { ...REFUSED, reason: 'opted_out' }],
  ])('stays where each is refused for its %s, which is no share of refusals', async (_, result) => {
    await answers(60, result, 'rh', 'rm', 'rs');
    await sending.caller.health.record();
    expect([await state(), (await readGateways(sending.deps, sending.clock.now))[0]?.refusals]).toEqual([null, 0]);
  });

  it('stays where one authority is refused everything, whatever becomes of the few others', async () => {
    for (let nth = 0; nth < 20; nth++) {
      await answers(18, UNREGISTERED, 'rh');
      await answers(1, ACCEPTED, 'rm');
      await answers(1, REFUSED, 'rs');
    }
    await answers(100, UNREGISTERED, 'rh');
    await sending.caller.health.record();
    expect(await state()).toBeNull();
  });

  it('is taken out where the authority that is refused is the only one that uses it', async () => {
    await sending.changeSettings('rh', { gateways: ['first'] });
    for (const id of ['rm', 'rs']) await sending.changeSettings(id, { gateways: ['second'] });
    await answers(20, UNREGISTERED, 'rh');
    expect(await state()).toBe('unreachable');
  });

  it('is tried with messages of other authorities than that whose message it refused, and comes back by three', async () => {
    await answers(20, REFUSED, 'rh', 'rm');
    const { health } = sending.caller;
    const probe = async (authority: string, result: SendResult) => {
      wait(HOUR);
      await health.observe(result, 20, await health.takeProbe(), { authority });
    };
    await probe('rh', REFUSED);
    expect([await state(), health.mayTry('rh'), health.mayTry('rm')]).toEqual(['unreachable', false, true]);
    for (let nth = 0; nth < 3; nth++) await probe('rm', ACCEPTED);
    expect([await state(), health.mayTry('rh')]).toEqual([null, true]);
  });
});

describe('responses that concern their message alone', () => {
  it('take a gateway out by no row, and by half of the calls of a minute', async () => {
    await calls(30, RETRY);
    expect(await state()).toBeNull();
    await calls(31, ACCEPTED);
    await sending.caller.health.record();
    expect(await state()).toBeNull();
    await calls(1, RETRY);
    await sending.caller.health.record();
    expect(await state()).toBe('unreachable');
  });

  it('neither end nor lengthen the row of other failures', async () => {
    await calls(2, NOBODY);
    await calls(5, RETRY);
    expect(await state()).toBeNull();
    await calls(1, NOBODY);
    expect(await state()).toBe('unreachable');
  });
});

it('a reminder that an adapter made no call for says nothing of its gateway', async () => {
  gateway.script(TOO_SHORT);
  for (let nth = 0; nth < 12; nth++) expect(await send()).toMatchObject({ kind: 'retry', code: 'validity' });
  await sending.caller.health.record();
  expect(await state()).toBeNull();
  expect(await sending.db.selectFrom('gateway_calls').selectAll().execute()).toEqual([]);
  expect(await sending.deps.metrics.registry.metrics()).not.toMatch(/easysms_handovers_total\{.*gateway="first"/);
});

it('a probe that an adapter made no call for lets the next one follow', async () => {
  gateway.script({ ...RETRY, reason: 'auth', code: '401' } as SendResult);
  await send();
  expect(await state()).toBe('auth');
  wait(HOUR);
  gateway.script(TOO_SHORT);
  const { health } = sending.caller;
  const probe = await health.takeProbe();
  await sending.caller.send({ ...sms, validUntil: later(2 * HOUR) }, { probe });
  expect([await state(), health.probeDue]).toEqual(['auth', true]);
});

it('a gateway whose calls take five seconds on average is taken out', async () => {
  wait(10 * SECOND);
  await calls(10, ACCEPTED, 4_900);
  await sending.caller.health.record();
  expect(await state()).toBeNull();
  await calls(10, ACCEPTED, 5_100);
  await sending.caller.health.record();
  expect(await state()).toBe('timeouts');
});

describe('a call of many SMS that fails', () => {
  const all = (result: SendResult) => Array.from({ length: 20 }, () => result);

  it('takes the gateway out of use together with another one, and not by itself', async () => {
    await callOf(all(UNCERTAIN));
    expect(await state()).toBeNull();
    await callOf(all(ACCEPTED));
    await callOf(all(NOBODY));
    expect(await state()).toBeNull();
    await callOf(all(NOBODY));
    expect(await state()).toBe('unreachable');
  });

  it('takes it out by itself where another gateway could take over', async () => {
    await callOf(all(UNCERTAIN), true);
    expect(await state()).toBe('timeouts');
  });

  it('is no failure where the gateway took some of them', async () => {
    for (let nth = 0; nth < 4; nth++) await callOf([...all(UNCERTAIN).slice(3), ...all(ACCEPTED)]);
    expect([await state(), sending.caller.health.inUse]).toEqual([null, true]);
  });
});
