import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { clientKey } from '../../runtime/networks.ts';
import { INSTALLATION_ADMINISTRATOR } from '../../staff/access.ts';
import {
  beginSession,
  endAllSessions,
  endSession,
  SESSION_MS,
  type SessionOwner,
  type SessionsDeps,
  useSession,
} from '../../staff/sessions/sessions.ts';
import { clientOf } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';
import type { RefusedAudit } from '../refused.ts';

const NAME = 'easysms';
/** 32 random bytes in base64url. */
const ID = /^[\w-]{43}$/;

/** The dependencies of a browser's session. */
export interface SessionDeps extends SessionsDeps, RefusedAudit {
  /** Decides whether the cookie is marked `Secure`. */
  readonly publicUrl: string;
}

const isHttps = (deps: SessionDeps) => deps.publicUrl.startsWith('https:');

function optionsOf(deps: SessionDeps): CookieOptions {
  const common = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;
  return isHttps(deps) ? { ...common, secure: true, prefix: 'host' } : common;
}

function idOf(c: Context<HttpEnv>, deps: SessionDeps): string | undefined {
  const id = isHttps(deps) ? getCookie(c, NAME, 'host') : getCookie(c, NAME);
  return id !== undefined && ID.test(id) ? id : undefined;
}

/** People have no accounts yet: whoever is signed in is the installation's administrator. */
function ownerOf(c: Context<HttpEnv>, deps: SessionDeps): SessionOwner {
  return { actor: INSTALLATION_ADMINISTRATOR.name, client: clientKey(clientOf(c, deps)) };
}

/** Signs the browser in under a new id: one that was planted in it before means nothing. */
export async function signBrowserIn(c: Context<HttpEnv>, deps: SessionDeps): Promise<void> {
  const before = idOf(c, deps);
  const owner = ownerOf(c, deps);
  if (before !== undefined) await endSession(deps, before, owner);
  setCookie(c, NAME, await beginSession(deps, owner), { ...optionsOf(deps), maxAge: SESSION_MS / 1000 });
}

/** Signs the browser out; with `everywhere` all others too. */
export async function signBrowserOut(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  { everywhere }: { readonly everywhere: boolean },
): Promise<void> {
  const id = idOf(c, deps);
  // A request without a session ends nobody else's.
  const owner = ownerOf(c, deps);
  if (everywhere && id !== undefined && (await useSession(deps, id))) await endAllSessions(deps, owner);
  if (id !== undefined) await endSession(deps, id, owner);
  deleteCookie(c, NAME, optionsOf(deps));
}

/** True in a session that was begun and has neither been ended nor timed out, of which the database decides. */
export async function isSignedIn(c: Context<HttpEnv>, deps: SessionDeps): Promise<boolean> {
  const id = idOf(c, deps);
  return id !== undefined && (await useSession(deps, id));
}

/** Redirects a browser that is not signed in to the form, which leads back to the page that was asked for. */
export function pagesGuard(deps: SessionDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (!(await isSignedIn(c, deps))) {
      const wanted = c.req.method === 'GET' ? { next: c.req.path } : {};
      // A browser that was signed in is told why it must sign in again.
      const ended = idOf(c, deps) === undefined ? {} : { ended: '1' };
      const query = new URLSearchParams({ ...wanted, ...ended }).toString();
      return c.redirect(`/admin/sign-in${query && `?${query}`}`, 303);
    }
    return next();
  };
}

/** The page to go to after signing in; only one of ours, so that a link to the form can't lead to another site. */
export function readNext(next: string | undefined): string {
  return next !== undefined && /^\/(admin|simulator)(\/[a-z-]+)*$/.test(next) ? next : '/admin';
}
