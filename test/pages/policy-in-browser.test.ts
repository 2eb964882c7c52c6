import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../shots/scene.ts';
import { addressesOf } from '../shots/walk.ts';
import { DANISH, DESK, ENGLISH } from '../support/browser.ts';
import { describeInBrowser } from '../support/in-browser.ts';
import { invite } from '../support/pages.ts';

const OWN_POLICY = { ...DANISH, ...DESK, bypassCSP: false };

describeInBrowser('under the policy that it came with', (site) => {
  const of = (path: string) => `${path}?authority=${AUTHORITY}`;

  it('every page is shown without a complaint of the browser, and asks nobody else', async () => {
    const { client } = site.scene.people.chief;
    const { go, look, close } = await site.visit({ ...OWN_POLICY, client, refusals: [] });
    const addresses = addressesOf(site.scene);
    const refused: string[] = [];
    for (const { name, path } of [...addresses, { name: 'simulator', path: '/simulator' }]) {
      if ((await go(of(path))) !== 200) refused.push(path);
      await look(name);
    }
    expect(refused).toEqual([]);
    await close();
  });

  it('so is every page for somebody who is not signed in', async () => {
    const { go, look, close } = await site.visit({ ...OWN_POLICY, refusals: [404] });
    const person = { email: 'ny.kollega@region.example', role: 'viewer', authority: AUTHORITY } as const;
    const gone = `/admin/invitation/${'x'.repeat(43)}`;
    for (const path of ['/admin/sign-in', await invite(site.scene.test, person), gone, '/admin/findes-ikke']) {
      await go(path);
      await look(path);
    }
    await close();
  });

  /** Types into a field, and waits until the page's own script has been answered and shows it. */
  async function type(page: Page, field: string, value: string, part: string): Promise<void> {
    const shown = page.locator(part);
    const before = await shown.textContent();
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await Promise.all([answered, page.locator(field).fill(value)]);
    await expect.poll(() => shown.textContent()).not.toBe(before);
  }

  it.each([
    ['rules', '/admin/rules', '#rule-1', '3', '#example'],
    ['a text', '/admin/texts/reminder', '#text-da', 'Husk din tid {{date}}.', '#shown-da'],
  ])('the script of the page shows at once what a change would mean: %s', async (_, path, field, value, part) => {
    const { client } = site.scene.people.administrator;
    const { page, go, look, close } = await site.visit({ ...OWN_POLICY, client });
    await go(of(path));
    await type(page, field, value, part);
    await look(path);
    await close();
  });

  it.each([
    ['a day', '/admin/rules', '#example-day', '2027-02-01', '01-02-2027'],
    ['a day with a time', '/admin/set-up/sources/fhir-prove', '#until', '2027-02-01T09:05', '01-02-2027 09:05'],
  ])('%s is typed, or chosen in the calendar beside its field', async (_, path, field, chosen, typed) => {
    const { client } = site.scene.people.administrator;
    const { page, go, look, close } = await site.visit({ ...OWN_POLICY, ...ENGLISH, client });
    await go(of(path));
    const calendar = page.locator(`${field} ~ input`);
    await page.locator(field).fill(typed.replace('01-02', '1.2').replaceAll('-', '.'));
    await page.locator(`${field} ~ button`).click();
    expect(await calendar.inputValue()).toBe(chosen);
    await page.evaluate(`{
      const calendar = document.querySelector('${field} ~ input');
      calendar.value = calendar.value.replace('-02-', '-03-');
      calendar.dispatchEvent(new Event('change'));
    }`);
    expect(await page.locator(field).inputValue()).toBe(typed.replace('-02-', '-03-'));
    await look(path);
    await close();
  });
});
