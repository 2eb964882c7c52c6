import type { Authority } from '../../domain/authority.ts';
import { addDays, readLocal } from '../../domain/calendar.ts';
import { DAY_MS } from '../../domain/duration.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import type { Reader } from '../phone-access.ts';
import {
  ANY_REASON,
  type HandOverSpan,
  listHandedOver,
  listPlanned,
  listUnsent,
  type OutcomeFilter,
  type OutcomePage,
} from './outcomes.sql.ts';

export { ANY_REASON, type OutcomePage, type OutcomeRow } from './outcomes.sql.ts';

/** Reminders on a page. */
const PAGE = 50;
/**
 * Days after its due day on which a reminder may still be handed over. A pause or a reply holds it until its deadline,
 * which is before the appointment: rules send a year ahead at most, and notices of what is further ahead are rare.
 */
const DAYS_LATE = 367;
const NOTHING: OutcomePage = { rows: [], next: null };
/** The filter for what was never handed over, which has no gateway: the statistics count it under this name. */
const NO_GATEWAY = 'none';
/** States of what was handed over: the message has them, and knows when. */
const HANDED_OVER: readonly ReminderStatus[] = ['accepted', 'delivered', 'undelivered', 'rejected'];

/** Figures that count several states, with the states of the messages behind them. */
export const OUTCOME_STATES = {
  sent: ['accepted', 'delivered', 'undelivered', 'uncertain'],
  failed: ['undelivered', 'rejected', 'uncertain'],
} as const satisfies Readonly<Record<string, readonly ReminderStatus[]>>;
/** The name of a figure that counts several states. */
export type OutcomeGroup = keyof typeof OUTCOME_STATES;
/** The names of figures that count several states. */
export const OUTCOME_GROUPS = Object.keys(OUTCOME_STATES) as readonly OutcomeGroup[];

/**
 * The reminders that are asked for; null: whatever it is. `gateway` may be `none`, for what was never handed over.
 */
export interface AskedOutcomes extends Omit<OutcomeFilter, 'authorityId' | 'departments'> {
  readonly status: ReminderStatus | OutcomeGroup;
  readonly department: string | null;
  /** The `next` of the page before; null: the first page. */
  readonly after: string | null;
}

/**
 * Lists the reminders behind a figure of the statistics, without numbers and texts: those that were due in a period and
 * are in the state, or in one of the states, that it counts.
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
  const unsentOnly = asked.gateway === NO_GATEWAY;
  const sentOnly = (asked.gateway !== null && !unsentOnly) || asked.country !== null;
  const filter = { ...rest, gateway: unsentOnly ? null : asked.gateway, authorityId: authority.id, departments };
  const midnight = (day: string) => readLocal(`${day}T00:00`, authority.timeZone).at;
  const first = midnight(asked.from);
  const late = midnight(addDays(asked.to, DAYS_LATE));
  if (status === 'uncertain' || status === 'sent' || status === 'failed') {
    const statuses = status === 'uncertain' ? [status] : OUTCOME_STATES[status];
    const span = { first, end: late };
    // The sum of all reasons counts none of those that a restored backup left.
    const counted = status !== 'uncertain' && asked.reason === ANY_REASON;
    const only = { after, sentOnly: sentOnly || counted, unsentOnly };
    return listWithUncertain(db, { ...filter, status: 'uncertain', statuses }, span, only);
  }
  const wasHandedOver = HANDED_OVER.includes(status);
  if (wasHandedOver ? unsentOnly : sentOnly) return NOTHING;
  if (status === 'planned' || status === 'handing_over') {
    const end = new Date(Math.max(late.getTime(), now.getTime() + DAY_MS));
    return listPlanned(db, filter, { first, end }, after, PAGE);
  }
  if (wasHandedOver) return listHandedOver(db, { ...filter, statuses: [status] }, { first, end: late }, after, PAGE);
  return listUnsent(db, { ...filter, status }, after, PAGE);
}

/** Most uncertain ones are messages; those that a restored backup left are reminders, which have no gateway. */
async function listWithUncertain(
  db: DatabaseAccess['db'],
  filter: Parameters<typeof listHandedOver>[1] & Parameters<typeof listUnsent>[1],
  span: HandOverSpan,
  { after, sentOnly, unsentOnly }: { after: string | null; sentOnly: boolean; unsentOnly: boolean },
): Promise<OutcomePage> {
  const isUnsentPlace = after?.includes('/') ?? unsentOnly;
  // A place in one of the two lists, with a filter that asks for the other alone.
  if (isUnsentPlace ? sentOnly : unsentOnly) return NOTHING;
  if (isUnsentPlace) return listUnsent(db, filter, after, PAGE);
  const messages = await listHandedOver(db, filter, span, after, PAGE);
  if (sentOnly || messages.next !== null) return messages;
  const restored = await listUnsent(db, filter, null, PAGE);
  return { rows: [...messages.rows, ...restored.rows], next: restored.next };
}
