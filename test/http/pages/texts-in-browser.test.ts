import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { join, type PageClient } from '../../support/pages.ts';

if (browserMissing) console.warn(browserMissing);

const LONG = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';
/** Folder for pictures of the pages; unset: none are kept. */
const { EASYSMS_TEST_SHOTS: shots } = process.env;

describe.skipIf(browserMissing !== null)('texts and rules in a browser', () => {
  let test: TestApp;
  let browser: Browser;
  let server: ServedApp;
  let anna: PageClient;
  beforeAll(async () => {
    test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
    await test.makeAuthority('rh', { name: LONG, contactPhone: '35 45 35 45' });
    const { token } = await test.makeSource('rh', 'rh-epj', { name: 'Hospitalets elektroniske patientjournal' });
    for (const day of ['08', '15', '16']) {
      const data = {
        ...{ id: `EPJ-2026-000${day}`, start: `2026-12-${day}T09:00:00+01:00` },
        patient: { id: `P-${day}`, phone: '20 12 34 56', language: 'da' },
      };
      await test.json(202, '/v1/webhooks/rh-epj', { token, body: { type: 'appointment.booked', data } });
    }
    anna = await join(test, { email: 'anna@example.org', name: 'Anna Jensen', role: 'administrator', authority: 'rh' });
    server = await serveApp(test.app);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await test.close();
  });

  const at = (path: string) => `${server.origin}${path}`;
  async function open(options: BrowserContextOptions): Promise<{ page: Page; look: (name: string) => Promise<void> }> {
    const context = await browser.newContext(options);
    await context.addCookies(
      anna.cookie.split('; ').map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return { name, value, url: server.origin };
      }),
    );
    const page = await context.newPage();
    const seen = watch(page, server.origin);
    const label = [options.locale, options.viewport?.width, options.colorScheme ?? 'light'].join('-');
    const look = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${name}-${label}.png`, fullPage: true });
      const found = options.bypassCSP ? await violations(page) : [];
      const wide = options.javaScriptEnabled === false ? false : await isTooWide(page);
      // Chromium calls the refusal of a form, which is a page, a resource that failed.
      const complaints = seen.complaints.filter((text) => !/responded with a status of (?:409|422) /.test(text));
      expect({ name, found, wide, foreign: seen.foreign, complaints }).toEqual({
        ...{ name, found: [], wide: false, foreign: [], complaints: [] },
      });
    };
    return { page, look };
  }

  const LOOKS: readonly [string, BrowserContextOptions][] = [
    ['Danish, on a narrow phone', { locale: 'da-DK', viewport: { width: 320, height: 640 } }],
    ['Danish, on a desk, dark', { locale: 'da-DK', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ];

  it.each(LOOKS)('a text is seen on the phone while one writes, saved and put back: %s', async (_, options) => {
    const { page, look } = await open({ ...options, bypassCSP: true });
    await page.goto(at('/admin/texts'));
    await look('texts');
    await page.getByRole('link', { name: 'Påmindelse', exact: true }).click();
    await look('text');
    await page.getByLabel('Tekst på dansk').fill('Husk {{weekday}} {{date}} {{time}} på Onkologisk Ambulatorium ł');
    await page.locator('mark', { hasText: 'ł' }).waitFor();
    await page.getByText('Trin 2').waitFor();
    await look('text-typed');
    await page.getByLabel('Tekst på dansk').fill('Husk {{ dato }}');
    await page.getByRole('button', { name: 'Gem' }).click();
    await page.getByText('der er ingen oplysning med det navn').first().waitFor();
    await look('text-refused');
    await page
      .getByLabel('Tekst på dansk')
      .fill('Kom {{weekday}} d. {{date}} kl. {{time}}. Afbud: ring {{contactPhone}}');
    await page.getByRole('button', { name: 'Gem' }).click();
    await page.getByText('Teksten er gemt og gælder nu.').waitFor();
    await page.getByRole('link', { name: 'Tidligere udgaver (Dansk)' }).click();
    await look('versions');
    await page.getByRole('button', { name: /Teksten, der følger med/ }).click();
    await page.getByText('Udgaven gælder igen.').waitFor();
    await page.context().close();
  });

  it.each(LOOKS)(
    'rules show what they mean while one changes them, and a message what it would be: %s',
    async (_, options) => {
      const { page, look } = await open({ ...options, bypassCSP: true });
      await page.goto(at('/admin/rules'));
      await look('rules');
      await page.getByLabel('Hvor længe før aftalen', { exact: true }).first().fill('5');
      await page.getByText('Påmindelse (5 dage før)').waitFor();
      await look('rules-typed');
      await page.getByLabel('Andre dage uden SMS, hvert år').fill('jul');
      await page.getByRole('button', { name: 'Gem' }).click();
      await page.getByText('Skriv dage som dag og måned').waitFor();
      await look('rules-refused');
      for (const name of ['Svar og afbud', 'Afsender og grænser', 'Pause', 'Ukendte koder', 'Prøv en besked']) {
        await page.getByRole('link', { name, exact: true }).click();
        await page.getByRole('heading', { name, level: 1 }).waitFor();
        await look(name.toLowerCase().replaceAll(/\W+/g, '-'));
      }
      const data = { id: 'B-1', start: '2026-12-21T09:00:00+01:00', patient: { id: 'P-9', phone: '20 12 34 56' } };
      await page.getByLabel('Besked', { exact: true }).fill(JSON.stringify({ type: 'appointment.booked', data }));
      await page.getByRole('button', { name: 'Prøv beskeden' }).click();
      await page.getByRole('heading', { name: 'Forstået som' }).waitFor();
      await look('tried');
      await page.context().close();
    },
  );

  it('the policy of the pages lets their script do its work, and nothing else', async () => {
    const { page, look } = await open({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    await page.goto(at('/admin/texts/reminder'));
    await page.getByLabel('Text in English').fill('Come on {{weekday}} {{date}} at {{time}}');
    await page.getByText('Come on Tuesday').waitFor();
    await look('text-policy');
    await page.context().close();
  });

  it('everything works in English, in the dark, without script and by keyboard', async () => {
    const options = { locale: 'en-GB', viewport: { width: 390, height: 800 }, colorScheme: 'dark' } as const;
    const { page, look } = await open({ ...options, javaScriptEnabled: false });
    await page.goto(at('/admin/texts/reminder'));
    await page.getByLabel('Text in English').fill('Come on {{weekday}} {{date}} at {{time}} ł');
    await page.getByLabel('Show it with the values of an appointment').fill('EPJ-2026-00015');
    await page.keyboard.press('Enter');
    await page.locator('mark', { hasText: 'ł' }).waitFor();
    await page.getByText('Tuesday 15 December').first().waitFor();
    await look('text-without-script');
    await page.goto(at('/admin/rules'));
    await page.getByLabel('How long before the appointment', { exact: true }).first().fill('6');
    await page.getByRole('button', { name: 'Show what it means' }).press('Enter');
    await page.getByText('Reminder (6 days before)').waitFor();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('The rules are saved and in force.').waitFor();
    await look('rules-without-script');
    const { rules } = await test.json<{ rules: { lead: string }[] }>(200, '/v1/authorities/rh');
    expect(rules[0]?.lead).toBe('P6D');
    await page.context().close();
  });
});
