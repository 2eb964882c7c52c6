import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/http/app.ts';
import { IDLE_MS } from '../../../src/staff/sessions/sessions.ts';
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
import { invite, PASSWORD } from '../../support/pages.ts';

if (browserMissing) console.warn(browserMissing);

const LONG = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';
/** Folder for pictures of the pages; unset: none are kept. */
const { EASYSMS_TEST_SHOTS: shots } = process.env;

describe.skipIf(browserMissing !== null)('the set-up in a browser', () => {
  let test: TestApp;
  let browser: Browser;
  let server: ServedApp;
  let people = 0;
  beforeAll(async () => {
    test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
    await test.makeAuthority('rh', { name: LONG });
    const app = { fetch: (request: Request): Response | Promise<Response> => served.fetch(request) };
    server = await serveApp(app);
    const served = createApp({ ...test.deps, publicUrl: server.origin });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await test.close();
  });

  const at = (path: string) => `${server.origin}${path}`;
  /** Opens a browser in which an administrator has accepted an invitation. */
  async function open(options: BrowserContextOptions, authority: string | null = 'rh') {
    const email = `carla.${++people}@example.org`;
    const context = await browser.newContext({ bypassCSP: true, ...options });
    const page = await context.newPage();
    const seen = watch(page, server.origin);
    await page.goto(at(await invite(test, { email, name: 'Carla Chef', role: 'administrator', authority })));
    await page.locator('input[type=password]').first().fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/admin');
    const label = [options.locale, options.viewport?.width, options.colorScheme ?? 'light'].join('-');
    const look = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${name}-${label}.png`, fullPage: true });
      const scripts = options.javaScriptEnabled !== false;
      const found = scripts ? await violations(page) : [];
      const wide = scripts && (await isTooWide(page));
      const complaints = seen.complaints.filter((text) => !/responded with a status of (?:409|422) /.test(text));
      expect({ name, found, wide, foreign: seen.foreign, complaints }).toEqual({
        ...{ name, found: [], wide: false, foreign: [], complaints: [] },
      });
    };
    return { page, look, email };
  }

  it.each<[string, BrowserContextOptions]>([
    ['Danish, on a phone', { locale: 'da-DK', viewport: { width: 320, height: 640 } }],
    ['English, on a desk, dark', { locale: 'en-GB', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
    [
      'Danish, without JavaScript',
      { locale: 'da-DK', viewport: { width: 390, height: 800 }, javaScriptEnabled: false },
    ],
  ])('makes a booking system, a key and a person, corrects a setting and imports a file: %s', async (_, options) => {
    const { page, look } = await open(options);
    const id = `epj-${people}`;
    await page.goto(at('/admin/set-up/sources?authority=rh'));
    await look('sources');
    await page.locator('#name').fill('EPJ på Øresundshospitalet, ambulatorier og sengeafsnit');
    await page.locator('#id').fill('EPJ med blanke');
    await page.locator('#make button').click();
    await page.locator('#id[aria-invalid]').waitFor();
    await look('source-refused');
    await page.locator('#id').fill(id);
    await page.keyboard.press('Enter');
    await page.locator('.secret').first().waitFor();
    await look('source-secrets');
    await page.getByRole('link', { name: id }).click();
    await page.locator('#secrets').waitFor();
    await look('source');
    await page.goto(at(`/admin/set-up/sources/${id}/settings?authority=rh`));
    await look('source-settings');
    await page.locator('#defaultRegion').fill('DK');
    await page.locator('#more').fill('{ "statusMap": { "4": "aflyst" } }');
    await page.locator('main button[type=submit]').click();
    await page.locator('#more[aria-invalid]').waitFor();
    await look('source-settings-refused');
    await page.goto(at(`/admin/set-up/sources/${id}/events?authority=rh`));
    await look('source-events');

    await page.goto(at('/admin/set-up/keys?authority=rh'));
    await page.locator('#name').fill('Ledelsesrapport');
    await page.keyboard.press('Enter');
    await page.locator('.secret').waitFor();
    await page.goto(at('/admin/set-up/keys?authority=rh'));
    await page.locator('main summary').first().click();
    await look('keys');

    await page.goto(at('/admin/set-up/people?authority=rh'));
    await page.locator('#email').fill(`ny.${people}@example.org`);
    await page.locator('main #name').fill('Nikoline Sørensen-Østergaard');
    await page.locator('#departments').fill('Ambulatoriet for Knoglesygdomme og Ortopædkirurgi');
    await page.locator('#invite button').click();
    await page.locator('.secret').waitFor();
    await look('person-link');
    await page.goto(at('/admin/set-up/people?authority=rh'));
    await look('people');
    await page
      .getByRole('link', { name: /Nikoline/ })
      .last()
      .click();
    await page.locator('#remove').waitFor();
    await look('person');

    await page.goto(at('/admin/set-up/import?authority=rh'));
    await look('import');
    await page.locator('#source').selectOption(id);
    const csv = 'id;dato;tid;mobil;status\nA-1;01-12-2026;09.00;20123456;booket\nA-2;i morgen;;x;booket\n';
    await page.locator('#file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.locator('main button[type=submit]').click();
    await page.getByRole('status').waitFor();
    await look('imported');

    for (const name of ['gateways', 'departments', 'audit']) {
      await page.goto(at(`/admin/set-up/${name}?authority=rh`));
      if (name === 'audit') await page.locator('main summary').first().click();
      await look(name);
    }
    await page.context().close();
  });

  it.each<[string, BrowserContextOptions]>([
    ['Danish, on a phone', { locale: 'da-DK', viewport: { width: 320, height: 640 } }],
    ['English, on a desk, dark', { locale: 'en-GB', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ])('runs the installation: %s', async (_, options) => {
    const { page, look } = await open(options, null);
    await page.goto(at('/admin/installation'));
    await look('health');
    await page.goto(at('/admin/installation/authorities'));
    await page.locator('#name').fill('Øresundskommunen');
    await page.locator('#id').fill(`oeresund-${people}`);
    await page.locator('#sender').fill('Skat');
    await page.keyboard.press('Enter');
    await page.locator('#sender[aria-invalid]').waitFor();
    await look('authority-refused');
    await page.locator('#sender').fill('Oeresund');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    await page.locator('#cvr').fill('123');
    await page.locator('.card button[type=submit]').click();
    await page.locator('#cvr[aria-invalid]').waitFor();
    await look('authority');
    for (const name of ['people', 'audit']) {
      await page.goto(at(`/admin/installation/${name}`));
      await look(`installation-${name}`);
    }
    await page.goto(at('/admin/set-up/gateways/simulator?authority=rh'));
    await look('gateway');
    await page.context().close();
  });

  it('keeps what was typed when the session has ended, until it is sent by hand after signing in again', async () => {
    const { page, look, email } = await open({ locale: 'da-DK', viewport: { width: 320, height: 640 } });
    await page.goto(at('/admin/set-up/keys?authority=rh'));
    await page.locator('#name').fill('Skrevet, før det var for sent');
    test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
    await page.keyboard.press('Enter');
    await page.getByText('men det, du skrev, er gemt').waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Du er logget ind igen' }).waitFor();
    await look('kept');
    expect(await page.locator('textarea').inputValue()).toBe('Skrevet, før det var for sent');
    await page.getByRole('button', { name: 'Send det nu' }).click();
    await page.locator('.secret').waitFor();
    expect(await page.locator('h1').textContent()).toContain('Skrevet, før det var for sent');
    await page.goto(at('/admin/kept'));
    expect(new URL(page.url()).pathname).toBe('/admin');
    await page.context().close();
  });
});
