import type { BrowserContextOptions } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../shots/scene.ts';
import { DANISH, ENGLISH } from '../support/browser.ts';
import { describeInBrowser } from '../support/in-browser.ts';

/** Longer than a page of statistics by day. */
const PERIOD = 'from=2026-10-01&to=2026-12-10';

describeInBrowser('on paper', (site) => {
  it.each<[string, BrowserContextOptions, readonly [first: string, second: string]]>([
    [
      'in Danish',
      DANISH,
      [
        'Side 1 af 2. Summen i rækken »I alt« dækker alle sider.',
        'Side 2 af 2. Summen i rækken »I alt« dækker alle sider.',
      ],
    ],
    [
      'in English',
      ENGLISH,
      [
        'Page 1 of 2. The sums in the row “Total” cover all pages.',
        'Page 2 of 2. The sums in the row “Total” cover all pages.',
      ],
    ],
  ])('statistics of several pages say which this is, and that the sums are of all: %s', async (_, options, said) => {
    const { client } = site.scene.people.viewer;
    const { page, go, close } = await site.visit({ ...options, client });
    await page.emulateMedia({ media: 'print' });
    for (const [nth, sentence] of said.entries()) {
      await go(`/admin/statistics?authority=${AUTHORITY}&${PERIOD}&page=${nth + 1}`);
      expect([sentence, await page.locator('.counts').getByText(sentence).isVisible()]).toEqual([sentence, true]);
      expect(await page.locator('.counts tfoot').isVisible()).toBe(true);
      expect(await page.locator('main a.button:visible').count()).toBe(0);
    }
    await close();
  });

  it.each<[string, BrowserContextOptions, RegExp]>([
    ['in Danish', DANISH, /: hentet \d/],
    ['in English', ENGLISH, /: as of \d/],
  ])('the tasks say whose they are and when they were read, and fold nothing in: %s', async (_, options, said) => {
    const { page, go, close } = await site.visit({ ...options, client: site.scene.people.operator.client });
    await go(`/admin?authority=${AUTHORITY}`);
    // The scene has no list that is folded in.
    await page.locator('main').evaluate((main) => {
      main.insertAdjacentHTML(
        'beforeend',
        '<details class="task" id="folded"><summary>1</summary><li>2</li></details>',
      );
    });
    const hidden = [page.locator('p.printed'), page.locator('#folded li')];
    const seen = () => Promise.all(hidden.map((each) => each.isVisible()));
    expect(await seen()).toEqual([false, false]);
    await page.emulateMedia({ media: 'print' });
    expect(await seen()).toEqual([true, true]);
    expect(await page.locator('p.printed').textContent()).toMatch(said);
    await close();
  });

  it('the tasks have no links that paper can’t follow, and no folded page in the other language', async () => {
    const { page, go, close } = await site.visit({ ...ENGLISH, client: site.scene.people.operator.client });
    await go(`/admin?authority=${AUTHORITY}`);
    // Pages that can't be asked for again have it, such as that of the codes of a second factor.
    await page.locator('main').evaluate((main) => {
      main.insertAdjacentHTML('beforeend', '<details lang="da"><summary>Dansk</summary></details>');
    });
    const parts = [
      page.getByRole('link', { name: 'See the statistics', exact: true }),
      page.locator('[lang] > summary'),
    ];
    const seen = () => Promise.all(parts.map((each) => each.isVisible()));
    expect(await seen()).toEqual([true, true]);
    await page.emulateMedia({ media: 'print' });
    expect(await seen()).toEqual([false, false]);
    await close();
  });

  it('a page begins with its own text, without the line of the navigation', async () => {
    const { page, go, close } = await site.visit({ ...ENGLISH, client: site.scene.people.operator.client });
    await go(`/admin/find/${site.scene.ids.appointment}?authority=${AUTHORITY}`);
    const header = page.locator('body > header');
    expect(await header.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await header.isVisible()).toBe(false);
    await close();
  });

  it('an appointment has no links to other searches', async () => {
    const { page, go, close } = await site.visit({ ...ENGLISH, client: site.scene.people.operator.client });
    await go(`/admin/find/${site.scene.ids.appointment}?authority=${AUTHORITY}`);
    const links = page.getByRole('link', { name: /^(?:Find another|Other) appointment/ });
    expect(await links.count()).toBeGreaterThan(0);
    await page.emulateMedia({ media: 'print' });
    expect(await links.count()).toBe(0);
    await close();
  });

  it('statistics of one page say nothing of pages', async () => {
    const { page, go, close } = await site.visit({ ...ENGLISH, client: site.scene.people.viewer.client });
    await page.emulateMedia({ media: 'print' });
    await go(`/admin/statistics?authority=${AUTHORITY}&from=2026-11-20&to=2026-11-24`);
    expect(await page.locator('.counts tfoot').isVisible()).toBe(true);
    expect(
      await page
        .locator('main')
        .getByText(/Page \d|cover all pages/)
        .count(),
    ).toBe(0);
    await close();
  });
});
