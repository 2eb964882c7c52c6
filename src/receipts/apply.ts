import { inTransaction } from '../database/transaction.ts';
import { isUuid, newId } from '../domain/ids.ts';
import { messageRow } from '../domain/keyring.ts';
import type { DeliveryEvent, SmsGateway } from '../gateways/gateway.ts';
import { storableSegments, storableWord } from '../gateways/reading.ts';
import { recordOptOutAtGateway } from '../opt-outs/opt-outs.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Metering } from '../runtime/deps.ts';
import {
  type AppliedCallback,
  applyReceipts,
  findMessages,
  markApplied,
  type ReceiptMessage,
  type ReceiptRow,
} from './receipts.sql.ts';

const CLOCK_AHEAD_MS = 300_000;

/** A gateway's report that waits to be applied. */
export interface Reported {
  /** The id of the callback that it came in; null: it is the result of a look-up. */
  readonly id: string | null;
  readonly gateway: SmsGateway;
  readonly events: readonly DeliveryEvent[];
}

type ApplyDeps = DatabaseAccess & KeyringAccess & CurrentTime & Metering;

/** Applies what gateways said of messages: of each message's own gateway only, forward only. */
export async function applyGroup(deps: ApplyDeps, group: readonly Reported[]): Promise<void> {
  const now = deps.now();
  const messages = await messagesOf(deps.db, group);
  const messageOf = (event: DeliveryEvent, gateway: SmsGateway) => messages.get(keyOf(gateway, event.reference ?? ''));
  // Opt-outs come before the callbacks count as applied, so that a crash in between loses none.
  for (const { gateway, events } of group) {
    for (const event of events) {
      const message = event.cause === 'opted_out' ? messageOf(event, gateway) : undefined;
      if (message) await recordBlockedNumber(deps, message, gateway, now);
    }
  }
  const receipts: ReceiptRow[] = [];
  const applied: (Omit<AppliedCallback, 'erased'> & { readonly messageIds: readonly string[] })[] = [];
  for (const stored of group) {
    const rows = stored.events.flatMap((event) => {
      const message = messageOf(event, stored.gateway);
      return message ? [receiptRow(stored.id, message.id, event, now)] : [];
    });
    receipts.push(...rows);
    if (stored.id === null) continue;
    const messageIds = rows.map(({ messageId }) => messageId);
    applied.push({ id: stored.id, note: noteOf(stored, rows.length), messageIds });
  }
  await inTransaction(deps.db, async (trx) => {
    // Erasures are read once the messages are locked: one may have happened since they were looked up.
    const erased = await applyReceipts(trx, receipts, now);
    const marked = applied.map(({ id, note, messageIds }) => {
      return { id, note, erased: messageIds.some((messageId) => erased.has(messageId)) };
    });
    await markApplied(trx, marked, now);
  });
  for (const { gateway, events } of group)
    for (const event of events) deps.metrics.receipts.inc({ gateway: gateway.id, state: event.state });
}

/** Messages by gateway and reference: nobody but the gateway that a message was given to can report on it. */
async function messagesOf(db: DatabaseAccess['db'], group: readonly Reported[]): Promise<Map<string, ReceiptMessage>> {
  const messages = new Map<string, ReceiptMessage>();
  for (const gateway of new Set(group.map((stored) => stored.gateway))) {
    const own = group.filter((stored) => stored.gateway === gateway);
    const references = own.flatMap((stored) => stored.events.map((event) => event.reference)).filter(isUuid);
    for (const message of await findMessages(db, gateway.id, references))
      messages.set(keyOf(gateway, message.id), message);
  }
  return messages;
}

function keyOf(gateway: SmsGateway, reference: string): string {
  return `${gateway.id} ${reference.toLowerCase()}`;
}

function noteOf(stored: Reported, found: number): string | null {
  if (stored.events.length === 0) return 'unreadable';
  return found === 0 ? 'unknown_reference' : null;
}

function receiptRow(callbackId: string | null, messageId: string, event: DeliveryEvent, now: Date): ReceiptRow {
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
async function recordBlockedNumber(
  deps: ApplyDeps,
  message: ReceiptMessage,
  gateway: SmsGateway,
  now: Date,
): Promise<void> {
  if (!message.phoneCiphertext) return;
  const row = messageRow({ id: message.id, reminder_id: message.reminderId, gateway: gateway.id });
  const phone = deps.keyring.cipher.decrypt(message.authorityId ?? '', 'message.phone', row, message.phoneCiphertext);
  const { id: messageId, authorityId } = message;
  await recordOptOutAtGateway(deps, { authorityId, phone, gateway: gateway.id, messageId }, now);
}
