import { newId } from '../domain/ids.ts';
import type { Keyring } from '../domain/keyring.ts';
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
import { storableSegments, storableWord } from './outcome.ts';

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
    this.#waiting.push({ id: row.id, gateway, events: this.#read(gateway, callback) });
    this.#applying ??= this.#apply();
  }

  /** Resolves when everything accepted so far is applied. */
  async idle(): Promise<void> {
    while (this.#applying) await this.#applying;
  }

  /** Applies what was stored but never applied, say because the process died in between. */
  async applyLeftBehind(): Promise<number> {
    const { db, keyring, now, gateways } = this.#deps;
    const byId = new Map(gateways.map((gateway) => [gateway.id, gateway]));
    // Those of a gateway that is not set up at the moment wait until it is again.
    const rows = await findUnapplied(db, [...byId.keys()], new Date(now().getTime() - LEFT_BEHIND_MS), GROUP);
    for (const row of rows) {
      const gateway = byId.get(row.gateway);
      if (gateway) this.#waiting.push({ id: row.id, gateway, events: this.#open(keyring, gateway, row.raw_ciphertext) });
    }
    if (this.#waiting.length > 0) this.#applying ??= this.#apply();
    await this.idle();
    return rows.length;
  }

  async #apply(): Promise<void> {
    while (this.#waiting.length > 0) await this.#applyAll(this.#waiting.splice(0, GROUP));
    this.#applying = null;
  }

  /** One that fails by itself must not hold the others up. */
  async #applyAll(group: readonly Stored[]): Promise<void> {
    try {
      await applyGroup(this.#deps, group);
    } catch (error) {
      if (group.length > 1 && !isConnectionFailure(error)) {
        for (const stored of group) await this.#applyAll([stored]);
        return;
      }
      // They are stored: the sweeper comes back to them.
      this.#deps.metrics.failures.inc({ place: 'apply_receipts' });
      this.#deps.log.error({ receipts: group.length, error: nameOf(error) }, 'receipts could not be applied yet');
    }
  }

  #open(keyring: Keyring, gateway: SmsGateway, sealed: Buffer): readonly DeliveryEvent[] {
    try {
      return this.#read(gateway, readRaw(keyring.cipher.decrypt('', 'callback.raw', sealed)));
    } catch (error) {
      this.#deps.log.error({ gateway: gateway.id, error: nameOf(error) }, 'a stored callback can not be opened any more');
      return [];
    }
  }

  /** An adapter never throws; one that does all the same has read nothing. */
  #read(gateway: SmsGateway, callback: RawCallback): readonly DeliveryEvent[] {
    try {
      return gateway.readReceipts(callback);
    } catch (error) {
      this.#deps.log.error({ gateway: gateway.id, error: nameOf(error) }, 'the adapter failed on a receipt');
      return [];
    }
  }
}

async function applyGroup(deps: ReceiptDeps, group: readonly Stored[]): Promise<void> {
  const now = deps.now();
  const messages = await messagesOf(deps.db, group);
  const messageOf = (event: DeliveryEvent, gateway: SmsGateway) => messages.get(keyOf(gateway, event.reference ?? ''));
  // Before the callbacks count as applied, so that a crash in between loses none.
  for (const { gateway, events } of group) {
    for (const event of events) {
      const message = event.cause === 'opted_out' ? messageOf(event, gateway) : undefined;
      if (message) await recordRefusal(deps, message, gateway, now);
    }
  }
  const receipts: ReceiptRow[] = [];
  const applied: { id: string; note: string | null }[] = [];
  for (const stored of group) {
    const rows = stored.events.flatMap((event) => {
      const message = messageOf(event, stored.gateway);
      return message ? [receiptRow(stored.id, message.id, event, now)] : [];
    });
    receipts.push(...rows);
    applied.push({ id: stored.id, note: noteOf(stored, rows.length) });
  }
  await inTransaction(deps.db, async (trx) => {
    await applyReceipts(trx, receipts, now);
    await markApplied(trx, applied, now);
  });
  for (const { gateway, events } of group)
    for (const event of events) deps.metrics.receipts.inc({ gateway: gateway.id, state: event.state });
}

/** By gateway and reference: nobody but the gateway that a message was given to can report on it. */
async function messagesOf(db: Deps['db'], group: readonly Stored[]): Promise<Map<string, ReceiptMessage>> {
  const messages = new Map<string, ReceiptMessage>();
  for (const gateway of new Set(group.map((stored) => stored.gateway))) {
    const own = group.filter((stored) => stored.gateway === gateway);
    const references = own.flatMap((stored) => stored.events.map((event) => event.reference)).filter(isUuid);
    for (const message of await findMessages(db, gateway.id, references)) messages.set(keyOf(gateway, message.id), message);
  }
  return messages;
}

function keyOf(gateway: SmsGateway, reference: string): string {
  return `${gateway.id} ${reference.toLowerCase()}`;
}

function noteOf(stored: Stored, found: number): string | null {
  if (stored.events.length === 0) return 'unreadable';
  return found === 0 ? 'unknown_reference' : null;
}

function receiptRow(callbackId: string, messageId: string, event: DeliveryEvent, now: Date): ReceiptRow {
  const { state, cause } = event;
  // A gateway whose clock runs ahead must not make an SMS arrive tomorrow.
  const at = event.at && event.at.getTime() <= now.getTime() + CLOCK_AHEAD_MS ? event.at : null;
  return {
    id: newId(now),
    callbackId,
    messageId,
    state,
    cause,
    code: storableWord(event.code),
    at,
    gatewayMessageId: storableWord(event.gatewayMessageId),
    segments: storableSegments(event.segments),
  };
}

/** A gateway that blocks a number has had the citizen's STOP: it holds here too. */
async function recordRefusal(deps: ReceiptDeps, message: ReceiptMessage, gateway: SmsGateway, now: Date): Promise<void> {
  if (!message.phoneCiphertext) return;
  const phone = deps.keyring.cipher.decrypt(message.authorityId ?? '', 'message.phone', message.phoneCiphertext);
  await recordOptOut(deps, { authorityId: message.authorityId, phone, reason: 'gateway', recordedBy: `gateway:${gateway.id}` }, now);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
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
    phoneHash: null,
    receivedAt: now,
    appliedAt: null,
    note: null,
  };
}

function readRaw(text: string): RawCallback {
  const raw = JSON.parse(text) as RawCallback & { body: string };
  return { ...raw, body: Buffer.from(raw.body, 'base64') };
}
