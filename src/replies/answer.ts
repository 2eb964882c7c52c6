import type { Trx } from '../database/tables.ts';
import { Wordings } from '../dispatch/start/due-settings.ts';
import { AUTHORITY_DEFAULTS, type Authority, type Language } from '../domain/authority.ts';
import { DAY_MS, HOUR_MS } from '../domain/duration.ts';
import { newId } from '../domain/ids.ts';
import { MESSAGE_TEXT } from '../domain/keyring.ts';
import { choosePhone, countryOf } from '../domain/phone.ts';
import { promisesWord } from '../domain/planning/notices.ts';
import type { TemplateName } from '../domain/reminder.ts';
import { isSender } from '../domain/sms/sender.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, KeyringAccess, Logging, TemplateAccess } from '../runtime/deps.ts';
import { findLiveEndpoints } from '../store/events.ts';
import { insertMessage } from '../store/messages.ts';
import { findOptedOut } from '../store/opt-outs.ts';
import { type Rendered, render, type Variables, variablesForAnswer } from '../templates/index.ts';
import { answeredSince, countAnswers } from './inbound.sql.ts';
import type { StoredReply } from './understand.ts';

/** The sender that was answered, where it can be one: callbacks name anything, and senders are stored in clear. */
function answeredSender(to: string | null): string | undefined {
  return to !== null && isSender(to) ? to : undefined;
}

/**
 * Plans the answer to a reply, if it gets one, in the transaction that does what the reply asked for.
 * @param changed whether a STOP or START changed anything
 */
export async function planAnswer(
  deps: DatabaseAccess & KeyringAccess & TemplateAccess & Logging,
  trx: Trx,
  reply: StoredReply,
  changed: boolean,
  now: Date,
): Promise<void> {
  const name = await templateFor(trx, reply, changed);
  const [about] = reply.conversation.candidates;
  const correspondent = reply.scope.find(({ authorityId }) => authorityId === about?.authorityId) ?? reply.scope[0];
  const sender = answeredSender(reply.event.to) ?? correspondent?.senders[0];
  if (!name || !sender) return;
  const authority = reply.authorities.find(({ id }) => id === correspondent?.authorityId);
  const authorityId = authority?.id ?? null;
  if (!mayBeAnswered(reply.event.from, authority)) return;
  if (await answeredEnough(trx, reply, authorityId, name, now)) return;

  const language = reply.language ?? correspondent?.language ?? 'da';
  const contactPhone = about?.contactPhone ?? authority?.contactPhone ?? null;
  const speaker = authority ? { ...authority, contactPhone } : undefined;
  const rendered = await renderAnswer({ ...deps, db: trx }, speaker, { name, language, gateway: reply.gateway });
  if (!rendered) return;
  const { cipher } = deps.keyring;
  const id = newId(now);
  await insertMessage(
    trx,
    {
      id,
      authorityId,
      inboundId: reply.inboundId,
      template: name,
      language,
      gateway: reply.gateway.id,
      sender,
      phoneCiphertext: cipher.encrypt(authorityId ?? '', 'message.phone', id, reply.event.from),
      phoneHash: reply.phoneHash,
      country: countryOf(reply.event.from),
      textCiphertext: cipher.encrypt(authorityId ?? '', MESSAGE_TEXT, id, rendered.text),
      encoding: rendered.encoding,
      segments: rendered.segments,
      validUntil: new Date(now.getTime() + DAY_MS),
    },
    now,
  );
}

/**
 * True for a number that a reminder could go to as well: a name or a short code is a machine, and a premium number of
 * another continent costs whoever answers it.
 */
function mayBeAnswered(from: string, authority: Authority | undefined): boolean {
  const { allowedCountries } = authority ?? AUTHORITY_DEFAULTS;
  return E164.test(from) && choosePhone(from, { defaultRegion: 'DK', allowedCountries }).phone === from;
}

/** ITU-T E.164 §6: 15 digits at most, of which none before the country code. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** The time in which the same answer is sent once: two machines that answer each other must not go on for ever. */
const QUIET_MS: Partial<Record<TemplateName, number>> = {
  help: HOUR_MS,
  'cancel-received': HOUR_MS,
  'cancel-forwarded': HOUR_MS,
  'cancel-with-staff': HOUR_MS,
  'not-opted-out': DAY_MS,
  'wrong-number-received': DAY_MS,
  'deceased-received': DAY_MS,
  'reply-received': DAY_MS,
};

/** Answers of which a number gets two a day, where they don't follow on a START. */
const COUNTED: readonly TemplateName[] = [
  'help',
  'cancel-received',
  'cancel-forwarded',
  'cancel-with-staff',
  'wrong-number-received',
  'deceased-received',
  'reply-received',
];
const MOST_A_DAY = 2;
/** Answers of all kinds and authorities together: STOP and START in turn would be answered without end. */
const MOST_OF_ALL_A_DAY = 10;

