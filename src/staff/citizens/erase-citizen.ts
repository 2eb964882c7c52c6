import { actorNames } from '../../accounts/people/names.ts';
import type { Reader } from '../../accounts/phone-access.ts';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { forgetImportFilesIn } from '../../store/import-files.ts';
import { forgetKeptNumber, forgetPatients } from '../../store/known-patients.ts';
import { forgetUnmapped, forgetUnmappedOf } from '../../store/unmapped.ts';
import { clearNumber, endReminders } from '../appointments/clear-number.sql.ts';
import {
  eraseInbound,
  eraseMessagesAbout,
  eraseMessagesTo,
  eraseOptOutNumbers,
  eraseShadows,
  findErasures,
  forgetFurtherPages,
  forgetSightings,
  forgetSightingsOf,
} from './citizens.sql.ts';
import { type Concerned, forgetLost, forgetWrong, lockConcerned } from './concerned.sql.ts';
import { eraseReferences } from './erase-references.ts';
import { type LookUpDeps, lookUpHash } from './look-up-citizen.ts';

/** How many rows of each kind held the citizen's number. */
export interface Erasure {
  readonly appointments: number;
  /** Planned reminders that were ended. */
  readonly reminders: number;
  readonly messages: number;
  readonly inbound: number;
  /** Opt-outs that are kept with the number's hash alone. */
  readonly optOuts: number;
  /** Patients of FHIR who were kept until an appointment would refer to them. */
  readonly patients: number;
}

/**
 * Erases what an authority holds about a number (GDPR article 17): numbers, texts, places and what gateways posted go,
 * planned reminders are ended, opt-outs stay as hashes, and the statistics stay. No reminder that was planned before is
 * handed over after it.
 * @param request.phone E.164
 */
export async function eraseCitizen(
  deps: DatabaseAccess & KeyringAccess,
  request: EraseRequest,
  now: Date,
): Promise<Erasure> {
  return (await eraseWithProof(deps, request, now)).erased;
}

interface EraseRequest {
  readonly authorityId: string;
  readonly phone: string;
  readonly actor: string;
}

/** Erases a citizen, and keeps what proves it afterwards. @returns `proof`: the id for `readErasure` */
export async function eraseWithProof(
  deps: DatabaseAccess & KeyringAccess,
  request: EraseRequest,
  now: Date,
): Promise<{ readonly erased: Erasure; readonly proof: string }> {
  const { authorityId, actor } = request;
  const entry = { actor, action: 'citizen.erase', authorityId, target: 'citizen' };
  const first = await inTransaction(deps.db, async (trx) => {
    const erased = await erase(deps, trx, request, now);
    return { erased, proof: await writeAudit(trx, { ...entry, after: erased }, now) };
  });
  // An appointment booked during the first commit was invisible to it, and a hand-over that started before holds its
  // lock: the second pass finds the one and waits for the other.
  const second = await inTransaction(deps.db, async (trx) => {
    const erased = await erase(deps, trx, request, now);
    if (Object.values(erased).some((count) => count > 0)) await writeAudit(trx, { ...entry, after: erased }, now);
    return erased;
  });
  return { erased: sumOfErasures([first.erased, second]), proof: first.proof };
}

/** The sum of what several passes erased; entries of the first release have no `patients`. */
function sumOfErasures(passes: readonly Partial<Erasure>[]): Erasure {
  const sum = (kind: keyof Erasure) => passes.reduce((total, pass) => total + (pass[kind] ?? 0), 0);
  return {
    appointments: sum('appointments'),
    reminders: sum('reminders'),
    messages: sum('messages'),
    inbound: sum('inbound'),
    optOuts: sum('optOuts'),
    patients: sum('patients'),
  };
}

/**
 * Erases everything in the order of every transaction: replies and opt-outs, kept patients, appointments, reminders,
 * messages. All appointments are locked before the first reminder is, and all reminders before the first message.
 */
