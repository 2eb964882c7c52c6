import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../support/app.ts';
import { type Browsing, browserMissing, DANISH, follow, startBrowsing } from '../support/browser.ts';
import { StoredRows } from '../support/stored-rows.ts';

if (browserMissing) console.warn(browserMissing);

describe.skipIf(browserMissing !== null)('the pages in a browser', () => {
  let test: TestApp;
  let browsing: Browsing;
  beforeAll(async () => {
    test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
    browsing = await startBrowsing(() => test.app);
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    await test.makeAuthority('rh', { name: 'Region Hovedstaden' });
    await test.makeSource('rh', 'rh');
    const appointment = await rows.appointment('rh', null);
    for (const due_day of ['2026-11-20', '2026-11-23', '2026-11-23'])
      await rows.reminder('rh', appointment, { due_day });
    await rows.reply(['rh'], '+4520123456', 'Stop det');
    await rows.reply(['rh'], '+4520123457', 'Jeg kommer senere');
  });
  afterAll(async () => {
    await browsing.close();
    await test.close();
  });

  it.each([
    ['a desk', 1280],
    ['a phone', 360],
  ])(
    'on %s, one signs in, reads the statistics and settles a reply; each page is accessible and loads nothing from elsewhere',
    async (_, width) => {
      const { page, go, look, close } = await browsing.visit({
        ...DANISH,
        viewport: { width, height: 800 },
        refusals: [401],
      });
      await go('/admin/replies');
      await page.getByLabel('Administratornøgle').fill('wrong');
      await page.getByRole('button', { name: 'Log ind' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('Nøglen er forkert');
      await look('key-refused');
      await page.getByLabel('Administratornøgle').fill(test.adminToken);
      await page.keyboard.press('Enter');

      await page.getByRole('heading', { name: 'Svar fra borgere' }).waitFor();
      await look('replies');
      await page.getByRole('button', { name: 'Intet at gøre' }).first().click();
      expect(await page.getByRole('status').textContent()).toBe('Svaret er behandlet.');

      await follow(page, 'Statistik');
      await page.getByRole('table').waitFor();
      await look('statistics');
      const found = await page.locator('tbody tr', { hasText: 'man. 23. nov.' }).textContent();
      expect(found).toBe('man.\u00a023.\u00a0nov.2');
      await page.getByLabel('Fordel på').selectOption('department');
      await page.getByRole('button', { name: 'Vis' }).click();
      expect(await page.locator('tbody tr', { hasText: 'Ikke angivet' }).textContent()).toBe('Ikke angivet3');

      await page.getByRole('button', { name: 'Log ud', exact: true }).click();
      await page.getByLabel('Administratornøgle').waitFor();
      await close();
    },
  );

  it('under its own policy, nothing of a page is refused by the browser', async () => {
    const { page, go, close } = await browsing.visit({ ...DANISH, bypassCSP: false, refusals: [] });
    await go('/admin');
    await page.getByLabel('Administratornøgle').fill(test.adminToken);
    await page.getByRole('button', { name: 'Log ind' }).click();
    await follow(page, 'Statistik');
    await page.getByRole('table').waitFor();
    await follow(page, /Svar og frameldinger/);
    await page.getByRole('heading', { name: 'Svar fra borgere' }).waitFor();
    const font: string = await page.evaluate('getComputedStyle(document.querySelector("h1")).fontSize');
    expect(font).toBe('28px');
    await close();
  });
});