async function answeredEnough(
  trx: Trx,
  { phoneHash, meaning }: StoredReply,
  authorityId: string | null,
  template: TemplateName,
  now: Date,
): Promise<boolean> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const aDay = { phoneHash, since: ago(DAY_MS) };
  if ((await countAnswers(trx, { ...aDay, templates: null })) >= MOST_OF_ALL_A_DAY) return true;
  const quiet = QUIET_MS[template];
  if (quiet === undefined) return false;
  if (await answeredSince(trx, { phoneHash, authorityId, template, since: ago(quiet) })) return true;
  if (!COUNTED.includes(template) || meaning === 'start') return false;
  return (await countAnswers(trx, { ...aDay, templates: COUNTED })) >= MOST_A_DAY;
}

/** Renders an answer. @returns undefined for a text that can't be sent, which is logged */
async function renderAnswer(
  deps: DatabaseAccess & TemplateAccess & Logging,
  authority: Authority | undefined,
  {
    name,
    language,
    gateway,
  }: { readonly name: TemplateName; readonly language: Language; readonly gateway: SmsGateway },
): Promise<Extract<Rendered, { readonly text: string }> | undefined> {
  const wordings = new Wordings(deps);
  if (authority) await wordings.load([authority]);
  const template = wordings.choose(authority, name, language);
  const variables = variablesForAnswer(authority ?? null, authority?.inboundKeyword ?? null);
  const renderWith = (given: Variables) => render(template, given, (text) => gateway.fitText?.(text) ?? text);
  const rendered = name === 'cancel-with-staff' ? inOneSegment(renderWith, variables) : renderWith(variables);
  if (rendered.refused === undefined) return rendered;
  const { refused } = rendered;
  deps.log.error({ template: name, language, refused }, 'an answer to a citizen could not be rendered');
  return undefined;
}

/** The text in one segment: without the number to phone, or the name as well, where it would take more. */
function inOneSegment(renderWith: (variables: Variables) => Rendered, variables: Variables): Rendered {
  const full = renderWith(variables);
  const shorter = [{ contactPhone: null }, { contactPhone: null, authority: '' }];
  const fits = (rendered: Rendered) => rendered.refused === undefined && rendered.segments === 1;
  if (fits(full)) return full;
  return shorter.map((without) => renderWith({ ...variables, ...without })).find(fits) ?? full;
}

async function templateFor(trx: Trx, reply: StoredReply, changed: boolean): Promise<TemplateName | null> {
  const { meaning, unsure, concerns } = reply;
  // A reply that no authority sees must not get an answer that says that somebody reads it.
  const seen = concerns.length > 0;
  switch (meaning) {
    case 'stop':
      return changed ? 'opt-out-confirmed' : null;
    case 'start':
      // All reminders stay held until a person has seen whose number it is, and the answer must not say otherwise.
      if (unsure) return seen ? 'reply-received' : null;
      return changed ? 'opt-in-confirmed' : 'not-opted-out';
    case 'help':
      return 'help';
    case 'deceased':
      return seen ? 'deceased-received' : null;
    case 'wrong_number':
      return seen ? 'wrong-number-received' : null;
    case 'cancel':
      return (await cancelTemplate(trx, reply)) ?? (seen ? 'reply-received' : null);
    case 'other':
      return seen ? 'reply-received' : null;
    // A person reads it first: it is not certain yet what there is to confirm.
    case 'maybe_stop':
      return null;
    // The citizen expects no answer.
    case 'confirm':
      return null;
  }
}

/** The answer to a cancellation; null where no appointment that it may mean stands as the citizen knows it. */
async function cancelTemplate(trx: Trx, reply: StoredReply): Promise<TemplateName | null> {
  if (await isTakenByEndpoint(trx, reply)) return 'cancel-forwarded';
  const meant = reply.conversation.candidates.filter(({ current }) => current).map(({ authorityId }) => authorityId);
  if (meant.length === 0) return null;
  const { phoneHash, authorities } = reply;
  const willTell = authorities.filter(promisesWord);
  if (!meant.every((id) => willTell.some((authority) => authority.id === id))) return 'cancel-received';
  // Nobody who has opted out gets the word that the other text promises.
  const numbers = meant.map((authorityId) => ({ authorityId, phoneHash }));
  return (await findOptedOut(trx, numbers)).length > 0 ? 'cancel-received' : 'cancel-with-staff';
}

/** True where the authority leaves cancellations to the booking system, and that has an endpoint which takes them. */
async function isTakenByEndpoint(trx: Trx, { authorities, conversation }: StoredReply): Promise<boolean> {
  const { subject } = conversation;
  if (!subject || authorities.find(({ id }) => id === subject.authorityId)?.onCancel !== 'event') return false;
  return (await findLiveEndpoints(trx, [subject.sourceId], 'citizen.cancelled')).has(subject.sourceId);
}
