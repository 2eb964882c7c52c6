import { inTransaction } from '../database/transaction.ts';
import { Problem } from '../domain/errors.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import { storableWord } from '../gateways/storable.ts';
import { callbackRow } from '../receipts/callback-row.ts';
import type { DatabaseAccess, KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { insertCallbacks, noteCallback } from '../store/callbacks.ts';
import { applyReply } from './apply.ts';
import { findCorrespondents, findSenders, lockNumber } from './inbound.sql.ts';
import { isSameSender } from './scope.ts';

/**
 * The time within which the same text from the same number counts as a repeated callback, for gateways that give
 * neither an id nor a time.
 */
const REPEATED_WITHIN_MS = 600_000;

type InboundDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Metering & Logging;

/**
 * Accepts an SMS from a citizen: stores it and does what it asks for, in one commit. A repeated callback changes
 * nothing. One that can't be read is stored raw, for a person to examine.
 * @throws Problem 422 for a sender with control characters
 */
export async function acceptInbound(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  now: Date,
): Promise<void> {
  const events = gateway.readInbound(callback);
  if (events.length === 0) {
    const row = callbackRow(deps, gateway, 'inbound', callback, now);
    await insertCallbacks(deps.db, [{ ...row, appliedAt: now, note: 'unreadable' }]);
    deps.log.warn({ gateway: gateway.id }, 'an inbound message could not be read; it is stored as received');
    return;
  }
  for (const { from } of events) if (CONTROL.test(from)) throw impossibleSender();
  for (const event of events) await acceptEvent(deps, gateway, callback, event, now);
}

/** Line breaks, which would begin a header of their own at a gateway, and other characters that no sender has. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

function impossibleSender(): Problem {
  const detail = 'The sender has a line break or another control character in it.';
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: 'from', code: 'control_character', detail }] });
}

async function acceptEvent(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  event: InboundEvent,
  now: Date,
): Promise<void> {
  const phone = readAnyNumber(event.from) ?? event.from;
  const phoneHash = deps.keyring.phoneHash(phone);
  const applied = await inTransaction(deps.db, async (trx) => {
    await lockNumber(trx, phoneHash);
    const row = callbackRow(deps, gateway, 'inbound', callback, now);
    const stored = {
      ...row,
      dedupeKey: deps.keyring.digest('inbound', identityOf(event, now)),
      phoneHash,
      appliedAt: now,
    };
    if ((await insertCallbacks(trx, [stored])).size === 0) return null;
    const told = { ...event, from: phone, to: storableWord(event.to) };
    const isOwnSender = isOneOf(told, await findSenders(trx));
    if (isOwnSender && (await findCorrespondents(trx, phoneHash, gateway.id)).length === 0) {
      await noteCallback(trx, row.id, 'own_sender');
      return null;
    }
    return applyReply(deps, trx, { gateway, event: told, isOwnSender, phoneHash, callbackId: row.id }, now);
  });
  if (!applied) return;
  deps.metrics.inbound.inc({ gateway: gateway.id, meaning: applied.meaning });
  await applied.afterCommit();
}

/**
 * True for what we send from ourselves, and for a message from the number that it went to: an answer to it would come
 * back, and be answered. Where somebody has written to such a number all the same it is a citizen's, whose STOP counts.
 */
function isOneOf({ from, to }: InboundEvent, senders: readonly string[]): boolean {
  return [...senders, ...(to === null ? [] : [to])].some(
    (sender) => isSameSender(sender, from) || (readAnyNumber(sender) ?? sender) === from,
  );
}

function identityOf(event: InboundEvent, now: Date): string {
  if (event.gatewayMessageId !== null) return event.gatewayMessageId;
  const at = event.at?.getTime() ?? Math.floor(now.getTime() / REPEATED_WITHIN_MS);
  return JSON.stringify([event.from, event.to, event.text, at]);
}
