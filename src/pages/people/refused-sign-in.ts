import type { Context } from 'hono';
import { noteRefused, type RefusedAudit } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Logging } from '../../runtime/deps.ts';

/** Ways to sign in, as the audit names the one that was refused; `administrator`: by the administrator's token. */
export type SignInWay = 'administrator' | 'password' | 'code' | 'provider';

/**
 * Notes a refused sign-in for the log and the audit.
 * @param actor the name of whoever has proved to be somebody by an earlier step
 */
export function noteRefusedSignIn(
  c: Context<HttpEnv>,
  deps: RefusedAudit & Logging,
  target: SignInWay,
  actor = 'anonymous',
): void {
  deps.log.warn({ way: target }, 'a sign-in to /admin was refused');
  noteRefused(c, deps, { action: 'session.refused', actor, target, authorityId: null });
}
