import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageClient } from './pages.ts';

const CHROMIUM = '/usr/bin/chromium';
/** As root in a sandbox, and without a word to anybody outside. */
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
/** Axe describes violations alone: to describe each element that is in order takes as long as to look at it. */
const VIOLATIONS = { resultTypes: ['violations'], selectors: false };
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Why there is no browser to test with; null when there is one. Say it once a file, then skip. */
export const browserMissing: string | null = existsSync(CHROMIUM)
  ? null
  : `no browser here, its tests are skipped: there is no ${CHROMIUM} (Debian: apt-get install chromium)`;

/** Why fields of dates have English forms in Danish browsers; null when they have Danish ones. */
export const danishMissing: string | null = existsSync('/usr/lib/chromium/locales/da.pak')
  ? null
  : 'fields of dates are not Danish here: Chromium has no words but English ones (Debian: apt-get install chromium-l10n)';

/**
 * A browser of each language, opened when it is asked for. The fields of dates and times have the form of Chromium's own
 * language, which no context changes, and which Chromium on Linux takes from the environment, not from `--lang`.
 */
export class Browsers {
  readonly #opened = new Map<string, Promise<Browser>>();

  async newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const { locale = DANISH.locale } = options;
    const opened = this.#opened.get(locale) ?? openBrowser(locale);
    this.#opened.set(locale, opened);
    return (await opened).newContext({ ...options, locale });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(async (opened) => (await opened).close()));
  }
}

function openBrowser(locale: string): Promise<Browser> {
  const env = { ...process.env, LANGUAGE: locale.replace('-', '_') };
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, env });
}

interface Application {
  fetch(request: Request): Response | Promise<Response>;
}

/** An application on a real port of this machine. */
export interface ServedApp {
  readonly origin: string;
  close(): void;
}

export async function serveApp(app: Application): Promise<ServedApp> {
  const server = serve({ fetch: (request) => app.fetch(request), port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** Screens, languages and colours that pages are looked at in. */
export const DANISH = { locale: 'da-DK' } as const;
export const ENGLISH = { locale: 'en-GB' } as const;
/** The narrowest phone. */
export const PHONE = { viewport: { width: 320, height: 640 } } as const;
export const DESK = { viewport: { width: 1280, height: 800 } } as const;
export const DARK = { colorScheme: 'dark' } as const;
export const NO_SCRIPT = { javaScriptEnabled: false } as const;

/** Folder for pictures of the pages that a test looks at; unset: none are kept. */
const { EASYSMS_TEST_SHOTS: SHOTS } = process.env;

/** How a browser is opened. */
export interface VisitOptions extends BrowserContextOptions {
  /** The person who is signed in; left out: nobody. */
  readonly client?: PageClient;
  /** Statuses of answers that the test provokes, of which Chromium complains; left out: 422, of forms with faults. */
  readonly refusals?: readonly number[];
}

/** A browser of one person. */
export interface Visit {
  readonly page: Page;
  /** Opens an address of the application: its path. @returns the status of the answer */
  go(path: string): Promise<number | undefined>;
  /**
   * Expects that the page is as each must be: accessible, not too wide, asking nobody else, without a complaint of the
   * browser. Axe is put into the page: it looks where the page's own policy is left aside, and scripts run.
   */
  look(name: string): Promise<void>;
  /** Closes the browser, and expects that nobody else was asked, and nothing complained of, all the while. */
  close(): Promise<void>;
}

/** An application on a real port, with browsers before it. */
export interface Browsing {
  readonly origin: string;
  /** A browser whose pages leave the pages' own policy aside, unless `bypassCSP` is false. */
  visit(options: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
}

/** @param make the application, for which its address is known once it listens */
export async function startBrowsing(make: (origin: string) => Application): Promise<Browsing> {
  const server = await serveApp({ fetch: (request) => app.fetch(request) });
  const { origin } = server;
  const app = make(origin);
  const browsers = new Browsers();
  return {
    origin,
    visit: async (options) => visit(await openContext(browsers, origin, options), origin, options),
    close: async () => {
      await browsers.close();
      server.close();
    },
  };
}

/** A browser that a person is signed in with. */
export async function openContext(
  browsers: Browsers,
  origin: string,
  { client, refusals: _, ...options }: VisitOptions,
): Promise<BrowserContext> {
  const context = await browsers.newContext({ bypassCSP: true, ...options });
  const pairs = client ? client.cookie.split('; ').map((pair) => pair.split('=')) : [];
  await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url: origin })));
  return context;
}

