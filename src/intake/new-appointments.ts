import { asksToTryAgain } from '../database/transaction.ts';
import { isUnstorable } from '../database/unstorable.ts';
import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Deps } from '../runtime/deps.ts';
import type { ReminderInsert } from '../store/reminders.ts';
import { findSourcesWithAuthority } from '../store/sources.ts';
import { type EventAnswer, planEvent } from './apply-events.ts';
import { decide, type Job } from './decide.ts';
import type { StoredAlias } from './known-appointments.sql.ts';
import { acceptNew, type Finding, type NewArrival } from './new-appointments.sql.ts';
import { type AcceptRequest, answersOf, keyOf, tasksOf } from './request.ts';
import { isLedElsewhere, probesOf, resolveNew } from './resolve.ts';
import { type Owner, type Task, taskKey } from './task.ts';
import { rounds } from './task-rounds.ts';

const KEPT_AT_MOST = 10_000;
const NOBODY: ReadonlySet<string> = new Set();

/** A request as it would be answered and written if nothing of it were known. */
interface Draft {
  readonly index: number;
  readonly owner: Owner;
  readonly arrival: NewArrival;
  readonly answers: readonly EventAnswer[];
}

/**
 * Most of what booking systems send is new, and says all by itself: it is decided as if nothing were known of it, and
 * written in one round trip that looks whether that was so. What is not new, or only may be, is left to the general
 * way, which locks before it decides.
 */
export class NewArrivals {
  readonly #deps: Pick<Deps, 'db' | 'keyring'>;
  /** As last read; the commit compares their versions. */
  readonly #owners = new Map<string, Owner>();

  constructor(deps: Pick<Deps, 'db' | 'keyring'>) {
    this.#deps = deps;
  }

  /** @returns by request its answers, which are committed; undefined for one of which nothing was written */
  async accept(requests: readonly AcceptRequest[], now: Date): Promise<(readonly EventAnswer[] | undefined)[]> {
    const drafts = await this.#drafts(requests, now);
    const known = await this.#write(drafts, now);
    const answers = new Map(
      drafts.map(({ index, answers }, position) => [index, known?.has(position) === false ? answers : undefined]),
    );
    return requests.map((_, index) => answers.get(index));
  }

