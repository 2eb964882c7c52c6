import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';
import {
  type Browsing,
  browserMissing,
  DANISH,
  DARK,
  DESK,
  ENGLISH,
  NO_SCRIPT,
  PHONE,
  startBrowsing,
  type VisitOptions,
} from '../../support/browser.ts';
import { join, type PageClient } from '../../support/pages.ts';
import { StoredRows } from '../../support/stored-rows.ts';

if (browserMissing) console.warn(browserMissing);

const LONG = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';

describe.skipIf(browserMissing !== null)('texts and rules in a browser', () => {
  let test: TestApp;
  let browsing: Browsing;
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
    browsing = await startBrowsing(() => test.app);
  });
  afterAll(async () => {
    await browsing.close();
    await test.close();
  });

  /** Opens a page in the browser of an administrator. */
  async function open(path: string, options: VisitOptions) {
    const visit = await browsing.visit({ ...options, client: anna, refusals: [409, 422] });
    await visit.go(path);
    return visit;
  }

  const LOOKS: readonly [string, VisitOptions][] = [
    ['Danish, on a narrow phone', { ...DANISH, ...PHONE }],
    ['Danish, on a desk, dark', { ...DANISH, ...DESK, ...DARK }],
  ];

  it.each(LOOKS)('a text is seen on the phone while one writes, saved and put back: %s', async (_, options) => {
    const { page, look, close } = await open('/admin/texts', options);
    await look('texts');
    await page.getByRole('link', { name: 'Påmindelse', exact: true }).click();
    await look('text');
    await page.getByLabel('Tekst på dansk').fill('Husk {{weekday}} {{date}} {{time}} på Onkologisk Ambulatorium ł');
    await page.locator('mark', { hasText: 'ł' }).waitFor();
    await page.getByText('noget, der kan røbe en sygdom').waitFor();
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
    await page.getByRole('link', { name: 'Tidligere versioner (Dansk)' }).click();
    await look('versions');
    await page.getByRole('button', { name: /Standardteksten/ }).click();
    await page.getByText('Teksten gælder igen, som en ny version.').waitFor();
    await close();
  });

  it.each(LOOKS)(
    'rules show what they mean while one changes them, and a message what it would be: %s',
    async (_, options) => {
      const { page, look, close } = await open('/admin/rules', options);
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
      await close();
    },
  );

  it('what a text cost last month stands in one line on a desk, beside a long label', async () => {
    const october = new StoredRows(test.db, new Date('2026-10-15T12:00:00Z'), test.deps.keyring);
    await october.message('rh', null, '+4522304150', { template: 'opt-in-confirmed', country: 'DK' });
    const { page, close } = await open('/admin/texts/opt-in-confirmed', { ...DANISH, ...DESK });
    const lines = await page.evaluate<number[]>(`[...document.querySelectorAll('.known dd')].map((cost) => {
      const text = document.createRange();
      text.selectNodeContents(cost);
      return text.getClientRects().length;
    })`);
    expect(new Set(lines)).toEqual(new Set([1]));
    await close();
  });

  it('the policy of the pages lets their script do its work, and nothing else', async () => {
    const { page, look, close } = await open('/admin/texts/reminder', { ...ENGLISH, ...DESK, bypassCSP: false });
    await page.getByLabel('Text in English').fill('Come on {{weekday}} {{date}} at {{time}}');
    await page.getByText('Come on Tuesday').waitFor();
    await look('text-policy');
    await close();
  });

  it('everything works in English, in the dark, without script and by keyboard', async () => {
    const options = { ...ENGLISH, ...DARK, ...NO_SCRIPT, viewport: { width: 390, height: 800 } };
    const { page, go, look, close } = await open('/admin/texts/reminder', options);
    await page.getByLabel('Text in English').fill('Come on {{weekday}} {{date}} at {{time}} ł');
    await page.getByLabel('Show it with the values of an appointment').fill('EPJ-2026-00015');
    await page.keyboard.press('Enter');
    await page.locator('mark', { hasText: 'ł' }).waitFor();
    await page.getByText('Tuesday 15 December').first().waitFor();
    await look('text-without-script');
    await go('/admin/rules');
    await page.getByLabel('How long before the appointment', { exact: true }).first().fill('6');
    await page.getByRole('button', { name: 'Show what it means' }).press('Enter');
    await page.getByText('Reminder (6 days before)').waitFor();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('The rules are saved and in force.').waitFor();
    await look('rules-without-script');
    const { rules } = await test.json<{ rules: { lead: string }[] }>(200, '/v1/authorities/rh');
    expect(rules[0]?.lead).toBe('P6D');
    await close();
  });
});
