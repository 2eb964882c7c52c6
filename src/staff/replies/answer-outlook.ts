import { actorNames } from '../../accounts/people/names.ts';
import type { Reader } from '../../accounts/phone-access.ts';
import { type Authority, isPaused, type Language, type Source } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import { choosePhone, countryOf } from '../../domain/phone.ts';
import { reminderLanguage } from '../../domain/planning/reminder-changes.ts';
import {
  ANSWERED_LATELY_MS,
  type AnswerSituation,
  type NotAnswered,
  whyNotAnswered,
} from '../../domain/planning/staff-answer.ts';
import { isSender, senderTo } from '../../domain/sms/sender.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  SendingPermission,
} from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { findAuthority } from '../../store/authorities.ts';
import { readGatewayStates } from '../../store/gateway-states.ts';
import { lockNumber } from '../../store/messages.ts';
import { findOptedOut } from '../../store/opt-outs.ts';
import { findSourcesWithAuthority } from '../../store/sources.ts';
import type { AppointmentRow } from '../appointments/appointments.sql.ts';
import { countSentToday } from '../appointments/send-again.sql.ts';
import { findLanguageOfReply, findLastStaffAnswer, readOwnAppointment } from './answer-citizen.sql.ts';
import { type InboundRow, listInbound, listInboundAppointments } from './replies.sql.ts';

/** The addressee of an answer: whoever wrote a reply, or the citizen of an appointment. */
export type Addressee = { readonly inboundId: string } | { readonly appointmentId: string };

/** The dependencies of writing to a citizen. */
export type WritingDeps = DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission & CurrentTime;

/** A question about an answer, or the answer itself: to whom, and as which revision of the appointment they read it. */
interface Asked {
  readonly authorityId: string;
  readonly to: Addressee;
  readonly revision?: number | undefined;
}

/** Why staff can't write to somebody now, and who did so lately. */
export interface AnswerOutlook {
  readonly why: NotAnswered | null;
  /** The answer that stands in the way of the next one. */
  readonly last: { readonly at: Date; readonly by: string } | null;
  readonly language: Language;
  /** The appointment that it is about; null: none, or nobody knows which. */
  readonly appointment: Pick<AppointmentRow, 'id' | 'reference' | 'start_at' | 'revision'> | null;
  /** Own words are allowed. */
  readonly mayWrite: boolean;
}

/** Tells whether staff could write to somebody now. @throws Problem 404 for an unknown reply or appointment */
export async function foreseeAnswer(
  deps: WritingDeps,
  reader: Reader,
  request: Asked,
  now: Date,
): Promise<AnswerOutlook> {
  const found = await readAnswerSubject(deps, reader, request, false);
  const { why, last, language } = await readSituation(deps, found, request, now);
  const nameOf = await actorNames(deps, request.authorityId, [last?.by ?? null]);
  const { appointment, authority } = found;
  const named = last ? { at: last.at, by: nameOf(last.by) ?? last.by } : null;
  return { why, last: named, language, appointment, mayWrite: authority.staffMayWrite };
}

/** The addressee as it is read. */
export interface AnswerSubject {
  readonly authority: Authority;
  readonly reply: InboundRow | null;
  readonly appointment: AppointmentRow | null;
  readonly source: Source | null;
  /** E.164; null: there is none, or it can't be opened. */
  readonly phone: string | null;
  readonly phoneHash: Buffer | null;
  readonly contactPhone: string | null;
  /** The number that a citizen wrote to. */
  readonly recipient: string | null;
  /** The number changed while it was waited for. */
  readonly isOther: boolean;
}

/**
 * Reads whom staff write to.
 * @param lock keeps others from writing to the number, and the appointment as it is, until the transaction ends
 */
