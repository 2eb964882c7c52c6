import type { Reader } from '../../accounts/phone-access.ts';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { promisesWord } from '../../domain/planning/notices.ts';
import {
  ABOUT_ONE_APPOINTMENT,
  EVENT_AFTER_MS,
  type SettleAction,
  type SettleEffects,
  UNDO_WITHIN_MS,
} from '../../domain/replies/settle.ts';
import { recordOptOutWithin, suppressOnceMore } from '../../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import { type EventRecord, recordEvents, recordFreedSlots, recordNumberEvent } from '../../store/events.ts';
import { forgetKeptNumber } from '../../store/known-patients.ts';
import { endByReply, releaseByNumber, releaseCancelled } from '../../store/replies.ts';
import { endWord, planWord } from '../../store/words-of-cancellation.ts';
import { clearNumber, endReminders, lockSomeOfNumber } from '../appointments/clear-number.sql.ts';
import { type InboundAppointmentRow, type InboundRow, listInbound, listInboundAppointments } from './replies.sql.ts';
import { type InboundView, readReply } from './replies.ts';
import {
  chooseAppointment,
  endOfDeceased,
  keepEffects,
  markSettled,
  setHold,
  settleEarlierCancellations,
} from './settle.sql.ts';

type ReplyDeps = DatabaseAccess & KeyringAccess;
/** The code of the fault that a decision about one appointment names none, where the reply may be about several. */
export const APPOINTMENT_MISSING = 'appointment_missing';

interface SettleRequest {
  readonly authorityId: string;
  readonly id: string;
  readonly action: SettleAction;
  /** The appointment that it is about, where the reply may be about several. */
  readonly appointment?: { readonly source: string; readonly reference: string } | undefined;
}

/**
 * Settles a reply that a person has read: `opt_out` records a refusal, `wrong_number` removes the number from the
 * authority's appointments, `cancel_passed_on` ends the reminders of the appointment that was cancelled, and plans the
 * word of that for the citizen where the authority promises it, `confirmed` notes that the citizen comes, which settles
 * cancellations of it that came before, `deceased` ends all reminders of the appointment's patient, `answered` and
 * `ignore` do nothing. What the reply held becomes due, unless another one holds it.
 * @throws Problem 404 for an unknown reply, 409 for one that is settled or needed no person, 422 for an appointment
 * that it isn't about, and for a decision about one appointment where it may be about several and none is named
 * (`APPOINTMENT_MISSING`)
 */
export async function settleReply(
  deps: ReplyDeps,
  reader: Reader,
  request: SettleRequest,
  now: Date,
): Promise<InboundView> {
  const { authorityId, id, action } = request;
  const { departments } = reader;
  const [reply] = await listInbound(deps.db, authorityId, { id, limit: 1, departments });
  if (!reply) throw notFound('inbound message');
  if (!reply.needs_person || reply.settled_at) throw settledAlready();
  const about = chosenOf(await listInboundAppointments(deps.db, authorityId, [id]), request);
  await inTransaction(deps.db, async (trx) => {
    if (!(await markSettled(trx, request, { by: reader.name, action }, now))) throw settledAlready();
    // The opt-out comes first: the reminders that settling releases must be suppressed by then.
    const optOut = action === 'opt_out' ? await recordOptOutBy(deps, trx, reader, authorityId, reply, now) : null;
    const effects = { ...(await carryOut(trx, request, reply, about, now)), optOut };
    await setHold(trx, request, effects.held, false);
    await keepEffects(trx, request, effects);
    const appointments = about.map(({ appointment_id }) => appointment_id);
    const others =
      action === 'confirmed' ? await settleEarlierCancellations(trx, request, appointments, reader.name, now) : [];
    await releaseByNumber(trx, authorityId, reply.phone_hash, now);
    const released = about.filter(({ holds }) => holds || others.length > 0);
    for (const each of released) await releaseCancelled(trx, bookedSlot(each), now);
    const entry = { actor: reader.name, action: 'inbound.settle', authorityId, after: { action } };
    for (const target of [id, ...others]) await writeAudit(trx, { ...entry, target }, now);
  });
  if (action === 'opt_out') await suppressOnceMore(deps, authorityId, reply.phone_hash, now);
  return readReply(deps, reader, authorityId, id, now);
}

/** Does what the action says, and tells what it changed. */
async function carryOut(
  trx: Trx,
  request: SettleRequest,
  reply: InboundRow,
  about: readonly InboundAppointmentRow[],
  now: Date,
): Promise<Omit<SettleEffects, 'optOut'>> {
  const { authorityId, action } = request;
  const appointments: string[] = [];
  const reminders: string[] = [];
  const chosen = about.find(({ subject }) => !subject);
  if (chosen) await chooseAppointment(trx, request, chosen.appointment_id, true);
  await tellSources(trx, request, reply, about, now);
  if (action === 'wrong_number') {
    await forgetKeptNumber(trx, authorityId, reply.phone_hash);
    for (;;) {
      const ids = await lockSomeOfNumber(trx, authorityId, reply.phone_hash);
      if (ids.length === 0) break;
      await clearNumber(trx, authorityId, ids, { reason: 'invalid_number', erased: false }, now);
      appointments.push(...ids);
      reminders.push(...(await endReminders(trx, authorityId, ids, 'invalid_number', now)));
    }
  }
  const words = await settleWords(trx, request, reply, about, now);
  const ends = action === 'cancel_passed_on' || (action === 'confirmed' && (await confirmationEnds(trx, authorityId)));
  if (ends) for (const each of about) reminders.push(...(await endByReply(trx, bookedSlot(each), action, now)));
  if (action === 'deceased') reminders.push(...(await endOfDeceased(trx, request, about, now)));
  const held = about.flatMap((each) => (each.holds ? [each.appointment_id] : []));
  reminders.push(...words.ended);
  return { appointments, reminders, held, words: words.planned, chosen: chosen?.appointment_id ?? null };
}

