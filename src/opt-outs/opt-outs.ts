import type { Db, Trx } from '../database/tables.ts';
import { inTransaction, isConnectionFailure } from '../database/transaction.ts';
import { localDay } from '../domain/calendar.ts';
import { errorName } from '../domain/errors.ts';
import type { OptOutEventReason } from '../domain/events/event.ts';
import { grouped } from '../domain/grouped.ts';
import { newId } from '../domain/ids.ts';
import { replanAfterOptIn } from '../domain/planning/reminder-changes.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type KeyringAccess,
  type Logging,
  pause,
  type Waiting,
} from '../runtime/deps.ts';
import { lockAppointmentsById } from '../store/appointments.ts';
import { findAuthorities } from '../store/authorities.ts';
import { recordNumberEvent } from '../store/events.ts';
import { endStaffAnswers } from '../store/messages.ts';
import {
  batchesSuppressedByOptOut,
  findOptedOut,
  forgetNumberOfErased,
  insertOptOut,
  isOptedInSince,
  type LiveOptOut,
  lockLiveOptOuts,
  markLifted,
  suppressByNumber,
} from '../store/opt-outs.ts';
import { lockReminders, updateReminders } from '../store/reminders.ts';

type OptOutDeps = DatabaseAccess & KeyringAccess;

/** An opt-out to record. */
export interface OptOutRecord {
  /** null: for the whole installation. */
  readonly authorityId: string | null;
  /** E.164. */
  readonly phone: string;
  readonly reason: string;
  /** `citizen`, `gateway:<id>`, or a staff member's name in the audit. */
  readonly recordedBy: string;
  readonly inboundId?: string;
}

/**
 * Records an opt-out and suppresses the number's planned reminders, in one commit. After it returns, no hand-over to
 * the number starts. A repetition changes nothing: `created` is false and `id` is that of the opt-out in force.
 */
export async function recordOptOut(
  deps: OptOutDeps,
  record: OptOutRecord,
  now: Date,
): Promise<{ id: string; created: boolean }> {
  const result = await inTransaction(deps.db, (trx) => recordOptOutWithin(deps, trx, record, now));
  await suppressOnceMore(deps, record.authorityId, deps.keyring.phoneHash(record.phone), now);
  return result;
}

/** A number that has opted out at a gateway, which blocks it. */
export interface BlockedNumber {
  /** null: for the whole installation. */
  readonly authorityId: string | null;
  /** E.164. */
  readonly phone: string;
  readonly gateway: string;
  /** The message that the gateway said so of. */
  readonly messageId: string;
}

/**
 * Records the opt-out of a number that a gateway blocks, like `recordOptOut`; by the number's hash alone where the
 * citizen was erased since the message was read. Where SMS were asked for again after the message was handed over,
 * nothing is recorded: if the gateway blocks the number still, it says so of the next one.
 */
export async function recordOptOutAtGateway(deps: OptOutDeps, blocked: BlockedNumber, now: Date): Promise<void> {
  const { authorityId, phone, gateway, messageId } = blocked;
  const record = { authorityId, phone, reason: 'gateway', recordedBy: `gateway:${gateway}` };
  const phoneHash = deps.keyring.phoneHash(phone);
  await inTransaction(deps.db, async (trx) => {
    // A START that is being committed holds them.
    await lockLiveOptOuts(trx, phoneHash, authorityId === null ? null : [authorityId]);
    if (await isOptedInSince(trx, { authorityId, phoneHash }, messageId)) return;
    const { id, created } = await recordOptOutWithin(deps, trx, record, now);
    // Last, since everybody locks opt-outs and reminders before messages. An erasure that comes later waits for the
    // message, and finds the opt-out in its second pass.
    if (created) await forgetNumberOfErased(trx, id, messageId);
  });
  await suppressOnceMore(deps, authorityId, phoneHash, now);
}

/**
 * Records an opt-out inside the caller's transaction. The caller must call `suppressOnceMore` after its commit and
 * before it confirms the opt-out to anybody.
 */
export async function recordOptOutWithin(
  deps: KeyringAccess,
  trx: Trx,
  record: OptOutRecord,
  now: Date,
): Promise<{ id: string; created: boolean }> {
  const { authorityId, phone, reason, recordedBy, inboundId } = record;
  const phoneHash = deps.keyring.phoneHash(phone);
  const id = newId(now);
  const phoneCiphertext = deps.keyring.cipher.encrypt(authorityId ?? '', 'opt_out.phone', id, phone);
  const optOut = {
    id,
    authorityId,
    phoneHash,
    phoneCiphertext,
    reason,
    recordedBy,
    inboundId: inboundId ?? null,
  };
  const result = await insertOptOut(trx, optOut, now);
  if (result.created) {
    const event = {
      phoneHash,
      authorityIds: authorityId === null ? null : [authorityId],
      inboundId: inboundId ?? null,
    };
    await recordNumberEvent(trx, { ...event, type: 'citizen.opted_out', reason: whoIs(recordedBy) }, now, [id]);
  }
  await endByOptOut(trx, authorityId, phoneHash, now);
  return result;
}

/**
 * Suppresses the number's planned reminders once more, after the commit of an opt-out. A reminder that was being
 * inserted meanwhile was invisible to that commit, and a hand-over that checked before it still holds the reminder's
 * lock: this pass finds the first and waits for the second, so that nothing starts afterwards. Where the opt-out was
 * lifted by then, it ends nothing.
 */
