import type { Trx } from '../database/tables.ts';
import type { Authority, Language } from '../domain/authority.ts';
import { HOUR_MS } from '../domain/duration.ts';
import type { OwnKeywords } from '../domain/keywords.ts';
import { interpretReply, type Meaning, readAddressee } from '../domain/replies/read-reply.ts';
import { namesAnotherDay } from '../domain/replies/vocabulary.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import { findAuthorities } from '../store/authorities.ts';
import { type AnsweredSms, findAnswered } from './conversation.sql.ts';
import { type Correspondent, findCorrespondents, findKeywords } from './inbound.sql.ts';
import { lockOptIn, type OptIn, writtenAt } from './opt-in.ts';
import { isSameSender } from './sender.ts';

/** A reply that was not seen before. */
export interface ReceivedReply {
  readonly gateway: SmsGateway;
  /** `from` in E.164 where it is a number. */
  readonly event: InboundEvent;
  readonly phoneHash: Buffer;
  /** The callback that it came in, or its first part. */
  readonly callbackId: string;
  /** True where parts of it did not come: a person has to see what is there. */
  readonly incomplete: boolean;
}

/** The content of a reply, to whom it went and its subject. */
export interface Understood {
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

/** A reply that is understood and stored. */
export interface StoredReply extends ReceivedReply, Understood {
  readonly inboundId: string;
  /** The authorities whose staff see it. */
  readonly concerns: readonly string[];
  readonly needsPerson: boolean;
}

/** Finds out what a reply says, to whom, and which appointment it is about. Locks the opt-outs that a START lifts. */
export async function understand(
  trx: Trx,
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

/** The ids of the authorities that a reply is meant for. */
export function idsOf(scope: readonly Correspondent[]): string[] {
  return scope.map(({ authorityId }) => authorityId);
}

/** The SMS that a reply answers. */
export interface Conversation {
  /** The last SMS of each authority, by authority. */
  readonly answered: ReadonlyMap<string, AnsweredSms>;
  /** The appointments ahead that the reply may be about, one SMS each, the latest first. */
  readonly candidates: readonly AnsweredSms[];
  /** The one that it is about; null for none, several, or one that has changed since the SMS. */
  readonly subject: AnsweredSms | null;
}

/** Two SMS within this time are shown below each other on the phone, so that a reply may answer either. */
const TOGETHER_MS = 12 * HOUR_MS;

/**
 * Finds what a reply answers: the last SMS from the sender that was answered, and the appointment of the last one that
 * is still ahead. Where others had an SMS within half a day before, it may be about each of them.
 * @param sent the latest first
 * @param to the number or short code that was answered; where no SMS came from it, all count
 */
function conversationOf(sent: readonly AnsweredSms[], to: string | null, now: Date): Conversation {
  const from = sent.filter(({ sender }) => isSameSender(sender, to));
  const meant = from.length > 0 ? from : sent;
  const answered = new Map<string, AnsweredSms>();
  for (const sms of meant) if (!answered.has(sms.authorityId)) answered.set(sms.authorityId, sms);
  const ahead = meant.filter(({ start }) => start !== null && start > now);
  const since = (ahead[0]?.handedOverAt.getTime() ?? 0) - TOGETHER_MS;
  const candidates = ahead.filter(
    (sms, at) =>
      sms.handedOverAt.getTime() > since && ahead.findIndex((each) => each.appointmentId === sms.appointmentId) === at,
  );
  const [only, another] = candidates;
  return { answered, candidates, subject: only?.current && !another ? only : null };
}

/**
 * Finds the authorities that a reply is meant for: the owner of the leased keyword in front of it; else the authorities
 * that wrote to the number from the sender that was answered; where that is unknown, all that wrote to it.
 * @param wrote the authorities that have written to the number
 * @param leased the authorities with a leased keyword
 * @param to the number or short code that was answered
 * @returns none for a reply that counts for the whole installation
 */
function scopeOf(
  wrote: readonly Correspondent[],
  leased: readonly Correspondent[],
  to: string | null,
  keyword: string | null,
): readonly Correspondent[] {
  if (keyword !== null) {
    const fits = (candidate: Correspondent) => candidate.inboundKeyword === keyword;
    const authorities = wrote.some(fits) ? wrote.filter(fits) : leased.filter(fits);
    if (authorities.length > 0) return authorities;
  }
  const fitting = wrote.filter(({ senders }) => senders.some((sender) => isSameSender(sender, to)));
  return fitting.length > 0 ? fitting : wrote;
}

/** The words that every one of these authorities gives the same meaning. */
function sharedKeywords(authorities: readonly { readonly keywords: OwnKeywords }[]): OwnKeywords {
  const shared = (list: keyof OwnKeywords) => {
    const [first, ...others] = authorities.map(({ keywords }) => keywords[list]);
    return (first ?? []).filter((word) => others.every((words) => words.includes(word)));
  };
  return { cancel: shared('cancel'), confirm: shared('confirm'), stop: shared('stop') };
}

/** Words of somebody who means to come: said of an appointment that was cancelled they are no mere assent. */
const COMING = new Set(['KOMMER', 'KOMME', 'SES', 'DER', 'COME', 'COMING', 'SEE', 'THERE']);
/** A word that takes something back, which may have been said on the telephone. */
const TAKES_BACK = 'ALLIGEVEL';

/** The certainty of what follows from a reply. */
interface Certainty {
  /** The reply confirms its subject beyond doubt. */
  readonly confirms: boolean;
  /** The reply sounds like a confirmation, and a person must find out of what. */
  readonly unsure: boolean;
}

/**
 * Tells whether what reads as a confirmation is one. `OK` behind anything else that the citizen has said since the SMS
 * about the appointment may answer our answer to that, and "Jeg kommer alligevel" takes back a cancellation. The notice
 * of a cancellation is acknowledged by `OK`, which needs nobody.
 */
function certaintyOf(
  meaning: Meaning,
  words: readonly string[],
  { candidates, answered, subject }: Conversation,
): Certainty {
  if (meaning !== 'confirm') return { confirms: false, unsure: false };
  const clear = (candidates.length > 0 ? candidates : [...answered.values()]).every(({ contested }) => !contested);
  const takenAsSaid = clear && !words.includes(TAKES_BACK);
  if (subject || candidates.length === 0) return { confirms: subject !== null && takenAsSaid, unsure: !takenAsSaid };
  const [only, another] = candidates;
  const acknowledges = only?.ended && !another && !words.some((word) => COMING.has(word));
  return { confirms: false, unsure: !(takenAsSaid && acknowledges) };
}

/**
 * The conversation as a reply with these words is part of it: without a subject where it names another day than that of
 * the appointment.
 * @param written when it may have been written: as the gateway has it, and when it came
 */
function onItsDay(
  conversation: Conversation,
  words: readonly string[],
  authorities: readonly Pick<Authority, 'id' | 'timeZone'>[],
  written: readonly Date[],
): Conversation {
  const { subject } = conversation;
  const timeZone = authorities.find(({ id }) => id === subject?.authorityId)?.timeZone;
  const start = subject?.start;
  if (!start || timeZone === undefined) return conversation;
  const another = written.some((each) => namesAnotherDay(words, { start, written: each, timeZone }));
  return another ? { ...conversation, subject: null } : conversation;
}

/** The meaning of a text of which a part is missing: nothing that goes ahead without a person. */
function meaningOfRest(read: Meaning): Meaning {
  if (read === 'stop' || read === 'maybe_stop') return 'maybe_stop';
  return read === 'cancel' || read === 'wrong_number' || read === 'deceased' ? read : 'other';
}
