import type { Reader } from '../../accounts/phone-access.ts';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { type SettleEffects, UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import { liftWithin, replanOnceMore } from '../../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { batchesOf } from '../../store/appointments-of-number.ts';
import { writeAudit } from '../../store/audit.ts';
import { withdrawEvents } from '../../store/events.ts';
import { type LiveOptOut, lockLiveOptOut } from '../../store/opt-outs.ts';
import { holdByCancellation, holdByNumber } from '../../store/replies.ts';
import { endWord, hasWordLeft } from '../../store/words-of-cancellation.ts';
import { type InboundRow, listInbound, listInboundAppointments } from './replies.sql.ts';
import { type InboundView, readReply } from './replies.ts';
import {
  chooseAppointment,
  type InboundKey,
  listLastPassedOn,
  lockAppointmentsOfAuthority,
  markUndone,
  passOnOptOut,
  replanEnded,
  restoreNumber,
  setHold,
} from './settle.sql.ts';
import { bookedSlot, numberOf } from './settle-reply.ts';

type ReplyDeps = DatabaseAccess & KeyringAccess;

const TOLD = 'The citizen has been told by SMS that the appointment is cancelled: phone the citizen if it is not.';
const TOO_LATE = 'Only what staff settled within the last ten minutes can be taken back, and only once.';

/**
 * Takes back how staff settled a reply: the opt-out that they recorded is lifted, a number that they took away is given
 * back, reminders that ended are planned and held as before, the planned word that the appointment is cancelled ends
 * unless another decision stands by it, booking systems hear of no freed slot and no confirmation,
 * and the reply needs a person again. What has changed
 * meanwhile (an SMS that left, an appointment that moved, another number, the citizen's own STOP)
 * stays.
 * @throws Problem 404 for an unknown reply, 409 for one that was not settled by staff within ten minutes, was taken
 * back before, or whose word that the appointment is cancelled has left
 */
export async function undoSettle(deps: ReplyDeps, reader: Reader, key: InboundKey, now: Date): Promise<InboundView> {
  const { authorityId, id } = key;
  const { departments } = reader;
  const [reply] = await listInbound(deps.db, authorityId, { id, limit: 1, departments });
  if (!reply) throw notFound('inbound message');
  const lifted: LiveOptOut[] = [];
  const holdAgain = await inTransaction(deps.db, async (trx) => {
    const undone = await markUndone(trx, key, new Date(now.getTime() - UNDO_WITHIN_MS), now);
    if (!undone) throw new Problem(409, 'not-undoable', TOO_LATE);
    await endWords(trx, key, undone.effects, now);
    await withdrawEvents(trx, { authorityId, inboundId: id });
    lifted.push(...(await liftRecorded(deps, trx, reader, key, undone.effects, now)));
    await restoreNumbers(deps, trx, authorityId, reply, undone.effects, now);
    for (const ids of batchesOf(undone.effects.reminders)) await replanEnded(trx, authorityId, ids, now);
    await restoreHolds(trx, key, undone.effects, now);
    if (undone.holds) await holdByNumber(trx, [authorityId], reply.phone_hash, now);
    const after = { action: reply.action };
    await writeAudit(trx, { actor: reader.name, action: 'inbound.undo', authorityId, target: id, after }, now);
    return undone.holds;
  });
  await replanOnceMore(deps, lifted, now);
  if (holdAgain && lifted.length > 0)
    await inTransaction(deps.db, (trx) => holdByNumber(trx, [authorityId], reply.phone_hash, now));
  return readReply(deps, reader, authorityId, id, now);
}

async function endWords(trx: Trx, key: InboundKey, { words = [] }: SettleEffects, now: Date): Promise<void> {
  if (words.length === 0) return;
  for (const booked of await listLastPassedOn(trx, key)) await endWord(trx, booked, 'undone', now);
  if (await hasWordLeft(trx, words)) throw new Problem(409, 'not-undoable', TOLD);
}

async function liftRecorded(
  deps: ReplyDeps,
  trx: Trx,
  reader: Reader,
  key: InboundKey,
  { optOut }: SettleEffects,
  now: Date,
): Promise<LiveOptOut[]> {
  const live = optOut === null ? undefined : await lockLiveOptOut(trx, key.authorityId, optOut);
  // If it names another reply by now, a STOP of the citizen's own has confirmed it since, and it stays.
  if (live?.inboundId !== key.id) return [];
  // A number has one opt-out: it stays while another reply is settled as one.
  if (await passOnOptOut(trx, key, live)) return [];
  await liftWithin(deps, trx, [live], reader.name, 'undone', now);
  return [live];
}

async function restoreNumbers(
  deps: KeyringAccess,
  trx: Trx,
  authorityId: string,
  reply: InboundRow,
  { appointments }: SettleEffects,
  now: Date,
): Promise<void> {
  const phone = appointments.length === 0 ? null : numberOf(deps, reply);
  if (phone === null) return;
  const { cipher } = deps.keyring;
  for (const batch of batchesOf(appointments)) {
    const ids = await lockAppointmentsOfAuthority(trx, authorityId, batch);
    const numbers = ids.map((id) => ({ id, ciphertext: cipher.encrypt(authorityId, 'appointment.phone', id, phone) }));
    await restoreNumber(trx, authorityId, reply.phone_hash, numbers, now);
  }
}

async function restoreHolds(trx: Trx, key: InboundKey, { held, chosen }: SettleEffects, now: Date): Promise<void> {
  await setHold(trx, key, held, true);
  if (chosen) await chooseAppointment(trx, key, chosen, false);
  const rows = await listInboundAppointments(trx, key.authorityId, [key.id]);
  for (const row of rows) if (row.holds) await holdByCancellation(trx, bookedSlot(row), now);
}
