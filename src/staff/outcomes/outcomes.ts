import type { Reader } from '../../accounts/phone-access.ts';
import type { Db } from '../../database/tables.ts';
import type { Authority } from '../../domain/authority.ts';
import { firstId } from '../../domain/ids.ts';
import { OTHER_DEPARTMENTS, type ReminderStatus } from '../../domain/reminder.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import {
  ANY_REASON,
  daysCounted,
  type OutcomeFilter,
  type OutcomePage,
  type OutcomeRow,
  type PartPage,
  readPart,
} from './outcomes.sql.ts';
import {
  type HandOverSpan,
  handedOver,
  handedOverLate,
  handOverSpan,
  handOverSpans,
  planned,
  plannedLate,
  type StatesFilter,
  unsent,
} from './parts.sql.ts';

export { ANY_REASON, type OutcomePage, type OutcomeRow } from './outcomes.sql.ts';

/** Reminders on a page. */
const PAGE = 50;
/** Short parts of a list that are looked through for a page, up to one of 5,000 rows. */
const MOST_LOOKS = 8;
const NOTHING: PartPage = { rows: [], next: null, full: false };
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
export interface AskedOutcomes extends Omit<OutcomeFilter, 'authorityId' | 'departments' | 'byName'> {
  readonly status: ReminderStatus | OutcomeGroup;
  readonly department: string | null;
  /** The `next` of the page before; null: the first page. */
  readonly after: string | null;
}

/** A part of a list, which goes on in the next one where it ends. */
interface Stage {
  /** True for a place in this part. */
  readonly has: (place: string) => boolean;
  readonly read: (after: string | null, limit: number) => Promise<PartPage>;
}

/**
 * Lists the reminders behind a figure of the statistics, without numbers and texts: those that were due in a period and
 * are in the state, or in one of the states, that it counts. Only days on which the statistics count some are looked
 * at, so that no page follows behind the last of them.
 */
export async function readOutcomes(
  { db }: DatabaseAccess,
  reader: Reader,
  authority: Pick<Authority, 'id' | 'timeZone'>,
  asked: AskedOutcomes,
): Promise<OutcomePage> {
  const { status, after, department, ...rest } = asked;
  // Nobody is limited to it: a department of this name can't be told from the others.
  const limit = reader.departments?.filter((name) => name !== OTHER_DEPARTMENTS) ?? null;
  const own = limit?.includes(department ?? '') ?? true;
  const departments = department === null ? limit : own ? [department] : [];
  const unsentOnly = asked.gateway === NO_GATEWAY;
  const sentOnly = (asked.gateway !== null && !unsentOnly) || asked.country !== null;
  const filter = {
    ...rest,
    departments,
    byName: limit !== null,
    gateway: unsentOnly ? null : asked.gateway,
    authorityId: authority.id,
  };
  const { timeZone } = authority;
  if (status === 'uncertain' || status === 'sent' || status === 'failed') {
    const statuses = status === 'uncertain' ? [status] : OUTCOME_STATES[status];
    // The sum of all reasons counts none of those that a restored backup left.
    const counted = status !== 'uncertain' && asked.reason === ANY_REASON;
    // Most uncertain ones are messages; those that a restored backup left are reminders, which have no gateway.
    return readStages(after, [
      ...(unsentOnly ? [] : await handedOverStages(db, timeZone, { ...filter, statuses })),
      ...(sentOnly || counted ? [] : [await unsentStage(db, { ...filter, status: 'uncertain' })]),
    ]);
  }
  if (HANDED_OVER.includes(status))
    return unsentOnly
      ? NOTHING
      : readStages(after, await handedOverStages(db, timeZone, { ...filter, statuses: [status] }));
  if (sentOnly) return NOTHING;
  if (status === 'planned' || status === 'handing_over')
    return readStages(after, await plannedStages(db, timeZone, filter));
  return readStages(after, [await unsentStage(db, { ...filter, status })]);
}

const isLate = (place: string) => place.startsWith('late/');

async function handedOverStages(db: Db, timeZone: string, filter: StatesFilter): Promise<Stage[]> {
  const days = await daysCounted(db, filter);
  const spans = handOverSpans(days, timeZone);
  return [
    {
      has: (place) => !place.includes('/'),
      read: (after, limit) => readSpans(db, filter, spans, after, limit),
    },
    {
      has: isLate,
      read: (after, limit) => readPart(db, handedOverLate(filter, after), limit),
    },
  ];
}

/** Reads what one span has behind a place; where that ends, the list goes on at the beginning of the next span. */
async function readSpans(
  db: Db,
  filter: StatesFilter,
  spans: readonly HandOverSpan[],
  after: string | null,
  limit: number,
): Promise<PartPage> {
  const at = spans.findIndex(({ end }) => after === null || firstId(end) > after);
  const [span, next] = [spans[at], spans[at + 1]];
  if (!span) return NOTHING;
  const found = await readPart(db, handedOver(filter, span, after), limit);
  return found.next === null && next ? { ...found, next: firstId(span.end) } : found;
}

async function plannedStages(db: Db, timeZone: string, filter: OutcomeFilter): Promise<Stage[]> {
  const days = await daysCounted(db, { ...filter, reason: null, statuses: ['planned'] });
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = handOverSpan(first, last, timeZone);
  return [
    {
      has: (place) => place.includes('T'),
      read: (after, limit) => readPart(db, planned(filter, span, after), limit),
    },
    {
      has: isLate,
      read: (after, limit) => readPart(db, plannedLate(filter, after), limit),
    },
  ];
}

async function unsentStage(db: Db, filter: OutcomeFilter & { readonly status: ReminderStatus }): Promise<Stage> {
  // The statistics count no reason of an uncertain reminder, and no gateway or country of any of these.
  const reason = filter.status === 'uncertain' ? null : filter.reason;
  const counted = { ...filter, reason, gateway: null, country: null, statuses: [filter.status] };
  const days = await daysCounted(db, counted);
  const [from, to] = [days[0], days.at(-1)];
  return {
    has: (place) => place.includes('/') && !isLate(place),
    read: async (after, limit) =>
      from === undefined || to === undefined ? NOTHING : readPart(db, unsent(filter, { from, to }, after), limit),
  };
}

/** Reads a page through the parts of a list, one after the other, until it is full or enough was looked at. */
async function readStages(after: string | null, stages: readonly Stage[]): Promise<OutcomePage> {
  let at = after === null ? 0 : stages.findIndex(({ has }) => has(after));
  const rows: OutcomeRow[] = [];
  let place = after;
  for (let looks = 0; looks < MOST_LOOKS || place === null; looks++) {
    const stage = stages[at];
    if (!stage) return { rows, next: null };
    const found = await stage.read(place, PAGE + 1 - rows.length);
    rows.push(...found.rows);
    // A row more than a page has tells that the list goes on.
    if (rows.length > PAGE) return { rows: rows.slice(0, PAGE), next: rows[PAGE - 1]?.place ?? null };
    place = found.next;
    // The database takes some tens of milliseconds for so many, of an authority with millions.
    if (found.full) break;
    if (place === null) at++;
  }
  return { rows, next: place };
}
