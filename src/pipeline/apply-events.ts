import type { Transaction } from 'kysely';
import { applyEvent } from '../domain/apply-event.ts';
import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Authority, Source } from '../domain/authority.ts';
import { localDay } from '../domain/calendar.ts';
import { Problem } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { choosePhone } from '../domain/phone.ts';
import { hasLeft } from '../domain/reminder.ts';
import { changeReminders } from '../domain/reminder-changes.ts';
import { lockAppointments, lockReminders, type StoredAppointment, type StoredReminder } from '../store/appointments.ts';
import type { Database } from '../store/database.ts';
import { findOptedOut, type NumberOfAuthority } from '../store/opt-outs.ts';
import {
  insertReminders,
  type ReminderInsert,
  type ReminderTouch,
  type ReminderUpdate,
  touchReminders,
  updateReminders,
} from '../store/reminders.ts';
import { insertAppointments, updateAppointments } from '../store/write-appointments.ts';
import type { Deps } from './deps.ts';

/** One event of a request, with who sent it. `index` and `position` tell where it stood; `array`: among several. */
export interface Job {
  readonly source: Source;
  readonly authority: Authority;
  readonly event: AppointmentEvent;
  readonly index: number;
  readonly position: number;
  readonly array: boolean;
}

/** The answer to one event. */
export type EventAnswer =
  | {
      readonly result: 'accepted' | 'duplicate' | 'stale' | 'ignored';
      readonly reference: string;
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

/** An event that changes something, with what it makes of the appointment. */
interface Accepted {
  readonly job: Job;
  readonly before: StoredAppointment | null;
  readonly after: StoredAppointment;
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
  for (const job of jobs) {
    const before = known.get(`${job.source.id} ${job.event.reference}`) ?? null;
    const existing = (before && reminders.get(before.id)) ?? [];
    const outcome = decide(deps, job, before, now);
    if ('after' in outcome) accepted.push({ job, before, after: outcome.after, existing });
    else if ('problem' in outcome) answers.set(job, { result: 'refused', reference: job.event.reference, problem: outcome.problem });
    else answers.set(job, { result: outcome.result, reference: job.event.reference, ...standing(before, existing) });
  }
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
    reminders: current.filter((reminder) => !hasLeft(reminder) && (reminder.status === 'planned' || reminder.status === 'claimed')).length,
    alreadyHandedOver: current.filter(hasLeft).map((reminder) => reminder.id),
  };
}

type Outcome = { result: 'duplicate' | 'stale' } | { problem: Problem } | { after: StoredAppointment };

function decide({ keyring }: Pick<Deps, 'keyring'>, job: Job, before: StoredAppointment | null, now: Date): Outcome {
  const { event, source, authority } = job;
  const contentHash = keyring.digest('event', contentOf(event));
  const applied = applyEvent(before, event, before?.contentHash.equals(contentHash) ?? false, {
    source,
    allowedCountries: authority.allowedCountries,
    choosePhone: (raw) => {
      const chosen = choosePhone(raw, { defaultRegion: source.defaultRegion, allowedCountries: authority.allowedCountries });
      const wrong = chosen.phone !== null && before?.wrongPhoneHash?.equals(keyring.phoneHash(chosen.phone));
      return wrong ? { phone: null, reason: 'invalid_number' } : chosen;
    },
    now,
  });
  if (applied.result === 'refused') {
    const pointer = (job.array ? `/${job.position}` : '') + applied.fault.pointer;
    return { problem: new Problem(422, 'invalid', applied.fault.detail, { faults: [{ ...applied.fault, pointer }] }) };
  }
  if (applied.result !== 'accepted') return { result: applied.result };
  const { after } = applied;
  const known = before ?? {
    id: newId(now),
    authorityId: authority.id,
    sourceId: source.id,
    sourceMode: source.mode,
    receivedAt: now,
    wrongPhoneHash: null,
  };
  const { id, authorityId, sourceId, sourceMode, receivedAt, wrongPhoneHash } = known;
  const phoneHash = after.phone === null ? null : keyring.phoneHash(after.phone);
  return { after: { ...after, id, authorityId, sourceId, sourceMode, receivedAt, wrongPhoneHash, contentHash, phoneHash } };
}

/** All that an event says about the appointment, without version and timestamp: two events with the same content say the same. */
function contentOf(event: AppointmentEvent): string {
  const { version: _version, occurredAt: _occurredAt, patientKey, ...content } = event;
  const entries = Object.entries(content).map(([name, value]) => (value === undefined ? [name] : [name, value]));
  return JSON.stringify([entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)), patientKey?.toString('hex')]);
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
  const plans = accepted.map((event) => plan(event, optedOut, now));
  const fresh = accepted.filter(({ before }) => before === null).map(({ after }) => after);
  if ((await insertAppointments(trx, fresh, deps.keyring, now)).size < fresh.length) throw new Overtaken();
  const known = accepted.filter(({ before }) => before !== null).map(({ after }) => after);
  await updateAppointments(trx, known, deps.keyring, now);
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

function numberKey(number: NumberOfAuthority): string {
  return `${number.authorityId} ${number.phoneHash.toString('hex')}`;
}

function touchOf(after: StoredAppointment): ReminderTouch {
  const { id, slot, revision, phoneHash, department } = after;
  return { appointmentId: id, slot, revision, phoneHash, department };
}

/** What the rules make of an event: reminders to insert and to change, and its answer. */
function plan(
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
  const ended = [...changes.insert, ...changes.change].filter(({ status }) => status === 'suppressed' || status === 'expired');
  const reasons = [...new Set(ended.flatMap(({ reason }) => reason ?? []))];
  return {
    inserts: changes.insert.map((reminder) => ({ ...reminder, ...common, id: newId(now), dueDay: dueDay(reminder.dueAt) })),
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
