import type { BrowserContextOptions } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../../shots/scene.ts';
import { DANISH, ENGLISH } from '../../support/browser.ts';
import { describeInBrowser } from '../../support/in-browser.ts';

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
