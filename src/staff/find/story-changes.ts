import type { AppointmentRow } from '../appointments.sql.ts';
import type { ReminderView } from '../reminder-view.ts';
import type { ChangeRow } from './story.sql.ts';
import type { StoryEntry } from './story-entry.ts';

/**
 * What the booking system did to an appointment.
 * @param changes the latest, the oldest first
 * @param reminders of every slot
 */
export function changesOf(
  row: AppointmentRow,
  changes: readonly ChangeRow[],
  reminders: readonly ReminderView[],
): StoryEntry[] {
  const moves = changes.filter(({ change }) => change === 'moved');
  const told = changes.map((each): StoryEntry => {
    const { at, change } = each;
    if (change !== 'moved') return { kind: 'changed', at, change };
    // The time that it got is the one that it had before the next move.
    const next = moves[moves.indexOf(each) + 1];
    return { kind: 'moved', at, from: each.start_at, to: next ? next.start_at : row.start_at };
  });
  return [...earlierMoves(reminders, changes[0]?.at), ...told, ...receivedSo(row, changes)];
}

/** Moves of which the reminders alone tell, since they are older than the changes that are kept. */
function earlierMoves(reminders: readonly ReminderView[], before: Date | undefined): StoryEntry[] {
  const slots = [...new Set(reminders.map(({ slot }) => slot))].sort((a, b) => a - b).slice(1);
  return slots.flatMap((slot): StoryEntry[] => {
    const first = reminders.filter((each) => each.slot === slot).flatMap(({ history }) => history[0]?.at ?? []);
    const at = new Date(Math.min(...first.map(Number)));
    return first.length > 0 && !(before && at >= before) ? [{ kind: 'moved', at, from: null, to: null }] : [];
  });
}

/** An appointment that was called off when the first message about it came. */
function receivedSo(row: AppointmentRow, changes: readonly ChangeRow[]): StoryEntry[] {
  const { status, received_at: at } = row;
  if (changes.some(({ change }) => change !== 'moved')) return [];
  if (status === 'cancelled') return [{ kind: 'changed', at, change: 'cancelled' }];
  return status === 'entered-in-error' ? [{ kind: 'changed', at, change: 'deleted' }] : [];
}
