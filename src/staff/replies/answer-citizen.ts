import type { Reader } from '../../accounts/phone-access.ts';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Language } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { DAY_MS } from '../../domain/duration.ts';
import { notFound, refusals } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { MESSAGE_TEXT } from '../../domain/keyring.ts';
import { countryOf } from '../../domain/phone.ts';
import { type NotAnswered, startBefore } from '../../domain/planning/staff-answer.ts';
import { STAFF_ANSWER } from '../../domain/reminder.ts';
import { requireRightClock } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { insertMessage } from '../../store/messages.ts';
import { type AuthorityAppointmentKey, findByAnyId } from '../appointments/appointments.ts';
import { insertStaffAnswer } from './answer-citizen.sql.ts';
import {
  type Addressee,
  type AnswerSubject,
  readAnswerSubject,
  readSituation,
  type WritingDeps,
} from './answer-outlook.ts';
import { type AnswerWords, writeAnswer } from './answer-text.ts';
import { keepEffects, markSettled } from './settle.sql.ts';

const REFUSALS = refusals<NotAnswered>('not-answered', {
  changed: 'The appointment was cancelled, moved or changed since it was read: read it again.',
  no_phone: 'There is no number that an SMS can be sent to.',
  opted_out: 'The number has opted out.',
  deceased: 'The citizen has died.',
  answered_lately: 'Somebody wrote to this number less than ten minutes ago.',
  daily_limit: 'The number has got as many SMS as it may get today.',
  night: 'SMS are sent from 07 to 22 only.',
  gateway_out: 'None of the gateways of the authority is in use.',
  paused: 'Sending is paused or off.',
  shadow: 'The booking system or the appointment is on trial: nothing is sent.',
});

/** The code of why staff could not write, where an error says so; null for any other. */
export const notAnsweredCode = REFUSALS.codeOf;

/** An answer of staff. */
export interface AnswerRequest {
  readonly authorityId: string;
  readonly to: Addressee;
  readonly words: AnswerWords;
  /** Left out: that of the reply, else of the booking. */
  readonly language?: Language | undefined;
  /** The revision of the appointment as its sender read it; left out: whatever it is. */
  readonly revision?: number | undefined;
}

/**
 * Writes to a citizen: the SMS is planned for this moment as a message without a reminder, and goes through the start
 * of all answers, which checks once more what may have changed. It settles a reply that asked for no more than that.
 * @returns the message's id
 * @throws Problem 404 for an unknown reply or appointment, 409 `not-answered` with the reason, 422 for a text that
 * can't be sent
 */
export async function answerCitizen(
  deps: WritingDeps,
  reader: Reader,
  request: AnswerRequest,
  now: Date,
): Promise<{ readonly id: string }> {
  requireRightClock(deps);
  return inTransaction(deps.db, async (trx) => {
    const inside = { ...deps, db: trx };
    const found = await readAnswerSubject(inside, reader, request, true);
    const { way, why, ...read } = await readSituation(inside, found, request, now);
    const language = request.language ?? read.language;
    const { authority, contactPhone, phone } = found;
    // A text that can't be sent is said first: it is for its writer to change.
    const gateway = way?.gateway ?? null;
    const sms = await writeAnswer(inside, request.words, { authority, contactPhone, language, gateway });
    if (why !== null || !way || phone === null || !found.phoneHash) throw REFUSALS.problem(why ?? 'no_phone');
    const id = newId(now);
    const { cipher } = deps.keyring;
    const message = {
      id,
      authorityId: authority.id,
      inboundId: found.reply?.id ?? null,
      template: STAFF_ANSWER,
      language,
      gateway: way.gateway.id,
      sender: way.sender,
      phoneCiphertext: cipher.encrypt(authority.id, 'message.phone', id, phone),
      phoneHash: found.phoneHash,
      country: countryOf(phone),
      textCiphertext: cipher.encrypt(authority.id, MESSAGE_TEXT, id, sms.text),
      encoding: sms.encoding,
      segments: sms.segments,
      validUntil: new Date(now.getTime() + DAY_MS),
      dueDay: localDay(now, authority.timeZone),
    } as const;
    await insertMessage(trx, message, now);
    const { appointment } = found;
    const about = appointment && { id: appointment.id, slot: appointment.slot, status: appointment.status };
    const beside = { appointment: about, startBefore: startBefore(authority, now), writtenBy: reader.name };
    await insertStaffAnswer(trx, { messageId: id, ...beside });
    await noteAnswer(trx, reader, request, { found, id, language }, now);
    return { id };
  });
}

/**
 * The SMS of an answer as it would be sent now; nothing is stored.
 * @throws Problem 404 and 422 as `answerCitizen`
 */
export async function tryAnswer(
  deps: WritingDeps,
  reader: Reader,
  request: AnswerRequest,
  now: Date,
): Promise<{ readonly text: string; readonly segments: number }> {
  const found = await readAnswerSubject(deps, reader, request, false);
  const { way, language } = await readSituation(deps, found, request, now);
  const { authority, contactPhone } = found;
  const frame = { authority, contactPhone, language: request.language ?? language, gateway: way?.gateway ?? null };
  return writeAnswer(deps, request.words, frame);
}

/** `answerCitizen` of the appointment with this id of its booking system. */
export async function answerByReference(
  deps: WritingDeps,
  reader: Reader,
  { authorityId, sourceId, reference }: AuthorityAppointmentKey,
  request: Pick<AnswerRequest, 'words' | 'language' | 'revision'>,
  now: Date,
): Promise<{ readonly id: string }> {
  const record = await findByAnyId(deps, { authorityId, sourceId, reference });
  if (!record) throw notFound('appointment');
  return answerCitizen(deps, reader, { ...request, authorityId, to: { appointmentId: record.appointment.id } }, now);
}

/** Writes the audit, and settles the reply where the answer is all that it asked for. */
async function noteAnswer(
  trx: Trx,
  reader: Reader,
  { authorityId, words, to }: AnswerRequest,
  { found: { reply }, id, language }: { found: AnswerSubject; id: string; language: Language },
  now: Date,
): Promise<void> {
  const target = 'inboundId' in to ? to.inboundId : `appointment:${to.appointmentId}`;
  const standardAnswer = 'standardAnswer' in words ? words.standardAnswer : null;
  const entry = { actor: reader.name, authorityId, target };
  await writeAudit(trx, { ...entry, action: 'citizen.answer', after: { message: id, standardAnswer, language } }, now);
  if (reply?.meaning !== 'other') return;
  const key = { authorityId, id: reply.id };
  const action = 'answered';
  if (!(await markSettled(trx, key, { by: reader.name, action }, now))) return;
  await keepEffects(trx, key, { optOut: null, appointments: [], reminders: [], held: [], chosen: null });
  await writeAudit(trx, { ...entry, action: 'inbound.settle', after: { action } }, now);
}
