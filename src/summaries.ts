import { KeyUses } from './accounts/keys.ts';
import { RefusedAccesses } from './accounts/refused-access.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from './runtime/deps.ts';
import { OutageLog } from './runtime/outage-log.ts';

const SUM_UP_MS = 60_000;

/** Recorders of what comes too often to be written each time. */
interface Summaries {
  readonly refusedAccesses: RefusedAccesses;
  readonly keyUses: KeyUses;
  readonly outages: OutageLog;
  /** Ends the summaries of each minute. */
  readonly endSummaries: () => void;
}

/** Starts the recorders, and has them sum up each minute. */
export function startSummaries(deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging): Summaries {
  const refusedAccesses = new RefusedAccesses(deps);
  const outages = new OutageLog(deps);
  const timer = setInterval(() => {
    refusedAccesses.sumUp();
    outages.sumUp();
  }, SUM_UP_MS).unref();
  const endSummaries = () => {
    clearInterval(timer);
    outages.sumUp();
  };
  return { refusedAccesses, keyUses: new KeyUses(deps), outages, endSummaries };
}
