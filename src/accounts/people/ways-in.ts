import type { DatabaseAccess } from '../../runtime/deps.ts';
import { hasAdministrator, hasPeople } from './people.sql.ts';

/** Ways to sign in to the pages, beside an identity provider. */
export interface WaysIn {
  /** Somebody has an account. */
  readonly password: boolean;
  /** Nobody administers the installation yet, so that its token does. */
  readonly token: boolean;
}

/** Finds the ways to sign in that are open now. */
export async function waysIn(db: DatabaseAccess['db']): Promise<WaysIn> {
  const token = !(await hasAdministrator(db));
  return { token, password: !token || (await hasPeople(db)) };
}
