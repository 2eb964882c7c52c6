import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { HttpEnv } from '../../http/env.ts';
import { cookieOptions, prefixOf } from './cookies/cookies.ts';

/** Languages of the pages. */
export const PAGE_LANGUAGES = ['da', 'en'] as const;
/** A member of `PAGE_LANGUAGES`. */
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

/** The other one of the two. */
export const otherOf = (language: PageLanguage): PageLanguage => (language === 'da' ? 'en' : 'da');

/** The locales of dates and numbers. */
export const LOCALES: Readonly<Record<PageLanguage, string>> = { da: 'da-DK', en: 'en-GB' };

const COLLATORS: Readonly<Record<PageLanguage, Intl.Collator>> = {
  da: new Intl.Collator(LOCALES.da),
  en: new Intl.Collator(LOCALES.en),
};

/** An entry of a list that stands by name; the id decides between those that have the same. */
export interface Named {
  readonly name: string;
  readonly id: string;
}

/** The order of names as a language sorts them: Danish has æ, ø and å behind z. */
export function byName(language: PageLanguage): (a: Named, b: Named) => number {
  const { compare } = COLLATORS[language];
  return (a, b) => compare(a.name, b.name) || Number(a.id > b.id) - Number(a.id < b.id);
}

const COOKIE = 'easysms-language';
const YEAR_SECONDS = 365 * 86_400;
/** A header is up to 16 KiB, and nobody reads more languages than this. */
const MOST_LANGUAGES = 20;

/** Reads a language of the pages. @returns undefined for anything else */
export function readLanguage(value: unknown): PageLanguage | undefined {
  return PAGE_LANGUAGES.find((language) => language === value);
}

/** The language that a browser asks for first (RFC 9110 §12.5.4); Danish when it asks for none of ours. */
export function acceptedLanguage(header: string | undefined): PageLanguage {
  const asked = (header ?? '')
    .split(',')
    .slice(0, MOST_LANGUAGES)
    .map((part) => {
      const [range = '', weight = ''] = part.split(';');
      const quality = /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(weight)?.[1] ?? '1';
      return { language: readLanguage(range.trim().split('-')[0]?.toLowerCase()), quality: Number(quality) };
    });
  const ours = asked.filter(({ language, quality }) => language !== undefined && quality > 0);
  return ours.sort((a, b) => b.quality - a.quality)[0]?.language ?? 'da';
}

/** The language of a response: that of the address, else that which was chosen before, else the browser's. */
export function responseLanguage(c: Context<HttpEnv>, deps: { readonly publicUrl: string }): PageLanguage {
  const chosen = readLanguage(c.req.query('language')) ?? readLanguage(getCookie(c, COOKIE, prefixOf(deps)));
  return chosen ?? acceptedLanguage(c.req.header('Accept-Language'));
}

/** Sets `c.var.language`, and keeps a language that the address names for the pages to come. */
export function pageLanguage(deps: { readonly publicUrl: string }): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    c.set('language', responseLanguage(c, deps));
    const chosen = readLanguage(c.req.query('language'));
    if (chosen) setCookie(c, COOKIE, chosen, { ...cookieOptions(deps), maxAge: YEAR_SECONDS });
    await next();
  };
}

/**
 * The address at which what is shown now stands in the other language. The response to a form, and an address that
 * would lead to another site (`//host`), can't be asked for again: then it is the first page.
 */
export function otherAddress(c: Context<HttpEnv>): string {
  const other = otherOf(c.var.language);
  const isShownAgain = c.req.method !== 'POST' && !c.req.path.startsWith('//');
  return isShownAgain ? addressIn(c, other) : `/admin?language=${other}`;
}

/** The address of the present page in another language. */
export function addressIn(c: Context<HttpEnv>, language: PageLanguage): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set('language', language);
  return `${pathname}?${searchParams}`;
}
