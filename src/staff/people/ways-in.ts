import type { DatabaseAccess } from '../../runtime/deps.ts';
import { hasAdministrator, hasPeople } from './people.sql.ts';

/** By what one signs in to the pages, beside an identity provider. */
export interface WaysIn {
  /** Somebody has an account. */
  readonly password: boolean;
  /** Nobody administers the installation yet, so that its token does. */
  readonly token: boolean;
}

/** By what one signs in now. */
export async function waysIn(db: DatabaseAccess['db']): Promise<WaysIn> {
  const token = !(await hasAdministrator(db));
  return { token, password: !token || (await hasPeople(db)) };
}
