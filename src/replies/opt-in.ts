import type { Trx } from '../database/tables.ts';
import type { InboundEvent } from '../gateways/gateway.ts';
import { liftWithin, replanOnceMore } from '../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { type LiveOptOut, lockLiveOptOuts } from '../store/opt-outs.ts';
import { releaseByNumber } from '../store/replies.ts';
import { isHeldAsWrong, isOvertaken, type NumberOf, settleByStart } from './inbound.sql.ts';

/** The effects of a START. */
export interface OptIn {
  /** The opt-outs that it lifts, locked. */
  readonly lifts: readonly LiveOptOut[];
  /** The authorities in which it settles replies that may have meant STOP. */
  readonly settlesIn: readonly string[];
  /** True where a person has to read it. */
  readonly unsure: boolean;
}

/** The outcome of what a reply asked for. */
export interface FollowUp {
  /** Whether a STOP or START changed anything. */
  readonly changed: boolean;
  /** Reaches the reminders that were inserted during the commit. */
  readonly afterCommit: () => Promise<void>;
}

/** Moment at which a reply was written, by its supplier's clock. @returns null: it says none, or is ahead of ours */
export function writtenAt({ at }: InboundEvent, now: Date): Date | null {
  return at && at <= now ? at : null;
}

/**
 * Locks the opt-outs that a START lifts. It lifts none where it came late, behind a STOP that was written after it: the
 * citizen's last word counts, and a person sees the START.
 * @param number the authorities that it is meant for; none: the whole installation
 * @param written null: not known, so that the START counts as the last word
 */
export async function lockOptIn(trx: Trx, number: NumberOf, written: Date | null): Promise<OptIn> {
  const { phoneHash, authorityIds } = number;
  const live = await lockLiveOptOuts(trx, phoneHash, authorityIds.length > 0 ? authorityIds : null);
  const optOutIds = live.map(({ id }) => id);
  if (written && (await isOvertaken(trx, number, optOutIds, written)))
    return { lifts: [], settlesIn: [], unsure: true };
  return { lifts: live, settlesIn: authorityIds, unsure: await isHeldAsWrong(trx, number) };
}

/** Lifts and settles what a START does, and plans anew or releases what waited for it. */
export async function carryOutOptIn(
  deps: DatabaseAccess & KeyringAccess,
  trx: Trx,
  phoneHash: Buffer,
  { lifts, settlesIn }: OptIn,
  now: Date,
): Promise<FollowUp> {
  await liftWithin(deps, trx, lifts, 'citizen', 'start', now);
  const settled = await settleByStart(trx, { phoneHash, authorityIds: settlesIn }, now);
  for (const authorityId of settled) await releaseByNumber(trx, authorityId, phoneHash, now);
  const changed = lifts.length > 0 || settled.length > 0;
  return { changed, afterCommit: () => replanOnceMore(deps, lifts, now) };
}
