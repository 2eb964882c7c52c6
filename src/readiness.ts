import type { Config } from './config/config.ts';
import type { ReadinessReason } from './http/health.ts';
import type { DatabaseAccess, GatewayAccess, Logging } from './runtime/deps.ts';
import type { SendingState } from './sending-state.ts';
import type { Worker } from './worker.ts';

const TICK_OVERDUE_MS = 120_000;

/** State of `GET /readyz`; also reads anew whether the database is bound to this PUBLIC_URL. */
export async function readiness(
  deps: DatabaseAccess,
  state: SendingState,
  worker: Pick<Worker, 'lastTickAgeMs'> | null,
  publicUrl: string,
): Promise<{ ready: boolean; reasons: ReadinessReason[] }> {
  const reasons: ReadinessReason[] = [];
  if (state.stopping) reasons.push('stopping');
  if (state.clocksApart) reasons.push('clock_off');
  if (worker && worker.lastTickAgeMs() > TICK_OVERDUE_MS) reasons.push('no_dispatch_tick');
  try {
    await state.refresh(deps.db, publicUrl);
  } catch {
    reasons.push('database_unavailable');
  }
  return { ready: reasons.length === 0, reasons };
}

/** Logs why this process hands nothing over. */
export function logHeldSending(deps: Logging & GatewayAccess, state: SendingState, publicUrl: string): void {
  if (state.restored) {
    deps.log.warn(
      'this database was restored from a backup: nothing is handed over until POST /v1/installation/recovered',
    );
  } else if (state.foreign) {
    deps.log.warn(
      { publicUrl },
      'this database belongs to another PUBLIC_URL: nothing is handed over until POST /v1/installation/adopt',
    );
  } else if (state.heldReason()) deps.log.warn('EASYSMS_SENDING=off: nothing is handed over');
  if (deps.gateways.some((gateway) => gateway.id === 'simulator'))
    deps.log.warn('the simulator is among the gateways: what it accepts reaches no phone');
}

/**
 * Logs that TRUSTED_PROXIES is missing: this service speaks no TLS, so that behind an https address there is always a
 * proxy.
 */
export function logMissingProxies(
  { log }: Logging,
  { publicUrl, trustedProxies, role }: Pick<Config, 'publicUrl' | 'trustedProxies' | 'role'>,
): void {
  if (role === 'worker' || trustedProxies.length > 0 || !publicUrl.startsWith('https:')) return;
  log.warn('PUBLIC_URL is https and TRUSTED_PROXIES is unset: all clients of the proxy in front count as one address');
}
