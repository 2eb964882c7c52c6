import type { Config } from './config/config.ts';
import { isLoopback } from './loopback.ts';
import type { MllpDeps } from './mllp/handle-frame.ts';
import { listenForMllp, type MllpListener } from './mllp/listener.ts';
import type { DatabaseAccess } from './runtime/deps.ts';
import { findSourcesWithAuthority } from './store/sources.ts';

/**
 * Starts the MLLP listener that the settings ask for, and logs what an operator should know about it.
 * @returns null when MLLP is not configured, and in a process that only hands over
 */
export async function startMllp({ mllp, role }: Config, deps: MllpDeps & DatabaseAccess): Promise<MllpListener | null> {
  if (!mllp || role === 'worker') return null;
  const { host, source, tls } = mllp;
  if (source !== null && !(await findSourcesWithAuthority(deps.db, [source])).has(source)) {
    deps.log.warn(
      { source },
      'MLLP_SOURCE names a source that does not exist: no message over MLLP is acknowledged until it is created',
    );
  }
  const listener = await listenForMllp(deps, mllp);
  deps.log.info(
    { host, port: listener.port, source: source ?? 'by certificate', tls: tls !== null },
    'listening for HL7 v2 over MLLP',
  );
  if (!tls && !isLoopback(host)) {
    deps.log.warn(
      { host },
      'MLLP without TLS: anybody who reaches this port may write appointments, and nothing is encrypted',
    );
  }
  return listener;
}
