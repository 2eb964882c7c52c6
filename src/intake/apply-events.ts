import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { localDay } from '../domain/calendar.ts';
import type { Problem } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { hasLeft } from '../domain/reminder.ts';
import { changeReminders } from '../domain/reminder-changes.ts';
import type { Deps } from '../runtime/deps.ts';
import { lockAppointments, lockReminders, type StoredAppointment, type StoredReminder } from '../store/appointments.ts';
import { findOptedOut, type NumberOfAuthority } from '../store/opt-outs.ts';
import {
  insertReminders,
  type ReminderInsert,
  type ReminderTouch,
  type ReminderUpdate,
  touchReminders,
  updateReminders,
} from '../store/reminders.ts';
import { decide, type Job } from './decide.ts';
import { aliasKey, insertAliases } from './known-appointments.sql.ts';
import { insertAppointments, updateAppointments } from './write-appointments.sql.ts';

/** The answer to one event. */
export type EventAnswer =
  | {
      readonly result: 'accepted' | 'duplicate' | 'stale' | 'ignored';
      /** null: what was said is about no single appointment. */
      readonly reference: string | null;
      /** How many stand planned afterwards. */
      readonly reminders: number;
      /** Ids of those that had left, or may have, before this event. */
      readonly alreadyHandedOver: readonly string[];
      /** Why reminders of this event are not planned; left out when all are. */
      readonly reasons?: readonly string[];
    }
  | { readonly result: 'refused'; readonly reference: string | null; readonly problem: Problem };

/** Somebody else inserted the same row in between; the repeat finds it. */
export class Overtaken extends Error {}

/** An event with the appointment that goes by its ids. */
interface Named {
  readonly job: Job;
  readonly after: StoredAppointment;
}

/** An event that changes something, with what it makes of the appointment. */
interface Accepted extends Named {
  readonly before: StoredAppointment | null;
  readonly existing: readonly StoredReminder[];
}

/**
 * Applies events about different appointments: locks them, decides by the rules, writes appointments and reminders.
 * Runs inside the caller's transaction. @throws Overtaken
 */
export async function applyEvents(
  deps: Pick<Deps, 'keyring'>,
  trx: Transaction<Database>,
  jobs: readonly Job[],
  now: Date,
): Promise<Map<Job, EventAnswer>> {
  const { keyring } = deps;
  const stored = await lockAppointments(
    trx,
    jobs.map((job) => ({ sourceId: job.source.id, reference: job.event.reference })),
    keyring,
  );
  const known = new Map(stored.map((appointment) => [`${appointment.sourceId} ${appointment.reference}`, appointment]));
  const reminders = byAppointment(
    await lockReminders(
      trx,
      [...known.values()].map((appointment) => appointment.id),
    ),
  );

  const answers = new Map<Job, EventAnswer>();
  const accepted: Accepted[] = [];
  const named: Named[] = [];
  for (const job of jobs) {
    const before = known.get(`${job.source.id} ${job.event.reference}`) ?? null;
    const existing = (before && reminders.get(before.id)) ?? [];
    const outcome = decide(deps, job, before, now);
    if ('after' in outcome) accepted.push({ job, before, after: outcome.after, existing });
    else if ('problem' in outcome)
      answers.set(job, { result: 'refused', reference: job.event.reference, problem: outcome.problem });
    else answers.set(job, { result: outcome.result, reference: job.event.reference, ...standing(before, existing) });
    // A repeat may still bring another id, by which the next message comes.
    if ('result' in outcome && outcome.result === 'duplicate' && before) named.push({ job, after: before });
  }
  await writeAliases(trx, named);
  for (const [job, answer] of await write(deps, trx, accepted, now)) answers.set(job, answer);
  return answers;
}

function byAppointment(reminders: readonly StoredReminder[]): Map<string, StoredReminder[]> {
  const grouped = new Map<string, StoredReminder[]>();
  for (const reminder of reminders) {
    const group = grouped.get(reminder.appointmentId);
    if (group) group.push(reminder);
    else grouped.set(reminder.appointmentId, [reminder]);
  }
  return grouped;
}

