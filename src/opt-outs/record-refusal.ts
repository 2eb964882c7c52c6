import { isConnectionFailure } from '../database/transaction.ts';
import { errorName } from '../domain/errors.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type KeyringAccess,
  type Logging,
  pause,
  type Waiting,
} from '../runtime/deps.ts';
import { type BlockedNumber, recordOptOutAtGateway } from './opt-outs.ts';

const RETRY_MS = 1_000;

/**
 * Records an opt-out after a gateway refused an SMS because the number has opted out there. While the database is out
 * of reach it retries every second; the caller records the outcome of its call afterwards. Never throws.
 */
export async function recordRefusal(
  deps: DatabaseAccess & KeyringAccess & Logging & CurrentTime & Waiting,
  blocked: BlockedNumber,
): Promise<void> {
  for (;;) {
    try {
      return await recordOptOutAtGateway(deps, blocked, deps.now());
    } catch (error) {
      deps.log.error(
        { gateway: blocked.gateway, error: errorName(error) },
        'an opt-out that a gateway reported could not be recorded',
      );
      if (!isConnectionFailure(error)) return;
    }
    await pause(deps.timers, RETRY_MS);
  }
}
