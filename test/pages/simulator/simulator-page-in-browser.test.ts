import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { TestApp } from '../../support/app.ts';
import {
  Browsers,
  browserMissing,
  isTooWide,
  type ServedApp,
  serveApp,
  violations,
  watch,
} from '../../support/browser.ts';
import { openSimulatedPhones, PHONE, type SimulatedPhones } from './phones.ts';

if (browserMissing) console.warn(browserMissing);

describe.skipIf(browserMissing !== null)('the phone page in a browser', () => {
  let test: TestApp;
  let arrive: SimulatedPhones['arrive'];
  let browsers: Browsers;
  let server: ServedApp;
  let origin: string;
  beforeAll(async () => {
    ({ test, arrive } = await openSimulatedPhones());
    server = await serveApp(test.app);
    origin = server.origin;
    browsers = new Browsers();
  });
  afterAll(async () => {
    await browsers.close();
    server.close();
    await test.close();
  });

  it('shows new messages by itself, keeps a reply that is being written, and sends a reply and a STOP', async () => {
    const context = await browsers.newContext({ locale: 'da-DK' });
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
    await phone.getByText('Modtaget').first().waitFor();
    const ids: string[] = await page.evaluate('[...document.querySelectorAll("li")].map((entry) => entry.dataset.id)');
    expect(new Set(ids).size).toBe(ids.length);
    expect(seen).toEqual({ foreign: [], complaints: [] });
    await context.close();
  });

  it('works without a script', async () => {
    const context = await browsers.newContext({ locale: 'da-DK', javaScriptEnabled: false });
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
    const context = await browsers.newContext({ viewport: { width, height: 800 }, locale: 'da-DK', bypassCSP: true });
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
