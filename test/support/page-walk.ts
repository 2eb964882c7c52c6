import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../src/http/env.ts';
import type { PageClient } from './pages.ts';
import { type PageForm, type ReadPage, readPage, sentFields } from './read-page.ts';

/** A response that somebody got. */
export interface Seen {
  readonly address: string;
  readonly status: number;
  readonly body: string;
  /** null for a file. */
  readonly page: ReadPage | null;
}

/** A form that changes or asks something, on a page that somebody was shown. */
export interface FoundForm extends PageForm {
  /** The address of its page. */
  readonly on: string;
  /** The pattern of the route that takes it: `/admin/replies/:id/settle`. */
  readonly route: string;
}

/** Limits of a walk. */
export interface Walk {
  /** Pages of one pattern that are opened: lists lead to as many as they have entries. */
  readonly most?: number;
  /** Addresses that are not opened. */
  readonly leaveOut?: RegExp;
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Leads out, or to the same page in the other language. */
const LEFT_OUT = /^\/admin\/(?:sign-|oidc)|[?&]language=/;

/**
 * Opens every page that can be reached: by links, and by each choice of the forms that ask for a part of a list.
 * @param starts addresses to begin with
 */
export async function walkPages(
  client: PageClient,
  starts: readonly string[],
  { most = 20, leaveOut }: Walk = {},
): Promise<Seen[]> {
  const waiting = [...starts];
  const known = new Set(waiting);
  const ofPattern = new Map<string, number>();
  const asked = new Set<string>();
  const seen: Seen[] = [];
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    const pattern = (address.split('?')[0] ?? '').replaceAll(UUID, ':id');
    const count = ofPattern.get(pattern) ?? 0;
    if ((count >= most || leaveOut?.test(address)) && !starts.includes(address)) continue;
    ofPattern.set(pattern, count + 1);
    const answer = await see(client, address);
    seen.push(answer);
    for (const next of onwardFrom(answer, asked)) {
      if (known.has(next)) continue;
      known.add(next);
      waiting.push(next);
    }
  }
  return seen;
}

/** Opens one page. */
export async function see(client: PageClient, address: string): Promise<Seen> {
  const response = await client.get(address);
  return seenOf(address, response);
}

/** A response, taken apart where it is a page. */
export async function seenOf(address: string, response: Response): Promise<Seen> {
  const body = await response.text();
  const isPage = response.headers.get('content-type')?.startsWith('text/html') && body !== '';
  return { address, status: response.status, body, page: isPage ? readPage(body) : null };
}

function onwardFrom({ address, page }: Seen, asked: Set<string>): string[] {
  if (!page) return [];
  const links = page.links.map((href) => toAddress(href, address)).filter((each) => each !== null);
  const choices = page.forms.filter(({ method }) => method === 'get').flatMap((form) => choicesOf(form, asked));
  return [...links, ...choices];
}

/** @returns null for another site, and for what the walk leaves out */
function toAddress(href: string, from: string): string | null {
  const { origin, pathname, search } = new URL(href, `https://sms.example.org${from}`);
  const isOurs = origin === 'https://sms.example.org' && /^\/admin(?:\/|$|\.)/.test(pathname);
  return isOurs && !LEFT_OUT.test(pathname + search) ? pathname + search : null;
}

type Pair = [name: string, value: string];

/** Each value of each choice of the form, the others as they are; each form of one authority once. */
function choicesOf(form: PageForm, asked: Set<string>): string[] {
  const fields = sentFields(form).map(([name, value]): Pair => [name, value]);
  const authority = fields.find(([name]) => name === 'authority')?.[1];
  const key = JSON.stringify([form.action, authority, form.fields.map(({ name, options }) => [name, options])]);
  if (asked.has(key)) return [];
  asked.add(key);
  const changed = form.fields.flatMap(({ name, options }) =>
    options.map((option) => fields.map(([each, value]): Pair => [each, each === name ? option : value])),
  );
  return [fields, ...changed].map((query) => `${form.action}?${new URLSearchParams(query)}`);
}

/** The forms that are posted, on pages that somebody was shown. */
export function formsOn(seen: readonly Seen[], routes: readonly string[]): FoundForm[] {
  return seen.flatMap(({ address, page }) =>
    (page?.forms ?? [])
      .filter(({ method }) => method === 'post')
      .map((form) => ({ ...form, on: address, route: routeOf(form.action, routes) })),
  );
}

/** The patterns of the routes below `/admin` that take this method. */
export function pageRoutes(app: OpenAPIHono<HttpEnv>, method: 'GET' | 'POST'): string[] {
  const own = app.routes.filter((route) => route.method === method && /^\/admin(?:\/|\.|$)/.test(route.path));
  return [...new Set(own.map(({ path }) => path))].filter((path) => !path.includes('*'));
}

/** The pattern of the route that takes a path; the one with the fewest parameters. @throws Error for none */
export function routeOf(path: string, routes: readonly string[]): string {
  const parts = path.split('?')[0]?.split('/') ?? [];
  const fits = (route: string) => {
    const pattern = route.split('/');
    return pattern.length === parts.length && pattern.every((part, nth) => part.startsWith(':') || part === parts[nth]);
  };
  const parameters = (route: string) => route.split(':').length;
  const [found] = routes.filter(fits).sort((a, b) => parameters(a) - parameters(b));
  if (found === undefined) throw new Error(`no route takes ${path}`);
  return found;
}

/** A path of a route, with these values in the place of its parameters. @throws Error for one that has no value */
export function pathOf(route: string, values: Readonly<Record<string, string>>): string {
  return route.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = values[`${route} ${name}`] ?? values[name];
    if (value === undefined) throw new Error(`there is no ${name} for ${route}`);
    return encodeURIComponent(value);
  });
}
