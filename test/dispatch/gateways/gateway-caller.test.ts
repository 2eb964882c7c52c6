import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTimers } from '../../../src/clock.ts';
import { GatewayCaller } from '../../../src/dispatch/gateways/gateway-caller.ts';
import type { SendResult } from '../../../src/gateways/gateway.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../../support/gateway.ts';
import { MONDAY, PHONE } from '../../support/sending.ts';

const sms = { reference: 'r', to: PHONE, from: 'Sundhed', text: 'Hej', encoding: 'gsm7', validUntil: MONDAY } as const;

const REJECTED_BY_UNKNOWN_CODE: SendResult = {
  ...{ kind: 'rejected', reason: 'permanent', code: '400 0x0fff', detail: 'refused' },
  unknownCode: true,
};

function callerOf(gateway: ScriptedGateway, concurrency = 50, metrics = createMetrics()): GatewayCaller {
  return new GatewayCaller(gateway, {
    // No call of these asks the database for anything.
    db: undefined as never,
    sending: { heldReason: () => null },
    log: pino({ enabled: false }),
    metrics,
    now: () => MONDAY,
    timers: systemTimers,
    concurrency,
    maxPerCall: 20,
    gatewayProbeMs: 30_000,
  });
}

/** Notes the result of a call once there is one. */
function watch(call: Promise<SendResult>): { result: SendResult | null } {
  const watched: { result: SendResult | null } = { result: null };
  void call.then((result) => {
    watched.result = result;
  });
  return watched;
}

describe('calling a gateway', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives a call ten seconds, and takes it for uncertain then', async () => {
    const gateway = new ScriptedGateway();
    gateway.hold();
    const call = watch(callerOf(gateway).send(sms));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(call.result).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(call.result).toEqual(UNCERTAIN);
  });

  it('gives a call in flight eight seconds at most once the process stops', async () => {
    const gateway = new ScriptedGateway();
    gateway.hold();
    const caller = callerOf(gateway);
    const call = watch(caller.send(sms));
    await vi.advanceTimersByTimeAsync(1_000);
    caller.hurry();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(call.result).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(call.result).toEqual(UNCERTAIN);
  });

  it('counts responses with a code that the gateway’s tables do not have, and no others', async () => {
    const gateway = new ScriptedGateway();
    const metrics = createMetrics([gateway.id]);
    const caller = callerOf(gateway, 50, metrics);
    await caller.send(sms);
    gateway.script(REJECTED_BY_UNKNOWN_CODE);
    await caller.send(sms);
    expect((await metrics.unknownCodes.get()).values).toEqual([{ labels: { gateway: gateway.id }, value: 1 }]);
  });

  it('makes no call whose time has passed while the process was stopped', async () => {
    const gateway = new ScriptedGateway();
    const caller = callerOf(gateway);
    const answer = await caller.send(sms, { lastMs: systemTimers.monotonic() - 1 });
    expect(answer).toMatchObject({ kind: 'retry', code: 'too_late' });
    expect(gateway.sent).toEqual([]);
    expect((await caller.send(sms, { lastMs: systemTimers.monotonic() + 1_000 })).kind).toBe('accepted');
  });

  it.each([
    ['segments', { maxSegments: 2 }, 'x'.repeat(306), 'x'.repeat(307)],
    ['segments of UCS-2', { maxSegments: 1 }, '😀'.repeat(35), '😀'.repeat(36)],
    ['characters', { maxCharacters: 20 }, 'x'.repeat(20), 'x'.repeat(21)],
  ])(
    'does not hand over a text with more %s than the gateway takes, which might cut it',
    async (_, limits, fits, long) => {
      const gateway = new ScriptedGateway(limits);
      const caller = callerOf(gateway);
      expect((await caller.send({ ...sms, text: fits })).kind).toBe('accepted');
      const answer = await caller.send({ ...sms, text: long });
      expect(answer).toMatchObject({ kind: 'rejected', reason: 'content', code: 'too_long' });
      expect(gateway.sent).toHaveLength(1);
    },
  );

  it('does not hand over a sender that the gateway does not take in the number’s country, which might be cut', async () => {
    const gateway = Object.assign(new ScriptedGateway(), {
      senderFault: (sender: string, country: string) =>
        country === 'NO' && sender.length > 5 ? 'must have 5 characters' : null,
    });
    const caller = callerOf(gateway);
    expect((await caller.send(sms)).kind).toBe('accepted');
    expect((await caller.send({ ...sms, to: '+4790000000', from: 'Short' })).kind).toBe('accepted');
    expect(await caller.send({ ...sms, to: '+4790000000' })).toMatchObject({ kind: 'rejected', reason: 'sender' });
    expect(gateway.sent).toHaveLength(2);
  });

  it('takes an adapter that throws for uncertain', async () => {
    const gateway = new ScriptedGateway();
    gateway.script(() => {
      throw new Error('a bug');
    });
    expect(await callerOf(gateway).send(sms)).toMatchObject({ kind: 'uncertain', code: 'adapter_failed' });
  });

  it('has at most `concurrency` calls in flight', async () => {
    const gateway = new ScriptedGateway();
    gateway.hold();
    const caller = callerOf(gateway, 3);
    const calls = [1, 2, 3, 4, 5].map(() => watch(caller.send(sms)));
    await vi.advanceTimersByTimeAsync(1);
    expect(gateway.sent).toHaveLength(3);
    gateway.release();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.map(({ result }) => result)).toEqual(calls.map(() => ACCEPTED));
    expect(gateway.mostAtOnce).toBe(3);
  });
});
