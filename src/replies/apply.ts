import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Authority, Language } from '../domain/authority.ts';
import { newId } from '../domain/ids.ts';
import {
  ALWAYS_FOR_PERSON,
  HOLD_NUMBER,
  interpretReply,
  type Meaning,
  readAddressee,
} from '../domain/replies/read-reply.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import { storableId } from '../gateways/storable.ts';
import { recordOptOutWithin, suppressOnceMore } from '../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { findAuthorities } from '../store/authorities.ts';
import { endByReply, holdByCancellation, holdByNumber } from '../store/replies.ts';
import { planAnswer } from './answer.ts';
import { certaintyOf, meaningOfRest, onItsDay } from './certainty.ts';
import { type AnsweredSms, findAnswered, insertInboundAppointments } from './conversation.sql.ts';
import { type Conversation, conversationOf } from './conversation.ts';
import {
  type Correspondent,
  findAuthoritiesOfNumber,
  findCorrespondents,
  findKeywords,
  insertInbound,
} from './inbound.sql.ts';
import { carryOutOptIn, type FollowUp, lockOptIn, type OptIn, writtenAt } from './opt-in.ts';
import { scopeOf, sharedKeywords } from './scope.ts';
import { tellSources } from './tell-sources.ts';

type ApplyDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Logging;

/** A reply that was not seen before. */
export interface ReceivedReply {
  readonly gateway: SmsGateway;
  /** `from` in E.164 where it is a number. */
  readonly event: InboundEvent;
  /** True for a reply from a number that we send from, which is not answered. */
  readonly isOwnSender: boolean;
  readonly phoneHash: Buffer;
  /** The callback that it came in, or its first part. */
  readonly callbackId: string;
  /** True where parts of it did not come: a person has to see what is there. */
  readonly incomplete: boolean;
}

/** The outcome of a reply. */
export interface AppliedReply {
  readonly meaning: Meaning;
  /** Reaches the reminders that were inserted during the commit: see suppressOnceMore. */
  readonly afterCommit: () => Promise<void>;
}

/** The content of a reply, to whom it went and its subject. */
interface Understood {
  readonly meaning: Meaning;
  /** The language of the words that carry it; null: of both, or unknown. */
  readonly language: Language | null;
  /** The text may mean something else than what follows from it. */
  readonly unsure: boolean;
  /** The reply confirms its subject beyond doubt. */
  readonly confirms: boolean;
  /** Effects of a START; null: it is none. */
  readonly optIn: OptIn | null;
  /** The authorities that it is meant for; none: the whole installation. */
  readonly scope: readonly Correspondent[];
  /** The authorities of the scope with their settings. */
  readonly authorities: readonly Authority[];
  readonly conversation: Conversation;
}

/** Stores a reply and does what it asks for, in the caller's transaction, which has locked the number. */
export async function applyReply(
  deps: ApplyDeps,
  trx: Transaction<Database>,
  reply: ReceivedReply,
  now: Date,
): Promise<AppliedReply> {
  const understood = await understand(trx, reply, now);
  const { meaning, unsure } = understood;
  const needsPerson = unsure || meaning === 'other' || ALWAYS_FOR_PERSON.includes(meaning);
  const concerns = await concernsOf(trx, reply, understood, needsPerson);
  const inboundId = newId(now);
  await store(deps, trx, reply, { ...understood, inboundId, needsPerson, concerns }, now);
  await tellSources(trx, { ...understood, phoneHash: reply.phoneHash, inboundId, concerns }, now);

  const { changed, afterCommit } = await follow(deps, trx, reply, { ...understood, inboundId, concerns }, now);
  // A gateway that has acted on a keyword has answered it, too.
  if (!reply.isOwnSender && !reply.event.handled)
    await planAnswer(deps, trx, { ...reply, ...understood, changed, concerns, inboundId }, now);
  return { meaning: understood.meaning, afterCommit };
}

/** Does what a reply asks for. */
async function follow(
  deps: ApplyDeps,
  trx: Transaction<Database>,
  { event, phoneHash }: ReceivedReply,
  reply: Understood & { readonly inboundId: string; readonly concerns: readonly string[] },
  now: Date,
): Promise<FollowUp> {
  const { meaning, optIn, scope, concerns, inboundId } = reply;
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

async function understand(
  trx: Transaction<Database>,
  { gateway, event, phoneHash, incomplete }: ReceivedReply,
  now: Date,
): Promise<Understood> {
  const leased = await findKeywords(trx);
  const addressed = readAddressee(
    event.text,
    leased.flatMap(({ inboundKeyword }) => inboundKeyword ?? []),
  );
  const wrote = await findCorrespondents(trx, phoneHash, gateway.id);
  const scope = scopeOf(wrote, leased, event.to, addressed.keyword);
  const authorityIds = idsOf(scope);
  const authorities = await findAuthorities(trx, authorityIds);
  const sent = await findAnswered(trx, { phoneHash, gateway: gateway.id, authorityIds });
  const { meaning: read, language } = interpretReply(addressed, sharedKeywords(authorities));
  // The gateway blocks the number or sends to it again, whatever the text was meant to say.
  const meaning = event.handled ?? (incomplete ? meaningOfRest(read) : read);
  const { words } = addressed;
  const written = event.at ? [event.at, now] : [now];
  const conversation = onItsDay(conversationOf(sent, event.to, now), words, authorities, written);
  const { confirms, unsure } = certaintyOf(meaning, words, conversation);
  const number = { phoneHash, authorityIds };
  const optIn = meaning === 'start' ? await lockOptIn(trx, number, writtenAt(event, now)) : null;
  const doubts = incomplete || meaning !== read || unsure || (optIn?.unsure ?? false);
  return { meaning, language, unsure: doubts, confirms, optIn, scope, authorities, conversation };
}

/** The authorities whose staff see a reply. */
async function concernsOf(
  trx: Transaction<Database>,
  { phoneHash }: ReceivedReply,
  { meaning, scope, conversation: { candidates } }: Understood,
  needsPerson: boolean,
): Promise<readonly string[]> {
  if (isAboutAppointment(meaning) && candidates.length > 0)
    return [...new Set(candidates.map(({ authorityId }) => authorityId))];
  if (scope.length === 0 && needsPerson) return findAuthoritiesOfNumber(trx, phoneHash);
  return idsOf(scope);
}

async function store(
  { keyring: { cipher } }: KeyringAccess,
  trx: Transaction<Database>,
  { gateway, event, phoneHash, callbackId }: ReceivedReply,
  reply: Understood & {
    readonly inboundId: string;
    readonly needsPerson: boolean;
    readonly concerns: readonly string[];
  },
  now: Date,
): Promise<void> {
  const { inboundId, meaning, concerns, conversation } = reply;
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
async function followUp(trx: Transaction<Database>, understood: Understood, now: Date): Promise<void> {
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

function idsOf(scope: readonly Correspondent[]): string[] {
  return scope.map(({ authorityId }) => authorityId);
}

/** The owners of the opt-outs that a STOP makes: each authority, or null for the whole installation. */
function ownersOf(scope: readonly Correspondent[]): (string | null)[] {
  return scope.length > 0 ? idsOf(scope) : [null];
}
