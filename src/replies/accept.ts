import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import { storableWord } from '../gateways/storable.ts';
import { callbackRow } from '../receipts/callback-row.ts';
import type { DatabaseAccess, KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { insertCallbacks, noteCallback } from '../store/callbacks.ts';
import { type AppliedReply, applyReply, type ReceivedReply } from './apply.ts';
import { findCorrespondents, findSenders, lockNumber } from './inbound.sql.ts';
import { oneByOne } from './one-by-one.ts';
import { joinParts } from './parts.ts';
import { hasPossibleSender, impossibleSender, numberWithin } from './possible-sender.ts';
import { inboundRow } from './raw-inbound.ts';
import { isSameSender } from './scope.ts';
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
    const row = callbackRow(deps, gateway, 'inbound', callback, now);
    await insertCallbacks(deps.db, [{ ...row, appliedAt: now, note: 'unreadable' }]);
    deps.log.warn({ gateway: gateway.id }, 'an inbound message could not be read; it is stored as received');
    return;
  }
  const alone = events.length === 1;
  const possible = events.filter(hasPossibleSender);
  if (alone && possible.length === 0) {
    await leaveAside(deps, gateway, callback, { events, alone }, now);
    throw impossibleSender();
  }
  for (const event of possible) await acceptEvent(deps, gateway, callback, { event, alone }, now);
  const impossible = events.filter((event) => !hasPossibleSender(event));
  await leaveAside(deps, gateway, callback, { events: impossible, alone }, now);
}

async function leaveAside(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { events, alone }: { readonly events: readonly InboundEvent[]; readonly alone: boolean },
  now: Date,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    ...inboundRow(deps, gateway, callback, { event, alone }, now),
    // Without its hash the erasure of the citizen would not find it.
    phoneHash: deps.keyring.phoneHash(numberWithin(event)),
    appliedAt: now,
    note: 'unreadable',
  }));
  await insertCallbacks(deps.db, rows);
  const text = 'inbound messages with a control character in their sender were left aside; they are stored as received';
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
  const possible = events.filter(hasPossibleSender);
  for (const event of possible) await acceptEvent(deps, gateway, stored.callback, { event, alone: false }, now);
  const impossible = events.filter((event) => !hasPossibleSender(event));
  await leaveAside(deps, gateway, stored.callback, { events: impossible, alone: false }, now);
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
  const applied = await inTransaction(deps.db, async (trx) => {
    await lockNumber(trx, phoneHash);
    return applyJoined(deps, trx, gateway, { phoneHash, waitedSince }, now);
  });
  await finish(deps, gateway, applied);
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
    const reply = await applyEvent(deps, trx, { gateway, event, phoneHash, callbackId, incomplete: !whole }, now);
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
  const phoneHash = deps.keyring.phoneHash(readAnyNumber(event.from) ?? event.from);
  // The database would let replies of one number wait for each other, too, each with a connection that others need.
  await oneByOne(deps.db, phoneHash.toString('hex'), async () => {
    const applied = await inTransaction(deps.db, async (trx) => {
      await lockNumber(trx, phoneHash);
      const row = inboundRow(deps, gateway, callback, { event, alone }, now);
      const dedupeKey = deps.keyring.digest('inbound', identityOf(event, now));
      const state = event.part ? { appliedAt: null, note: 'part' } : { appliedAt: now };
      if ((await insertCallbacks(trx, [{ ...row, dedupeKey, phoneHash, ...state }])).size === 0) return [];
      if (event.part) return applyJoined(deps, trx, gateway, { phoneHash, waitedSince: null }, now);
      const reply = await applyEvent(
        deps,
        trx,
        { gateway, event, phoneHash, callbackId: row.id, incomplete: false },
        now,
      );
      return reply ? [reply] : [];
    });
    await finish(deps, gateway, applied);
  });
}

/** @returns null for one that we have sent ourselves */
async function applyEvent(
  deps: InboundDeps,
  trx: Transaction<Database>,
  reply: Omit<ReceivedReply, 'isOwnSender'>,
  now: Date,
): Promise<AppliedReply | null> {
  const { gateway, event, phoneHash, callbackId } = reply;
  const told = { ...event, from: readAnyNumber(event.from) ?? event.from, to: storableWord(event.to) };
  const isOwnSender = isOneOf(told, await findSenders(trx));
  if (isOwnSender && (await findCorrespondents(trx, phoneHash, gateway.id)).length === 0) {
    await noteCallback(trx, callbackId, 'own_sender');
    return null;
  }
  return applyReply(deps, trx, { ...reply, event: told, isOwnSender }, now);
}

async function finish(deps: InboundDeps, gateway: SmsGateway, applied: readonly AppliedReply[]): Promise<void> {
  for (const { meaning, afterCommit } of applied) {
    deps.metrics.inbound.inc({ gateway: gateway.id, meaning });
    await afterCommit();
  }
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

function identityOf({ gatewayMessageId, from, to, text, at, part }: InboundEvent, now: Date): string {
  const nth = part ? [part.reference, part.nth, part.of] : [];
  if (gatewayMessageId !== null) return part ? JSON.stringify([gatewayMessageId, ...nth]) : gatewayMessageId;
  const when = at?.getTime() ?? Math.floor(now.getTime() / REPEATED_WITHIN_MS);
  return JSON.stringify([from, to, text, when, ...nth]);
}
