import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../domain/ids.ts';
import { type Meaning, readReply } from '../domain/keywords.ts';
import { readAnyNumber } from '../domain/phone.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import { storableWord } from '../gateways/storable.ts';
import { liftWithin, recordOptOutWithin, replanOnceMore, suppressOnceMore } from '../opt-outs/opt-outs.ts';
import { callbackRow } from '../receipts/callback-row.ts';
import type { DatabaseAccess, KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { insertCallbacks } from '../store/callbacks.ts';
import { lockLiveOptOuts } from '../store/opt-outs.ts';
import { planAnswer, type Reply, type Scope } from './answer.ts';
import {
  type Correspondent,
  findAuthoritiesOfNumber,
  findCorrespondents,
  findKeywords,
  holdByNumber,
  insertInbound,
  lockNumber,
} from './inbound.sql.ts';

/**
 * The time within which the same text from the same number counts as a repeated callback, for gateways that give
 * neither an id nor a time.
 */
const REPEATED_WITHIN_MS = 600_000;

type InboundDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Metering & Logging;

/**
 * Accepts an SMS from a citizen: stores it and does what it asks for, in one commit. A repeated callback changes
 * nothing. One that can't be read is stored raw, for a person to examine.
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
  for (const event of events) await acceptEvent(deps, gateway, callback, event, now);
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
    const told = { ...event, from: phone, to: storableWord(event.to), callbackId: row.id };
    return apply(deps, trx, gateway, told, phoneHash, now);
  });
  if (!applied) return;
  deps.metrics.inbound.inc({ gateway: gateway.id, meaning: applied.meaning });
  await applied.afterCommit();
}

function identityOf(event: InboundEvent, now: Date): string {
  if (event.gatewayMessageId !== null) return event.gatewayMessageId;
  const at = event.at?.getTime() ?? Math.floor(now.getTime() / REPEATED_WITHIN_MS);
  return JSON.stringify([event.from, event.to, event.text, at]);
}

interface Applied {
  readonly meaning: Meaning;
  /** Reaches the reminders that were inserted during the commit: see suppressOnceMore. */
  readonly afterCommit: () => Promise<void>;
}

async function apply(
  deps: InboundDeps,
  trx: Transaction<Database>,
  gateway: SmsGateway,
  event: InboundEvent & { readonly callbackId: string },
  phoneHash: Buffer,
  now: Date,
): Promise<Applied> {
  const { callbackId } = event;
  const { cipher } = deps.keyring;
  const keywords = await findKeywords(trx);
  const { meaning, keyword } = readReply(
    event.text,
    keywords.flatMap((leased) => leased.inboundKeyword ?? []),
  );
  const scope = scopeOf(await findCorrespondents(trx, phoneHash, gateway.id), keywords, event.to, keyword);
  const needsPerson = holds(meaning) || meaning === 'other';
  const concerns =
    scope.authorities.length === 0 && needsPerson ? await findAuthoritiesOfNumber(trx, phoneHash) : authorityIds(scope);
  const inboundId = newId(now);
  await insertInbound(trx, {
    id: inboundId,
    gateway: gateway.id,
    gatewayMessageId: storableWord(event.gatewayMessageId),
    phoneCiphertext: cipher.encrypt('', 'inbound_message.phone', event.from),
    phoneHash,
    recipientCiphertext: event.to === null ? null : cipher.encrypt('', 'inbound_message.recipient', event.to),
    textCiphertext: cipher.encrypt('', 'inbound_message.text', event.text),
    meaning,
    authorityIds: concerns,
    needsPerson,
    holds: holds(meaning),
    callbackId,
    receivedAt: now,
  });
  const reply = { meaning, scope, gateway, event, phoneHash, inboundId };
  const { changed, afterCommit } = await follow(deps, trx, reply, concerns, now);
  await planAnswer(deps, trx, { ...reply, changed }, now);
  return { meaning, afterCommit };
}

/**
 * Does what a reply asks for.
 * @param concerns the authorities whose staff see the reply, and whose reminders it holds
 * @returns whether a STOP or START changed anything
 */
async function follow(
  deps: InboundDeps,
  trx: Transaction<Database>,
  { meaning, scope, event, phoneHash, inboundId }: Omit<Reply, 'changed'>,
  concerns: readonly string[],
  now: Date,
): Promise<Pick<Reply, 'changed'> & Pick<Applied, 'afterCommit'>> {
  if (meaning === 'stop') {
    const owners = ownersOf(scope);
    let changed = false;
    for (const authorityId of owners) {
      const record = { authorityId, phone: event.from, reason: 'stop', recordedBy: 'citizen', inboundId };
      changed = (await recordOptOutWithin(deps, trx, record, now)).created || changed;
    }
    const afterCommit = async () => {
      for (const authorityId of owners) await suppressOnceMore(deps, authorityId, phoneHash, now);
    };
    return { changed, afterCommit };
  }
  if (meaning === 'start') {
    const lifted = await lockLiveOptOuts(trx, phoneHash, scope.authorities.length > 0 ? authorityIds(scope) : null);
    await liftWithin(deps, trx, lifted, 'citizen', 'start', now);
    return { changed: lifted.length > 0, afterCommit: () => replanOnceMore(deps, lifted, now) };
  }
  if (!holds(meaning)) return { changed: false, afterCommit: async () => {} };
  const hold = (within: Transaction<Database>) => holdByNumber(within, concerns, phoneHash, now);
  await hold(trx);
  return { changed: false, afterCommit: () => inTransaction(deps.db, hold) };
}

function holds(meaning: Meaning): boolean {
  return meaning === 'maybe_stop' || meaning === 'wrong_number';
}

function authorityIds(scope: Scope): string[] {
  return scope.authorities.map((authority) => authority.authorityId);
}

/** The owners of the opt-outs that a STOP makes: each authority, or null for the whole installation. */
function ownersOf(scope: Scope): (string | null)[] {
  return scope.authorities.length > 0 ? authorityIds(scope) : [null];
}

/**
 * The authorities that a reply is meant for: the owner of the leased keyword in front of it; else the authorities that
 * wrote to the number from the sender that was answered; where that is unknown, all that wrote to it.
 * @param wrote the authorities that have written to the number
 * @param leased the authorities with a leased keyword
 * @param to the number or short code that was answered
 */
export function scopeOf(
  wrote: readonly Correspondent[],
  leased: readonly Correspondent[],
  to: string | null,
  keyword: string | null,
): Scope {
  if (keyword !== null) {
    const fits = (candidate: Correspondent) => candidate.inboundKeyword === keyword;
    const authorities = wrote.some(fits) ? wrote.filter(fits) : leased.filter(fits);
    if (authorities.length > 0) return { authorities };
  }
  const fitting = wrote.filter(({ senders }) => to !== null && senders.some((sender) => plain(sender) === plain(to)));
  return { authorities: fitting.length > 0 ? fitting : wrote };
}

/** Gateways write the same sender with or without +, blanks and capitals. */
function plain(sender: string): string {
  return sender.replace(/^\+|^00|\s/g, '').toLowerCase();
}
