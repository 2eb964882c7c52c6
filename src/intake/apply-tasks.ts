import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Deps } from '../runtime/deps.ts';
import { applyEvents, type EventAnswer } from './apply-events.ts';
import type { Job } from './decide.ts';
import { type ResolvedEvent, resolveEvents } from './resolve.ts';
import { type Task, taskKey } from './task.ts';
import { bounded } from './task-bound.ts';
import { rounds } from './task-rounds.ts';

/** The answer to what needs no work. */
export const IGNORED: EventAnswer = { result: 'ignored', reference: null, reminders: 0, alreadyHandedOver: [] };

/**
 * Applies each element to the appointments that it is about. @returns one answer an element, by `taskKey`. @throws
 * Overtaken
 */
export async function applyTasks(
  deps: Pick<Deps, 'keyring'>,
  trx: Transaction<Database>,
  tasks: readonly Task[],
  now: Date,
): Promise<Map<string, EventAnswer>> {
  const { taken, left: answers } = bounded(tasks);
  for (const round of rounds(taken)) {
    for (let rest: readonly Task[] = round; rest.length > 0; ) {
      const { first, later } = apart(rest, await resolveEvents(trx, rest, now));
      const applied = await applyEvents(
        deps,
        trx,
        first.flatMap(({ jobs }) => jobs),
        now,
      );
      for (const { task, jobs } of first) {
        answers.set(
          taskKey(task),
          merge(
            task,
            jobs.map((job) => ({ job, answer: applied.get(job) as EventAnswer })),
          ),
        );
      }
      rest = later;
    }
  }
  return answers;
}

/**
 * What elements say does not always show that they are about one appointment: a patient and an appointment that doesn't
 * name its patient, two ids of one. Of those that have turned out to be, the first goes, and the others look again at
 * what it leaves.
 */
function apart(
  tasks: readonly Task[],
  resolved: readonly (readonly ResolvedEvent[])[],
): { first: { task: Task; jobs: Job[] }[]; later: Task[] } {
  const taken = new Set<string>();
  const first: { task: Task; jobs: Job[] }[] = [];
  const later: Task[] = [];
  for (const [asked, task] of tasks.entries()) {
    const { source, authority, index, position, array } = task;
    const jobs = (resolved[asked] ?? []).map((event): Job => ({ source, authority, index, position, array, ...event }));
    const rows = jobs.map(({ event }) => `${source.id} ${event.reference}`);
    if (rows.some((row) => taken.has(row))) later.push(task);
    else first.push({ task, jobs });
    for (const row of rows) taken.add(row);
  }
  return { first, later };
}

/**
 * Several appointments, one answer: it is what the sender's own words came to that counts, then what followed from
 * them.
 */
function merge({ element }: Task, results: readonly { job: Job; answer: EventAnswer }[]): EventAnswer {
  const [first] = results;
  if (!first) return IGNORED;
  if (results.length === 1 && element.kind === 'appointment') return first.answer;
  const own = results.filter(({ job }) => !job.derived);
  const refused = own.find(({ answer }) => answer.result === 'refused');
  if (refused) return refused.answer;
  const taken = results.flatMap(({ answer }) => (answer.result === 'refused' ? [] : [answer]));
  const result = (['accepted', 'stale', 'duplicate'] as const).find((word) =>
    taken.some((answer) => answer.result === word),
  );
  const reasons = [...new Set(taken.flatMap((answer) => answer.reasons ?? []))];
  return {
    result: result ?? 'ignored',
    reference: referenceOf(element, own),
    reminders: taken.reduce((sum, answer) => sum + answer.reminders, 0),
    alreadyHandedOver: taken.flatMap((answer) => [...answer.alreadyHandedOver]),
    ...(reasons.length > 0 && { reasons }),
  };
}

function referenceOf(element: Task['element'], own: readonly { job: Job }[]): string | null {
  if (element.kind === 'group') return own.length === 1 ? (own[0]?.job.event.reference ?? null) : element.group.id;
  return own[0]?.job.event.reference ?? null;
}
