import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserMissing, openBrowser, type ServedApp, serveApp } from '../support/browser.ts';
import { AUTHORITY, openScene, type Scene } from './scene.ts';
import { type Address, addressesOf, openAs } from './walk.ts';

/** The whole of `npm run shots`: every page in both languages, light and dark, on a phone and on a desk. */
const FOLDER = process.env.EASYSMS_SHOTS ?? 'shots';
/** Pages whose names begin so; empty: all. */
const ONLY = process.env.EASYSMS_SHOTS_ONLY ?? '';
/** Pictures that the documents show, by the name of the page. */
const DOCUMENTED: readonly Address['name'][] = ['to-do'];
const DOCUMENTS = 'docs/pictures';

interface Look {
  readonly language: 'da' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}
const LOOKS = (['da', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((scheme) => [320, 1280].map((width): Look => ({ language, scheme, width }))),
);

let scene: Scene;
let browser: Browser;
let server: ServedApp;
beforeAll(async () => {
  if (browserMissing) throw new Error(browserMissing);
  for (const folder of [FOLDER, DOCUMENTS]) mkdirSync(folder, { recursive: true });
  scene = await openScene();
  server = await serveApp(scene.test.app);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await scene?.close();
});

async function take(file: string, path: string, { language, scheme, width }: Look): Promise<void> {
  const { context, page } = await openAs(browser, server.origin, scene.people.chief, {
    ...{ colorScheme: scheme, viewport: { width, height: 800 } },
    locale: language === 'da' ? 'da-DK' : 'en-GB',
  });
  const answer = await page.goto(`${server.origin}${path}?authority=${AUTHORITY}`);
  expect([path, answer?.status()]).toEqual([path, 200]);
  await page.screenshot({ path: file, fullPage: true });
  await context.close();
}

it('every page has its pictures', async () => {
  for (const { name, path } of addressesOf(scene).filter((address) => address.name.startsWith(ONLY))) {
    for (const look of LOOKS) {
      await take(`${FOLDER}/${name}-${look.language}-${look.width}-${look.scheme}.png`, path, look);
      if (DOCUMENTED.includes(name) && look.scheme === 'light' && look.width > 1000)
        await take(`${DOCUMENTS}/${name}-${look.language}.png`, path, look);
    }
  }
});
