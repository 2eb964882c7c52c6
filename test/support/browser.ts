import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
/** As root in a sandbox, and without a word to anybody outside. */
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Why there is no browser to test with; null when there is one. Say it once a file, then skip. */
export const browserMissing: string | null = existsSync(CHROMIUM)
  ? null
  : `no browser here, its tests are skipped: there is no ${CHROMIUM} (Debian: apt-get install chromium)`;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** An application on a real port of this machine. */
export interface ServedApp {
  readonly origin: string;
  close(): void;
}

export async function serveApp(app: { fetch(request: Request): Response | Promise<Response> }): Promise<ServedApp> {
  const server = serve({ fetch: (request) => app.fetch(request), port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
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
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((result) => result.violations)`;
  const found: readonly Violation[] = await page.evaluate(run);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** Follows a link of the navigation, which a narrow screen folds into a menu. */
export async function follow(page: Page, name: string | RegExp): Promise<void> {
  const menu = page.locator('.menu summary');
  if (await menu.isVisible()) await menu.click();
  await page.locator('.top nav:visible').getByRole('link', { name }).click();
}

/** Whether one has to scroll sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
}
