import type { AppointmentRow } from '../appointments/appointments.sql.ts';
import type { ReminderView } from '../appointments/reminder-view.ts';
import type { Replacement } from './find.sql.ts';
import type { ChangeRow } from './story.sql.ts';
import type { StoryEntry } from './story-entry.ts';

/** An appointment's row as far as it tells of changes, with the appointment that goes on in its place. */
export interface Changed {
  readonly row: AppointmentRow;
  readonly replacement: Replacement | null;
}

/**
 * Changes of an appointment by its booking system.
 * @param changes the latest, the oldest first
 * @param reminders of every slot
 */
export function changesOf(
  changed: Changed,
  changes: readonly ChangeRow[],
  reminders: readonly ReminderView[],
): StoryEntry[] {
  const entries = changes.map((each) => entryOf(each, changed, changes));
  return [...receivedSo(changed, changes), ...earlierMoves(reminders, changes[0]?.slot), ...entries];
}

function entryOf(each: ChangeRow, changed: Changed, changes: readonly ChangeRow[]): StoryEntry {
  const { at, change } = each;
  // A change stores the old value: the new one is the old value of the next change of its kind.
  const next = changes.slice(changes.indexOf(each) + 1).find((later) => later.change === change);
  if (change === 'moved')
    return { kind: 'moved', at, from: each.start_at, to: next ? next.start_at : changed.row.start_at };
  if (change !== 'replaced') return { kind: 'changed', at, change };
  return next ? { kind: 'replaced', at, reference: null, id: null } : replacedAt(at, changed);
}

/** Only the last reference that it got is kept. */
function replacedAt(at: Date, { row, replacement }: Changed): StoryEntry {
  return { kind: 'replaced', at, reference: row.replaced_by, id: replacement?.id ?? null };
}

/**
 * Moves of which the reminders alone tell, since they are older than the changes that are kept. A slot with a deadline
 * of the one before has its time, too: then it passed to another citizen, or was booked again.
 * @param last the slot before those changes; undefined: there are none
 */
function earlierMoves(reminders: readonly ReminderView[], last = Number.POSITIVE_INFINITY): StoryEntry[] {
  const slots = [...new Set(reminders.map(({ slot }) => slot))].sort((a, b) => a - b).slice(1);
  return slots.flatMap((slot): StoryEntry[] => {
    const first = reminders.filter((each) => each.slot === slot).flatMap(({ history }) => history[0]?.at ?? []);
    const at = new Date(Math.min(...first.map(Number)));
    const isMove = first.length > 0 && slot <= last && !sharesDeadline(reminders, slot);
    return isMove ? [{ kind: 'moved', at, from: null, to: null }] : [];
  });
}

/** True where a slot has a deadline of the one before it. */
function sharesDeadline(reminders: readonly ReminderView[], slot: number): boolean {
  const deadlines = (of: number) => reminders.filter((each) => each.slot === of).map((each) => Number(each.expiresAt));
  const own = deadlines(slot);
  return deadlines(slot - 1).some((each) => own.includes(each));
}

/** An appointment that was called off when the first message about it came, and has not changed since. */
function receivedSo(changed: Changed, changes: readonly ChangeRow[]): StoryEntry[] {
  const { status, received_at: at, replaced_by: replacement } = changed.row;
  if (changes.some(({ change }) => change !== 'moved')) return [];
  if (status === 'cancelled') return [{ kind: 'changed', at, change: 'cancelled' }];
  if (status !== 'entered-in-error') return [];
  return [replacement === null ? { kind: 'changed', at, change: 'deleted' } : replacedAt(at, changed)];
}
