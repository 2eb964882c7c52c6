import type { Context } from 'hono';
import type { StaffProvider } from '../../accounts/oidc/provider.ts';
import { findVisitor, type Signed, type VisitDeps } from '../../accounts/people/visitor.ts';
import { endAllSessions, endSession } from '../../accounts/sessions.ts';
import type { RefusedAudit } from '../../http/authorize.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Logging, Waiting } from '../../runtime/deps.ts';
import { clientKey } from '../../runtime/networks.ts';
import { forgetSession, sessionIdOf } from './cookies/session-cookie.ts';
import type { SiteAccess } from './site.ts';

/** The dependencies of a browser's session. */
export interface SessionDeps extends VisitDeps, RefusedAudit, SiteAccess {
  /** Decides whether cookies are marked `Secure`. */
  readonly publicUrl: string;
}

/** The dependencies of signing in. */
export interface SignInDeps extends SessionDeps, Logging, Waiting {
  /** null: no identity provider is configured. */
  readonly provider: StaffProvider | null;
}

/** Signs the browser out; with `everywhere` all others of the same person too, or all that the token signed in. */
export async function signBrowserOut(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  { everywhere }: { readonly everywhere: boolean },
): Promise<void> {
  const id = sessionIdOf(c, deps);
  const signed = everywhere && id !== undefined ? await findVisitor(deps, id) : null;
  // A request without a session ends nobody else's.
  const client = clientKey(clientOf(c, deps));
  if (signed) await endAllSessions(deps, signed.visitor.session, client);
  if (id !== undefined) await endSession(deps, id, client);
  forgetSession(c, deps);
}

/** Finds who the browser is signed in as, by the database. @returns null for nobody, and when that has ended */
export async function signedIn(c: Context<HttpEnv>, deps: SessionDeps): Promise<Signed | null> {
  const id = sessionIdOf(c, deps);
  return id === undefined ? null : findVisitor(deps, id);
}

/** The parameter of an address that asks for a page as a file: `1`. */
export const FILE_PARAMETER = 'file';
