import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPrivileges } from '../../src/accounts/oidc/claims.ts';
import { openTestApp } from '../support/app.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { pageRoutes } from '../support/page-walk.ts';
import { newBrowser } from '../support/pages.ts';
import { largeCallbacks } from './callbacks.ts';
import { MIB, upTo } from './filled.ts';
import { FORM_ROUTES, largeForms } from './forms.ts';
import { type LargeRequest, LargeRequests } from './large-requests.ts';
import { largePrivileges } from './privileges.ts';
import { type StallingService, startStallingService } from './stalling-service.ts';

/** Processor time for a request of 1 MiB. */
const MOST_MS = 100;
/** The same as a multiple of what `JSON.parse` takes for a megabyte: a slow machine has longer. */
const MOST_PARSINGS = 15;
/** The least of these counts: the first may be that of a process that still compiles or collects garbage. */
const TRIES = 5;
/** Processor time for privileges of 48 kB, which a claim may hold several of. */
const MOST_PRIVILEGES_MS = 50;

const requests = new LargeRequests();
let database: Awaited<ReturnType<typeof createEmptyPostgres>>;
let service: StallingService;
beforeAll(async () => {
  database = await createEmptyPostgres();
  service = await startStallingService(database.url);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

/** Processor time of `work` in ms: the least of some tries, since the first ones compile. */
function leastMs(tries: number, work: () => unknown): number {
  const all = Array.from({ length: tries }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...all);
}

/** Processor time for parsing a megabyte of ordinary JSON, in ms. */
function parsingMs(): number {
  const text = JSON.stringify(upTo((nth) => ({ id: `A-${nth}`, list: [nth], text: 'Opgang 4' }), 100_000, MIB));
  return leastMs(20, () => JSON.parse(text));
}

/** The requests that stall the service each time, with the least stall. @param make anew each time: a repeat costs less */
async function stallers(make: () => readonly LargeRequest[]): Promise<string[]> {
  const least = new Map<string, number>();
  const most = Math.max(MOST_MS, MOST_PARSINGS * parsingMs());
  let left = make();
  for (let round = 0; round < TRIES && left.length > 0; round++) {
    for (const request of left) {
      const stall = await service.stallOf(request);
      least.set(request.name, Math.min(stall, least.get(request.name) ?? stall));
    }
    left = make().filter(({ name }) => (least.get(name) ?? 0) > most);
  }
  return left.map(({ name }) => `${name}: ${least.get(name)?.toFixed(0)} ms`);
}

it('no message of many small parts keeps the others waiting for long, in any format', async () => {
  expect(await stallers(() => requests.manyParts())).toEqual([]);
});

it('no callback keeps the others waiting for long, proven or not', async () => {
  expect(await stallers(() => largeCallbacks().filter(({ name }) => !/long text/.test(name)))).toEqual([]);
});

it('no form keeps the others waiting for long, neither that of a stranger nor of somebody who is signed in', async () => {
  const own = ['/admin/texts/:name', '/admin/rules/try', '/admin/citizens', '/admin/set-up/keys'];
  const strangers = ['/admin/sign-in', '/admin/invitation/:token', '/admin/first-account'];
  expect(FORM_ROUTES).toEqual(expect.arrayContaining([...own, ...strangers]));
  const all = () => [
    ...largeForms(own, service.session, service.url),
    ...largeForms(strangers, newBrowser(service.url), service.url),
  ];
  expect(await stallers(all)).toEqual([]);
});

it('no privileges of an identity provider keep the others waiting, whole or broken', () => {
  const most = Math.max(MOST_PRIVILEGES_MS, parsingMs());
  const slow = Object.entries(largePrivileges()).flatMap(([name, base64]) => {
    const least = leastMs(TRIES, () => readPrivileges(base64));
    return least > most ? [`${name}: ${least.toFixed(0)} ms`] : [];
  });
  expect(slow).toEqual([]);
});

it('the benchmark sends every form that there is', async () => {
  const test = await openTestApp('embedded');
  expect([...FORM_ROUTES].sort()).toEqual(pageRoutes(test.app, 'POST').sort());
  await test.close();
});
