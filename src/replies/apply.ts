import type { Trx } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Authority } from '../domain/authority.ts';
import { newId } from '../domain/ids.ts';
import { ALWAYS_FOR_PERSON, HOLD_NUMBER, type Meaning } from '../domain/replies/read-reply.ts';
import { storableId } from '../gateways/reading.ts';
import { recordOptOutWithin, suppressOnceMore } from '../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { noteCallback } from '../store/callbacks.ts';
import { type EventRecord, recordEvents, recordNumberEvent } from '../store/events.ts';
import { endByReply, holdByCancellation, holdByNumber } from '../store/replies.ts';
import { planAnswer } from './answer.ts';
import { type AnsweredSms, insertInboundAppointments } from './conversation.sql.ts';
import {
  type Correspondent,
  findAuthoritiesOfNumber,
  findCorrespondents,
  findSenders,
  insertInbound,
} from './inbound.sql.ts';
import { carryOutOptIn, type FollowUp, writtenAt } from './opt-in.ts';
import { isFromOwnSender } from './sender.ts';
import { idsOf, type ReceivedReply, type StoredReply, type Understood, understand } from './understand.ts';

type ApplyDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Logging;

/** The outcome of a reply. */
export interface AppliedReply {
  readonly meaning: Meaning;
  /** Reaches the reminders that were inserted during the commit: see suppressOnceMore. */
  readonly afterCommit: () => Promise<void>;
}

/**
 * Applies a message whose callback is stored, in the caller's transaction, which has locked the number.
 * @returns none for one that we have sent ourselves
 */
export async function applyReply(
  deps: ApplyDeps,
  trx: Trx,
  reply: ReceivedReply,
  now: Date,
): Promise<readonly [AppliedReply] | readonly []> {
  const { gateway, event, phoneHash, callbackId } = reply;
  const isOwnSender = isFromOwnSender(event, await findSenders(trx));
  if (isOwnSender && (await findCorrespondents(trx, phoneHash, gateway.id)).length === 0) {
    await noteCallback(trx, callbackId, 'own_sender');
    return [];
  }
  return [await storeAndFollow(deps, trx, reply, isOwnSender, now)];
}

/**
 * Stores a reply and does what it asks for.
 * @param isOwnSender true for a reply from a number that we send from, which is not answered
 */
async function storeAndFollow(
  deps: ApplyDeps,
  trx: Trx,
  received: ReceivedReply,
  isOwnSender: boolean,
  now: Date,
): Promise<AppliedReply> {
  const understood = await understand(trx, received, now);
  const { meaning, unsure } = understood;
  const needsPerson = unsure || meaning === 'other' || ALWAYS_FOR_PERSON.includes(meaning);
  const concerns = await concernsOf(trx, received, understood, needsPerson);
  const reply = { ...received, ...understood, inboundId: newId(now), needsPerson, concerns };
  await store(deps, trx, reply, now);
  await tellSources(trx, reply, now);

  const { changed, afterCommit } = await follow(deps, trx, reply, now);
  // A gateway that has acted on a keyword has answered it, too.
  if (!isOwnSender && !reply.event.handled) await planAnswer(deps, trx, reply, changed, now);
  return { meaning, afterCommit };
}

/** Does what a reply asks for. */
async function follow(deps: ApplyDeps, trx: Trx, reply: StoredReply, now: Date): Promise<FollowUp> {
  const { event, phoneHash, meaning, optIn, scope, concerns, inboundId } = reply;
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
  if (optIn) return carryOutOptIn(deps, trx, phoneHash, optIn, now);
  if (!HOLD_NUMBER.includes(meaning)) {
    await followUp(trx, reply, now);
    return { changed: false, afterCommit: async () => {} };
  }
  await holdByNumber(trx, concerns, phoneHash, now);
  const holdOnceMore = () => inTransaction(deps.db, (again) => holdByNumber(again, concerns, phoneHash, now));
  return { changed: false, afterCommit: holdOnceMore };
}

/** The authorities whose staff see a reply. */
async function concernsOf(
  trx: Trx,
  { phoneHash }: ReceivedReply,
  { meaning, scope, conversation: { candidates } }: Understood,
  needsPerson: boolean,
): Promise<readonly string[]> {
  if (isAboutAppointment(meaning) && candidates.length > 0)
    return [...new Set(candidates.map(({ authorityId }) => authorityId))];
  if (scope.length === 0 && needsPerson) return findAuthoritiesOfNumber(trx, phoneHash);
  return idsOf(scope);
}

