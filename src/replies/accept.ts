import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { grouped } from '../domain/grouped.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { forEach } from '../runtime/for-each.ts';
import { callbackRow, insertCallbacks, noteCallback } from '../store/callbacks.ts';
import { type AppliedReply, applyReply, type ReceivedReply } from './apply.ts';
import { findCorrespondents, findSenders, lockNumber } from './inbound.sql.ts';
import { applyInOrder, NUMBERS_AT_ONCE } from './number-queues.ts';
import { joinParts } from './parts.ts';
import { inboundRow } from './raw-inbound.ts';
import { hasPossibleSender, impossibleSender, isFromOwnSender, numberWithin, withParties } from './sender.ts';
import { findParts, markInboundApplied } from './waiting.sql.ts';

/**
 * The time within which the same text from the same number counts as a repeated callback, for gateways that give
 * neither an id nor a time.
 */
const REPEATED_WITHIN_MS = 600_000;

/** The capabilities that an SMS from a citizen is accepted with. */
export type InboundDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Metering & Logging;

/**
 * Accepts an SMS from a citizen: stores it and does what it asks for, in one commit. A repeated callback changes
 * nothing. One that can't be read is stored raw, for a person to examine; so is, among several in one callback, one
 * whose sender has control characters, which keeps none of the others from being taken.
 * @throws Problem 422 for a callback with one message whose sender has control characters, once it is stored raw
 */
export async function acceptInbound(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  now: Date,
): Promise<void> {
  const events = gateway.readInbound(callback);
  if (events.length === 0) {
    const row = callbackRow(deps, gateway, callback, now);
    await insertCallbacks(deps.db, [{ ...row, appliedAt: now, note: 'unreadable' }]);
    deps.log.warn({ gateway: gateway.id }, 'an inbound message could not be read; it is stored as received');
    return;
  }
  const alone = events.length === 1;
  const unapplied = await acceptAll(deps, gateway, callback, { events, alone }, now);
  if (alone && unapplied > 0) throw impossibleSender();
}

/**
 * Accepts the messages of a callback, several numbers at once, those of one number one after another. Behind one that
 * fails none of its number is applied: the gateway repeats them all, and each would have its effect out of its order.
 * It asks for as many at once as run at once, so that a large callback keeps no other one waiting for long.
 * @returns how many were not applied because of their sender
 */
async function acceptAll(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { events, alone }: { readonly events: readonly InboundEvent[]; readonly alone: boolean },
  now: Date,
): Promise<number> {
  const possible = events.filter(hasPossibleSender);
  const impossible = events.filter((event) => !hasPossibleSender(event));
  const byNumber = grouped(possible, (event) => deps.keyring.phoneHash(withParties(event).from).toString('hex'));
  await forEach([...byNumber.values()], NUMBERS_AT_ONCE, async (ofNumber) => {
    for (const event of ofNumber) await acceptEvent(deps, gateway, callback, { event, alone }, now);
  });
  if (impossible.length > 0) await storeUnapplied(deps, gateway, callback, { events: impossible, alone }, now);
  return impossible.length;
}

async function storeUnapplied(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { events, alone }: { readonly events: readonly InboundEvent[]; readonly alone: boolean },
  now: Date,
): Promise<void> {
  const rows = events.map((event) => ({
    ...inboundRow(deps, gateway, callback, { event, alone }, now),
    // The erasure of the citizen finds it by this hash.
    phoneHash: deps.keyring.phoneHash(numberWithin(event)),
    appliedAt: now,
    note: 'unreadable',
  }));
  await insertCallbacks(deps.db, rows);
  const text =
    'inbound messages with a control character in their sender were not applied; they are stored as received';
  deps.log.warn({ gateway: gateway.id, messages: events.length }, text);
}

/**
 * Applies a callback that was fetched and stored under this id: its messages get rows of their own, each with its
 * citizen's number, and its content is forgotten. One that holds no message that can be read stays stored, for a person
 * to examine.
 */
export async function applyFetchedInbound(
  deps: InboundDeps,
  gateway: SmsGateway,
  stored: { readonly id: string; readonly callback: RawCallback },
  now: Date,
): Promise<void> {
  const events = gateway.readInbound(stored.callback);
  await acceptAll(deps, gateway, stored.callback, { events, alone: false }, now);
  const unreadable = events.length === 0;
  await markInboundApplied(deps.db, [stored.id], { note: unreadable ? 'unreadable' : null, forget: !unreadable }, now);
}