/** What is told of an appointment that an event left as it was. */
function standing(appointment: StoredAppointment | null, reminders: readonly StoredReminder[]) {
  const current = reminders.filter((reminder) => reminder.slot === appointment?.slot);
  return {
    reminders: current.filter(
      (reminder) => !hasLeft(reminder) && (reminder.status === 'planned' || reminder.status === 'claimed'),
    ).length,
    alreadyHandedOver: current.filter(hasLeft).map((reminder) => reminder.id),
  };
}

async function write(
  deps: Pick<Deps, 'keyring'>,
  trx: Transaction<Database>,
  accepted: readonly Accepted[],
  now: Date,
): Promise<Map<Job, EventAnswer>> {
  if (accepted.length === 0) return new Map();
  const numbers = accepted.flatMap(({ after }): NumberOfAuthority[] =>
    after.phoneHash ? [{ authorityId: after.authorityId, phoneHash: after.phoneHash }] : [],
  );
  const optedOut = new Set((await findOptedOut(trx, numbers)).map(numberKey));
  const plans = accepted.map((event) => planEvent(event, optedOut, now));
  const fresh = accepted.filter(({ before }) => before === null).map(({ after }) => after);
  if ((await insertAppointments(trx, fresh, deps.keyring, now)).size < fresh.length) throw new Overtaken();
  const known = accepted.filter(({ before }) => before !== null).map(({ after }) => after);
  await updateAppointments(trx, known, deps.keyring, now);
  await writeAliases(trx, accepted);
  await touchReminders(trx, known.map(touchOf), now);
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
  return new Map(plans.map(({ answer }, index) => [(accepted[index] as Accepted).job, answer]));
}

/** @throws Overtaken when somebody else's appointment got one of them since the look */
async function writeAliases(trx: Transaction<Database>, named: readonly Named[]): Promise<void> {
  const aliases = named.flatMap(({ job, after }) =>
    job.aliases.map(({ kind, value, taken }) => ({
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

function numberKey(number: NumberOfAuthority): string {
  return `${number.authorityId} ${number.phoneHash.toString('hex')}`;
}

function touchOf(after: StoredAppointment): ReminderTouch {
  const { id, slot, revision, phoneHash, department } = after;
  return { appointmentId: id, slot, revision, phoneHash, department };
}

/** What the rules make of an event: reminders to insert and to change, and its answer. */
export function planEvent(
  { job, before, after, existing }: Accepted,
  optedOut: ReadonlySet<string>,
  now: Date,
): { inserts: ReminderInsert[]; updates: ReminderUpdate[]; answer: EventAnswer } {
  const { phoneHash, authorityId, sourceId, revision, department, reference } = after;
  const changes = changeReminders({
    before,
    after,
    existing,
    authority: job.authority,
    mode: job.source.mode,
    optedOut: phoneHash !== null && optedOut.has(numberKey({ authorityId, phoneHash })),
    now,
  });
  const dueDay = (dueAt: Date) => localDay(dueAt, job.authority.timeZone);
  const common = { authorityId, sourceId, appointmentId: after.id, revision, department, phoneHash };
  const ended = [...changes.insert, ...changes.change].filter(
    ({ status }) => status === 'suppressed' || status === 'expired',
  );
  // Told again where nothing new is planned: whoever mends a number sends more than once.
  const unusable = after.status === 'booked' ? (after.phoneReason ?? []) : [];
  const reasons = [
    ...new Set(
      [...ended.flatMap(({ reason }) => reason ?? []), ...(after.deceased ? ['deceased'] : [])].concat(unusable),
    ),
  ];
  return {
    inserts: changes.insert.map((reminder) => ({
      id: newId(now),
      dueDay: dueDay(reminder.dueAt),
      ...common,
      ...reminder,
    })),
    updates: changes.change.map((change) => ({ ...change, dueDay: dueDay(change.dueAt) })),
    answer: {
      result: 'accepted',
      reference,
      reminders: changes.planned,
      alreadyHandedOver: changes.alreadyHandedOver,
      ...(reasons.length > 0 ? { reasons } : {}),
    },
  };
}