async function store({ keyring: { cipher } }: KeyringAccess, trx: Trx, reply: StoredReply, now: Date): Promise<void> {
  const { gateway, event, phoneHash, callbackId, inboundId, meaning, concerns, conversation } = reply;
  const { answered, candidates, subject } = conversation;
  await insertInbound(trx, {
    id: inboundId,
    gateway: gateway.id,
    gatewayMessageId: storableId(event.gatewayMessageId),
    phoneCiphertext: cipher.encrypt('', 'inbound_message.phone', inboundId, event.from),
    phoneHash,
    recipientCiphertext:
      event.to === null ? null : cipher.encrypt('', 'inbound_message.recipient', inboundId, event.to),
    textCiphertext: cipher.encrypt('', 'inbound_message.text', inboundId, event.text),
    meaning,
    concerns: new Map(concerns.map((id) => [id, answered.get(id)?.messageId ?? null])),
    needsPerson: reply.needsPerson,
    holds: HOLD_NUMBER.includes(meaning),
    callbackId,
    writtenAt: writtenAt(event, now),
    receivedAt: now,
  });
  const holds = holdsSubject(reply);
  const seen = candidates.filter(({ authorityId }) => concerns.includes(authorityId));
  await insertInboundAppointments(
    trx,
    seen.map(({ authorityId, appointmentId, slot }) => {
      const isSubject = appointmentId === subject?.appointmentId;
      return { inboundId, authorityId, appointmentId, slot, phoneHash, subject: isSubject, holds: isSubject && holds };
    }),
  );
}

/** Holds or ends the reminders of the one appointment that a reply is about. */
async function followUp(trx: Trx, understood: Understood, now: Date): Promise<void> {
  const { confirms, conversation } = understood;
  const { subject } = conversation;
  if (!subject) return;
  if (holdsSubject(understood)) await holdByCancellation(trx, subject, now);
  const ends = confirms && settingsOf(understood, subject)?.confirmEndsReminders;
  if (ends) await endByReply(trx, subject, 'confirmed', now);
}

function holdsSubject(understood: Understood): boolean {
  const { meaning, conversation } = understood;
  const { subject } = conversation;
  return meaning === 'cancel' && subject !== null && settingsOf(understood, subject)?.onCancel !== 'off';
}

function settingsOf({ authorities }: Understood, { authorityId }: AnsweredSms): Authority | undefined {
  return authorities.find(({ id }) => id === authorityId);
}

function isAboutAppointment(meaning: Meaning): boolean {
  return meaning === 'cancel' || meaning === 'confirm';
}

/** The owners of the opt-outs that a STOP makes: each authority, or null for the whole installation. */
function ownersOf(scope: readonly Correspondent[]): (string | null)[] {
  return scope.length > 0 ? idsOf(scope) : [null];
}

/**
 * Records the events that booking systems get because of a reply. A STOP and a START become events of the opt-outs that
 * follow from them; HELP gets an answer and becomes no event.
 */
async function tellSources(trx: Trx, reply: StoredReply, now: Date): Promise<void> {
  const { meaning, inboundId, phoneHash, concerns } = reply;
  if (meaning === 'stop' || meaning === 'start' || meaning === 'help') return;
  if (meaning === 'wrong_number') {
    const event = { type: 'citizen.wrong_number', phoneHash, authorityIds: concerns, inboundId, reason: null } as const;
    return recordNumberEvent(trx, event, now);
  }
  await recordEvents(trx, eventsOf(reply), now);
}

function eventsOf(reply: StoredReply): EventRecord[] {
  const { meaning, confirms, inboundId, conversation } = reply;
  const { subject } = conversation;
  const about = (type: EventRecord['type'], { appointmentId }: AnsweredSms, reason: string | null): EventRecord => ({
    type,
    appointmentId,
    inboundId,
    reason,
  });
  if (meaning === 'cancel' && subject) return [about('citizen.cancelled', subject, null)];
  if (confirms && subject) return [about('citizen.confirmed', subject, null)];
  return meantBy(reply).map((sms) => about('citizen.replied', sms, meaning));
}

/** The appointments that the reply may be about; where none is ahead, that of the SMS that was answered. */
function meantBy({ conversation: { candidates, answered }, concerns }: StoredReply): AnsweredSms[] {
  const meant = candidates.length > 0 ? candidates : [...answered.values()];
  return meant.filter(({ authorityId }) => concerns.includes(authorityId));
}
