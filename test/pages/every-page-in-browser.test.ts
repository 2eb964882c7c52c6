import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY, DEPARTMENT, EMPTY_AUTHORITY, openScene, type Scene, type ScenePerson } from '../shots/scene.ts';
import { type Address, addressesOf, openAs } from '../shots/walk.ts';
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
} from '../support/browser.ts';
import { enter } from '../support/pages.ts';

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

/** Pages of people who may less, of which the first walks have seen the dark colours and the other widths. */
const lookOf = (options: BrowserContextOptions, width: number): Look => ({
  ...{ options, authority: AUTHORITY, widths: [width], dark: false },
});
const ON_PHONE = lookOf(DANISH, 390);
const IN_ENGLISH = { onPhone: lookOf(ENGLISH, 390), onDesk: lookOf(ENGLISH, 1280) };

describe.skipIf(browserMissing !== null)('every page', () => {
  let scene: Scene;
  let browsers: Browsers;
  let server: ServedApp;
  let addresses: readonly Address[];
  let people: Readonly<Record<keyof Scene['people'] | 'limited', ScenePerson>>;
  beforeAll(async () => {
    scene = await openScene();
    server = await serveApp(scene.test.app);
    browsers = new Browsers();
    addresses = addressesOf(scene);
    const limited = { role: 'operator', authority: AUTHORITY, departments: [DEPARTMENT] } as const;
    const client = await enter(scene.test, { ...limited, email: 'nina.dahl@region.example', name: 'Nina Dahl' });
    people = { ...scene.people, limited: { role: 'operator', client } };
  });
  afterAll(async () => {
    await browsers.close();
    server.close();
    await scene.close();
  });

  /**
   * Walks every page, or those given.
   * @returns what is wrong with each, and the pages that were shown
   */
  async function walk(person: ScenePerson, { options, authority, widths, dark }: Look, pages = addresses) {
    const [first = 1280, ...others] = widths;
    const viewport = { width: first, height: HEIGHT };
    const { context, page } = await openAs(browsers, server.origin, person, { bypassCSP: true, viewport, ...options });
    const seen = watch(page, server.origin);
    const faults: string[] = [];
    const shown: Address[] = [];
    for (const address of pages) {
      const { name, path } = address;
      const answer = await page.goto(`${server.origin}${path}?authority=${authority}`);
      const status = answer?.status() ?? 0;
      const wrong = [...(await violations(page)), ...(await keyboardFaults(page))];
      // A page that is not for this role is a page all the same.
      if (status !== 200 && status !== 403 && status !== 404) wrong.push(String(status));
      if (status === 200) shown.push(address);
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
      faults.push(...wrong.map((each) => `${name} (${options.locale}): ${each}`));
    }
    faults.push(...seen.foreign.map((url) => `asks for ${url}`));
    faults.push(...seen.complaints.filter((text) => !/responded with a status of (?:403|404) /.test(text)));
    await context.close();
    return { faults, shown };
  }

  /** A form of which the script shows at once what it would mean must have a button that does as much. */
  async function scriptFaults(page: Page): Promise<string[]> {
    const live = await page.locator('form[data-live]').count();
    const buttons = await page.locator('form[data-live] button[name="do"][value="preview"]').count();
    return live === 0 || buttons > 0 ? [] : ['needs JavaScript'];
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
    const { faults, shown } = await walk(people.chief, look);
    expect(faults).toEqual([]);
    expect(shown.length).toBeGreaterThan(addresses.length * 0.8);
  });

  it.each<[string, keyof typeof people, readonly Look[]]>([
    ['a viewer', 'viewer', [IN_ENGLISH.onDesk]],
    ['an operator', 'operator', [IN_ENGLISH.onDesk]],
    ['an operator of one department', 'limited', [IN_ENGLISH.onPhone]],
    ['an administrator', 'administrator', []],
  ])('is shown to %s, or says that it is not for them', async (_, name, more) => {
    const { faults, shown } = await walk(people[name], ON_PHONE);
    // The page that says so is one, whatever it stands for: once is enough.
    for (const look of more) faults.push(...(await walk(people[name], look, shown)).faults);
    expect(faults).toEqual([]);
    expect(shown.map((address) => address.name)).toContain('find-appointment');
  });
});