  async #drafts(requests: readonly AcceptRequest[], now: Date): Promise<Draft[]> {
    const owners = await this.#ownersOf(requests);
    const tasks = requests.map((request, index) => {
      const owner = owners.get(request.source.id);
      return owner ? tasksOf(request, index, owner) : null;
    });
    // What may be about the same appointment as something before it must see what that one leaves, whichever way that
    // goes.
    const firsts = new Set(rounds(tasks.flatMap((each) => each ?? []))[0]);
    return requests.flatMap((request, index) => {
      const [own, owner] = [tasks[index], owners.get(request.source.id)];
      // Only the general way can tell one whose source has changed, and answer each element by its own key.
      if (!own || !owner || owner.source.version !== request.source.version || request.elementKeys) return [];
      if (!own.every((task) => firsts.has(task) && mayBeNew(task))) return [];
      return [draft(this.#deps, request, index, owner, own, now)];
    });
  }

  async #ownersOf(requests: readonly AcceptRequest[]): Promise<ReadonlyMap<string, Owner>> {
    const missing = new Set<string>();
    for (const { source } of requests)
      if (this.#owners.get(source.id)?.source.version !== source.version) missing.add(source.id);
    if (this.#owners.size + missing.size > KEPT_AT_MOST) this.#owners.clear();
    for (const [id, owner] of await findSourcesWithAuthority(this.#deps.db, [...missing])) this.#owners.set(id, owner);
    return this.#owners;
  }

  /** @returns the positions of those of which nothing was written; null: of none was anything */
  async #write(drafts: readonly Draft[], now: Date): Promise<ReadonlySet<number> | null> {
    if (drafts.length === 0) return null;
    const { db, keyring } = this.#deps;
    const sources = [...new Set(drafts.map(({ owner }) => owner))].map(({ source, authority }) => {
      return { id: source.id, version: source.version, authorityVersion: authority.version };
    });
    try {
      const arrivals = drafts.map(({ arrival }) => arrival);
      const known = await acceptNew(db, sources, arrivals, keyring, now);
      if (!known) for (const { id } of sources) this.#owners.delete(id);
      return known;
    } catch (error) {
      if (asksToTryAgain(error) || isUnstorable(error)) return null;
      throw error;
    }
  }
}

/** What is said to be booked may be heard of for the first time; anything else hardly is. */
function mayBeNew(task: Task): boolean {
  const event = eventOf(task);
  return event !== null && event.status === 'booked' && !event.onlyKnown;
}

/** @returns null for what is about a patient, and for an appointment of several patients */
function eventOf({ element }: Task): AppointmentEvent | null {
  if (element.kind === 'appointment') return element.event;
  const [only, ...others] = element.kind === 'group' ? element.group.members : [];
  return only && others.length === 0 ? { ...only, aliases: only.aliases ?? [] } : null;
}

function draft(
  deps: Pick<Deps, 'keyring'>,
  request: AcceptRequest,
  index: number,
  owner: Owner,
  tasks: readonly Task[],
  now: Date,
): Draft {
  const { source, authority } = owner;
  const results = new Map<string, EventAnswer>();
  const absent: Finding[] = [];
  const appointments: NewArrival['appointments'][number][] = [];
  const reminders: ReminderInsert[] = [];
  const aliases: StoredAlias[] = [];
  for (const task of tasks) {
    const event = eventOf(task);
    if (!event) continue;
    const job: Job = { source, authority, index, position: task.position, array: task.array, ...resolveNew(event) };
    const outcome = decide(deps, job, null, now);
    const told = 'after' in outcome && isToldByRows(task);
    if (!told) absent.push(...lookedFor(job, task));
    if ('problem' in outcome)
      results.set(taskKey(task), { result: 'refused', reference: job.event.reference, problem: outcome.problem });
    if ('result' in outcome)
      results.set(taskKey(task), {
        result: outcome.result,
        reference: job.event.reference,
        reminders: 0,
        alreadyHandedOver: [],
      });
    if (!('after' in outcome)) continue;
    const { after } = outcome;
    const { inserts, answer } = planEvent({ job, before: null, after, existing: [] }, NOBODY, now);
    results.set(taskKey(task), answer);
    appointments.push({ stored: after, led: told && isLedElsewhere(event) });
    reminders.push(...inserts);
    for (const { kind, value } of job.aliases)
      aliases.push({ kind, value, sourceId: source.id, authorityId: authority.id, appointmentId: after.id });
  }
  const answers = answersOf(request, index, results);
  const [key = null] = keyOf(request, answers);
  if (request.idempotency && !key) absent.push({ what: 'key', sourceId: source.id, value: request.idempotency.key });
  return { index, owner, answers, arrival: { absent, appointments, aliases, reminders, key } };
}

/** True where all that could lead this to an appointment which is known is written with it. */
function isToldByRows({ element }: Task): boolean {
  return element.kind === 'appointment' && !element.event.permanent && element.event.replaces === undefined;
}

/**
 * Whatever would lead an event to an appointment that is known, and whoever has one of the ids that it would get; a
 * bare one may stay with them.
 */
function lookedFor({ event, source, aliases }: Job, task: Task): Finding[] {
  const sourceId = source.id;
  // By the others it would be led, so that they are looked for anyway.
  const unled = event.permanent ? aliases.filter(({ value }) => !value.startsWith('|')) : [];
  const ids = unled.map(({ kind, value }): Finding => ({ what: 'alias', sourceId, kind, value }));
  const led = probesOf(task, 0).map(({ what, kind, value, key }): Finding => ({ what, sourceId, kind, value, key }));
  return [...ids, ...(led.length > 0 ? led : [{ what: 'reference', sourceId, value: event.reference } as const])];
}
