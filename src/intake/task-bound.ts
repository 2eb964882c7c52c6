import { Problem } from '../domain/errors.ts';
import type { EventAnswer } from './apply-events.ts';
import { type Task, taskKey } from './task.ts';

/** Of one appointment in one request. */
const MOST_OF_ONE = 50;

/**
 * Each costs a round of its own, and everybody waits: of very many about one appointment in one request not all count.
 * @returns those that are applied, and the answers of the others by `taskKey`
 */
export function bounded(tasks: readonly Task[]): { taken: Task[]; left: Map<string, EventAnswer> } {
  const byAppointment = new Map<string, Task[]>();
  for (const task of tasks) {
    const { id } = idAndVersion(task);
    if (id === null) continue;
    const key = `${task.index} ${id}`;
    const all = byAppointment.get(key);
    if (all) all.push(task);
    else byAppointment.set(key, [task]);
  }
  const left = new Map<string, EventAnswer>();
  for (const all of byAppointment.values()) {
    if (all.length <= MOST_OF_ONE) continue;
    const hasVersions = all.every((task) => idAndVersion(task).version !== null);
    // Of the same version the last said counts.
    const byAge = hasVersions
      ? all.toReversed().sort((a, b) => Number(idAndVersion(b).version) - Number(idAndVersion(a).version))
      : all;
    for (const task of byAge.slice(MOST_OF_ONE)) left.set(taskKey(task), leftOut(task));
  }
  return { taken: tasks.filter((task) => !left.has(taskKey(task))), left };
}

function idAndVersion({ element }: Task): { id: string | null; version: number | null } {
  if (element.kind === 'patient') return { id: null, version: null };
  if (element.kind === 'appointment') return { id: element.event.reference, version: element.event.version };
  return { id: element.group.id, version: element.group.members[0]?.version ?? null };
}

/** What has a version is overtaken by those that are newer; anything else has to be sent again. */
function leftOut(task: Task): EventAnswer {
  const { id, version } = idAndVersion(task);
  if (version !== null) return { result: 'stale', reference: id, reminders: 0, alreadyHandedOver: [] };
  const detail = `${MOST_OF_ONE} events about one appointment at most in one request: send the others in another.`;
  return {
    result: 'refused',
    reference: id,
    problem: new Problem(422, 'invalid', detail, { faults: [{ pointer: '', code: 'too_big', detail }] }),
  };
}
