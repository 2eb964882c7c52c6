import type { Transaction } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { forgetPatients } from '../../store/known-patients.ts';
import {
  clearNumber,
  endReminders,
  eraseMessagesAbout,
  eraseMessagesTo,
  eraseOptOutNumbers,
  eraseShadows,
  forgetCodes,
  forgetSightings,
  lockSomeOfNumber,
} from './citizens.sql.ts';
import { eraseInbound } from './inbound.sql.ts';

/** How many rows of each kind held the citizen's number. */
export interface Erasure {
  readonly appointments: number;
  /** Planned reminders that were ended. */
  readonly reminders: number;
  readonly messages: number;
  readonly inbound: number;
  /** Opt-outs that are kept with the number's hash alone. */
  readonly optOuts: number;
}

/**
 * Erases what an authority holds about a number (GDPR article 17): numbers, texts, places and what gateways posted go,
 * planned reminders are ended, opt-outs stay as hashes, and the statistics stay. No reminder that was planned before is
 * handed over after it.
 * @param request.phone E.164
 */
export async function eraseCitizen(
  deps: DatabaseAccess & KeyringAccess,
  request: { readonly authorityId: string; readonly phone: string; readonly actor: string },
  now: Date,
): Promise<Erasure> {
  const { authorityId, phone, actor } = request;
  const phoneHash = deps.keyring.phoneHash(phone);
  const first = await inTransaction(deps.db, async (trx) => {
    const erased = await erase(trx, authorityId, phoneHash, now);
    await writeAudit(trx, { actor, action: 'citizen.erase', authorityId, target: 'citizen', after: erased }, now);
    return erased;
  });
  // An appointment booked during the first commit was invisible to it, and a hand-over that started before holds its
  // lock: the second pass finds the one and waits for the other.
  const second = await inTransaction(deps.db, (trx) => erase(trx, authorityId, phoneHash, now));
  return {
    appointments: first.appointments + second.appointments,
    reminders: first.reminders + second.reminders,
    messages: first.messages + second.messages,
    inbound: first.inbound + second.inbound,
    optOuts: first.optOuts + second.optOuts,
  };
}

/** Erases everything in the order of every transaction: replies and opt-outs, appointments, reminders, messages. */
async function erase(trx: Transaction<Database>, authorityId: string, phoneHash: Buffer, now: Date): Promise<Erasure> {
  const inbound = await eraseInbound(trx, authorityId, phoneHash);
  const optOuts = await eraseOptOutNumbers(trx, authorityId, phoneHash);
  const erased = { appointments: 0, reminders: 0, messages: 0 };
  for (;;) {
    const ids = await lockSomeOfNumber(trx, authorityId, phoneHash);
    if (ids.length === 0) break;
    const { reminders, messages } = await eraseAppointments(trx, authorityId, ids, now);
    erased.appointments += ids.length;
    erased.reminders += reminders;
    erased.messages += messages;
  }
  await eraseShadows(trx, authorityId, phoneHash, now);
  erased.messages += await eraseMessagesTo(trx, authorityId, phoneHash, now);
  return { ...erased, inbound, optOuts };
}

async function eraseAppointments(
  trx: Transaction<Database>,
  authorityId: string,
  ids: readonly string[],
  now: Date,
): Promise<Pick<Erasure, 'reminders' | 'messages'>> {
  await forgetPatients(trx, authorityId, ids);
  await forgetCodes(trx, ids);
  await forgetSightings(trx, authorityId, ids);
  await clearNumber(trx, authorityId, ids, { reason: 'no_phone', erased: true }, now);
  const ended = await endReminders(trx, authorityId, ids, 'erased', now);
  return { reminders: ended.length, messages: await eraseMessagesAbout(trx, authorityId, ids, now) };
}