export async function readAnswerSubject(
  deps: DatabaseAccess & KeyringAccess,
  reader: Reader,
  { authorityId, to }: Asked,
  lock: boolean,
): Promise<AnswerSubject> {
  const { db } = deps;
  const { departments = null } = reader;
  const reply = 'inboundId' in to ? await findOwnReply(deps, authorityId, to.inboundId, departments) : null;
  if (reply && lock) await lockNumber(db, reply.phone_hash);
  const id = 'appointmentId' in to ? to.appointmentId : await aboutOne(deps, authorityId, to.inboundId);
  const own = id === null ? null : { authorityId, id, departments };
  const before = own && (await readOwnAppointment(db, own, false));
  if (own && !before && !reply) throw notFound('appointment');
  if (!reply && before?.phone_hash && lock) await lockNumber(db, before.phone_hash);
  const appointment = (own && (lock ? await readOwnAppointment(db, own, true) : before)) ?? null;
  const authority = await findAuthority(db, authorityId);
  if (!authority) throw notFound('authority');
  const owner = appointment && (await findSourcesWithAuthority(db, [appointment.source_id])).get(appointment.source_id);
  const opened = new OpenedRow(deps.keyring);
  const phone = reply
    ? opened.open('', 'inbound_message.phone', reply.id, reply.phone_ciphertext)
    : appointment && opened.open(authorityId, 'appointment.phone', appointment.id, appointment.phone_ciphertext);
  const hash = reply ? reply.phone_hash : (appointment?.phone_hash ?? null);
  return {
    authority,
    reply,
    appointment,
    source: owner?.source ?? null,
    phone,
    phoneHash: hash,
    contactPhone: appointment?.contact_phone ?? null,
    recipient: reply && opened.open('', 'inbound_message.recipient', reply.id, reply.recipient_ciphertext),
    isOther: !reply && !isSame(before?.phone_hash ?? null, hash),
  };
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

async function findOwnReply(
  { db }: DatabaseAccess,
  authorityId: string,
  id: string,
  departments: readonly string[] | null,
): Promise<InboundRow> {
  const [reply] = await listInbound(db, authorityId, { id, limit: 1, departments });
  if (!reply) throw notFound('inbound message');
  return reply;
}

/** The appointment that a reply is about; null: none, or nobody knows which. */
async function aboutOne({ db }: DatabaseAccess, authorityId: string, inboundId: string): Promise<string | null> {
  const rows = await listInboundAppointments(db, authorityId, [inboundId]);
  const subjects = rows.filter(({ subject }) => subject);
  const [one, ...others] = subjects.length > 0 ? subjects : rows;
  return one && others.length === 0 ? one.appointment_id : null;
}

/** The gateway that an answer takes, with its sender there. */
interface Way {
  readonly gateway: SmsGateway;
  readonly sender: string;
}

/**
 * The way of an answer: that of the number which the citizen wrote to, as long as its gateway is in use, else the
 * authority's first that is.
 */
async function wayTo(deps: DatabaseAccess & GatewayAccess, found: AnswerSubject, now: Date): Promise<Way | null> {
  const { authority, reply, recipient, phone } = found;
  const ids = deps.gateways.map(({ id }) => id);
  const states = await readGatewayStates(deps.db, ids, now);
  const isInUse = (id: string) => states.some((state) => state.gateway === id && state.reason === null);
  const own = authority.gateways.length === 0 ? ids : authority.gateways;
  const inUse = own.flatMap((id) => (isInUse(id) ? (deps.gateways.find((gateway) => gateway.id === id) ?? []) : []));
  const answered = inUse.find(({ id }) => id === reply?.gateway);
  if (answered && recipient !== null && isSender(recipient)) return { gateway: answered, sender: recipient };
  const gateway = answered ?? inUse[0];
  return gateway ? { gateway, sender: senderTo(authority, phone === null ? null : countryOf(phone)) } : null;
}

/** Tells what stands in the way of an answer, and the way that it would take. */
export async function readSituation(
  deps: DatabaseAccess & GatewayAccess & SendingPermission,
  found: AnswerSubject,
  { revision }: Asked,
  now: Date,
) {
  const { authority, reply, appointment, source, phone, phoneHash, isOther } = found;
  const number = phoneHash && { authorityId: authority.id, phoneHash };
  const last = number && (await findLastStaffAnswer(deps.db, number, new Date(now.getTime() - ANSWERED_LATELY_MS)));
  const today = number ? await countSentToday(deps.db, number, authority.timeZone, now) : 0;
  const way = await wayTo(deps, found, now);
  const situation: AnswerSituation = {
    changed: isOther || (revision !== undefined && revision !== (appointment?.revision ?? revision)),
    no_phone: !mayGetSms(phone, authority) || reply?.action === 'wrong_number' || (!reply && !hasNumber(appointment)),
    opted_out: number !== null && (await findOptedOut(deps.db, [number])).length > 0,
    deceased: (appointment?.deceased ?? false) || reply?.action === 'deceased',
    answered_lately: Boolean(last),
    daily_limit: today >= authority.maxPerNumberPerDay,
    gateway_out: way === null,
    paused: isPaused(authority, source, now) || deps.sending.heldReason() !== null,
    shadow: source?.mode === 'shadow' || (appointment?.test ?? false),
  };
  return { why: whyNotAnswered(situation, authority, now), last, way, language: await languageOf(deps, found) };
}

/** A reply comes from any number, also from one that no reminder could go to. */
function mayGetSms(phone: string | null, { allowedCountries }: Authority): boolean {
  return phone !== null && choosePhone(phone, { defaultRegion: 'DK', allowedCountries }).phone === phone;
}

function hasNumber(appointment: AppointmentRow | null): boolean {
  return appointment !== null && appointment.phone_reason === null && appointment.erased_at === null;
}

async function languageOf({ db }: DatabaseAccess, { authority, reply, appointment }: AnswerSubject): Promise<Language> {
  const ofReply = reply && (await findLanguageOfReply(db, authority.id, reply.id));
  return ofReply ?? (appointment ? reminderLanguage(appointment, authority) : authority.language);
}
