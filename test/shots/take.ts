import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserMissing, openBrowser, type ServedApp, serveApp } from '../support/browser.ts';
import { AUTHORITY, openScene, type Scene } from './scene.ts';
import { type Address, addressesOf, openAs } from './walk.ts';

/** The whole of `npm run shots`: every page in both languages, light and dark, on a phone and on a desk. */
const FOLDER = process.env.EASYSMS_SHOTS ?? 'shots';
/** Pages whose names begin with one of these, commas between; empty: all. */
const ONLY = (process.env.EASYSMS_SHOTS_ONLY ?? '').split(',');
/** Pictures that the documents show, by the name of the page, with how many pixels of it they show from the top. */
const DOCUMENTED: Readonly<Record<Address['name'], number>> = {
  'to-do': 900,
  replies: 900,
  'find-appointment': 900,
  'texts-name': 900,
  rules: 900,
  statistics: 900,
  citizens: 700,
  'set-up-people': 900,
};
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

async function take(file: string, path: string, { language, scheme, width }: Look, height?: number): Promise<void> {
  // The documents show what most people see: one authority, without the pages of the installation.
  const person = height === undefined ? scene.people.chief : scene.people.administrator;
  const { context, page } = await openAs(browser, server.origin, person, {
    ...{ colorScheme: scheme, viewport: { width, height: 800 } },
    locale: language === 'da' ? 'da-DK' : 'en-GB',
  });
  const answer = await page.goto(`${server.origin}${path}?authority=${AUTHORITY}`);
  expect([path, answer?.status()]).toEqual([path, 200]);
  const clip = height === undefined ? {} : { clip: { x: 0, y: 0, width, height } };
  await page.screenshot({ path: file, fullPage: true, ...clip });
  await context.close();
}

function wanted({ name }: Address): boolean {
  return ONLY.some((begin) => name.startsWith(begin));
}

it('every page has its pictures', async () => {
  for (const { name, path } of addressesOf(scene).filter(wanted)) {
    const height = DOCUMENTED[name];
    for (const look of LOOKS) {
      await take(`${FOLDER}/${name}-${look.language}-${look.width}-${look.scheme}.png`, path, look);
      if (height !== undefined && look.scheme === 'light' && look.width > 1000)
        await take(`${DOCUMENTS}/${name}-${look.language}.png`, path, look, height);
    }
  }
});
