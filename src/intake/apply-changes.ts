import type { Trx } from '../database/tables.ts';
import { isUniqueViolation } from '../database/write-refusals.ts';
import { isCalledOff } from '../domain/appointment.ts';
import type { Fault } from '../domain/errors.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { TimeSlices } from '../runtime/time-slices.ts';
import {
  insertAppointments,
  lockAppointments,
  noteSeenEvents,
  type StoredAppointment,
  updateAppointments,
} from '../store/appointments.ts';
import { type FreedSlot, recordFreedSlots } from '../store/events.ts';
import { findOptedOut, type NumberOfAuthority } from '../store/opt-outs.ts';
import {
  insertReminders,
  lockReminders,
  type ReminderTouch,
  type StoredReminder,
  touchReminders,
  updateReminders,
} from '../store/reminders.ts';
import { type Before, decide, NOTHING_STORED, planChanges } from './decide.ts';
import type { DepartmentAccess } from './departments.ts';
import { type Change, type Envelope, type EventResult, IGNORED_RESULT } from './envelope.ts';
import { isErasedMeanwhile, withErasedSuccessors } from './erased-ids.ts';
import { aliasKey, insertAliases } from './known-appointments.sql.ts';
import { PatientsAskedFor } from './patients.ts';

/** Thrown when another process has inserted the same row in between: a repeat of the work finds it. */
export class Overtaken extends Error {}

/** A change that was accepted. */
interface AcceptedChange {
  readonly change: Change;
  readonly before: Before;
  readonly after: StoredAppointment;
  /** What the comparison with what is stored shows its sender. */
  readonly warnings?: readonly Fault[] | undefined;
}

/**
 * Applies changes of different appointments: locks them, decides by the rules, writes appointments and reminders. Runs
 * inside the caller's transaction.
 * @throws Overtaken
 */
export async function applyChanges(
  deps: KeyringAccess & DepartmentAccess,
  trx: Trx,
  changes: readonly Change[],
  now: Date,
): Promise<Map<Change, EventResult>> {
  const stored = await lockStored(deps, trx, changes);
  const unknown = changes.filter((change) => stored(change).appointment === null);
  // A citizen was erased while the lock was waited for: the appointment has another reference since.
  if (await isErasedMeanwhile(deps, trx, unknown)) throw new Overtaken();
  const patients = await PatientsAskedFor.find(deps, trx, changes, now);
  const results = new Map<Change, EventResult>();
  const accepted: AcceptedChange[] = [];
  const aliased: AliasedChange[] = [];
  const noted: Pick<StoredAppointment, 'id' | 'seen'>[] = [];
  const withoutEffect = new Set<Envelope>();
  // An older event that moves an appointment back to an earlier id must not end its newer successor.
  const successors = new Map<Envelope, string>();
  const left = new Set<string>();
  const slices = new TimeSlices();
  for (const change of changes) {
    await slices.pass();
    // Consequences of an event that was refused, or came before, must not be kept either.
    const isKept = successors.get(change.envelope) === change.event.reference;
    if (change.derived && (isKept || withoutEffect.has(change.envelope))) {
      results.set(change, IGNORED_RESULT);
      continue;
    }
    const before = left.has(keyOf(change)) ? NOTHING_STORED : stored(change);
    const decision = decide(deps, change, before, now, patients.of(change));
    if ('after' in decision) {
      accepted.push({ change, before, ...decision });
      patients.note(change, decision.after);
    } else {
      results.set(change, decision.result);
      if (decision.isOld || decision.result.result === 'refused') withoutEffect.add(change.envelope);
      if (decision.seen && before.appointment) noted.push({ id: before.appointment.id, seen: decision.seen });
    }
    const result = 'result' in decision ? decision.result.result : 'accepted';
    if (result === 'accepted' && change.continues !== undefined) left.add(keyOf(change));
    if (result === 'stale' && before.appointment?.replacedBy)
      successors.set(change.envelope, before.appointment.replacedBy);
    if (before.appointment && !withoutEffect.has(change.envelope))
      aliased.push(...furtherAliases(change, result, before.appointment));
  }
  await writeAliases(trx, aliased);
  await noteSeenEvents(trx, noted);
  const known = new Set(changes.filter((each) => stored(each).appointment !== null).map(({ envelope }) => envelope));
  const written = await write(deps, trx, withErasedSuccessors(accepted), now);
  await patients.finish(trx);
  for (const [index, each] of accepted.entries())
    results.set(each.change, withWarnings(each, known.has(each.change.envelope), written[index] as EventResult));
  return results;
}

async function lockStored(
  { keyring }: KeyringAccess,
  trx: Trx,
  changes: readonly Change[],
): Promise<(change: Change) => Before> {
  const keys = changes.map((change) => ({ sourceId: change.envelope.source.id, reference: storedReference(change) }));
  const stored = await lockAppointments(trx, keys, keyring);
  const reminders = new Map<string, StoredReminder[]>(stored.map(({ id }) => [id, []]));
  for (const reminder of await lockReminders(trx, [...reminders.keys()])) {
    reminders.get(reminder.appointmentId)?.push(reminder);
  }
  const known = new Map(
    stored.map((appointment): [string, Before] => [
      `${appointment.sourceId} ${appointment.reference}`,
      { appointment, reminders: reminders.get(appointment.id) ?? [] },
    ]),
  );
  return (change) => known.get(keyOf(change)) ?? NOTHING_STORED;
}

function storedReference({ event, continues }: Change): string {
  return continues ?? event.reference;
}

function keyOf(change: Change): string {
  return `${change.envelope.source.id} ${storedReference(change)}`;
}

