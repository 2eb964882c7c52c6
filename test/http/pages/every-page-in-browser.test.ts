import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY, EMPTY_AUTHORITY, openScene, type Scene, type ScenePerson } from '../../shots/scene.ts';
import { type Address, addressesOf, openAs } from '../../shots/walk.ts';
import {
  Browsers,
  browserMissing,
  darkViolations,
  isTooWide,
  keyboardFaults,
  type ServedApp,
  serveApp,
  violations,
  watch,
} from '../../support/browser.ts';

if (browserMissing) console.warn(browserMissing);

interface Look {
  readonly options: BrowserContextOptions;
  readonly authority: string;
  /** Widths of the screen; axe looks at the first. 640 is a desk at 200 %. */
  readonly widths: readonly number[];
  /** Axe looks at the dark colours, too. */
  readonly dark: boolean;
}

const DANISH = { locale: 'da-DK' };
const ENGLISH = { locale: 'en-GB' };
const HEIGHT = 800;

describe.skipIf(browserMissing !== null)('every page', () => {
  let scene: Scene;
  let browsers: Browsers;
  let server: ServedApp;
  let addresses: readonly Address[];
  beforeAll(async () => {
    scene = await openScene();
    server = await serveApp(scene.test.app);
    browsers = new Browsers();
    addresses = addressesOf(scene);
  });
  afterAll(async () => {
    await browsers.close();
    server.close();
    await scene.close();
  });

  /** Walks every page. @returns what is wrong with each, and the pages that were shown */
  async function walk(person: ScenePerson, { options, authority, widths, dark }: Look) {
    const [first = 1280, ...others] = widths;
    const viewport = { width: first, height: HEIGHT };
    const { context, page } = await openAs(browsers, server.origin, person, { bypassCSP: true, viewport, ...options });
    const seen = watch(page, server.origin);
    const faults: string[] = [];
    const shown: string[] = [];
    for (const { name, path } of addresses) {
      const answer = await page.goto(`${server.origin}${path}?authority=${authority}`);
      const status = answer?.status() ?? 0;
      const wrong = [...(await violations(page)), ...(await keyboardFaults(page))];
      // A page that is not for this role is a page all the same.
      if (status !== 200 && status !== 403 && status !== 404) wrong.push(String(status));
      if (status === 200) shown.push(name);
      if ((await page.locator('h1').count()) !== 1) wrong.push('has not one title');
      if (dark) wrong.push(...(await darkViolations(page)));
      wrong.push(...(await scriptFaults(page)));
      const text = (await page.locator('body').textContent()) ?? '';
      // Words of the code, which mean nothing to readers.
      wrong.push(...(text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []).map((code) => `shows ${code}`));
      if (await isTooWide(page)) wrong.push(`scrolls sideways at ${first}`);
      for (const width of others) {
        await page.setViewportSize({ width, height: HEIGHT });
        if (await isTooWide(page)) wrong.push(`scrolls sideways at ${width}`);
      }
      if (others.length > 0) await page.setViewportSize(viewport);
      faults.push(...wrong.map((each) => `${name}: ${each}`));
    }
    faults.push(...seen.foreign.map((url) => `asks for ${url}`));
    faults.push(...seen.complaints.filter((text) => !/responded with a status of (?:403|404) /.test(text)));
    await context.close();
    return { faults, shown };
  }

  /** A page without our script is the same without JavaScript; one with it must have a button that does as much. */
  async function scriptFaults(page: Page): Promise<string[]> {
    const scripts = await page.locator('script').count();
    if (scripts === 0) return [];
    const buttons = await page.locator('form[data-live] button[name="do"][value="preview"]').count();
    return scripts === 1 && buttons > 0 ? [] : ['needs JavaScript'];
  }

  it.each<[string, Look]>([
    ['in Danish', { options: DANISH, authority: AUTHORITY, widths: [320, 390, 640, 1280], dark: true }],
    ['in English', { options: ENGLISH, authority: AUTHORITY, widths: [1280, 640, 390, 320], dark: true }],
    [
      'of an authority with a long name and nothing else, in Danish',
      { options: DANISH, authority: EMPTY_AUTHORITY, widths: [320, 640, 1280], dark: true },
    ],
    [
      'of such an authority in English, dark',
      { options: { ...ENGLISH, colorScheme: 'dark' }, authority: EMPTY_AUTHORITY, widths: [390, 320], dark: false },
    ],
  ])('can be read on every screen, is accessible, light and dark, and asks nobody else: %s', async (_, look) => {
    const { faults, shown } = await walk(scene.people.chief, look);
    expect(faults).toEqual([]);
    expect(shown.length).toBeGreaterThan(addresses.length * 0.8);
  });

  it.each(['viewer', 'operator', 'administrator'] as const)(
    'is shown to a %s, or says that it is not for them',
    async (role) => {
      const look = { options: DANISH, authority: AUTHORITY, widths: [390], dark: false };
      expect((await walk(scene.people[role], look)).faults).toEqual([]);
    },
  );
});