export async function suppressOnceMore(
  deps: DatabaseAccess,
  authorityId: string | null,
  phoneHash: Buffer,
  now: Date,
): Promise<void> {
  await inTransaction(deps.db, (trx) => endByOptOut(trx, authorityId, phoneHash, now));
}

/** Ends what is planned for the number: reminders, then what staff wrote, in the order in which everybody locks. */
async function endByOptOut(trx: Trx, authorityId: string | null, phoneHash: Buffer, now: Date): Promise<void> {
  await suppressByNumber(trx, authorityId, phoneHash, 'opted_out', now);
  await endStaffAnswers(trx, authorityId, phoneHash, now);
}

/**
 * Lifts locked opt-outs inside the caller's transaction, and plans the reminders anew that they suppressed. The caller
 * must call `replanOnceMore` after its commit.
 */
export async function liftWithin(
  deps: KeyringAccess,
  trx: Trx,
  optOuts: readonly LiveOptOut[],
  liftedBy: string,
  reason: string | null,
  now: Date,
): Promise<void> {
  await markLifted(
    trx,
    optOuts.map((optOut) => optOut.id),
    liftedBy,
    reason,
    now,
  );
  await tellOfLifted(trx, optOuts, whoIs(liftedBy), now);
  for (const optOut of optOuts) await replan(deps, trx, optOut, now);
}

/** An authority whose own opt-out was lifted together with that of the installation gets one event for both. */
async function tellOfLifted(
  trx: Trx,
  optOuts: readonly LiveOptOut[],
  reason: OptOutEventReason,
  now: Date,
): Promise<void> {
  const [first] = optOuts;
  if (!first) return;
  const owners = optOuts.flatMap(({ authorityId }) => authorityId ?? []);
  const authorityIds = owners.length < optOuts.length ? null : owners;
  const event = {
    type: 'citizen.opted_in',
    phoneHash: first.phoneHash,
    authorityIds,
    inboundId: null,
    reason,
  } as const;
  await recordNumberEvent(trx, event, now, []);
}

/** Who recorded or lifted an opt-out, as its event says it: an actor that is no citizen and no gateway is staff. */
function whoIs(actor: string): OptOutEventReason {
  if (actor === 'citizen') return 'citizen';
  return actor.startsWith('gateway:') ? 'gateway' : 'staff';
}

/** Plans the reminders of appointments that were booked during the lift's commit and still saw the opt-out. */
export async function replanOnceMore(deps: OptOutDeps, optOuts: readonly LiveOptOut[], now: Date): Promise<void> {
  await inTransaction(deps.db, async (trx) => {
    for (const optOut of optOuts) await replan(deps, trx, optOut, now);
  });
}

async function replan(deps: KeyringAccess, trx: Db, optOut: LiveOptOut, now: Date): Promise<void> {
  const { phoneHash, authorityId } = optOut;
  const number = { phoneHash, authorityIds: authorityId === null ? null : [authorityId] };
  for await (const found of batchesSuppressedByOptOut(trx, number, now)) {
    if (found.length > 0) await replanBatch(deps, trx, phoneHash, found, now);
  }
}

async function replanBatch(
  { keyring }: KeyringAccess,
  trx: Db,
  phoneHash: Buffer,
  found: readonly { readonly authorityId: string; readonly appointmentId: string }[],
  now: Date,
): Promise<void> {
  const authorityIds = [...new Set(found.map((row) => row.authorityId))].sort();
  const stillOut = new Set(
    (
      await findOptedOut(
        trx,
        authorityIds.map((authorityId) => ({ authorityId, phoneHash })),
      )
    ).map((row) => row.authorityId),
  );
  const authorities = await findAuthorities(
    trx,
    authorityIds.filter((id) => !stillOut.has(id)),
  );
  for (const authority of authorities.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const ids = found.filter((row) => row.authorityId === authority.id).map((row) => row.appointmentId);
    const appointments = await lockAppointmentsById(trx, authority.id, ids, keyring);
    const reminders = await lockReminders(
      trx,
      appointments.map((appointment) => appointment.id),
    );
    const ofAppointment = grouped(reminders, ({ appointmentId }) => appointmentId);
    const changes = appointments.flatMap((appointment) => {
      if (!appointment.phoneHash?.equals(phoneHash)) return [];
      return replanAfterOptIn({ appointment, existing: ofAppointment.get(appointment.id) ?? [], authority, now });
    });
    await updateReminders(
      trx,
      changes.map((change) => ({ ...change, dueDay: localDay(change.dueAt, authority.timeZone) })),
      now,
    );
  }
}

const RETRY_MS = 1_000;

/**
 * Records an opt-out after a gateway refused an SMS because the number has opted out there. While the database is out
 * of reach it retries every second; the caller records the outcome of its call afterwards. Never throws.
 */
export async function recordRefusal(
  deps: DatabaseAccess & KeyringAccess & Logging & CurrentTime & Waiting,
  blocked: BlockedNumber,
): Promise<void> {
  for (;;) {
    try {
      return await recordOptOutAtGateway(deps, blocked, deps.now());
    } catch (error) {
      deps.log.error(
        { gateway: blocked.gateway, error: errorName(error) },
        'an opt-out that a gateway reported could not be recorded',
      );
      if (!isConnectionFailure(error)) return;
    }
    await pause(deps.timers, RETRY_MS);
  }
}
