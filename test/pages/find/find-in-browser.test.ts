import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../../shots/scene.ts';
import { DANISH, DARK, DESK, ENGLISH, NO_SCRIPT, PHONE, type VisitOptions } from '../../support/browser.ts';
import { describeInBrowser } from '../../support/in-browser.ts';

describeInBrowser('finding, counting and erasing in a browser', (site) => {
  const visit = (role: 'viewer' | 'operator' | 'administrator', options: VisitOptions) =>
    site.visit({ ...options, client: site.scene.people[role].client });
  const at = (path: string) => `${path}?authority=${AUTHORITY}`;

  it.each<[string, VisitOptions, RegExp, string, RegExp]>([
    ['on a phone in Danish', { ...DANISH, ...PHONE }, /^Telefonnummer eller/, 'Søg', /Påmindelsen holdes tilbage/],
    [
      'on a desk in English, dark, without scripts',
      { ...ENGLISH, ...DESK, ...DARK, ...NO_SCRIPT },
      /^Phone number or/,
      'Search',
      /The reminder is held back/,
    ],
  ])('an operator finds out by keyboard why a citizen got no SMS: %s', async (_, options, field, button, verdict) => {
    const { page, go, look, close } = await visit('operator', options);
    await go(at('/admin/find'));
    await page.getByLabel(field).focus();
    await page.keyboard.type('010190-1234');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await look('find-refused');
    expect(await page.getByLabel(field).inputValue()).toBe('010190-1234');
    await page.getByLabel(field).fill('22 30 41 50');
    await page.getByRole('button', { name: button, exact: true }).press('Enter');
    await page.getByRole('table').waitFor();
    await look('find-found');
    expect(page.url()).not.toContain('22304150');
    expect(new URL(page.url()).hash).toBe('#found');
    await page.locator('#found:focus').waitFor();
    await page.getByRole('row').getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText(verdict).waitFor();
    await look('find-story');
    await close();
  });

  it.each<[string, VisitOptions]>([
    ['on a phone', { ...DANISH, ...PHONE }],
    ['on a desk, dark', { ...DANISH, ...DESK, ...DARK }],
  ])('a viewer goes from a figure to the reminders behind it, and on to an appointment: %s', async (_, options) => {
    const { page, go, look, close } = await visit('viewer', options);
    await go(at('/admin/statistics'));
    await page.getByLabel('Fordel på').selectOption('week');
    await page.getByRole('button', { name: 'Vis', exact: true }).click();
    await page.getByRole('table').first().waitFor();
    await page.locator('#found:focus').waitFor();
    // The same is asked for again, and not shown as it was.
    const again = page.waitForResponse((response) => new URL(response.url()).pathname === '/admin/statistics');
    await page.getByRole('button', { name: 'Vis', exact: true }).click();
    await again;
    await page.locator('#found:focus').waitFor();
    await look('statistics-week');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Påmindelserne bag tallet' }).waitFor();
    await look('statistics-behind');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Forløb' }).waitFor();
    await look('statistics-story');
    await close();
  });

  it.each<[string, string, VisitOptions]>([
    ['on a phone', '22 30 41 52', { ...DANISH, ...PHONE }],
    ['on a desk', '22 30 41 53', { ...DANISH, ...DESK }],
  ])('an administrator hands over what is held, and erases it with proof: %s', async (_, number, options) => {
    const { page, go, look, close } = await visit('administrator', options);
    await go(at('/admin/citizens'));
    await look('citizens');
    const saved = await download(page, async () => {
      await page.locator('#phone').fill(number);
      await page.getByRole('button', { name: 'Hent som dokument' }).click();
    });
    expect(saved).toMatch(/^indsigt-.*\.html$/);
    await page.getByRole('button', { name: 'Vis her' }).click();
    await page.getByRole('heading', { name: 'Oplysninger om et telefonnummer' }).waitFor();
    await page.locator('#record:focus').waitFor();
    await look('citizens-record');
    await page.locator('#number').fill(number);
    await page.getByRole('button', { name: 'Fortsæt til sletning' }).click();
    await page.getByRole('heading', { name: 'Slet alt om nummeret?' }).waitFor();
    await page.locator('#number').fill(number);
    await page.getByRole('button', { name: 'Slet nu' }).click();
    await page.getByRole('alert').waitFor();
    await look('citizens-confirm');
    await page.getByLabel(/^Jeg har sikret mig/).check();
    await page.getByRole('button', { name: 'Slet nu' }).click();
    await page.getByRole('heading', { name: 'Kvittering for sletning' }).waitFor();
    await look('citizens-receipt');
    await close();
  });
});

/** @returns the name of the file that the browser saves */
async function download(page: Page, act: () => Promise<void>): Promise<string> {
  const saved = page.waitForEvent('download');
  await act();
  return (await saved).suggestedFilename();
}
