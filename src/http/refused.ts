import type { Context } from 'hono';
import type { RefusedAccess, RefusedAccesses } from '../accounts/refused-access.ts';
import { clientKey } from '../runtime/networks.ts';
import { clientOf, type ProxyTrust } from './client-address.ts';
import type { HttpEnv } from './env.ts';

/** The part that notes refused accesses for the audit. */
export interface RefusedAudit extends ProxyTrust {
  readonly refusedAccesses: Pick<RefusedAccesses, 'note'>;
}

/** Notes for the audit that the client of a request was refused. Returns at once. */
export function noteRefused(c: Context<HttpEnv>, deps: RefusedAudit, refused: Omit<RefusedAccess, 'client'>): void {
  deps.refusedAccesses.note({ ...refused, client: clientKey(clientOf(c, deps)) });
}
