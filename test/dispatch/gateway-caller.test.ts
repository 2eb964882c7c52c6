import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTimers } from '../../src/clock.ts';
import { GatewayCaller } from '../../src/dispatch/gateway-caller.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { MONDAY, PHONE } from '../support/sending.ts';

const sms = { reference: 'r', to: PHONE, from: 'Sundhed', text: 'Hej', encoding: 'gsm7', validUntil: MONDAY } as const;

function callerOf(gateway: ScriptedGateway, concurrency = 50): GatewayCaller {
  return new GatewayCaller(gateway, {
    log: pino({ enabled: false }),
    metrics: createMetrics(),
    now: () => MONDAY,
    timers: systemTimers,
    concurrency,
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

  it('makes no call whose time has passed while the process was stopped', async () => {
    const gateway = new ScriptedGateway();
    const caller = callerOf(gateway);
    expect(await caller.send(sms, systemTimers.monotonic() - 1)).toMatchObject({ kind: 'retry', code: 'too_late' });
    expect(gateway.sent).toEqual([]);
    expect((await caller.send(sms, systemTimers.monotonic() + 1_000)).kind).toBe('accepted');
  });

  it('takes an adapter that throws for uncertain', async () => {
    const gateway = new ScriptedGateway();
    gateway.script(() => {
      throw new Error('a bug');
    });
    expect(await callerOf(gateway).send(sms)).toMatchObject({ kind: 'uncertain', code: 'adapter_failed' });
  });

  it('keeps the pace of the gateway', async () => {
    const gateway = new ScriptedGateway({ maxPerSecond: 4 });
    const caller = callerOf(gateway);
    for (let n = 0; n < 5; n++) void caller.send(sms);
    await vi.advanceTimersByTimeAsync(249);
    expect(gateway.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(gateway.sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(750);
    expect(gateway.sent).toHaveLength(5);
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

  it('does not make a call that still waits for its turn when the process stops: it certainly was not sent', async () => {
    const gateway = new ScriptedGateway({ maxPerSecond: 1 });
    const caller = callerOf(gateway);
    const calls = [1, 2, 3].map(() => watch(caller.send(sms)));
    await vi.advanceTimersByTimeAsync(1);
    caller.hurry();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.map(({ result }) => result?.kind)).toEqual(['accepted', 'retry', 'retry']);
    expect(gateway.sent).toHaveLength(1);
    expect(caller.stopping).toBe(true);
  });
});
