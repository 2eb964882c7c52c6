import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY, EMPTY_AUTHORITY, openScene, type Scene, type ScenePerson } from '../../shots/scene.ts';
import { type Address, addressesOf, openAs } from '../../shots/walk.ts';
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

interface Look {
  readonly options: BrowserContextOptions;
  readonly authority: string;
  /** Axe looks at each page, too. */
  readonly axe: boolean;
}

const DANISH = { locale: 'da-DK' };
const ENGLISH = { locale: 'en-GB' };
const size = (width: number, deviceScaleFactor = 1) => ({ viewport: { width, height: 800 }, deviceScaleFactor });

describe.skipIf(browserMissing !== null)('every page', () => {
  let scene: Scene;
  let browser: Browser;
  let server: ServedApp;
  let addresses: readonly Address[];
  beforeAll(async () => {
    scene = await openScene();
    server = await serveApp(scene.test.app);
    browser = await openBrowser();
    addresses = addressesOf(scene);
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await scene.close();
  });

  /** Walks every page. @returns what is wrong with each, and the pages that were shown */
  async function walk(person: ScenePerson, { options, authority, axe }: Look) {
    const { context, page } = await openAs(browser, server.origin, person, { bypassCSP: axe, ...options });
    const seen = watch(page, server.origin);
    const faults: string[] = [];
    const shown: string[] = [];
    for (const { name, path } of addresses) {
      const answer = await page.goto(`${server.origin}${path}?authority=${authority}`);
      const status = answer?.status() ?? 0;
      // A page that is not for this role is a page all the same.
      if (status !== 200 && status !== 403 && status !== 404) faults.push(`${name}: ${status}`);
      if (status === 200) shown.push(name);
      if (await isTooWide(page)) faults.push(`${name}: scrolls sideways`);
      if ((await page.locator('h1').count()) !== 1) faults.push(`${name}: has not one title`);
      if (axe) faults.push(...(await violations(page)).map((violation) => `${name}: ${violation}`));
      const text = (await page.locator('body').textContent()) ?? '';
      // Words of the code, which mean nothing to readers.
      faults.push(...(text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []).map((code) => `${name}: shows ${code}`));
    }
    faults.push(...seen.foreign.map((url) => `asks for ${url}`));
    faults.push(...seen.complaints.filter((text) => !/responded with a status of (?:403|404) /.test(text)));
    await context.close();
    return { faults, shown };
  }

  it.each<[string, Look]>([
    ['in Danish, on a narrow phone', { options: { ...DANISH, ...size(320) }, authority: AUTHORITY, axe: true }],
    [
      'in English, on a desk, dark',
      { options: { ...ENGLISH, ...size(1280), colorScheme: 'dark' }, authority: AUTHORITY, axe: true },
    ],
    ['in English, on a phone', { options: { ...ENGLISH, ...size(390) }, authority: AUTHORITY, axe: false }],
    ['in Danish, on a desk at 200 %', { options: { ...DANISH, ...size(640, 2) }, authority: AUTHORITY, axe: false }],
    [
      'of an authority with a long name and nothing else, in Danish, dark',
      { options: { ...DANISH, ...size(320), colorScheme: 'dark' }, authority: EMPTY_AUTHORITY, axe: true },
    ],
  ])('can be read, is accessible, and asks nobody else: %s', async (_, look) => {
    const { faults, shown } = await walk(scene.people.chief, look);
    expect(faults).toEqual([]);
    expect(shown.length).toBeGreaterThan(addresses.length * 0.8);
  });

  it.each(['viewer', 'operator', 'administrator'] as const)(
    'is shown to a %s, or says that it is not for them',
    async (role) => {
      const options = { ...DANISH, ...size(390), javaScriptEnabled: true };
      expect((await walk(scene.people[role], { options, authority: AUTHORITY, axe: true })).faults).toEqual([]);
    },
  );
});
