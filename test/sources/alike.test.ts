import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useApp } from '../support/scenario.ts';

/**
 * A refusal takes its time for statements, which test/http/indistinguishable.test.ts counts, and signatures over the
 * body, which are counted here. What else differs is microseconds, which 75 refusals a minute and client (then 429)
 * don't tell from what a network adds.
 */
const SOURCES = ['plain', 'signing', 'own', 'nobody'];
let signatures = 0;
const createHmac = crypto.createHmac;

const test = useApp({
  authorities: {
    rh: {
      sources: {
        plain: {},
        signing: { auth: { hmac: { header: 'X-Hub-Signature-256', prefix: 'sha256=' } } },
        own: { auth: { hmac: { header: 'X-Checksum' } } },
      },
    },
  },
});
beforeAll(async () => {
  crypto.createHmac = (...of) => {
    signatures++;
    return createHmac(...of);
  };
  syncBuiltinESMExports();
});
afterAll(async () => {
  crypto.createHmac = createHmac;
  syncBuiltinESMExports();
});

it.each<[string, Record<string, string>]>([
  ['of Standard Webhooks', { 'webhook-id': 'msg-1', 'webhook-signature': 'v1,bm8=' }],
  ['of another scheme', { 'X-Hub-Signature-256': 'sha256=00' }],
  ['of a scheme with a header of its own', { 'X-Checksum': '0a'.repeat(32) }],
  ['of another scheme that is not even written right', { 'X-Hub-Signature-256': 'nonsense' }],
])(
  'a wrong signature %s costs as many signatures of a large body at any source, whether it is there or not',
  async (_, given) => {
    const stamp = String(test.clock.now.getTime() / 1000);
    const headers = { ...given, ...('webhook-id' in given && { 'webhook-timestamp': stamp }) };
    const costs: number[] = [];
    for (const source of [...SOURCES, ...SOURCES]) {
      signatures = 0;
      const response = await test.request(`/v1/webhooks/${source}`, {
        token: null,
        headers,
        body: 'x'.repeat(100_000),
      });
      expect(response.status).toBe(401);
      costs.push(signatures);
    }
    // The first refusals of a kind are noted for the audit, too.
    const [first, again] = [costs.slice(0, SOURCES.length), costs.slice(SOURCES.length)];
    expect([new Set(first).size, new Set(again).size]).toEqual([1, 1]);
    expect(Math.min(...costs)).toBeGreaterThan(0);
  },
);
