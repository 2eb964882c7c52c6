import { inTransaction } from '../database/transaction.ts';
import { errorName } from '../domain/errors.ts';
import type { CallbackKind, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { SupplierFailures } from '../receipts/supplier-faults.ts';
import { applyFetchedInbound } from '../replies/accept.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type GatewayAccess,
  type KeyringAccess,
  type Logging,
  type Metering,
  pause,
  type TemplateAccess,
  type Waiting,
} from '../runtime/deps.ts';
import { callbackRow, insertCallbacks } from '../store/callbacks.ts';
import { tryFetchLock } from './fetch.sql.ts';

/** Shorter than a transaction may wait for its next statement. */
const ASK_MS = 7_000;
/** The most of one kind in one run; the rest has its turn in the next one. */
const MOST_READS = 20;
/** Tries to store what was read, in one run. */
const STORE_TRIES = 4;
const STORE_AGAIN_MS = 300;

type FetchDeps = DatabaseAccess &
  KeyringAccess &
  TemplateAccess &
  CurrentTime &
  Logging &
  Metering &
  GatewayAccess &
  Waiting;

/** Memory of a process between runs. */
export class FetchMemory {
  readonly failed = new SupplierFailures();
  /** Responses that were read and are not known to be stored yet, by gateway and kind. */
  readonly held = new Map<string, RawCallback>();
}

/**
 * Reads what suppliers give out only once. One process reads at a time, and stores and commits what it has read before
 * anything looks at it. What can't be stored is kept in memory, and stored before anything more of its kind is read:
 * what is lost is what a process has read when it dies before that.
 * @param alone no other process has the database, which has one connection only: no lock is taken across the call
 * @param stopping looked at between reads: true ends it early
 * @throws when what was read could not be stored: the next run with the same memory tries again
 */
export async function fetchOnce(
  deps: FetchDeps,
  receipts: Pick<ReceiptAcceptor, 'applyStored' | 'awaitsUnproven'>,
  options: { readonly alone: boolean; readonly stopping: () => boolean },
  memory = new FetchMemory(),
): Promise<void> {
  for (const gateway of deps.gateways) {
    for (const kind of await kindsNow(gateway, receipts, memory)) {
      for (let read = 0; read < MOST_READS && !options.stopping(); read++) {
        const stored = await readAndStore(deps, { gateway, kind }, options.alone, memory);
        if (stored === null) break;
        if (kind === 'receipts') receipts.applyStored(gateway, stored.id, stored.callback);
        else await applyFetchedInbound(deps, gateway, stored, deps.now());
      }
    }
  }
}

/** The kinds that a gateway is asked for in this run, and that of which something is still to be stored. */
async function kindsNow(
  gateway: SmsGateway,
  receipts: Pick<ReceiptAcceptor, 'awaitsUnproven'>,
  memory: FetchMemory,
): Promise<readonly CallbackKind[]> {
  if (!gateway.poll) return [];
  if (!gateway.pollsUnprovenOnly) return ['inbound', 'receipts'];
  const held = memory.held.has(keyOf({ gateway, kind: 'receipts' }));
  return held || (await receipts.awaitsUnproven(gateway)) ? ['receipts'] : [];
}

/** A kind of callback that one gateway is asked for, and gives out once. */
interface PolledKind {
  readonly gateway: SmsGateway;
  readonly kind: CallbackKind;
}

interface Stored {
  readonly id: string;
  readonly callback: RawCallback;
}

/** @returns null where there was nothing to read, or another process reads */
async function readAndStore(
  deps: FetchDeps,
  polled: PolledKind,
  alone: boolean,
  memory: FetchMemory,
): Promise<Stored | null> {
  const key = keyOf(polled);
  if (alone && !memory.held.has(key)) await read(deps, polled, memory);
  if (!alone && !memory.held.has(key)) {
    const stored = await readUnderLock(deps, polled, memory);
    if (stored) return stored;
  }
  return storeHeld(deps, polled, memory);
}

/**
 * Reads and stores in one transaction, whose lock keeps other processes from reading.
 * @returns null where nothing was read, or where what was read is still to be stored
 */
async function readUnderLock(deps: FetchDeps, polled: PolledKind, memory: FetchMemory): Promise<Stored | null> {
  const key = keyOf(polled);
  try {
    const { committed, stored } = await inTransaction(deps.db, async (trx) => {
      if (!(await tryFetchLock(trx, polled.gateway.id, polled.kind))) return { committed: false, stored: null };
      // The supplier gives it out once: a repeated transaction goes on with what the first run has read.
      const callback = memory.held.get(key) ?? (await read(deps, polled, memory));
      return { committed: callback !== null, stored: callback && (await store(deps, trx, polled, callback)) };
    });
    if (committed) memory.held.delete(key);
    return stored;
  } catch (error) {
    if (!memory.held.has(key)) throw error;
    const facts = {
      gateway: polled.gateway.id,
      kind: polled.kind,
      error: errorName(error),
    };
    deps.log.warn(
      facts,
      'reports and replies that were fetched could not be stored yet: they are kept in memory and stored later',
    );
    return null;
  }
}

/** Stores what is held, over whatever connection there is. @throws the last error when it can't be stored now */
async function storeHeld(deps: FetchDeps, polled: PolledKind, memory: FetchMemory): Promise<Stored | null> {
  const callback = memory.held.get(keyOf(polled));
  if (!callback) return null;
  for (let attempt = 1; ; attempt++) {
    try {
      const stored = await store(deps, deps.db, polled, callback);
      memory.held.delete(keyOf(polled));
      return stored;
    } catch (error) {
      if (attempt === STORE_TRIES) throw error;
      await pause(deps.timers, STORE_AGAIN_MS * attempt);
    }
  }
}

/** @returns null for what is stored already: the process that stored it applies it, or the sweep does */
async function store(
  deps: FetchDeps,
  db: DatabaseAccess['db'],
  { gateway }: PolledKind,
  callback: RawCallback,
): Promise<Stored | null> {
  const row = callbackRow(deps, gateway, callback, deps.now());
  const inserted = await insertCallbacks(db, [row]);
  return inserted.has(row.id) ? { id: row.id, callback } : null;
}

/** Reads from the supplier, and holds what it has read in memory. */
async function read(deps: FetchDeps, { gateway, kind }: PolledKind, memory: FetchMemory): Promise<RawCallback | null> {
  const controller = new AbortController();
  const callOff = deps.timers.after(ASK_MS, () => controller.abort());
  try {
    const given = (await gateway.poll?.(kind, { signal: controller.signal })) ?? null;
    if (given === null) return null;
    if ('failedWith' in given) {
      memory.failed.note(deps, gateway, kind, given.failedWith);
      return null;
    }
    memory.held.set(keyOf({ gateway, kind }), given);
    return given;
  } finally {
    callOff();
  }
}

function keyOf({ gateway, kind }: PolledKind): string {
  return `${gateway.id} ${kind}`;
}