/**
 * Plans the word that the appointment is cancelled, due once the decision can't be taken back; ends it where the
 * citizen comes after all. Locks the appointments, which everybody does before their reminders.
 */
async function settleWords(
  trx: Trx,
  { authorityId, action }: SettleRequest,
  { phone_hash: to }: InboundRow,
  about: readonly InboundAppointmentRow[],
  now: Date,
): Promise<{ readonly planned: readonly string[]; readonly ended: readonly string[] }> {
  const planned: string[] = [];
  const ended: string[] = [];
  const slots = about.map(bookedSlot);
  if (action === 'confirmed') for (const each of slots) ended.push(...(await endWord(trx, each, 'confirmed', now)));
  const authority = action === 'cancel_passed_on' ? await findAuthority(trx, authorityId) : undefined;
  if (authority && promisesWord(authority)) {
    const word = { to, from: new Date(now.getTime() + UNDO_WITHIN_MS) };
    for (const each of slots) {
      const id = await planWord(trx, authority, each, word, now);
      if (id !== null) planned.push(id);
    }
  }
  return { planned, ended };
}

/**
 * Records the events that follow from a person's decision and did not follow from the reply itself. An event can't be
 * recalled, so booking systems get it once the decision is final.
 */
async function tellSources(
  trx: Trx,
  { authorityId, action }: SettleRequest,
  { id: inboundId, meaning, phone_hash: phoneHash }: InboundRow,
  about: readonly InboundAppointmentRow[],
  now: Date,
): Promise<void> {
  const heldUntil = new Date(now.getTime() + EVENT_AFTER_MS);
  const record = async (event: Pick<EventRecord, 'type' | 'reason'>) => {
    const events = about.map(({ appointment_id: appointmentId }) => ({
      ...event,
      appointmentId,
      inboundId,
      heldUntil,
    }));
    await recordEvents(trx, events, now);
  };
  if (action === 'wrong_number' && meaning !== 'wrong_number') {
    const event = { phoneHash, authorityIds: [authorityId], inboundId, reason: null, heldUntil };
    await recordNumberEvent(trx, { ...event, type: 'citizen.wrong_number' }, now);
  }
  if (action === 'confirmed') await record({ type: 'citizen.confirmed', reason: null });
  if (action === 'deceased' && meaning !== 'deceased') await record({ type: 'citizen.replied', reason: 'deceased' });
  if (action === 'cancel_passed_on')
    await recordFreedSlots(trx, about.map(bookedSlot), { reason: 'staff', inboundId, heldUntil }, now);
}

async function confirmationEnds(trx: Trx, authorityId: string): Promise<boolean> {
  return (await findAuthority(trx, authorityId))?.confirmEndsReminders ?? false;
}

/** The appointment that the reply is about: the one it was about from the start, or the one that staff chose. */
function chosenOf(
  rows: readonly InboundAppointmentRow[],
  { action, appointment }: SettleRequest,
): InboundAppointmentRow[] {
  const subjects = rows.filter(({ subject }) => subject);
  if (!appointment && ABOUT_ONE_APPOINTMENT.includes(action) && subjects.length === 0) {
    // The appointment has moved, or the reply names another day: staff see which it is, and there is no other.
    if (rows.length > 1) throw mustChoose();
    return [...rows];
  }
  if (!appointment) return subjects;
  const { source, reference } = appointment;
  const chosen = rows.filter((row) => row.source_id === source && row.reference === reference);
  if (chosen.length > 0) return chosen;
  const detail = 'The reply is not about this appointment: choose one of its `appointments`.';
  throw new Problem(422, 'invalid', 'There is no such appointment.', {
    faults: [{ pointer: '/appointment', code: 'unknown', detail }],
  });
}

function mustChoose(): Problem {
  const detail = 'The reply may be about several appointments: choose one of its `appointments`.';
  return new Problem(422, 'invalid', 'The appointment is missing.', {
    faults: [{ pointer: '/appointment', code: APPOINTMENT_MISSING, detail }],
  });
}

/** The slot of an appointment that a reply is about. */
export function bookedSlot({ appointment_id, slot }: Pick<InboundAppointmentRow, 'appointment_id' | 'slot'>) {
  return { appointmentId: appointment_id, slot };
}

/** The number that wrote a reply; null once it is erased. @throws Problem 409 where it can't be opened */
export function numberOf({ keyring }: KeyringAccess, { id, phone_ciphertext: sealed }: InboundRow): string | null {
  const opened = new OpenedRow(keyring);
  const phone = opened.open('', 'inbound_message.phone', id, sealed);
  if (!opened.mark.unreadable) return phone;
  throw new Problem(409, 'unreadable', 'The number of this reply can not be opened: a damaged row, or a lost key.');
}

/** @returns the id of the opt-out; null where one stood already */
async function recordOptOutBy(
  deps: KeyringAccess,
  trx: Trx,
  reader: Reader,
  authorityId: string,
  reply: InboundRow,
  now: Date,
): Promise<string | null> {
  const phone = numberOf(deps, reply);
  if (phone === null) throw notFound('inbound message');
  const record = { authorityId, phone, reason: 'reply', recordedBy: reader.name, inboundId: reply.id };
  const { id, created } = await recordOptOutWithin(deps, trx, record, now);
  return created ? id : null;
}

function settledAlready(): Problem {
  const detail = 'This reply needs no person any more: it is settled, or was understood without one.';
  return new Problem(409, 'already-settled', detail);
}
