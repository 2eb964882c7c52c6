import { describe, expect, it } from 'vitest';
import { afterCall, CallWindow, type Health, isProbed, MOST_CALLS } from '../../src/events/health.ts';
import { type EndpointVerdict, failed, nextTry, retryAfterMs, verdictOf } from '../../src/events/verdict.ts';
import { HOUR, later, MINUTE, MONDAY, SECOND } from '../support/sending.ts';

const responded = (status: number, headers: Record<string, string> = {}): EndpointVerdict =>
  verdictOf({ kind: 'responded', status, headers, body: new Uint8Array() }, MONDAY);

describe('a response', () => {
  it.each([200, 201, 202, 204, 299])('of %i takes the event', (status) =>
    expect(responded(status)).toEqual({ kind: 'delivered', result: `HTTP ${status}` }),
  );

  it.each([199, 301, 302, 307, 308, 400, 401, 403, 404, 409, 422, 500, 502, 503])('of %i does not', (status) =>
    expect(responded(status)).toEqual({ kind: 'failed', result: `HTTP ${status}`, slower: false, retryAfterMs: null }),
  );

  it('of 410 ends the endpoint, and of 429 asks for fewer calls', () => {
    expect(responded(410)).toEqual({ kind: 'gone', result: 'HTTP 410' });
    expect(responded(429, { 'retry-after': '7' })).toMatchObject({ slower: true, retryAfterMs: 7_000 });
    expect(responded(503, { 'retry-after': '7' })).toMatchObject({ slower: false, retryAfterMs: 7_000 });
    expect(responded(500, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: null });
  });

  it('that never came says why, and no address', () => {
    expect(verdictOf({ kind: 'forbidden' }, MONDAY)).toEqual(failed('address not allowed'));
    expect(verdictOf({ kind: 'too_long' }, MONDAY)).toEqual(failed('response over 1 MiB'));
    expect(verdictOf({ kind: 'failed', code: 'ECONNREFUSED' }, MONDAY)).toEqual(failed('ECONNREFUSED'));
  });
});

it.each([
  ['0', 0],
  ['120', 120_000],
  ['99999999', 24 * HOUR],
  ['Mon, 30 Nov 2026 09:05:00 GMT', 5 * MINUTE],
  ['Mon, 30 Nov 2026 08:00:00 GMT', 0],
  ['Fri, 30 Nov 2096 08:00:00 GMT', 24 * HOUR],
  ['abc', null],
  ['-5', null],
  ['1.5', null],
  ['Mon, 99 Nov 2026 09:05:00 GMT', null],
  ['9'.repeat(400), null],
])('Retry-After: %s asks for %s ms', (text, ms) => expect(retryAfterMs(text, MONDAY)).toBe(ms));

describe('an event that is not taken', () => {
  it('is tried again within a minute, with growing waits, for three days, and then given up', () => {
    for (const random of [0, 0.999]) {
      expect((nextTry(1, MONDAY, random)?.getTime() ?? 0) - MONDAY.getTime()).toBeLessThan(MINUTE);
    }
    for (const random of [0, 0.5, 0.999]) {
      const waits: number[] = [];
      for (let attempts = 1; ; attempts++) {
        const next = nextTry(attempts, MONDAY, random);
        if (next === null) break;
        waits.push(next.getTime() - MONDAY.getTime());
      }
      expect(waits).toEqual([...waits].sort((a, b) => a - b));
      const days = waits.reduce((sum, wait) => sum + wait, 0) / (24 * HOUR);
      expect(days).toBeGreaterThan(3);
      expect(days).toBeLessThan(3.7);
    }
  });

  it('of a crowd is not tried at the same moment as the others', () => {
    const times = [0, 0.3, 0.6, 0.9].map((random) => nextTry(3, MONDAY, random)?.getTime());
    expect(new Set(times).size).toBe(4);
  });
});

const FRESH: Health = {
  ...{ state: 'live', failures: 0, failingSince: null, nextAt: null, lastResult: null, deliveredAt: null },
};

/** The endpoint after so many failures, one after another as soon as it may be called. */
function failing(count: number): { health: Health; now: Date } {
  let [health, now] = [FRESH, MONDAY];
  for (let nth = 0; nth < count; nth++) {
    health = afterCall(health, failed('HTTP 500'), now, 0.5);
    now = health.nextAt ?? later(SECOND, now);
  }
  return { health, now };
}

describe('an endpoint', () => {
  it('that refuses a few events goes on with the others', () => {
    const { health } = failing(4);
    expect(health).toMatchObject({ state: 'live', failures: 4, failingSince: MONDAY, nextAt: null });
    expect(isProbed(health)).toBe(false);
  });

  it('that takes nothing is called more and more rarely, once a minute in the end, one call at a time', () => {
    const waits = [5, 6, 7, 8, 9, 20].map((count) => {
      const before = failing(count - 1);
      const { nextAt } = afterCall(before.health, failed('HTTP 500'), before.now, 0.5);
      return ((nextAt?.getTime() ?? 0) - before.now.getTime()) / SECOND;
    });
    expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
    expect(new CallWindow().size(failing(5).health)).toBe(1);
  });

  it('that has taken nothing for an hour is paused, and tried every five minutes', () => {
    let { health, now } = failing(5);
    while (now.getTime() - MONDAY.getTime() < HOUR) {
      expect(health.state).toBe('live');
      health = afterCall(health, failed('HTTP 500'), now, 0.5);
      now = health.nextAt ?? now;
    }
    const paused = afterCall(health, failed('HTTP 500'), now, 0.5);
    expect(paused).toMatchObject({ state: 'paused', failingSince: MONDAY, nextAt: later(5 * MINUTE, now) });
  });

  it('is as it was once it takes an event, whatever was before', () => {
    for (const count of [1, 5, 100])
      expect(afterCall(failing(count).health, responded(204), MONDAY, 0)).toEqual({
        state: 'live',
        failures: 0,
        failingSince: null,
        nextAt: null,
        lastResult: 'HTTP 204',
        deliveredAt: MONDAY,
      });
  });

  it('is left alone for as long as it asks', () => {
    expect(afterCall(FRESH, responded(429, { 'retry-after': '300' }), MONDAY, 0).nextAt).toEqual(later(5 * MINUTE));
    expect(afterCall(FRESH, responded(429), MONDAY, 0.5).nextAt).toEqual(later(5 * SECOND));
    expect(afterCall(FRESH, responded(503, { 'retry-after': '30' }), MONDAY, 0).nextAt).toEqual(later(30 * SECOND));
  });

  it('gets one call more after each quick one, and half as many after a slow one or a failure', () => {
    const window = new CallWindow();
    for (let nth = 0; nth < 50; nth++) window.observe('delivered', 20);
    expect(window.size(FRESH)).toBe(MOST_CALLS);
    window.observe('delivered', 5_000);
    expect(window.size(FRESH)).toBe(MOST_CALLS / 2);
    for (let nth = 0; nth < 9; nth++) window.observe('failed', 20);
    expect(window.size(FRESH)).toBe(1);
  });
});
