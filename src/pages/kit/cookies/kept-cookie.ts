import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { MINUTE_MS } from '../../../domain/duration.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { cookieOptions, prefixOf } from './cookies.ts';

interface Address {
  readonly publicUrl: string;
}

const NAME = 'easysms-kept';
/** Browsers take 4,096 bytes a cookie, and the server 16 KiB of headers. */
const PART = 3_500;
const PARTS = [0, 1] as const;
/** The time that signing in may take. */
export const KEPT_MS = 30 * MINUTE_MS;

/** Keeps a sealed form in the browser. @returns false where it is too long; then nothing is kept */
export function setKept(c: Context<HttpEnv>, deps: Address, sealed: string): boolean {
  if (sealed.length > PART * PARTS.length) return false;
  for (const part of PARTS) {
    const text = sealed.slice(part * PART, (part + 1) * PART);
    if (text === '') deleteCookie(c, `${NAME}-${part}`, cookieOptions(deps));
    else setCookie(c, `${NAME}-${part}`, text, { ...cookieOptions(deps), maxAge: KEPT_MS / 1000 });
  }
  return true;
}

/** The sealed form that the browser keeps; '' for none. */
export function getKept(c: Context<HttpEnv>, deps: Address): string {
  return PARTS.map((part) => getCookie(c, `${NAME}-${part}`, prefixOf(deps)) ?? '').join('');
}

/** Forgets the form that the browser keeps, if any. */
export function forgetKept(c: Context<HttpEnv>, deps: Address): void {
  if (getKept(c, deps) === '') return;
  for (const part of PARTS) deleteCookie(c, `${NAME}-${part}`, cookieOptions(deps));
}
