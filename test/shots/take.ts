import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browsers, browserMissing, danishMissing, type ServedApp, serveApp } from '../support/browser.ts';
import { type Furniture, furnish, type OtherName } from './furnish.ts';
import { IN_OPERATION } from './in-operation.ts';
import { openHeldReminders, type Use, usesOf } from './in-use.ts';
import { AUTHORITY, openScene, type Scene } from './scene.ts';
import { CHANGING_USES, setUpUsesOf } from './set-up-in-use.ts';
import { type Address, addressesOf, openAs } from './walk.ts';

/** The whole of `npm run shots`: every page in both languages, light and dark, on phones and on a desk. */
const FOLDER = process.env.EASYSMS_SHOTS ?? 'shots';
/** Pages whose names begin with one of these, commas between; empty: all. */
const ONLY = (process.env.EASYSMS_SHOTS_ONLY ?? '').split(',');
/** Widths in pixels, commas between. */
const WIDTHS = (process.env.EASYSMS_SHOTS_WIDTHS ?? '320,390,1280').split(',').map(Number);
/** A picture that the documents show. */
interface Documented extends Pick<Use, 'act'> {
  /** Pixels of the page from the top. */
  readonly height: number;
}
/** Pictures that the documents show, by the name of the page. */
const DOCUMENTED: Readonly<Record<Address['name'], Documented>> = {
  'to-do': { height: 900 },
  replies: { height: 900, act: openHeldReminders },
  'find-appointment': { height: 900 },
  'texts-name': { height: 900 },
  rules: { height: 900 },
  statistics: { height: 900 },
  citizens: { height: 700 },
  'set-up-people': { height: 900 },
};
const DOCUMENTS = 'docs/pictures';
const DOCUMENT_WIDTH = 1280;
/** A limit against hanging only: some 1,300 pictures take four minutes on a quiet machine. */
const LONGEST_MS = 30 * 60_000;

interface Look {
  readonly language: 'da' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}
const LOOKS = (['da', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((scheme) => WIDTHS.map((width): Look => ({ language, scheme, width }))),
);

let scene: Scene;
let furniture: Furniture;
let uses: readonly Use[];
let browsers: Browsers;
let servers: Readonly<Record<'scene' | OtherName, ServedApp>>;
beforeAll(async () => {
  if (browserMissing) throw new Error(browserMissing);
  for (const folder of [FOLDER, DOCUMENTS]) mkdirSync(folder, { recursive: true });
  scene = await openScene(IN_OPERATION);
  furniture = await furnish(scene);
  uses = [...(await usesOf(scene, furniture)), ...(await setUpUsesOf(scene, furniture))];
  const { fresh, moved, restored } = furniture.others;
  servers = {
    scene: await serveApp(scene.test.app),
    fresh: await serveApp(fresh.test.app),
    moved: await serveApp(moved.test.app),
    restored: await serveApp(restored.test.app),
  };
  browsers = new Browsers();
});
afterAll(async () => {
  await browsers?.close();
  for (const server of Object.values(servers ?? {})) server.close();
  for (const { test } of Object.values(furniture?.others ?? {})) await test.close();
  await scene?.close();
});

const wanted = ({ name }: { readonly name: string }) => ONLY.some((begin) => name.startsWith(begin));

/** A page of whoever uses it; one browser serves all pages of a look, since opening one takes longer than a picture. */
async function openPage(pages: Map<string, Page>, use: Use, { language, scheme, width }: Look): Promise<Page> {
  const signedIn = typeof use.client === 'function' ? await use.client() : use.client;
  const client = signedIn === undefined ? scene.people.chief.client : signedIn;
  const key = client?.cookie ?? '';
  const known = pages.get(key);
  if (known) return known;
  const options: BrowserContextOptions = {
    ...{ colorScheme: scheme, viewport: { width, height: 800 } },
    locale: language === 'da' ? 'da-DK' : 'en-GB',
  };
  const { origin } = servers[use.at ?? 'scene'];
  const page = client
    ? (await openAs(browsers, origin, { client }, options)).page
    : await (await browsers.newContext(options)).newPage();
  pages.set(key, page);
  return page;
}

/** @param height pixels from the top; left out: the whole page */
async function take(pages: Map<string, Page>, file: string, use: Use, look: Look, height?: number): Promise<void> {
  const page = await openPage(pages, use, look);
  const answer = await page.goto(servers[use.at ?? 'scene'].origin + use.path);
  expect([200, 403, 404, 422], use.name).toContain(answer?.status());
  // The page before may have been printed, which hides forms.
  await page.emulateMedia({ media: 'screen' });
  await use.act?.(page);
  await page.emulateMedia({ media: use.print ? 'print' : 'screen' });
  const clip = height === undefined ? {} : { clip: { x: 0, y: 0, width: look.width, height } };
  await page.screenshot({ path: file, fullPage: true, ...clip });
}

async function closeAll(pages: Map<string, Page>): Promise<void> {
  for (const page of pages.values()) await page.context().close();
}

// First, since taking the pictures of a page in use leaves people and keys behind.
it(
  'the documents have their pictures, of pages as most people see them: without those of the installation',
  async () => {
    if (danishMissing) throw new Error(danishMissing);
    const { client } = scene.people.administrator;
    for (const language of ['da', 'en'] as const) {
      const pages = new Map<string, Page>();
      for (const { name, path } of addressesOf(scene).filter(wanted)) {
        const look = { language, scheme: 'light', width: DOCUMENT_WIDTH } as const;
        const shown = DOCUMENTED[name];
        if (!shown) continue;
        const { height, ...act } = shown;
        const use = { name, path: `${path}?authority=${AUTHORITY}`, client, ...act };
        await take(pages, `${DOCUMENTS}/${name}-${language}.png`, use, look, height);
      }
      await closeAll(pages);
    }
  },
  LONGEST_MS,
);

it(
  'every page has its pictures',
  async () => {
    const plain = addressesOf(scene).map(({ name, path }) => ({ name, path: `${path}?authority=${AUTHORITY}` }));
    await takeAll([...plain, ...uses].filter(wanted));
    await takeAll(CHANGING_USES.filter(wanted));
  },
  LONGEST_MS,
);

async function takeAll(uses: readonly Use[]): Promise<void> {
  for (const look of LOOKS) {
    const pages = new Map<string, Page>();
    for (const use of uses) {
      const file = `${use.name}-${look.language}-${look.width}-${look.scheme}.png`;
      await take(pages, `${FOLDER}/${file}`, use, look);
    }
    await closeAll(pages);
  }
}