async function visit(context: BrowserContext, origin: string, options: VisitOptions): Promise<Visit> {
  const { bypassCSP = true, javaScriptEnabled: scripts = true, refusals = [422] } = options;
  const page = await context.newPage();
  const seen = watch(page, origin);
  const label = [options.locale, options.viewport?.width, options.colorScheme ?? 'light'].join('-');
  // Chromium calls the refusal of a form, which is a page, a resource that failed.
  const known = refusals.map((status) => `responded with a status of ${status} `);
  const faults = () => ({
    foreign: seen.foreign,
    complaints: seen.complaints.filter((text) => !known.some((each) => text.includes(each))),
  });
  const none = { foreign: [], complaints: [] };
  return {
    page,
    go: async (path) => (await page.goto(origin + path))?.status(),
    look: async (name) => {
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${label}.png`, fullPage: true });
      const found = scripts && bypassCSP ? await violations(page) : [];
      const wide = scripts && (await isTooWide(page));
      expect({ name, found, wide, ...faults() }).toEqual({ name, found: [], wide: false, ...none });
    },
    close: async () => {
      await context.close();
      expect(faults()).toEqual(none);
    },
  };
}

/** Collects, from now on, what the page asks of anybody but `origin`, and what the browser complains about. */
export function watch(page: Page, origin: string): { readonly foreign: string[]; readonly complaints: string[] } {
  const seen = { foreign: [] as string[], complaints: [] as string[] };
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) seen.foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => void seen.complaints.push(error.message));
  return seen;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds against WCAG 2.2 AA. The page's own policy lets no script in: open its context with `bypassCSP`. */
export function violations(page: Page): Promise<string[]> {
  return found(page, { type: 'tag', values: TAGS });
}

/** The findings of axe about the colours of the dark scheme, which alone differ there; the page is light again after it. */
export async function darkViolations(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await found(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block'] });
  await page.emulateMedia({ colorScheme: 'light' });
  return dark.map((each) => `dark: ${each}`);
}

async function found(page: Page, runOnly: object): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly, ...VIOLATIONS });
  const run = `axe.run(document, ${options}).then((result) => result.violations)`;
  const list: readonly Violation[] = await page.evaluate(run);
  return list.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** Follows a link of the navigation, which a narrow screen folds into a menu. */
export async function follow(page: Page, name: string | RegExp): Promise<void> {
  const menu = page.locator('.menu summary');
  if (await menu.isVisible()) await menu.click();
  await page.locator('.top nav:visible').getByRole('link', { name }).click();
}

/**
 * What nobody reaches by keyboard, or sees when it is reached: links without an address, an order of the Tab key beside
 * that of the page, buttons that are none, and whatever takes the focus without an outline.
 */
export function keyboardFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const unreachable = document.querySelectorAll(
      'a:not([href]), [tabindex]:not([tabindex="-1"]), [role="button"]:not(button), [onclick], [contenteditable]');
    const reachable = [...document.querySelectorAll('a, button, input, select, textarea, summary')];
    const unseen = reachable.filter((element) => {
      element.focus();
      return document.activeElement === element && getComputedStyle(element).outlineStyle === 'none';
    });
    document.activeElement.blur();
    return [...unreachable, ...unseen].map((element) => element.outerHTML.slice(0, 120));
  })()`);
}

/** Whether one has to scroll sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
}
