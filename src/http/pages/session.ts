import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { HttpDeps, HttpEnv } from '../deps.ts';

const SESSION_MS = 8 * 3_600_000;
const NAME = 'easysms';
const sha256 = (text: string) => createHash('sha256').update(text).digest();

type SessionDeps = Pick<HttpDeps, 'keyring' | 'adminToken' | 'publicUrl' | 'now'>;

export function isAdminToken(deps: Pick<HttpDeps, 'adminToken'>, given: string): boolean {
  return timingSafeEqual(sha256(given), sha256(deps.adminToken));
}

/** Another administrator's token ends every session. */
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

export function endSession(c: Context<HttpEnv>, deps: SessionDeps): void {
  deleteCookie(c, NAME, optionsOf(deps));
}

/** The browser is told to drop the cookie after eight hours; whether it does is checked here. */
export async function isSignedIn(c: Context<HttpEnv>, deps: SessionDeps): Promise<boolean> {
  const started = await getSignedCookie(c, secretOf(deps), NAME, isHttps(deps) ? 'host' : undefined);
  const age = started ? deps.now().getTime() - Number(started) : Number.NaN;
  return age >= 0 && age < SESSION_MS;
}

/** Sends who is not signed in to the form, and back to where they were going afterwards. */
export function pagesGuard(deps: SessionDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (!(await isSignedIn(c, deps))) {
      const wanted = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : '';
      return c.redirect(`/admin/sign-in${wanted}`, 303);
    }
    return next();
  };
}

/** Only pages of ours: a link to the form must not lead elsewhere. */
export function readNext(next: string | undefined): string {
  return next !== undefined && /^\/(admin|simulator)(\/[a-z-]+)*$/.test(next) ? next : '/admin';
}
