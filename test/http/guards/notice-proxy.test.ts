import { expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readAlerts } from '../../../src/operations/alerts.ts';
import { logMissingProxies } from '../../../src/readiness.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { parseNetwork } from '../../../src/runtime/networks.ts';
import { useApp } from '../../support/scenario.ts';

const test = useApp();

/** The alerts about proxies, and the lines of the log, after these requests. */
async function noticed(trusted: readonly string[], requests: readonly Readonly<Record<string, string>>[]) {
  const metrics = createMetrics([]);
  const trustedProxies = trusted.map(parseNetwork).filter((network) => network !== null);
  const app = createApp({ ...test.deps, metrics, trustedProxies });
  const before = test.logged.length;
  for (const headers of requests) await app.request('/healthz', { headers });
  const alerts = (await readAlerts(metrics.registry)).filter(({ name }) => name === 'EasysmsProxyUnknown');
  const lines = test.logged.slice(before).filter((line) => line.includes('TRUSTED_PROXIES'));
  return { alerts: alerts.length, lines };
}

it.each([
  ['X-Forwarded-For', { 'X-Forwarded-For': '203.0.113.7' }],
  ['Forwarded', { Forwarded: 'for=203.0.113.7' }],
])(
  'a proxy that writes %s while none is trusted is told once, without an address, and stays an alert',
  async (_, one) => {
    const { alerts, lines } = await noticed([], [{}, one, one, {}]);
    expect(alerts).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('203.0.113');
  },
);

it('nothing is told without a proxy, nor where proxies are trusted', async () => {
  expect(await noticed([], [{}, {}])).toEqual({ alerts: 0, lines: [] });
  expect(await noticed(['10.0.0.0/8'], [{ 'X-Forwarded-For': '203.0.113.7' }])).toEqual({ alerts: 0, lines: [] });
});

it.each([
  ['https://sms.example.org', [], 'all', 1],
  ['https://sms.example.org', ['10.0.0.0/8'], 'all', 0],
  ['http://sms.example.org', [], 'all', 0],
  ['https://sms.example.org', [], 'worker', 0],
] as const)('the start at %s with the proxies %j as %s tells of a proxy that is missing %i times', (...of) => {
  const [publicUrl, trusted, role, times] = of;
  const trustedProxies = trusted.map(parseNetwork).filter((network) => network !== null);
  const before = test.logged.length;
  logMissingProxies(test.deps, { publicUrl, trustedProxies, role });
  expect(test.logged.slice(before).filter((line) => line.includes('TRUSTED_PROXIES'))).toHaveLength(times);
});