async function erase(
  { keyring }: KeyringAccess,
  trx: Trx,
  { authorityId, phone }: EraseRequest,
  now: Date,
): Promise<Erasure> {
  const phoneHash = keyring.phoneHash(phone);
  const inbound = await eraseInbound(trx, authorityId, phoneHash);
  const optOuts = await eraseOptOutNumbers(trx, authorityId, phoneHash);
  const patients = await forgetKeptNumber(trx, authorityId, phoneHash);
  const batches = await lockConcerned(trx, authorityId, phoneHash);
  for (const batch of batches) await eraseAppointments(trx, authorityId, batch, phoneHash, now);
  await eraseReferences(trx, keyring, authorityId, { batches, phone });
  await forgetUnmappedOf(trx, authorityId, phoneHash);
  await forgetSightingsOf(trx, authorityId, phoneHash);
  await forgetFurtherPages(trx, authorityId);
  await forgetImportFilesIn(trx, authorityId);
  const erased = { appointments: 0, reminders: 0, messages: 0 };
  for (const { own } of batches) {
    erased.appointments += own.length;
    erased.reminders += (await endReminders(trx, authorityId, own, 'erased', now)).length;
  }
  await eraseShadows(trx, authorityId, phoneHash, now);
  for (const { own } of batches) erased.messages += await eraseMessagesAbout(trx, authorityId, own, now);
  erased.messages += await eraseMessagesTo(trx, authorityId, phoneHash, now);
  return { ...erased, inbound, optOuts, patients };
}

async function eraseAppointments(
  trx: Trx,
  authorityId: string,
  { own, lost, wrong }: Concerned,
  phoneHash: Buffer,
  now: Date,
): Promise<void> {
  const theirs = [...own, ...lost];
  await forgetPatients(trx, authorityId, theirs);
  await forgetUnmapped(trx, theirs);
  await forgetSightings(trx, authorityId, theirs);
  await clearNumber(trx, authorityId, own, { reason: 'no_phone', erased: true }, now);
  await forgetLost(trx, authorityId, lost, phoneHash, now);
  await forgetWrong(trx, authorityId, wrong);
}

/** The proof that a citizen was erased: it says what, when and by whom, and not whom. */
export interface ErasureProof {
  /** Id of the entry of the audit. */
  readonly id: string;
  readonly at: Date;
  /** The actor with the name beside the id, as `actorNames` has it. */
  readonly by: string;
  readonly erased: Erasure;
}

/** Reads the proof of an erasure. @returns undefined for an id that is none of this authority's */
export async function readErasure(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string,
  id: string,
): Promise<ErasureProof | undefined> {
  const entries = await findErasures(deps.db, authorityId, id);
  const [first] = entries;
  if (!first) return undefined;
  const nameOf = await actorNames(deps, authorityId, [first.actor]);
  const erased = sumOfErasures(entries.map(({ after }) => after as Erasure));
  return { id, at: first.at, by: nameOf(first.actor), erased };
}

/** Counts of what is held about a number, before it is erased. */
export interface ErasurePreview {
  /** The most that is counted of each is a hundred. */
  readonly held: Pick<Erasure, 'appointments' | 'messages' | 'inbound' | 'optOuts' | 'patients'>;
  /** There is more than what was counted. */
  readonly more: boolean;
  /** Tells the same number from another one without naming it. */
  readonly mark: string;
}

/**
 * Counts what is held about a number, which is audited like looking it up.
 * @param asked.mark of the number (`markOf`), so that a form that comes back need not hold the number
 */
export async function previewErasure(
  deps: LookUpDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly mark: string },
  now: Date,
): Promise<ErasurePreview> {
  const { authorityId, mark } = asked;
  const phoneHash = Buffer.from(mark, 'base64url');
  const found = await lookUpHash(deps, reader, { authorityId, phoneHash }, now);
  const held = {
    appointments: found.appointments.length,
    messages: found.messages.length,
    inbound: found.inbound.length,
    optOuts: found.optOuts.filter(({ phone }) => phone !== null).length,
    patients: found.patients.length,
  };
  return { held, more: found.next !== null, mark };
}

/** A keyed hash of a number (E.164): the second step of an erasure is given it in place of the number. */
export function markOf({ keyring }: KeyringAccess, phone: string): string {
  return keyring.phoneHash(phone).toString('base64url');
}
