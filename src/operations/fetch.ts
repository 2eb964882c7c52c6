import { inTransaction } from '../database/transaction.ts';
import type { RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { callbackRow } from '../receipts/callback-row.ts';
import { applyFetchedInbound } from '../replies/accept.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  Logging,
  Metering,
  TemplateAccess,
  Waiting,
} from '../runtime/deps.ts';
import { insertCallbacks } from '../store/callbacks.ts';
import { tryFetchLock } from './fetch.sql.ts';

/** Shorter than a transaction may wait for its next statement. */
const ASK_MS = 7_000;
/** The most of one kind in one run; the rest has its turn in the next one. */
const MOST_READS = 20;

type FetchDeps = DatabaseAccess &
  KeyringAccess &
  TemplateAccess &
  CurrentTime &
  Logging &
  Metering &
  GatewayAccess &
  Waiting;

/**
 * Reads what suppliers give out only once. One process reads at a time, and stores and commits what it has read before
 * anything looks at it: what is lost is what a process has read when it dies before that commit.
 * @param alone no other process has the database, which has one connection only: no lock is taken across the call
 * @param stopping looked at between reads: true ends it early
 */
export async function fetchOnce(
  deps: FetchDeps,
  receipts: Pick<ReceiptAcceptor, 'applyStored'>,
  { alone, stopping }: { readonly alone: boolean; readonly stopping: () => boolean },
): Promise<void> {
  for (const gateway of deps.gateways) {
    if (!gateway.poll) continue;
    for (const kind of ['inbound', 'receipts'] as const) {
      for (let read = 0; read < MOST_READS && !stopping(); read++) {
        const stored = await readAndStore(deps, gateway, kind, alone);
        if (stored === null) break;
        if (kind === 'receipts') receipts.applyStored(gateway, stored.id, stored.callback);
        else await applyFetchedInbound(deps, gateway, stored, deps.now());
      }
    }
  }
}

interface Stored {
  readonly id: string;
  readonly callback: RawCallback;
}

/** @returns null where there was nothing to read, or another process reads */
async function readAndStore(
  deps: FetchDeps,
  gateway: SmsGateway,
  kind: 'inbound' | 'receipts',
  alone: boolean,
): Promise<Stored | null> {
  if (alone) return store(deps, deps.db, gateway, kind, await ask(deps, gateway, kind));
  // Read twice it would be lost once: a transaction that PostgreSQL asks to repeat keeps what it has read.
  let read: RawCallback | null | undefined;
  return inTransaction(deps.db, async (trx) => {
    if (!(await tryFetchLock(trx, gateway.id, kind))) return null;
    read ??= await ask(deps, gateway, kind);
    return store(deps, trx, gateway, kind, read);
  });
}

async function store(
  deps: FetchDeps,
  db: DatabaseAccess['db'],
  gateway: SmsGateway,
  kind: 'inbound' | 'receipts',
  callback: RawCallback | null,
): Promise<Stored | null> {
  if (callback === null) return null;
  const row = callbackRow(deps, gateway, kind === 'receipts' ? 'receipt' : 'inbound', callback, deps.now());
  const inserted = await insertCallbacks(db, [row]);
  return inserted.has(row.id) ? { id: row.id, callback } : null;
}

async function ask(deps: FetchDeps, gateway: SmsGateway, kind: 'inbound' | 'receipts'): Promise<RawCallback | null> {
  const controller = new AbortController();
  const callOff = deps.timers.after(ASK_MS, () => controller.abort());
  try {
    return (await gateway.poll?.(kind, { signal: controller.signal })) ?? null;
  } finally {
    callOff();
  }
}
