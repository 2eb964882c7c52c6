import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { AUTHORITY } from '../shots/scene.ts';
import { addressesOf } from '../shots/walk.ts';
import { DANISH, DESK } from '../support/browser.ts';
import { describeInBrowser } from '../support/in-browser.ts';

/** Rows with one line of each: their height in pixels. */
const ROW = { least: 44, most: 52 };
/** The right edge of a page, and the boxes that end elsewhere. */
interface Edges {
  readonly right: number;
  readonly shorter: readonly string[];
}

/** Heights of the rows of tables and lists of which each part has one line. */
const rowHeights = (page: Page) =>
  page.evaluate<number[]>(`(() => {
    const isOneLine = (part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      const most = part.querySelector('button, .button, input, select, summary') ? 46 : 30;
      return range.getBoundingClientRect().height <= most;
    };
    const rows = [...document.querySelectorAll('.data tbody tr, .work > li')];
    const shown = rows.filter((row) => row.checkVisibility() && [...row.querySelectorAll('th, td, .what, .step')].every(isOneLine));
    return shown.map((row) => row.getBoundingClientRect().height);
  })()`);

/** The pages and cards that have several filled buttons, which are not folded in. */
const crowded = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const filled = [...document.querySelectorAll('main :is(button, .button):not(.plain)')];
    const shown = filled.filter((each) => each.checkVisibility());
    const words = new Map();
    for (const each of shown) {
      const card = each.closest('article, .card, li, tr, details, fieldset.group') ?? document.body;
      words.set(card, [...(words.get(card) ?? []), each.textContent.trim()]);
    }
    return [...words.values()].filter((each) => each.length > 1).map((each) => each.join(' | '));
  })()`);

const edges = (page: Page) =>
  page.evaluate<Edges>(`(() => {
    const main = document.querySelector('main');
    const right = Math.round(main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight));
    const boxes = [...main.querySelectorAll(':scope > :is(.card, .data, .work, .group, .chart), :scope > section:not(.card) > :is(.data, .work, .card)')];
    const shorter = boxes.filter((box) => box.checkVisibility() && Math.abs(box.getBoundingClientRect().right - right) > 1);
    return { right, shorter: shorter.map((box) => box.className + ' ' + box.textContent.trim().slice(0, 40)) };
  })()`);

describeInBrowser('the form of every page on a desk', (site) => {
  it('has rows of 44 to 52 px, one filled button a page or card, one right margin, and no empty fold on paper', async () => {
    const { client } = site.scene.people.chief;
    const { page, go, close } = await site.visit({ ...DANISH, ...DESK, client, refusals: [403, 404] });
    const faults: string[] = [];
    for (const { name, path } of addressesOf(site.scene)) {
      await page.emulateMedia({ media: 'screen' });
      if ((await go(`${path}?authority=${AUTHORITY}`)) !== 200) continue;
      const wrong = (await rowHeights(page)).filter((height) => height < ROW.least || height > ROW.most);
      if (wrong.length > 0) faults.push(`${name}: rows of ${[...new Set(wrong)].join(', ')}`);
      faults.push(...(await crowded(page)).map((buttons) => `${name}: filled ${buttons}`));
      const { shorter, right } = await edges(page);
      faults.push(...shorter.map((box) => `${name}: ends before ${right}: ${box}`));
      await page.emulateMedia({ media: 'print' });
      const folds = await page.locator('main details:not([open], .task) > summary:visible').count();
      if (folds > 0) faults.push(`${name}: ${folds} empty folds on paper`);
    }
    expect(faults).toEqual([]);
    await close();
  });
});