async function write(
  deps: KeyringAccess & DepartmentAccess,
  trx: Trx,
  accepted: readonly AcceptedChange[],
  now: Date,
): Promise<EventResult[]> {
  if (accepted.length === 0) return [];
  const numbers = accepted.flatMap(({ after }) => numberOf(after) ?? []);
  const optedOut = new Set((await findOptedOut(trx, numbers)).map(numberKey));
  const slices = new TimeSlices();
  const plans: ReturnType<typeof planChanges>[] = [];
  for (const { change, before, after } of accepted) {
    const number = numberOf(after);
    const isOut = number !== null && optedOut.has(numberKey(number));
    plans.push(planChanges(deps, change.envelope, before, after, isOut, now));
    await slices.pass();
  }
  const writing = { keyring: deps.keyring, now };
  const known = accepted.filter(({ before }) => before.appointment !== null);
  const changed = known.map(({ after }) => after);
  // Updates come before inserts: a reference that an appointment gives up is free only afterwards.
  await updateAppointments(trx, changed, writing).catch((error: unknown) => {
    throw isUniqueViolation(error) ? new Overtaken() : error;
  });
  const fresh = accepted.filter(({ before }) => before.appointment === null).map(({ after }) => after);
  if ((await insertAppointments(trx, fresh, writing)) < fresh.length) throw new Overtaken();
  await writeAliases(trx, accepted);
  await recordFreedSlots(
    trx,
    freedBy(accepted, now),
    { reason: 'booking_system', inboundId: null, heldUntil: null },
    now,
  );
  await touchReminders(
    trx,
    known.map((each) => touchOf(deps, each)),
    now,
  );
  await updateReminders(
    trx,
    plans.flatMap(({ updates }) => updates),
    now,
  );
  await insertReminders(
    trx,
    plans.flatMap(({ inserts }) => inserts),
    now,
  );
  return plans.map(({ result }) => result);
}

/**
 * Adds the warnings that follow from what is stored.
 * @param isKnown true where the element changes something that is stored: of a group, which may have lost its patients
 * in the message that cancels it, perhaps by another of its changes
 */
function withWarnings(
  { change, before, after, warnings: found = [] }: AcceptedChange,
  isKnown: boolean,
  result: EventResult,
): EventResult {
  const isLoaded = change.envelope.source.mode === 'loading';
  const { warningsIfUnknown = [], warningsIfDoubtful = [], warningsIfEndLeftOut = [] } = change.event;
  const { end = before.appointment?.end } = change.event;
  const isLeftOut = end && end.getTime() !== after.end?.getTime();
  const warnings = [
    ...found,
    // The history of a system that is being loaded ends much that was never known.
    ...(isKnown || isLoaded ? [] : warningsIfUnknown),
    ...(change.doubtful ? warningsIfDoubtful : []),
    ...(isLeftOut ? warningsIfEndLeftOut : []),
  ];
  return result.result === 'accepted' && warnings.length > 0 ? { ...result, warnings } : result;
}

/** The slots ahead that were booked and are cancelled now; one that goes on under another reference is not free. */
function freedBy(accepted: readonly AcceptedChange[], now: Date): FreedSlot[] {
  return accepted.flatMap(({ before: { appointment: before }, after }) => {
    const freed = before?.status === 'booked' && isCalledOff(after.status) && after.replacedBy === null;
    return freed && before.start !== null && before.start > now ? [{ appointmentId: after.id, slot: before.slot }] : [];
  });
}

/** @throws Overtaken when another appointment got one of them since the look-up */
async function writeAliases(trx: Trx, aliased: readonly AliasedChange[]): Promise<void> {
  const aliases = aliased.flatMap(({ change, after }) =>
    change.aliases.map(({ kind, value, taken }) => ({
      alias: { authorityId: after.authorityId, sourceId: after.sourceId, appointmentId: after.id, kind, value },
      taken,
    })),
  );
  const stored = await insertAliases(
    trx,
    aliases.map(({ alias }) => alias),
  );
  if (aliases.some(({ alias, taken }) => !taken && !stored.has(aliasKey(alias.sourceId, alias.kind, alias.value))))
    throw new Overtaken();
}

function numberOf({ authorityId, phoneHash }: StoredAppointment): NumberOfAuthority | null {
  return phoneHash && { authorityId, phoneHash };
}

function numberKey({ authorityId, phoneHash }: NumberOfAuthority): string {
  return `${authorityId} ${phoneHash.toString('hex')}`;
}

function touchOf({ departments }: DepartmentAccess, { change, before, after }: AcceptedChange): ReminderTouch {
  const { id, slot, revision, phoneHash } = after;
  const department = departments.countedAs(change.envelope.authority, after);
  const numberChanged = !(before.appointment?.phoneHash ?? NO_NUMBER).equals(phoneHash ?? NO_NUMBER);
  return { appointmentId: id, slot, revision, numberChanged, department };
}

const NO_NUMBER = Buffer.alloc(0);

/** A change whose aliases are stored with its appointment. */
interface AliasedChange {
  readonly change: Change;
  readonly after: StoredAppointment;
}

/**
 * Aliases of what changes nothing, by which the next message may name the appointment. An older event brings those
 * without an issuer alone, since one with an issuer may have passed on to another appointment.
 */
function furtherAliases(change: Change, result: EventResult['result'], after: StoredAppointment): AliasedChange[] {
  if (result === 'duplicate') return [{ change, after }];
  if (result !== 'stale' || after.replacedBy !== null) return [];
  const aliases = change.aliases.filter(({ value }) => value.startsWith('|'));
  return [{ change: { ...change, aliases }, after }];
}
