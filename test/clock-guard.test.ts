import { expect, it } from 'vitest';
import { booking, MllpClient } from './mllp/client.ts';
import { openTestApp } from './support/app.ts';
import { createMigratedPostgres } from './support/database.ts';
import { createInstallation, Installation, MovableClock, PHONE, SENDER, scrape } from './support/installation.ts';
import { enter } from './support/pages.ts';

const TWO_HOURS = 7_200_000;
const DAY = 86_400_000;

/** A clock that differs from the database's. */
function clockOff(aheadMs: number): MovableClock {
  const clock = new MovableClock();
  clock.aheadMs = aheadMs;
  return clock;
}

async function readyz(url: string): Promise<{ status: number; reasons: string[] }> {
  const response = await fetch(`${url}/readyz`);
  const { reasons } = (await response.json()) as { reasons: string[] };
  return { status: response.status, reasons };
}

it.concurrent.each([
  ['two hours ahead', TWO_HOURS, 'all'],
  ['40 s behind', -40_000, 'all'],
  ['two hours ahead, in a process that sends nothing', TWO_HOURS, 'api'],
] as const)('a process whose clock is %s is not ready, and takes no post in', async (_name, aheadMs, role) => {
  const { url, drop } = await createMigratedPostgres();
  const installation = new Installation({ DATABASE_URL: url });
  try {
    const right = await installation.start();
    await installation.setUp(right);
    const wrong = await installation.start({ EASYSMS_ROLE: role }, clockOff(aheadMs));
    expect(await readyz(wrong.url)).toEqual({ status: 503, reasons: ['clock_off'] });
    const refused = await installation.book(wrong, 'A-1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await refused.json()).toMatchObject({ type: expect.stringContaining('clock-off') });
    const bearer = { Authorization: 'Bearer nobody' };
    for (const path of ['fhir/epj', 'fhir/epj/Patient/1', 'hl7v2/epj'])
      expect((await fetch(`${wrong.url}/v1/${path}`, { method: 'POST', headers: bearer, body: '' })).status).toBe(503);
    expect((await scrape(wrong)).get('easysms_clock_difference_seconds')).toBeCloseTo(aheadMs / 1000, -1);
    expect(installation.logged.some((line) => line.includes('differ by more than 30 s'))).toBe(true);
    expect(await readyz(right.url)).toEqual({ status: 200, reasons: [] });
    expect((await installation.book(right, 'A-1')).status).toBe(202);
  } finally {
    await installation.stop();
    await drop();
  }
});

it.concurrent('a clock that is set while the process runs is noticed at once, and again when it is right', async ({
  onTestFinished,
}) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const service = await installation.start();
  await installation.setUp(service);
  installation.clock.aheadMs = TWO_HOURS;
  expect((await installation.book(service, 'A-1')).status).toBe(503);
  expect(await readyz(service.url)).toEqual({ status: 503, reasons: ['clock_off'] });
  installation.clock.aheadMs = 0;
  expect((await installation.book(service, 'A-1')).status).toBe(202);
  expect(await installation.reminder(service, 'A-1')).toMatchObject({ status: 'planned' });
});

it.concurrent('over MLLP a message is answered AE 207, and nothing of it is stored', async ({ onTestFinished }) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const service = await installation.start({ MLLP_PORT: '0', MLLP_SOURCE: 'epj' });
  await installation.setUp(service);
  installation.clock.aheadMs = TWO_HOURS;
  const client = new MllpClient(service.mllpPort ?? 0);
  const day = new Date(Date.now() + 300 * DAY).toISOString().slice(0, 10).replaceAll('-', '');
  client.send(booking('M-1', 'V-1', { start: `${day}0900` }));
  const ack = (await client.ack()) ?? [];
  expect(ack.map((segment) => segment.slice(0, 10))).toContain('MSA|AE|M-1');
  expect(ack.find((segment) => segment.startsWith('ERR'))).toMatch(/\|207\^/);
  installation.clock.aheadMs = 0;
  client.send(booking('M-2', 'V-1', { start: `${day}0900` }));
  expect(await client.verdict()).toBe('AA M-2');
});

it.concurrent('what citizens write and staff decide meanwhile goes by the database’s clock', async ({
  onTestFinished,
}) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const service = await installation.start();
  await installation.setUp(service);
  await installation.book(service, 'A-1', { dueInMs: 3_600_000 });
  installation.clock.aheadMs = TWO_HOURS;
  const stop = { from: PHONE, to: SENDER, text: 'STOP' };
  expect(await installation.callBack(service, 'inbound', stop)).toBe(200);
  const optOuts = await installation.admin<{ items: { recordedAt: string }[] }>(
    service,
    'GET',
    '/v1/authorities/rh/opt-outs',
  );
  const [optOut] = optOuts.items;
  const wrongClock = new Date(Date.now() + TWO_HOURS / 2).toISOString();
  expect(optOut && [optOut.recordedAt, wrongClock].toSorted()[1]).toBe(wrongClock);
});

it('pages stay readable while the clock is wrong, and say so in a band', async () => {
  const test = await openTestApp();
  try {
    await test.makeAuthority('rh');
    const client = await enter(test, { email: 'o@example.org', role: 'operator', authority: 'rh' });
    const band = async () =>
      /<p class="notice"><strong>(Serverens ur[^<]*)</.exec(await client.text('/admin/find'))?.[1];
    expect(await band()).toBeUndefined();
    Object.assign(test.deps.sending, { clocksApart: true, aheadMs: TWO_HOURS });
    expect(await band()).toBe('Serverens ur går forkert.');
  } finally {
    await test.close();
  }
});
