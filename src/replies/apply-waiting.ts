import { isConnectionFailure, isTimeOut } from '../database/transaction.ts';
import type { GatewayAccess, Logging } from '../runtime/deps.ts';
import { ABANDONED_CALLBACK_MS } from '../store/callbacks.ts';
import { applyFetchedInbound } from './accept.ts';
import { applyLoneParts, type InboundDeps } from './number-replies.ts';
import { openRaw } from './raw-inbound.ts';
import { findFetched, findLoneParts, type WaitingPlace } from './waiting.sql.ts';

/** The time after which a part is shown to staff without the others. */
const PARTS_WAIT_MS = 600_000;
const PAGE = 100;
/** Pages of one run. */
const PAGES = 20;

/** The progress of the runs of a process: what fails each time must not keep the others from their turn. */
export interface WaitingMemory {
  /** null: the next run begins with the oldest. */
  fetched: WaitingPlace | null;
  parts: WaitingPlace | null;
}

/**
 * Applies what a process that has ended had fetched, and shows staff the parts of SMS whose other parts did not come. A
 * row that fails is tried again by a later run, behind all others.
 * @returns how many were found
 */
export async function applyWaitingInbound(
  deps: InboundDeps & GatewayAccess,
  now: Date,
  memory: WaitingMemory = { fetched: null, parts: null },
): Promise<{ fetched: number; parts: number }> {
  const byId = new Map(deps.gateways.map((gateway) => [gateway.id, gateway]));
  const ids = [...byId.keys()];
  const before = (ms: number) => new Date(now.getTime() - ms);
  const fetched = await inPages(
    memory,
    'fetched',
    (after) => findFetched(deps.db, ids, { before: before(ABANDONED_CALLBACK_MS), after }, PAGE),
    async (row) => {
      const gateway = byId.get(row.gateway);
      if (!gateway) return;
      await byItself(deps, row, () =>
        applyFetchedInbound(deps, gateway, { id: row.id, callback: openRaw(deps, row) }, now),
      );
    },
  );
  const numbers = new Set<string>();
  await inPages(
    memory,
    'parts',
    (after) => findLoneParts(deps.db, ids, { before: before(PARTS_WAIT_MS), after }, PAGE),
    async (row) => {
      const gateway = byId.get(row.gateway);
      const key = `${row.gateway} ${row.phoneHash.toString('hex')}`;
      if (!gateway || numbers.has(key)) return;
      numbers.add(key);
      await byItself(deps, row, () =>
        applyLoneParts(deps, { gateway, phoneHash: row.phoneHash }, before(PARTS_WAIT_MS), now),
      );
    },
  );
  return { fetched, parts: numbers.size };
}

/** Goes through what waits from where the last run ended, page by page, and begins anew behind the last one. */
async function inPages<Row extends WaitingPlace>(
  memory: WaitingMemory,
  kind: keyof WaitingMemory,
  read: (after: WaitingPlace | null) => Promise<Row[]>,
  apply: (row: Row) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (let page = 0; page < PAGES; page++) {
    const rows = await read(memory[kind]);
    const last = rows.at(-1);
    memory[kind] = last && rows.length === PAGE ? { id: last.id, receivedAt: last.receivedAt } : null;
    for (const row of rows) await apply(row);
    count += rows.length;
    if (memory[kind] === null) break;
  }
  return count;
}

/** A message that can't be applied waits for the next time, and keeps none of those behind it from their turn. */
async function byItself(
  { log }: Logging,
  { id, gateway }: { readonly id: string; readonly gateway: string },
  apply: () => Promise<void>,
): Promise<void> {
  try {
    await apply();
  } catch (error) {
    if (isConnectionFailure(error) && !isTimeOut(error)) throw error;
    log.error({ callbackId: id, gateway, err: error }, 'an inbound message could not be applied; it is tried again');
  }
}
