import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { StallWatch } from '../../src/runtime/stall-watch.ts';
import { openTestApp } from '../support/app.ts';

async function figures(registry: Registry): Promise<Record<string, number>> {
  const [metric] = await registry.getMetricsAsJSON();
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels.route), value]));
}

function watchAt(at: { monotonic: number; processor: number }) {
  const registry = new Registry();
  const watch = new StallWatch(registry, { monotonic: () => at.monotonic, processor: () => at.processor });
  watch.look();
  const pass = (monotonic: number, processor: number) => {
    at.monotonic += monotonic;
    at.processor += processor;
    watch.look();
  };
  return { registry, watch, pass };
}

it('a stall is counted for the route that was worked on last, and one without a request for the background', async () => {
  const { registry, watch, pass } = watchAt({ monotonic: 1, processor: 0 });
  watch.enter('/v1/fhir/:source');
  watch.enter('/v1/webhooks/:source');
  pass(8_050, 8_000);
  pass(350, 300);
  expect(await figures(registry)).toEqual({ '/v1/webhooks/:source': 8, background: 0.3 });
});

it('nothing is counted in time, nor while the process itself did not run', async () => {
  const { registry, watch, pass } = watchAt({ monotonic: 1, processor: 0 });
  watch.enter('/v1/webhooks/:source');
  pass(60, 60);
  pass(150, 150);
  pass(60_000, 10);
  expect(await figures(registry)).toEqual({ background: 0 });
});

it('a request counts for its route again once its body has come', async () => {
  const app = await openTestApp();
  await app.makeAuthority('rh');
  const { token } = await app.makeSource('rh', 'epj');
  const entered: string[] = [];
  const { stalls } = app.deps.metrics;
  const enter = stalls.enter.bind(stalls);
  stalls.enter = (route) => {
    entered.push(route);
    enter(route);
  };
  await app.request('/v1/webhooks/epj', { token, body: {} });
  await app.request('/v1/authorities/rh', { method: 'PUT', body: {} });
  await app.close();
  // Work that lets others go first on a busy machine counts for its route once more.
  const routes = ['/v1/webhooks/:source', '/v1/authorities/:authority'];
  expect([...new Set(entered)]).toEqual(routes);
  for (const route of routes) expect(entered.filter((each) => each === route).length).toBeGreaterThanOrEqual(2);
});
