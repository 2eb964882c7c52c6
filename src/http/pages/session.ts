import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { CurrentTime, KeyringAccess } from '../../runtime/deps.ts';
import type { ProxyTrust } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';

const SESSION_MS = 8 * 3_600_000;
const NAME = 'easysms';
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The dependencies of a browser's session. */
export interface SessionDeps extends KeyringAccess, CurrentTime, ProxyTrust {
  /** The session's secret is derived from it, so that a new token ends every session. */
  readonly adminToken: string;
  /** Decides whether the cookie is marked `Secure`. */
  readonly publicUrl: string;
}

function secretOf(deps: SessionDeps): Buffer {
  return deps.keyring.derive(`session ${sha256(deps.adminToken).toString('hex')}`);
}

const isHttps = (deps: SessionDeps) => deps.publicUrl.startsWith('https:');

function optionsOf(deps: SessionDeps): CookieOptions {
  const common = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;
  return isHttps(deps) ? { ...common, secure: true, prefix: 'host' } : common;
}

/** Signs the browser in, for eight hours. */
export async function startSession(c: Context<HttpEnv>, deps: SessionDeps): Promise<void> {
  const options = { ...optionsOf(deps), maxAge: SESSION_MS / 1000 };
  await setSignedCookie(c, NAME, String(deps.now().getTime()), secretOf(deps), options);
}

/** Signs the browser out. */
export function endSession(c: Context<HttpEnv>, deps: SessionDeps): void {
  deleteCookie(c, NAME, optionsOf(deps));
}

/** True within eight hours of signing in. The age is checked here too: a browser may keep the cookie longer. */
export async function isSignedIn(c: Context<HttpEnv>, deps: SessionDeps): Promise<boolean> {
  const started = await getSignedCookie(c, secretOf(deps), NAME, isHttps(deps) ? 'host' : undefined);
  const age = started ? deps.now().getTime() - Number(started) : Number.NaN;
  return age >= 0 && age < SESSION_MS;
}

/** Redirects a browser that is not signed in to the form, which leads back to the page that was asked for. */
export function pagesGuard(deps: SessionDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (!(await isSignedIn(c, deps))) {
      const wanted = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : '';
      return c.redirect(`/admin/sign-in${wanted}`, 303);
    }
    return next();
  };
}

/** The page to go to after signing in; only one of ours, so that a link to the form can't lead to another site. */
export function readNext(next: string | undefined): string {
  return next !== undefined && /^\/(admin|simulator)(\/[a-z-]+)*$/.test(next) ? next : '/admin';
}
