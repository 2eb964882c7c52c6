import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import {
  beginSession,
  endSession,
  SESSION_KEPT_MS,
  type SessionsDeps,
  type SignedInAs,
} from '../../../accounts/sessions.ts';
import { clientOf, type ProxyTrust } from '../../../http/client-address.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { clientKey } from '../../../runtime/networks.ts';
import { cookieOptions, prefixOf } from './cookies.ts';
import { rememberDevice } from './device-cookie.ts';

const NAME = 'easysms';
/** 32 random bytes in base64url. */
const ID = /^[\w-]{43}$/;

/** The dependencies of a session's cookie. */
export interface SessionCookieDeps extends SessionsDeps, ProxyTrust {
  readonly publicUrl: string;
}

/** The id of the session that the browser names, alive or not; undefined where it names none. */
export function sessionIdOf(c: Context<HttpEnv>, deps: Pick<SessionCookieDeps, 'publicUrl'>): string | undefined {
  const id = getCookie(c, NAME, prefixOf(deps));
  return id !== undefined && ID.test(id) ? id : undefined;
}

/** Signs the browser in under a new id: one that was planted in it before means nothing. */
export async function signBrowserIn(c: Context<HttpEnv>, deps: SessionCookieDeps, as: SignedInAs): Promise<void> {
  const before = sessionIdOf(c, deps);
  const client = clientKey(clientOf(c, deps));
  if (before !== undefined) await endSession(deps, before, client);
  setCookie(c, NAME, await beginSession(deps, as, client), {
    ...cookieOptions(deps),
    maxAge: SESSION_KEPT_MS / 1000,
  });
  if (as.method === 'password') await rememberDevice(c, deps, as);
}

/** Forgets the session in the browser. */
export function forgetSession(c: Context<HttpEnv>, deps: Pick<SessionCookieDeps, 'publicUrl'>): void {
  deleteCookie(c, NAME, cookieOptions(deps));
}
