import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { createApp } from '../../src/app.ts';
import { type Browsers, openContext } from '../support/browser.ts';
import type { Scene, ScenePerson } from './scene.ts';

/** Routes that answer with something else than a page for whoever is signed in. */
const NO_PAGE = [
  /^\/admin\/(?:sign-in|invitation|oidc|first-account)/,
  // Files to keep.
  /\.(?:csv|json|txt|css|js)$/,
];

/** A page of the administration, as an address of the scene. */
export interface Address {
  /** The name of a picture: `find-id`. */
  readonly name: string;
  readonly path: string;
}

/**
 * The address of every page of the administration, taken from the routes themselves, so that a new page is walked, too.
 * @throws Error for a route with a parameter that the scene has no value of
 */
export function addressesOf({ test, ids }: Scene): readonly Address[] {
  const routes = createApp(test.deps).routes.filter(
    ({ method, path }) => method === 'GET' && /^\/admin(\/|$)/.test(path),
  );
  const paths = [...new Set(routes.map(({ path }) => path))].filter((path) => {
    return !path.includes('*') && !NO_PAGE.some((pattern) => pattern.test(path));
  });
  return paths.map((route) => ({
    name:
      route
        .replace(/^\/admin\/?/, '')
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replace(/-$/, '') || 'to-do',
    path: route.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = ids[`${route} ${name}`] ?? ids[name];
      if (value === undefined) throw new Error(`the scene has no ${name} for ${route}`);
      return encodeURIComponent(value);
    }),
  }));
}

/** Opens a browser that a person of the scene is signed in with. */
export async function openAs(
  browsers: Browsers,
  origin: string,
  { client }: Pick<ScenePerson, 'client'>,
  options: BrowserContextOptions,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await openContext(browsers, origin, { bypassCSP: false, ...options, client });
  return { context, page: await context.newPage() };
}
