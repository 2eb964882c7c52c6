import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDLE_MS } from '../../../src/accounts/sessions.ts';
import { createApp } from '../../../src/app.ts';
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
import { invite, PASSWORD } from '../../support/pages.ts';

if (browserMissing) console.warn(browserMissing);

/** Words in cells of tables that stand on two lines, though no blank and no hyphen lets them break. */
const partedWords = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.data :is(td, th)')].flatMap((cell) => {
    const parted = [];
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      for (const { 0: word, index } of node.data.matchAll(/[^ \\n-]+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) parted.push(word);
      }
    return parted;
  })`);

const LONG = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';

describe.skipIf(browserMissing !== null)('the set-up in a browser', () => {
  let test: TestApp;
  let browsing: Browsing;
  let people = 0;
  beforeAll(async () => {
    test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
    await test.makeAuthority('rh', { name: LONG });
    browsing = await startBrowsing((publicUrl) => createApp({ ...test.deps, publicUrl }));
  });
  afterAll(async () => {
    await browsing.close();
    await test.close();
  });

  /** Opens a browser in which an administrator has accepted an invitation. */
  async function open(options: VisitOptions, authority: string | null = 'rh') {
    const email = `carla.${++people}@example.org`;
    const visit = await browsing.visit({ ...options, refusals: [409, 422] });
    await visit.go(await invite(test, { email, name: 'Carla Chef', role: 'administrator', authority }));
    await visit.page.locator('input[type=password]').first().fill(PASSWORD);
    await visit.page.keyboard.press('Enter');
    await visit.page.waitForURL((url) => url.pathname === '/admin');
    return { ...visit, email };
  }

  it.each<[string, VisitOptions]>([
    ['Danish, on a phone', { ...DANISH, ...PHONE }],
    ['English, on a desk, dark', { ...ENGLISH, ...DESK, ...DARK }],
    ['Danish, without JavaScript', { ...DANISH, ...NO_SCRIPT, viewport: { width: 390, height: 800 } }],
  ])('makes a booking system, a key and a person, corrects a setting and imports a file: %s', async (_, options) => {
    const { page, go, look, close } = await open(options);
    const id = `epj-${people}`;
    await go('/admin/set-up/sources?authority=rh');
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
    await page.getByRole('link', { name: /^(Videre til|Go on to) EPJ på/ }).click();
    await page.locator('#secrets').waitFor();
    await look('source');
    await go(`/admin/set-up/sources/${id}/settings?authority=rh`);
    await look('source-settings');
    await page.locator('#defaultRegion').fill('DK');
    await page.locator('#statusMap').fill('4 = aflyst\n5');
    await page.locator('main button[type=submit]').click();
    await page.locator('#statusMap[aria-invalid]').waitFor();
    await look('source-settings-refused');
    await go(`/admin/set-up/sources/${id}/events?authority=rh`);
    await look('source-events');

    await go('/admin/set-up/keys?authority=rh');
    await page.locator('#name').fill('Ledelsesrapport');
    await page.keyboard.press('Enter');
    await page.locator('.secret').waitFor();
    await go('/admin/set-up/keys?authority=rh');
    await page.locator('main summary').first().click();
    await look('keys');

    await go('/admin/set-up/people?authority=rh');
    await page.locator('#email').fill(`ny.${people}@example.org`);
    await page.locator('main #name').fill('Nikoline Sørensen-Østergaard');
    await page.locator('#departments').fill('Ambulatoriet for Knoglesygdomme og Ortopædkirurgi');
    await page.locator('#invite button').click();
    await page.locator('.secret').waitFor();
    await look('person-link');
    await go('/admin/set-up/people?authority=rh');
    await look('people');
    await page
      .getByRole('link', { name: /Nikoline/ })
      .last()
      .click();
    await page.locator('#remove').waitFor();
    await look('person');

    await go('/admin/set-up/import?authority=rh');
    await look('import');
    await page.locator('#source').selectOption(id);
    const csv = 'id;dato;tid;mobil;status\nA-1;01-12-2026;09.00;20123456;booket\nA-2;i morgen;;x;booket\n';
    await page.locator('#file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.locator('main button[type=submit]').click();
    await page.getByRole('status').waitFor();
    await look('imported');

    for (const name of ['gateways', 'departments', 'audit']) {
      await go(`/admin/set-up/${name}?authority=rh`);
      if (name === 'audit') await page.locator('main summary').first().click();
      await look(name);
    }
    await close();
  });

  it.each<[string, VisitOptions]>([
    ['Danish, on a phone', { ...DANISH, ...PHONE }],
    ['English, on a desk, dark', { ...ENGLISH, ...DESK, ...DARK }],
  ])('runs the installation: %s', async (_, options) => {
    const { page, go, look, close } = await open(options, null);
    await go('/admin/installation');
    await look('health');
    await go('/admin/installation/authorities');
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
      await go(`/admin/installation/${name}`);
      await look(`installation-${name}`);
    }
    await go('/admin/set-up/gateways/simulator?authority=rh');
    await look('gateway');
    await close();
  });

  it('parts no word of a table, no date and no price where a question opens beside them', async () => {
    const { page, go, look, close } = await open({ ...DANISH, ...DESK }, null);
    await go('/admin/set-up/gateways/simulator?authority=rh');
    for (const [name, value] of [
      ['country', 'DK'],
      ['perSegment', '0,295'],
      ['currency', 'DKK'],
      ['from', '2026-12-24'],
    ] as const)
      await page.locator(`#${name}`).fill(value);
    await page.locator('#from').press('Enter');
    await page.locator('.data summary').click();
    await page.locator('.data .confirm button').waitFor();
    await look('price-asked');
    expect(await partedWords(page)).toEqual([]);
    await close();
  });

  it('gives what an entry of the audit log changed most of the width of its card on a phone', async () => {
    const { page, go, close } = await open({ ...DANISH, ...PHONE }, null);
    await go('/admin/set-up/audit?authority=rh');
    const shares = await page.evaluate<number[]>(`[...document.querySelectorAll('.data td > details')].map(
      (details) => details.offsetWidth / details.parentElement.clientWidth,
    )`);
    expect(shares.length).toBeGreaterThan(0);
    expect(Math.min(...shares)).toBeGreaterThan(0.8);
    await close();
  });

  it('keeps what was typed when the session has ended, until it is sent by hand after signing in again', async () => {
    const { page, go, look, close, email } = await open({ ...DANISH, ...PHONE });
    await go('/admin/set-up/keys?authority=rh');
    await page.locator('#name').fill('Skrevet, før det var for sent');
    test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
    await page.keyboard.press('Enter');
    await page.getByText('men det, du skrev, er gemt').waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Formularen er her endnu' }).waitFor();
    await look('kept');
    expect(await page.locator('textarea').inputValue()).toBe('Skrevet, før det var for sent');
    await page.getByRole('button', { name: 'Opret en nøgle' }).click();
    await page.locator('.secret').waitFor();
    expect(await page.locator('h1').textContent()).toContain('Skrevet, før det var for sent');
    await go('/admin/kept');
    expect(new URL(page.url()).pathname).toBe('/admin');
    await close();
  });
});
