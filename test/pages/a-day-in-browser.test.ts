import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { AUTHORITY } from '../shots/scene.ts';
import { DANISH, DESK, type Visit } from '../support/browser.ts';
import { describeInBrowser } from '../support/in-browser.ts';
import { invite, PASSWORD } from '../support/pages.ts';

/** The reminder's wording of the scene, with a greeting. */
const TEXT =
  'Hej. Husk din tid hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}. ' +
  'Afbud: ring {{contactPhone}}.';
const LONE = { email: 'lone.dahl@region.example', name: 'Lone Dahl' };
/** More than any list of the scene has. */
const ENOUGH = 30;

describeInBrowser('a secretary', (site) => {
  beforeAll(async () => {
    const body = { phone: '22 30 41 61', reason: 'Borgeren ringede' };
    await site.scene.test.json(201, `/v1/authorities/${AUTHORITY}/opt-outs`, { body });
  });

  const open = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Sider' }).getByRole('link', { name }).click();
  const told = (page: Page) => page.getByRole('status').first().textContent();
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
  const focused = (page: Page) => page.locator(':focus').getAttribute('id');
  const main = (page: Page) => page.locator('main').textContent();

  /** Accepts the invitation of somebody who works the lists. */
  async function arrive({ page, go }: Visit): Promise<void> {
    await go(await invite(site.scene.test, { ...LONE, role: 'operator', authority: AUTHORITY }));
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Opgaver', exact: true }).waitFor();
  }

  /** Ticks off whom she has called, and settles what citizens wrote, until the list is empty. */
  async function workTheList({ page }: Visit): Promise<void> {
    const calls = page.getByRole('button', { name: /^(Har ringet|Ordnet)/ });
    expect(await calls.count()).toBeGreaterThan(3);
    for (let nth = 0; await calls.count(); nth++) {
      await calls.first().click();
      expect(await told(page)).toContain('Borgeren er taget af listen.');
      expect(nth).toBeLessThan(ENOUGH);
    }
    const replies = page.locator('.replies article');
    expect(await replies.count()).toBeGreaterThan(1);
    for (let nth = 0; await replies.count(); nth++) {
      await button(page, /^(Jeg har skrevet afbuddet ind|Framelding)/).click();
      await page.getByRole('status').first().waitFor();
      // The work goes on where it was.
      expect(await focused(page)).toBe('done');
      expect(nth).toBeLessThan(ENOUGH);
    }
    // The booking system's message that was refused is mended there, by those whom she tells.
    expect(await main(page)).toContain('1 besked afvist det seneste døgn');
    await button(page, 'Jeg har givet leverandøren besked').click();
    expect(await told(page)).toContain('De afviste beskeder er taget af listen.');
    expect(await main(page)).toContain('Listen er tom. Godt gået.');
  }

  /** A citizen calls: why was there no SMS? */
  async function findWhy({ page }: Visit): Promise<void> {
    await open(page, 'Find');
    await page.getByLabel('Telefonnummer eller aftalens nummer').fill('   ');
    await button(page, 'Søg').click();
    expect(await focused(page)).toBe('what');
    await page.getByLabel('Telefonnummer eller aftalens nummer').fill('22 30 41 61');
    await button(page, 'Søg').click();
    expect(page.url()).not.toContain('2230');
    await page.getByRole('link', { name: /2026/ }).first().click();
    await page.getByRole('heading', { name: 'Aftale A-1011' }).waitFor();
    const verdict = await page.locator('.verdict').textContent();
    expect(verdict).toContain('Borgeren har ikke fået nogen påmindelse om denne tid.');
    expect(verdict).toContain('Gør dette: Ønsker borgeren påmindelser igen, kan frameldingen ophæves');
    expect(await page.locator('.story').textContent()).toContain('Nummeret frameldt af administratornøglen');
  }

  /** Texts are changed by administrators: one of them makes her one, from a browser of her own. */
  async function mayChangeTexts(): Promise<void> {
    const visit = await site.visit({ ...DANISH, ...DESK, client: site.scene.people.administrator.client });
    const { page } = visit;
    await visit.go(`/admin/set-up/people?authority=${AUTHORITY}`);
    await page.getByRole('link', { name: LONE.name }).click();
    await page.getByLabel('Rolle').selectOption('administrator');
    await page.locator('#access').getByRole('button', { name: 'Gem' }).click();
    await page.getByRole('status').waitFor();
    await visit.close();
  }

  async function changeText({ page }: Visit): Promise<void> {
    await open(page, 'Tekster');
    await page.getByRole('link', { name: 'Påmindelse' }).first().click();
    expect(await button(page, 'Gem').count()).toBe(0);
    await mayChangeTexts();
    await page.reload();
    await page.getByLabel('Tekst på dansk').fill(TEXT);
    await button(page, 'Gem').click();
    expect(await told(page)).toBe('Teksten er gemt og gælder nu.');
    expect(await page.getByLabel('Tekst på dansk').inputValue()).toBe(TEXT);
  }

  async function undoReply({ page }: Visit): Promise<void> {
    await open(page, 'Svar og frameldinger');
    expect(await page.locator('.replies article').count()).toBe(0);
    await page.getByLabel('Svar', { exact: true }).selectOption('settled');
    await button(page, 'Vis').click();
    await button(page, 'Fortryd').click();
    expect(await told(page)).toContain('Beslutningen er fortrudt, og svaret venter igen på behandling.');
    await open(page, 'Svar og frameldinger');
    expect(await page.locator('.replies article').count()).toBe(1);
  }

  async function exportFigures({ page }: Visit): Promise<void> {
    await open(page, 'Statistik');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Hent som regneark (CSV)' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv.split('\n').length).toBeGreaterThan(20);
  }

  it('gets through a day: invited, the list worked off, a question answered, a text changed, a decision undone', async () => {
    const lone = await site.visit({ ...DANISH, ...DESK, bypassCSP: false });
    const { page, go } = lone;
    await arrive(lone);
    await workTheList(lone);
    await findWhy(lone);
    await changeText(lone);
    await undoReply(lone);
    await exportFigures(lone);

    await button(page, /^Log ud$/).click();
    await page.getByLabel('E-mail').waitFor();
    await go('/admin/find');
    expect(page.url()).toContain('/admin/sign-in');
    await lone.close();

    // Her actions stand under her name.
    const { items } = await site.scene.test.json<{ items: { action: string; actor: string }[] }>(
      200,
      `/v1/authorities/${AUTHORITY}/audit?limit=200`,
    );
    const hers = items.filter(({ actor }) => actor.endsWith(` ${LONE.name}`)).map(({ action }) => action);
    expect(hers).toEqual(expect.arrayContaining(['number.search', 'inbound.settle', 'inbound.undo', 'template.save']));
  });
});
