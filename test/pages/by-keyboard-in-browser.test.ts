import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../shots/scene.ts';
import { DANISH, DESK } from '../support/browser.ts';
import { describeInBrowser } from '../support/in-browser.ts';
import { invite, PASSWORD } from '../support/pages.ts';

/** Steps of the Tab key over a whole page, at most. */
const MOST_STEPS = 200;

/** Goes on by the Tab key until one of these has the focus: what no key reaches, no key works. */
async function tabTo(page: Page, those: Locator): Promise<void> {
  const isThere = () => those.evaluateAll((all) => all.some((each) => each.matches(':focus')));
  for (let step = 0; step < MOST_STEPS && !(await isThere()); step++) await page.keyboard.press('Tab');
  expect([String(those), await isThere()]).toEqual([String(those), true]);
}

async function press(page: Page, role: 'link' | 'button', name: string | RegExp): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: true }));
  await page.keyboard.press('Enter');
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
/** The sentence that says what a form did, which has the focus: the next key goes on from there. */
const told = async (page: Page) => {
  const status = page.locator('[role=status]:focus');
  await status.waitFor();
  return status.textContent();
};

describeInBrowser('with keys alone', (site) => {
  it('an administrator works off a call, finds a citizen, pauses all SMS and ends that, and signs out', async () => {
    const ida = { email: 'ida.tast@region.example', name: 'Ida Tast', role: 'administrator', authority: AUTHORITY };
    const { page, go, close } = await site.visit({ ...DANISH, ...DESK });
    await go(await invite(site.scene.test, ida as Parameters<typeof invite>[1]));
    await type(page, 'Adgangskode', PASSWORD);
    await page.keyboard.press('Enter');
    await heading(page, 'Opgaver');

    /** Follows a link, to a page whose address tells that it is there. */
    const follow = async (name: string) => {
      const before = page.url();
      await press(page, 'link', name);
      await page.waitForURL((url) => url.href !== before);
    };

    const calls = page.getByRole('button', { name: /^Har ringet/ });
    const before = await calls.count();
    await press(page, 'button', /^Har ringet/);
    expect([await told(page), await calls.count()]).toEqual([expect.stringContaining('taget af listen'), before - 1]);
    await press(page, 'button', /^Fortryd/);
    expect(await told(page)).toContain('står på listen igen');

    await follow('Find');
    await type(page, 'Telefonnummer eller aftalens nummer', '22 30 41 61');
    await page.keyboard.press('Enter');
    await page.locator('#found:focus').waitFor();
    await press(page, 'link', /2026/);
    await page.getByRole('heading', { name: /^Aftale / }).waitFor();

    await follow('Regler');
    await follow('Pause');
    await type(page, 'Begrundelse', 'Strømafbrydelse');
    await press(page, 'button', 'Sæt på pause nu');
    expect(await told(page)).toBe('Udsendelsen er sat på pause.');
    await press(page, 'button', /^Genoptag udsendelsen/);
    expect(await told(page)).toBe('Der sendes SMS’er igen.');

    await follow('Statistik');
    const shown = page.getByLabel('Fordel på');
    await tabTo(page, shown);
    const chosen = await shown.inputValue();
    await page.keyboard.press('ArrowDown');
    expect(await shown.inputValue()).not.toBe(chosen);

    await press(page, 'button', 'Log ud');
    await page.getByLabel('E-mail').waitFor();
    await close();
  });
});
