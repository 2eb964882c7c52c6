import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY, openScene, type Scene, type ScenePerson } from '../../shots/scene.ts';
import { openAs } from '../../shots/walk.ts';
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

/** Folder for pictures of the pages; unset: none are kept. */
const { EASYSMS_TEST_SHOTS: shots } = process.env;

describe.skipIf(browserMissing !== null)('finding, counting and erasing in a browser', () => {
  let scene: Scene;
  let browser: Browser;
  let server: ServedApp;
  beforeAll(async () => {
    scene = await openScene();
    server = await serveApp(scene.test.app);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await scene.close();
  });

  /** Opens a browser of a person, with a function that looks whether its page is as it should be. */
  async function open(person: ScenePerson, options: BrowserContextOptions) {
    const { page } = await openAs(browser, server.origin, person, { bypassCSP: true, ...options });
    const seen = watch(page, server.origin);
    const scripts = options.javaScriptEnabled !== false;
    const look = async (name: string) => {
      const label = [options.locale, options.viewport?.width].join('-');
      if (shots) await page.screenshot({ path: `${shots}/${name}-${label}.png`, fullPage: true });
      const found = scripts ? await violations(page) : [];
      const wide = scripts ? await isTooWide(page) : false;
      const complaints = seen.complaints.filter((text) => !text.includes('responded with a status of 422'));
      expect({ name, found, wide, foreign: seen.foreign, complaints }).toEqual({
        ...{ name, found: [], wide: false, foreign: [], complaints: [] },
      });
    };
    return { page, look };
  }
  const at = (path: string) => `${server.origin}${path}?authority=${AUTHORITY}`;

  it.each<[string, BrowserContextOptions, RegExp, string, RegExp]>([
    [
      'on a phone in Danish',
      { locale: 'da-DK', viewport: { width: 320, height: 640 } },
      /^Telefonnummer eller/,
      'Søg',
      /Påmindelsen holdes tilbage/,
    ],
    [
      'on a desk in English, dark, without scripts',
      { locale: 'en-GB', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', javaScriptEnabled: false },
      /^Phone number or/,
      'Search',
      /The reminder is held back/,
    ],
  ])('an operator finds out by keyboard why a citizen got no SMS: %s', async (_, options, field, button, verdict) => {
    const { page, look } = await open(scene.people.operator, options);
    await page.goto(at('/admin/find'));
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
    await page.getByRole('row').getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText(verdict).waitFor();
    await look('find-story');
  });

  it.each<[string, BrowserContextOptions]>([
    ['on a phone', { locale: 'da-DK', viewport: { width: 320, height: 640 } }],
    ['on a desk, dark', { locale: 'da-DK', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ])('a viewer goes from a figure to the reminders behind it, and on to an appointment: %s', async (_, options) => {
    const { page, look } = await open(scene.people.viewer, options);
    await page.goto(at('/admin/statistics'));
    await page.getByLabel('Fordel på').selectOption('week');
    await page.getByRole('button', { name: 'Vis', exact: true }).click();
    await page.getByRole('table').first().waitFor();
    await look('statistics-week');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Påmindelserne bag tallet' }).waitFor();
    await look('statistics-behind');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Forløb' }).waitFor();
    await look('statistics-story');
  });

  it.each<[string, string, BrowserContextOptions]>([
    ['on a phone', '22 30 41 52', { locale: 'da-DK', viewport: { width: 320, height: 640 } }],
    ['on a desk', '22 30 41 53', { locale: 'da-DK', viewport: { width: 1280, height: 800 } }],
  ])('an administrator hands over what is held, and erases it with proof: %s', async (_, number, options) => {
    const { page, look } = await open(scene.people.administrator, options);
    await page.goto(at('/admin/citizens'));
    await look('citizens');
    const saved = await download(page, async () => {
      await page.locator('#phone').fill(number);
      await page.getByRole('button', { name: 'Hent som dokument' }).click();
    });
    expect(saved).toMatch(/^indsigt-.*\.html$/);
    await page.getByRole('button', { name: 'Vis her' }).click();
    await page.getByRole('heading', { name: 'Oplysninger om et telefonnummer' }).waitFor();
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
  });
});

/** @returns the name of the file that the browser saves */
async function download(page: Page, act: () => Promise<void>): Promise<string> {
  const saved = page.waitForEvent('download');
  await act();
  return (await saved).suggestedFilename();
}
