import type { AppointmentEvent, PatientEvent } from '../domain/appointment.ts';
import { aliasValue } from '../domain/match-known.ts';
import type { Task } from './task.ts';

/** Elements that may be about one appointment are taken one after another, each seeing what the one before it left. */
export function rounds(tasks: readonly Task[]): Task[][] {
  const result: Task[][] = [];
  const next = new Map<string, number>();
  const patients = new Set(
    tasks.flatMap(({ element }) => (element.kind === 'patient' ? keysOfPatient(element.patient) : [])),
  );
  const asked = new Set(
    tasks.flatMap(({ element }) => eventsIn(element).flatMap((event) => (event.permanent ? [] : aliasesOf(event)))),
  );
  for (const task of tasks) {
    const keys = keysOf(task, patients, asked);
    const round = Math.max(0, ...keys.map((key) => next.get(key) ?? 0));
    for (const key of keys) next.set(key, round + 1);
    const tasksOfRound = result[round] ?? [];
    tasksOfRound.push(task);
    result[round] = tasksOfRound;
  }
  return result;
}

function keysOfPatient({ patientKey, formerKeys }: PatientEvent): string[] {
  return [patientKey, ...formerKeys].map((key) => key.toString('hex'));
}

function eventsIn(element: Task['element']): readonly AppointmentEvent[] {
  if (element.kind === 'patient') return [];
  if (element.kind === 'appointment') return [element.event];
  const { members, aliases } = element.group;
  // The whole may be led by what all of them share.
  return aliases && members[0] ? [...members, { ...members[0], aliases, permanent: false }] : members;
}

function aliasesOf({ aliases = [] }: AppointmentEvent): string[] {
  return aliases.filter(({ namespace }) => namespace !== null).map((alias) => `${alias.kind} ${aliasValue(alias)}`);
}

/**
 * @param patients of whom something is told by itself: those alone bind appointments together
 * @param asked aliases by which something may be led: others, such as the number of a series on appointments with ids
 * of their own, bind nothing
 */
function keysOf({ sourceId, element }: Task, patients: ReadonlySet<string>, asked: ReadonlySet<string>): string[] {
  const key = (...parts: (string | undefined)[]) => JSON.stringify([sourceId, ...parts]);
  const patient = (hash: string | undefined) =>
    hash !== undefined && patients.has(hash) ? [key('patient', hash)] : [];
  const ofEvent = (event: AppointmentEvent) => [
    key('id', event.reference),
    ...(event.replaces === undefined ? [] : [key('id', event.replaces)]),
    ...aliasesOf(event).flatMap((alias) => (asked.has(alias) ? [key('alias', alias)] : [])),
    ...(patients.size > 0 ? patient(event.patientKey?.toString('hex')) : []),
  ];
  if (element.kind === 'appointment') return ofEvent(element.event);
  if (element.kind === 'group') return [key('id', element.group.id), ...element.group.members.flatMap(ofEvent)];
  return keysOfPatient(element.patient).flatMap(patient);
}
