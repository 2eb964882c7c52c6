import { actorNames } from '../../accounts/people/names.ts';
import { grouped } from '../../domain/grouped.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import type { AppointmentView } from '../appointments/appointments.ts';
import type { ReminderView } from '../appointments/reminder-view.ts';
import { listPauseChanges, type PauseChange } from './story.sql.ts';
import type { StoryEntry } from './story-entry.ts';

interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A time in which nothing was sent: how it began, and who ended it (null: it came to its end, or goes on). */
interface PauseSpan extends Span {
  readonly begun: PauseChange;
  readonly endedBy: string | null;
  readonly isOver: boolean;
}

/**
 * Pauses that a reminder of the appointment waited for, or waits for now, from the audit: of the authority, of its
 * source, and of a source whose mode was `paused`.
 */
export async function pausesOf(
  deps: DatabaseAccess & KeyringAccess,
  { authority, reminders }: AppointmentView,
  sourceId: string,
  now: Date,
): Promise<StoryEntry[]> {
  const waits = reminders.flatMap((reminder) => waitOf(reminder, now));
  if (waits.length === 0) return [];
  const changes = await listPauseChanges(deps.db, { authorityId: authority, sourceId, now });
  const ofTrack = grouped(changes, ({ track }) => track);
  const pauses = (['authority', 'source', 'mode'] as const)
    .flatMap((track) => spansOf(ofTrack.get(track) ?? [], now))
    .filter((pause) => waits.some((wait) => wait.from < pause.to && pause.from < wait.to));
  const actors = pauses.flatMap(({ begun, endedBy }) => [begun.actor, endedBy]);
  const nameOf = await actorNames(deps, authority, actors);
  return pauses.flatMap(({ begun, from, to, endedBy, isOver }): StoryEntry[] => {
    const what = begun.track === 'authority' ? 'authority' : 'source';
    const { reason, until } = begun;
    return [
      { kind: 'paused', at: from, what, by: nameOf(begun.actor), reason, until },
      ...(isOver ? [{ kind: 'resumed', at: to, what, by: nameOf(endedBy) } as const] : []),
    ];
  });
}

/**
 * The time in which a reminder was due and had not left. Of one that is not due yet it is this moment: a pause that is
 * in force holds it, too.
 */
function waitOf({ dueAt, status, history }: ReminderView, now: Date): Span[] {
  if (status === 'planned') return [{ from: dueAt < now ? dueAt : now, to: new Date(now.getTime() + 1) }];
  const left = history.findLast((entry, at) => entry.status !== 'planned' && history[at - 1]?.status === 'planned');
  return left && dueAt < left.at ? [{ from: dueAt, to: left.at }] : [];
}

/** @param changes of one kind of pause, the oldest first */
function spansOf(changes: readonly PauseChange[], now: Date): PauseSpan[] {
  return changes.flatMap((begun, at) => {
    if (!begun.paused) return [];
    const next = changes[at + 1];
    const { until } = begun;
    const endedItself = until !== null && until <= (next?.at ?? now);
    const to = endedItself ? until : (next?.at ?? new Date(now.getTime() + 1));
    // A pause that another one replaces goes on.
    const isOver = endedItself || next?.paused === false;
    return [{ begun, from: begun.at, to, isOver, endedBy: endedItself ? null : (next?.actor ?? null) }];
  });
}
