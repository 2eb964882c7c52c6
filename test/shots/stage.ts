import type { BrowserContextOptions, Page } from 'playwright-core';
import { Browsers, type ServedApp, serveApp } from '../support/browser.ts';
import { furnish, type OtherName } from './furnish.ts';
import { IN_OPERATION } from './in-operation.ts';
import { type Use, usesOf } from './in-use.ts';
import { refusedUsesOf } from './refused-in-use.ts';
import { openScene, type Scene } from './scene.ts';
import { setUpUsesOf } from './set-up-in-use.ts';
import { openAs } from './walk.ts';

/** The conditions that pages are looked at under. */
export interface Look {
  readonly language: 'da' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}

/** Browsers that look at pages in one way: one of each person, since opening one takes longer than a picture. */
export interface Viewer {
  /**
   * Opens the page of a use, and uses it.
   * @returns the page as it is then
   * @throws Error for an address that answers with anything but a page
   */
  show(use: Use): Promise<Page>;
  close(): Promise<void>;
}

/** The furnished scene and the installations beside it, each on a port of its own, with browsers before them. */
export interface Stage {
  readonly scene: Scene;
  /** Every page in use; those of `CHANGING_USES` are for when nobody needs these any more. */
  readonly uses: readonly Use[];
  view(look: Look, options?: BrowserContextOptions): Viewer;
  close(): Promise<void>;
}

type Servers = Readonly<Record<'scene' | OtherName, ServedApp>>;

/** Makes the scene with everything that its pages may show. */
export async function openStage(): Promise<Stage> {
  const scene = await openScene(IN_OPERATION);
  const furniture = await furnish(scene);
  const uses = [
    ...(await usesOf(scene, furniture)),
    ...(await setUpUsesOf(scene, furniture)),
    ...refusedUsesOf(scene, furniture),
  ];
  const { fresh, moved, restored } = furniture.others;
  const servers: Servers = {
    scene: await serveApp(scene.test.app),
    fresh: await serveApp(fresh.test.app),
    moved: await serveApp(moved.test.app),
    restored: await serveApp(restored.test.app),
  };
  const browsers = new Browsers();
  return {
    scene,
    uses,
    view: (look, options = {}) => openViewer({ scene, servers, browsers }, look, options),
    close: async () => {
      await browsers.close();
      for (const server of Object.values(servers)) server.close();
      for (const { test } of [fresh, moved, restored]) await test.close();
      await scene.close();
    },
  };
}

interface Behind {
  readonly scene: Scene;
  readonly servers: Servers;
  readonly browsers: Browsers;
}

function openViewer(
  { scene, servers, browsers }: Behind,
  { language, scheme, width }: Look,
  more: BrowserContextOptions,
): Viewer {
  const pages = new Map<string, Page>();
  const options: BrowserContextOptions = {
    ...{ colorScheme: scheme, viewport: { width, height: 800 }, ...more },
    locale: language === 'da' ? 'da-DK' : 'en-GB',
  };

  async function openPage(use: Use, origin: string): Promise<Page> {
    const signedIn = typeof use.client === 'function' ? await use.client() : use.client;
    const client = signedIn === undefined ? scene.people.chief.client : signedIn;
    const key = client?.cookie ?? '';
    const known = pages.get(key);
    if (known) return known;
    const page = client
      ? (await openAs(browsers, origin, { client }, options)).page
      : await (await browsers.newContext(options)).newPage();
    pages.set(key, page);
    return page;
  }

  return {
    show: async (use) => {
      const { origin } = servers[use.at ?? 'scene'];
      const page = await openPage(use, origin);
      const status = (await page.goto(origin + use.path))?.status() ?? 0;
      if (![200, 403, 404, 422].includes(status)) throw new Error(`${use.name} answered ${status}`);
      // The page before may have been printed, which hides forms.
      await page.emulateMedia({ media: 'screen' });
      await use.act?.(page);
      await page.emulateMedia({ media: use.print ? 'print' : 'screen' });
      return page;
    },
    close: async () => {
      for (const page of pages.values()) await page.context().close();
    },
  };
}
