import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../support/app.ts';
import {
  Browsers,
  browserMissing,
  DANISH,
  isTooWide,
  openContext,
  type ServedApp,
  serveApp,
  watch,
} from '../support/browser.ts';
import { FULL, fillLists } from '../support/full-lists.ts';
import { walkPages } from '../support/page-walk.ts';
import { enter, type PageClient } from '../support/pages.ts';

if (browserMissing) console.warn(browserMissing);

/** True where a table is wider than the box that scrolls it, and its caption can't be read without scrolling. */
const isCaptionCut = (page: Page) =>
  page.evaluate<boolean>(`[...document.querySelectorAll('.counts caption')].some((caption) => {
    const text = document.createRange();
    text.selectNodeContents(caption);
    return text.getBoundingClientRect().right > caption.closest('.counts').getBoundingClientRect().right + 1;
  })`);

describe.skipIf(browserMissing !== null)('every page with the longest names that there are', () => {
  let test: TestApp;
  let browsers: Browsers;
  let server: ServedApp;
  let anna: PageClient;
  let addresses: readonly string[];
  beforeAll(async () => {
    test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
    const { story } = await fillLists(test);
    anna = await enter(test, { email: 'anna@example.org', role: 'administrator', authority: null });
    const starts = [`/admin?authority=${FULL}`, `/admin/find/${story}?authority=${FULL}`];
    const leaveOut = /[?&]authority=a-|\/(?:sources|authorities)\/[as]-\d|[?&](?:by|status|show|mode|action|actor)=/;
    const pages = await walkPages(anna, starts, { most: 1, leaveOut });
    addresses = pages.flatMap(({ address, page }) => (page ? [address] : []));
    server = await serveApp(test.app);
    browsers = new Browsers();
  });
  afterAll(async () => {
    await browsers?.close();
    server?.close();
    await test?.close();
  });

  it('scrolls sideways on no screen and cuts off no caption, in Danish, whose words are the longest', async () => {
    const viewport = { width: 320, height: 800 };
    const context = await openContext(browsers, server.origin, { client: anna, viewport, ...DANISH });
    const page = await context.newPage();
    const seen = watch(page, server.origin);
    const faults: string[] = [];
    for (const address of addresses) {
      await page.goto(server.origin + address);
      for (const width of [320, 390, 640, 800, 1024, 1280]) {
        await page.setViewportSize({ ...viewport, width });
        if (await isTooWide(page)) faults.push(`${address} at ${width}`);
        if (await isCaptionCut(page)) faults.push(`the caption of ${address} at ${width}`);
      }
    }
    await context.close();
    expect([faults, seen.foreign, seen.complaints]).toEqual([[], [], []]);
    expect(addresses.length).toBeGreaterThan(40);
  });

  it('has at most 120 px of header on a phone', async () => {
    const viewport = { width: 390, height: 800 };
    const context = await openContext(browsers, server.origin, { client: anna, viewport, ...DANISH });
    const page = await context.newPage();
    await page.goto(`${server.origin}/admin?authority=${FULL}`);
    const header = await page.locator('header .top').boundingBox();
    expect(header?.height).toBeLessThanOrEqual(120);
    await context.close();
  });
});
