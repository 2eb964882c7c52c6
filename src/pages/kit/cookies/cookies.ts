import type { CookieOptions, CookiePrefixOptions } from 'hono/utils/cookie';

/** The address decides whether cookies are for https alone. */
interface Address {
  readonly publicUrl: string;
}

const isHttps = ({ publicUrl }: Address) => publicUrl.startsWith('https:');

/**
 * Prefix of the names of cookies: `__Host-` behind https, where no other host and no plain connection can set such a
 * one (RFC 6265bis §4.1.3).
 */
export function prefixOf(deps: Address): CookiePrefixOptions | undefined {
  return isHttps(deps) ? 'host' : undefined;
}

/** Options of every cookie of the pages. `Lax`: it goes along when another site sends the browser here. */
export function cookieOptions(deps: Address, sameSite: 'Strict' | 'Lax' = 'Strict'): CookieOptions {
  const common = { path: '/', httpOnly: true, sameSite } as const;
  return isHttps(deps) ? { ...common, secure: true, prefix: 'host' } : common;
}
