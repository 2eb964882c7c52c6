import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/domain/errors.ts';
import { notFound } from '../../../src/domain/errors.ts';
import { SimulatorGateway } from '../../../src/gateways/simulator.ts';
import { createApp } from '../../../src/http/app.ts';
import { createRoutes, problemResponse } from '../../../src/http/problem.ts';
import { simulatorRoutes } from '../../../src/http/simulator/simulator-page.tsx';
import { openTestApp, type TestApp } from '../../support/app.ts';
import {
  browserMissing,
  isTooWide,
  openBrowser,
  type ServedApp,
  serveApp,
  violations,
  watch,
} from '../../support/browser.ts';

if (browserMissing) console.warn(browserMissing);

const PHONE = '+4520304050';

let test: TestApp;
let simulator: SimulatorGateway;
let references = 0;

beforeAll(async () => {
  test = await openTestApp();
  const [gateway] = test.deps.gateways;
  if (!(gateway instanceof SimulatorGateway)) throw new Error('the simulator was expected');
  simulator = gateway;
  simulator.connect(async (request) => test.app.fetch(request));
});
afterAll(() => test.close());

function arrive(text: string, to = PHONE) {
  const sms = {
    reference: `r${++references}`,
    to,
    from: 'Sundhed',
    text,
    encoding: 'gsm7',
    validUntil: test.clock.now,
  } as const;
  return simulator.send(sms, { signal: new AbortController().signal });
}

function reply(fields: Record<string, string>, headers: Record<string, string> = {}) {
  return test.app.request('http://localhost/simulator/reply', {
    method: 'POST',
    headers: { Origin: 'http://localhost', ...headers },
    body: new URLSearchParams(fields),
  });
}

describe('the phone page', () => {
  it('shows what arrived as text, and says that no SMS leaves', async () => {
    await arrive('Kl. <b>9</b> & "10"</p><script>alert(1)</script>');
    const answer = await test.app.request('/simulator');
    const page = await answer.text();
    expect(page).toMatch(/^<!doctype html><html lang="da">/i);
    expect(page).toContain('Kl. &lt;b&gt;9&lt;/b&gt; &amp; &quot;10&quot;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('Her sendes ingen rigtige SMS’er.');
    const policy = answer.headers.get('content-security-policy');
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/ style="| onclick=|https?:\/\//);
  });

  it('takes a reply, from the number however it is written, the way of a supplier’s callback', async () => {
    const answer = await reply({ from: '20 30 40 51', to: 'Sundhed', text: ' Stop ' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/simulator']);
    expect(simulator.phone().at(-1)).toMatchObject({
      phone: '+4520304051',
      sender: 'Sundhed',
      direction: 'written',
      text: 'Stop',
    });
    const stored = await test.db.selectFrom('inbound_message').select(['gateway', 'meaning', 'recipient']).execute();
    expect(stored).toEqual([{ gateway: 'simulator', meaning: 'stop', recipient: 'Sundhed' }]);
  });

  it.each([
    [{ from: 'nobody', to: 'Sundhed', text: 'Hej' }, ['from']],
    [{ from: PHONE, to: 'Sundhed', text: ' ' }, ['text']],
    [{}, ['from', 'text']],
  ])('says what is wrong with the reply %j', async (fields, pointers) => {
    const answer = await reply(fields as Record<string, string>);
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('takes no reply from another site', async () => {
    const before = simulator.phone().length;
    expect((await reply({ from: PHONE, to: 'x', text: 'STOP' }, { Origin: 'https://elsewhere.example' })).status).toBe(
      403,
    );
    expect(simulator.phone()).toHaveLength(before);
  });

  it('takes a reply from curl, and from its own page behind a proxy that ends TLS', async () => {
    const body = new URLSearchParams({ from: PHONE, to: 'x', text: 'hej' });
    expect((await test.app.request('/simulator/reply', { method: 'POST', body })).status).toBe(303);
    expect((await reply({ from: PHONE, to: 'x', text: 'hej' }, { Origin: test.deps.publicUrl })).status).toBe(303);
  });

  it('lets its guard decide about all that belongs to it', async () => {
    const routes = createRoutes().route(
      '/',
      simulatorRoutes({
        simulator,
        publicUrl: 'https://sms.example.org',
        guard: () => Promise.reject(notFound('page')),
      }),
    );
    routes.onError((error, c) => problemResponse(c, error as Problem));
    for (const path of ['/simulator', '/simulator/phone.css', '/simulator/phone.js'])
      expect((await routes.request(path)).status).toBe(404);
    expect(
      (
        await routes.request('/simulator/reply', {
          method: 'POST',
          body: new URLSearchParams({ from: PHONE, text: 'x' }),
        })
      ).status,
    ).toBe(404);
  });

  it('is not there without the simulator', async () => {
    const app = createApp({ ...test.deps, simulator: null });
    expect((await app.request('/simulator')).status).toBe(404);
  });
});

describe.skipIf(browserMissing !== null)('the phone page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: ServedApp;
  let origin: string;
  beforeAll(async () => {
    server = await serveApp(test.app);
    origin = server.origin;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it('brings in what is new by itself, keeps what is being written, and sends a reply and a STOP', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const seen = watch(page, origin);
    await arrive('Husk din tid');
    await page.goto(`${origin}/simulator`);
    const phone = page.getByRole('region', { name: `Telefon ${PHONE}` });
    const draft = phone.getByLabel('Svar til Sundhed');
    await draft.fill('Tak for');
    await arrive('Din tid er flyttet');
    await phone.getByText('Din tid er flyttet').waitFor();
    await arrive('En anden telefon', '+4520304052');
    await page.getByRole('region', { name: 'Telefon +4520304052' }).waitFor();
    expect(await draft.inputValue()).toBe('Tak for');

    await draft.fill('Tak for beskeden');
    await draft.press('Enter');
    await phone.getByRole('listitem').filter({ hasText: 'Tak for beskeden' }).waitFor();
    expect(await draft.inputValue()).toBe('');
    await phone.getByRole('button', { name: 'Svar STOP' }).click();
    await phone.getByRole('listitem').filter({ hasText: /^STOP/ }).waitFor();
    await phone.getByText('Leveret').first().waitFor();
    const ids: string[] = await page.evaluate('[...document.querySelectorAll("li")].map((entry) => entry.dataset.id)');
    expect(new Set(ids).size).toBe(ids.length);
    expect(seen).toEqual({ foreign: [], complaints: [] });
    await context.close();
  });

  it('works without a script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${origin}/simulator`);
    const phone = page.getByRole('region', { name: `Telefon ${PHONE}` });
    await phone.getByLabel('Svar til Sundhed').fill('Uden script');
    await phone.getByRole('button', { name: 'Send' }).click();
    await phone.getByText('Uden script').waitFor();
    expect(page.url()).toBe(`${origin}/simulator`);
    await context.close();
  });

  it.each([1280, 360])('is accessible and fits at %i pixels, full and empty', async (width) => {
    const empty = createApp({ ...test.deps, simulator: { phone: () => [], reply: async () => {} } });
    const bare = await serveApp(empty);
    const context = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true });
    const page = await context.newPage();
    for (const at of [origin, bare.origin]) {
      const again = page.waitForResponse((response) => response.request().resourceType() === 'fetch');
      await page.goto(`${at}/simulator`);
      await page.locator('summary').click();
      await again;
      expect([await violations(page), await isTooWide(page)]).toEqual([[], false]);
    }
    await page.getByText('Ingen beskeder endnu').waitFor();
    await context.close();
    bare.close();
  });
});
