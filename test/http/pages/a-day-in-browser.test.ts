import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY, openScene, type Scene } from '../../shots/scene.ts';
import { browserMissing, openBrowser, type ServedApp, serveApp, watch } from '../../support/browser.ts';
import { invite, PASSWORD } from '../../support/pages.ts';

if (browserMissing) console.warn(browserMissing);

/** The reminder's wording of the scene, with a greeting. */
const TEXT =
  'Hej. Husk din tid hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}. ' +
  'Afbud: ring {{contactPhone}}.';

describe.skipIf(browserMissing !== null)('a secretary', () => {
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

  const open = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Sider' }).getByRole('link', { name }).click();
  const told = (page: Page) => page.getByRole('status').first().textContent();
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

  /** Presses the buttons with this name until there is none. @returns how many there were */
  async function pressAll(page: Page, name: RegExp): Promise<number> {
    let pressed = 0;
    for (; await button(page, name).count(); pressed++) {
      await button(page, name).click();
      await page.getByRole('status').first().waitFor();
      expect(pressed).toBeLessThan(30);
    }
    return pressed;
  }

  it('gets through a day: invited, the list worked off, a question answered, a text changed, a decision undone', async () => {
    const context = await browser.newContext({ locale: 'da-DK', viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const seen = watch(page, server.origin);
    const who = { email: 'lone.dahl@region.example', name: 'Lone Dahl', role: 'administrator' as const };
    await page.goto(server.origin + (await invite(scene.test, { ...who, authority: AUTHORITY })));
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Opgaver', exact: true }).waitFor();

    // Whom to call, and what citizens wrote.
    expect(await pressAll(page, /^(Har ringet|Ordnet)/)).toBeGreaterThan(3);
    const answers = /^(Afbud er meldt videre|Framelding)$/;
    for (let nth = 0; await page.getByRole('link', { name: 'Læs og behandl' }).count(); nth++) {
      await page.getByRole('link', { name: 'Læs og behandl' }).first().click();
      await button(page, answers).click();
      await page.getByRole('status').first().waitFor();
      await open(page, 'Opgaver');
      expect(nth).toBeLessThan(10);
    }
    const left = page.getByRole('button', { name: /^(Har ringet|Ordnet)/ });
    expect([await left.count(), await page.getByRole('link', { name: 'Læs og behandl' }).count()]).toEqual([0, 0]);

    // A citizen calls: why was there no SMS?
    await open(page, 'Find');
    await page.getByLabel('Telefonnummer eller aftalens nummer').fill('22 30 41 60');
    await button(page, 'Søg').click();
    expect(page.url()).not.toContain('2230');
    await page.getByRole('link', { name: /2026/ }).first().click();
    await page.getByRole('heading', { name: /^Aftale A-/ }).waitFor();
    expect(await page.locator('main').textContent()).toMatch(/frameld/i);

    await open(page, 'Tekster');
    await page.getByRole('link', { name: 'Påmindelse' }).first().click();
    await page.getByLabel('Tekst på dansk').fill(TEXT);
    await button(page, 'Gem').click();
    expect(await told(page)).toMatch(/gemt/i);
    expect(await page.getByLabel('Tekst på dansk').inputValue()).toBe(TEXT);

    await open(page, 'Svar og frameldinger');
    await page.getByLabel('Svar', { exact: true }).selectOption('settled');
    await button(page, 'Vis').click();
    await button(page, 'Fortryd').click();
    expect(await told(page)).toMatch(/Beslutningen er fortrudt|fortrudt/);

    await open(page, 'Statistik');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Hent som regneark (CSV)' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv.split('\n').length).toBeGreaterThan(20);

    const { foreign, complaints } = seen;
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await button(page, /^Log ud$/).click();
    await page.getByLabel('E-mail').waitFor();
    await page.goto(`${server.origin}/admin/find`);
    expect(page.url()).toContain('/admin/sign-in');
    await context.close();

    // Her actions stand under her name.
    const audit = await scene.test.json<{ items: { action: string; actorName?: string }[] }>(
      200,
      `/v1/authorities/${AUTHORITY}/audit?limit=100`,
    );
    expect(JSON.stringify(audit.items)).toContain('Lone Dahl');
  });
});
