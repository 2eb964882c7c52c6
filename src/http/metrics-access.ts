import { isAdminToken } from '../accounts/keys.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { unauthorized } from './problem.ts';

/** Who may read the metrics, and with which ids. */
export interface MetricsAccess extends KeyringAccess {
  readonly adminToken: string;
  /** null: everybody may read them. */
  readonly metricsToken: string | null;
}

const SOURCE = /(?<=[{,]source=")[^"]*(?=")/g;
/** What a metric calls a source that is none of ours, or that it can't tell. */
const NO_SOURCE = ['', 'unknown'];
const HASH_LENGTH = 12;

/**
 * The metrics as whoever has this token may read them: strangers learn no ids of sources, which they would need for a
 * guess at a secret.
 * @throws Problem 401 for a wrong token, and without one where one is needed
 */
export function metricsFor(token: string | undefined, text: string, access: MetricsAccess): string {
  const { metricsToken, keyring } = access;
  if (token !== undefined) {
    if ((metricsToken !== null && equalInConstantTime(token, metricsToken)) || isAdminToken(access, token)) return text;
    throw unauthorized();
  }
  if (metricsToken !== null) throw unauthorized();
  const hash = (id: string) => keyring.digest('metrics', id).toString('hex').slice(0, HASH_LENGTH);
  return text.replace(SOURCE, (id) => (NO_SOURCE.includes(id) ? id : hash(id)));
}
