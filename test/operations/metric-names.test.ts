import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Backlog } from '../../src/operations/backlog.sql.ts';
import { registerGauges } from '../../src/operations/gauges.ts';
import { addProcessMetrics, createMetrics } from '../../src/runtime/metrics.ts';
import { openTestApp } from '../support/app.ts';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const rules = read('operations/easysms.rules.yml');
const dashboard = read('operations/dashboard.json');
const guide = read('operations.md');

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const NOTHING: Backlog = {
  ...{ oldestDue: null, due: 0, uncertain: 0, abandoned: 0, quarantined: 0, receiptsOverdue: 0 },
  ...{ oldestCallback: null, oldestAnswer: null, repliesOpen: 0, oldestReply: null, pauses: 0, failingEndpoints: [] },
  ...{ oldestUnnumbered: null, lateEndpoints: [], accountsGuessed: 0 },
};

/** What a process with everything shows. */
async function exposed(): Promise<{ text: string; names: Set<string> }> {
  const { registry } = createMetrics(['scripted']);
  registerGauges(registry, {
    now: () => new Date('2026-11-24T11:00:00Z'),
    monotonic: () => 0,
    backlog: async () => NOTHING,
    held: () => false,
    writable: () => true,
    pool: () => ({ total: 1, idle: 1, waiting: 0 }),
    jobs: () => [{ job: 'dispatch', begunMs: 0, endedMs: 0 }],
    gateways: () => [{ gateway: 'scripted', inUse: false }],
  });
  const text = await registry.metrics();
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  const names = families.flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return { text, names: new Set(names) };
}

const used = (text: string): Set<string> => new Set(text.match(/easysms_\w+/g));

it('each metric that a rule or a panel asks for is one that the service shows, and each that it shows is asked for', async () => {
  const { names } = await exposed();
  expect([...used(rules), ...used(dashboard)].filter((name) => !names.has(name))).toEqual([]);
  const watched = new Set([...used(rules), ...used(dashboard)]);
  const unasked = [...names].filter((name) => !watched.has(name));
  expect(unasked.sort()).toEqual([
    'easysms_handover_lateness_seconds_count',
    'easysms_handover_lateness_seconds_sum',
    // The same as the dispatcher's task, by the wall clock.
    'easysms_last_tick_timestamp_seconds',
  ]);
});

it('no metric has a label that Prometheus gives to the target', async () => {
  const { text } = await exposed();
  expect(text.match(/[{,](job|instance)=/g)).toBe(null);
});

it('each alert has its chapter in the guide, and each chapter its alert', () => {
  const alerts = [...rules.matchAll(/alert: (\w+)[\s\S]*?runbook_url: docs\/operations\.md#(\w+)/g)];
  expect(alerts.length).toBeGreaterThan(30);
  for (const [, alert = '', anchor] of alerts) expect(anchor).toBe(alert.toLowerCase());
  const chapters = [...guide.matchAll(/^#### (Easysms\w+)$/gm)].map(([, name]) => name);
  expect(chapters.sort()).toEqual(alerts.map(([, alert]) => alert).sort());
});

it('the dashboard has a query on each panel, and no panel twice', () => {
  const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
  const shown = panels.filter(({ type }) => type !== 'row');
  expect(shown.filter(({ targets }) => !targets?.length || targets.some(({ expr }) => expr === ''))).toEqual([]);
  expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
});

it('the alerts on what booking systems send look at each of their routes', async () => {
  const test = await openTestApp();
  const document = await test.json<{ paths: Record<string, Record<string, { tags: string[] }>> }>(200, '/openapi.json');
  await test.close();
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).some(({ tags }) => tags.includes('Booking systems'))
      ? [path.replaceAll(/\{(\w+)\}/g, ':$1')]
      : [],
  );
  expect(routes.length).toBeGreaterThan(4);
  const patterns = [...rules.matchAll(/route=~"([^"]+)"/g)].map(([, pattern = '']) => pattern);
  const intake = patterns.filter((pattern) => pattern.includes('webhooks'));
  // Refusals are counted by source, whatever their route.
  expect(intake.length).toBeGreaterThan(0);
  for (const pattern of intake)
    expect(routes.filter((route) => !new RegExp(`^(?:${pattern})$`).test(route))).toEqual([]);
});

it('the process itself is shown, under the names that dashboards for Node.js know', async () => {
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  const text = await metrics.registry.metrics();
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds'])
    expect(text).toContain(`\n${name} `);
});
