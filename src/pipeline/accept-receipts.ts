import { newId } from '../domain/ids.ts';
import type { DeliveryEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import {
  applyReceipts,
  type CallbackRow,
  findMessages,
  findUnapplied,
  insertCallbacks,
  markApplied,
  type ReceiptMessage,
  type ReceiptRow,
} from '../store/receipts.ts';
import { inTransaction, isConnectionFailure } from '../store/transaction.ts';
import type { Deps } from './deps.ts';
import { GroupCommit } from './group-commit.ts';
import { recordOptOut } from './opt-outs.ts';

type ReceiptDeps = Pick<Deps, 'db' | 'keyring' | 'now' | 'log' | 'metrics' | 'gateways'>;

/** A stored callback that waits to be applied. */
interface Stored {
  readonly id: string;
  readonly gateway: SmsGateway;
  readonly events: readonly DeliveryEvent[];
}

const GROUP = 500;
const LEFT_BEHIND_MS = 30_000;
const CLOCK_AHEAD_MS = 300_000;

/**
 * Receipts: stored raw, then answered, then applied. `accept` resolves once the callback is stored; applying goes on behind it, and what a
 * crash leaves unapplied is found by `applyLeftBehind`.
 */
export class ReceiptAcceptor {
  readonly #deps: ReceiptDeps;
  readonly #store: GroupCommit<CallbackRow, boolean>;
  #waiting: Stored[] = [];
  #applying: Promise<void> | null = null;

  constructor(deps: ReceiptDeps) {
    this.#deps = deps;
    this.#store = new GroupCommit({
      run: async (rows) => {
        const inserted = await insertCallbacks(deps.db, rows);
        return rows.map((row) => inserted.has(row.id));
      },
      keysOf: (row) => [row.dedupeKey.toString('hex')],
      weightOf: () => 1,
      maxWeight: GROUP,
      failsForAll: isConnectionFailure,
    });
  }

  /** @param callback one that the gateway has verified */
  async accept(gateway: SmsGateway, callback: RawCallback): Promise<void> {
    const now = this.#deps.now();
    const row = callbackRow(this.#deps, gateway, 'receipt', callback, now);
    if (!(await this.#store.submit(row))) return;
    this.#waiting.push({ id: row.id, gateway, events: gateway.readReceipts(callback) });
    this.#applying ??= this.#apply();
  }

  /** Resolves when everything accepted so far is applied. */
  async idle(): Promise<void> {
    while (this.#applying) await this.#applying;
  }

  /** Applies what was stored but never applied, say because the process died in between. */
  async applyLeftBehind(): Promise<number> {
    const { db, keyring, now, gateways } = this.#deps;
    const rows = await findUnapplied(db, new Date(now().getTime() - LEFT_BEHIND_MS), GROUP);
    for (const row of rows) {
      const gateway = gateways.find((candidate) => candidate.id === row.gateway);
      const callback = readRaw(keyring.cipher.decrypt('', 'callback.raw', row.raw_ciphertext));
      this.#waiting.push({ id: row.id, gateway: gateway ?? gateways[0], events: gateway ? gateway.readReceipts(callback) : [] });
    }
    if (rows.length > 0) this.#applying ??= this.#apply();
    await this.idle();
    return rows.length;
  }

  async #apply(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP);
      try {
        await applyGroup(this.#deps, group);
      } catch (error) {
        // They are stored: the sweeper comes back to them.
        this.#deps.metrics.failures.inc({ place: 'apply_receipts' });
        this.#deps.log.error(
          { receipts: group.length, error: error instanceof Error ? error.message : 'unknown' },
          'receipts could not be applied yet',
        );
      }
    }
    this.#applying = null;
  }
}

async function applyGroup(deps: ReceiptDeps, group: readonly Stored[]): Promise<void> {
  const now = deps.now();
  const refusals: { message: ReceiptMessage; gateway: SmsGateway }[] = [];
  await inTransaction(deps.db, async (trx) => {
    refusals.length = 0;
    const receipts: ReceiptRow[] = [];
    const applied: { id: string; note: string | null }[] = [];
    for (const gateway of new Set(group.map((stored) => stored.gateway))) {
      const own = group.filter((stored) => stored.gateway === gateway);
      const references = own.flatMap((stored) => stored.events.map((event) => event.reference)).filter(isUuid);
      const messages = new Map((await findMessages(trx, gateway.id, references)).map((message) => [message.id, message]));
      for (const stored of own) {
        const rows = stored.events.flatMap((event) => {
          const message = messages.get(event.reference?.toLowerCase() ?? '');
          if (message && event.cause === 'opted_out') refusals.push({ message, gateway });
          return message ? [receiptRow(stored.id, message.id, event, now)] : [];
        });
        receipts.push(...rows);
        applied.push({ id: stored.id, note: noteOf(stored, rows.length) });
      }
    }
    await applyReceipts(trx, receipts, now);
    await markApplied(trx, applied, now);
  });
  for (const { gateway, events } of group)
    for (const event of events) deps.metrics.receipts.inc({ gateway: gateway.id, state: event.state });
  for (const { message, gateway } of refusals) await recordRefusal(deps, message, gateway, now);
}

function noteOf(stored: Stored, found: number): string | null {
  if (stored.events.length === 0) return 'unreadable';
  return found === 0 ? 'unknown_reference' : null;
}

function receiptRow(callbackId: string, messageId: string, event: DeliveryEvent, now: Date): ReceiptRow {
  const { state, cause, code, gatewayMessageId, segments } = event;
  // A gateway whose clock runs ahead must not make an SMS arrive tomorrow.
  const at = event.at && event.at.getTime() <= now.getTime() + CLOCK_AHEAD_MS ? event.at : null;
  return { id: newId(now), callbackId, messageId, state, cause, code, at, gatewayMessageId, segments };
}

/** A gateway that blocks a number has had the citizen's STOP: it holds here too. */
async function recordRefusal(deps: ReceiptDeps, message: ReceiptMessage, gateway: SmsGateway, now: Date): Promise<void> {
  if (!message.phoneCiphertext) return;
  const phone = deps.keyring.cipher.decrypt(message.authorityId ?? '', 'message.phone', message.phoneCiphertext);
  await recordOptOut(deps, { authorityId: message.authorityId, phone, reason: 'gateway', recordedBy: `gateway:${gateway.id}` }, now);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function isUuid(reference: string | null): reference is string {
  return reference !== null && UUID.test(reference);
}

/** A callback as the database keeps it: encrypted, and known again by a keyed hash of all that it says. */
export function callbackRow(
  deps: Pick<Deps, 'keyring'>,
  gateway: SmsGateway,
  kind: 'receipt' | 'inbound',
  callback: RawCallback,
  now: Date,
): CallbackRow {
  const raw = JSON.stringify({ ...callback, body: Buffer.from(callback.body).toString('base64') });
  const said = JSON.stringify([callback.method, Object.entries(callback.query).sort(), Buffer.from(callback.body).toString('base64')]);
  return {
    id: newId(now),
    gateway: gateway.id,
    kind,
    dedupeKey: deps.keyring.digest('callback', said),
    rawCiphertext: deps.keyring.cipher.encrypt('', 'callback.raw', raw),
    receivedAt: now,
    appliedAt: null,
    note: null,
  };
}

function readRaw(text: string): RawCallback {
  const raw = JSON.parse(text) as RawCallback & { body: string };
  return { ...raw, body: Buffer.from(raw.body, 'base64') };
}