/** Applies the SMS of a number whose parts have waited for the others since `waitedSince`, with what is there. */
export async function applyLoneParts(
  deps: InboundDeps,
  gateway: SmsGateway,
  phoneHash: Buffer,
  waitedSince: Date,
  now: Date,
): Promise<void> {
  await applyInOrder(deps.db, phoneHash.toString('hex'), async () => {
    const applied = await inTransaction(deps.db, async (trx) => {
      await lockNumber(trx, phoneHash);
      return applyJoined(deps, trx, gateway, { phoneHash, waitedSince }, now);
    });
    await finish(deps, gateway, applied);
  });
}

/** Applies the SMS of a number whose parts are all there, or have waited for the others since `waitedSince`. */
async function applyJoined(
  deps: InboundDeps,
  trx: Transaction<Database>,
  gateway: SmsGateway,
  { phoneHash, waitedSince }: { readonly phoneHash: Buffer; readonly waitedSince: Date | null },
  now: Date,
): Promise<AppliedReply[]> {
  const rows = await findParts(trx, { gateway: gateway.id, phoneHash });
  const applied: AppliedReply[] = [];
  for (const { event, whole, callbackIds } of joinParts(deps, gateway, rows, waitedSince)) {
    await markInboundApplied(trx, callbackIds, { note: null, forget: false }, now);
    const [callbackId = ''] = callbackIds;
    const message = { gateway, event: withParties(event), phoneHash, callbackId, incomplete: !whole };
    const reply = await applyMessage(deps, trx, message, now);
    if (reply) applied.push(reply);
  }
  return applied;
}

async function acceptEvent(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { event, alone }: { readonly event: InboundEvent; readonly alone: boolean },
  now: Date,
): Promise<void> {
  const known = withParties(event);
  const phoneHash = deps.keyring.phoneHash(known.from);
  await applyInOrder(deps.db, phoneHash.toString('hex'), async () => {
    const applied = await inTransaction(deps.db, async (trx) => {
      await lockNumber(trx, phoneHash);
      const row = inboundRow(deps, gateway, callback, { event, alone }, now);
      const dedupeKey = deps.keyring.digest('inbound', identityOf(event, now));
      const state = event.part ? { appliedAt: null, note: 'part' } : { appliedAt: now };
      if ((await insertCallbacks(trx, [{ ...row, dedupeKey, phoneHash, ...state }])).size === 0) return [];
      if (event.part) return applyJoined(deps, trx, gateway, { phoneHash, waitedSince: null }, now);
      const message = { gateway, event: known, phoneHash, callbackId: row.id, incomplete: false };
      const reply = await applyMessage(deps, trx, message, now);
      return reply ? [reply] : [];
    });
    await finish(deps, gateway, applied);
  });
}

/** Applies a message whose callback is stored. @returns null for one that we have sent ourselves */
async function applyMessage(
  deps: InboundDeps,
  trx: Transaction<Database>,
  message: Omit<ReceivedReply, 'isOwnSender'>,
  now: Date,
): Promise<AppliedReply | null> {
  const { gateway, event, phoneHash, callbackId } = message;
  const isOwnSender = isFromOwnSender(event, await findSenders(trx));
  if (isOwnSender && (await findCorrespondents(trx, phoneHash, gateway.id)).length === 0) {
    await noteCallback(trx, callbackId, 'own_sender');
    return null;
  }
  return applyReply(deps, trx, { ...message, isOwnSender }, now);
}

async function finish(deps: InboundDeps, gateway: SmsGateway, applied: readonly AppliedReply[]): Promise<void> {
  for (const { meaning, afterCommit } of applied) {
    deps.metrics.inbound.inc({ gateway: gateway.id, meaning });
    await afterCommit();
  }
}

function identityOf({ gatewayMessageId, from, to, text, at, part }: InboundEvent, now: Date): string {
  const nth = part ? [part.reference, part.nth, part.of] : [];
  if (gatewayMessageId !== null) return part ? JSON.stringify([gatewayMessageId, ...nth]) : gatewayMessageId;
  const when = at?.getTime() ?? Math.floor(now.getTime() / REPEATED_WITHIN_MS);
  return JSON.stringify([from, to, text, when, ...nth]);
}
