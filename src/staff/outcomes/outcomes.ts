import type { Authority } from '../../domain/authority.ts';
import { addDays, readLocal } from '../../domain/calendar.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import type { Reader } from '../phone-access.ts';
import { listHandedOver, listPlanned, listUnsent, type OutcomeFilter, type OutcomePage } from './outcomes.sql.ts';

export type { OutcomePage, OutcomeRow } from './outcomes.sql.ts';

/** Reminders on a page. */
const PAGE = 50;
/** Days after its due day on which a reminder may still be handed over: a long holiday, or a pause. */
const DAYS_LATE = 5;
const DAY_MS = 86_400_000;
/** States of what was handed over: the message has them, and knows when. */
const HANDED_OVER: readonly ReminderStatus[] = ['accepted', 'delivered', 'undelivered', 'rejected'];

/** The reminders that are asked for; null: whatever it is. */
export interface AskedOutcomes extends Omit<OutcomeFilter, 'authorityId' | 'departments'> {
  readonly status: ReminderStatus;
  readonly department: string | null;
  /** The `next` of the page before; null: the first page. */
  readonly after: string | null;
}

/**
 * Lists the reminders behind a figure of the statistics, without numbers and texts: those that were due in a period and
 * are in one state.
 */
export async function readOutcomes(
  { db }: DatabaseAccess,
  reader: Reader,
  authority: Pick<Authority, 'id' | 'timeZone'>,
  asked: AskedOutcomes,
  now: Date,
): Promise<OutcomePage> {
  const { status, after, department, ...rest } = asked;
  const limit = reader.departments ?? null;
  const own = limit?.includes(department ?? '') ?? true;
  const departments = department === null ? limit : own ? [department] : [];
  const filter = { ...rest, authorityId: authority.id, departments };
  const midnight = (day: string) => readLocal(`${day}T00:00`, authority.timeZone).at;
  const first = midnight(asked.from);
  const late = midnight(addDays(asked.to, DAYS_LATE));
  if (status === 'planned' || status === 'handing_over') {
    const end = new Date(Math.max(late.getTime(), now.getTime() + DAY_MS));
    return listPlanned(db, filter, { first, end }, after, PAGE);
  }
  if (HANDED_OVER.includes(status)) return listHandedOver(db, { ...filter, status }, { first, end: late }, after, PAGE);
  if (status !== 'uncertain') return listUnsent(db, { ...filter, status }, after, PAGE);
  // Most of them are messages; those that a restored backup left are reminders.
  if (after?.includes('/')) return listUnsent(db, { ...filter, status }, after, PAGE);
  const messages = await listHandedOver(db, { ...filter, status }, { first, end: late }, after, PAGE);
  if (messages.next !== null) return messages;
  const restored = await listUnsent(db, { ...filter, status }, null, PAGE);
  return { rows: [...messages.rows, ...restored.rows], next: restored.next };
}
