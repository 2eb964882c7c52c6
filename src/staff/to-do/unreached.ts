import { actorNames } from '../../accounts/people/names.ts';
import { auditNumbersSeen, type Reader, showNumber } from '../../accounts/phone-access.ts';
import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay, startOfDay } from '../../domain/calendar.ts';
import { DAY_MS, HOUR_MS } from '../../domain/duration.ts';
import { deadline } from '../../domain/planning/planning.ts';
import { nextWorkingDay } from '../../domain/planning/public-holidays.ts';
import { type ReminderStatus, shownStatus } from '../../domain/reminder.ts';
import { UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import type { OwnAuthority } from '../own-authorities.sql.ts';
import {
  type HandledAppointment,
  listHandled,
  listUnreached,
  type UnreachedAppointment,
  type UnreachedRow,
  type UnreachedScope,
} from './unreached.sql.ts';

export type { HandledAppointment } from './unreached.sql.ts';

/** An appointment whose citizen no SMS has reached, as staff see it. */
export interface UnreachedView extends MayBeUnreadable, UnreachedAppointment {
  /** E.164, masked for readers who may not see numbers; null where there is none. */
  readonly phone: string | null;
  /** State and reason of the reminder that failed. */
  readonly status: ReminderStatus;
  readonly reason: string | null;
}

/** A list that ends at a limit. */
export interface Shortened<T> {
  readonly items: readonly T[];
  /** There are more. */
  readonly more: boolean;
}

/** The citizens whom no SMS about their appointment has reached, by what is to be done about them. */
export interface UnreachedCitizens {
  /** Appointments until the end of this day, `YYYY-MM-DD`, which is the next working day. */
  readonly until: string;
  /** Appointments until then whose citizens no SMS reached, or whose SMS reached somebody else: phone. */
  readonly soon: Shortened<UnreachedView>;
  /** Appointments until then that never had a number that an SMS can be sent to. */
  readonly numberless: Shortened<UnreachedView>;
  /** They start later, and nobody knows yet whether the SMS left. */
  readonly uncertain: Shortened<UnreachedView>;
  /** They start later, and their number is somebody else's. */
  readonly wrongNumbers: Shortened<UnreachedView>;
  /** Ticked off within the time in which that can be undone. */
  readonly handled: readonly HandledAppointment[];
}

/** Rows of a list: more are read once these are ticked off. */
const MOST = 30;
/** The authority's notice may have been so much longer or shorter when the reminders were planned than it is now. */
const MARGIN_MS = 2 * DAY_MS;
/** A notice in days is an hour longer over the clock change in autumn. */
const CLOCK_CHANGE_MS = HOUR_MS;
/** Uncertain messages and wrong numbers of appointments further ahead can wait. */
const DAYS_AHEAD = 60;

/** Reminders that are planned while the notice is changed may still be by the one from before. */
const CHANGING_MS = HOUR_MS;

/** The authority that is looked at, with when its notice was last changed. */
export type TodoAuthority = Authority & Pick<OwnAuthority, 'noticeChangedAt'>;

type UnreachedDeps = DatabaseAccess & KeyringAccess;

/** Reads the citizens whom no SMS has reached, and audits that their numbers were shown. */
export async function readUnreached(
  deps: UnreachedDeps,
  reader: Reader,
  authority: TodoAuthority,
  now: Date,
): Promise<UnreachedCitizens> {
  const { id: authorityId, timeZone, noticeChangedAt } = authority;
  const until = nextWorkingDay(localDay(now, timeZone));
  const end = startOfDay(addDays(until, 1), timeZone);
  const otherNoticeUntil = noticeChangedAt && new Date(noticeChangedAt.getTime() + CHANGING_MS);
  const common = { authorityId, departments: reader.departments ?? null, limit: MOST + 1, otherNoticeUntil };
  const scope = (from: Date, to: Date): UnreachedScope => {
    const [first, last] = [deadline(authority, from).getTime(), deadline(authority, to).getTime()];
    return {
      ...common,
      from,
      to,
      firstDeadline: new Date(first - CLOCK_CHANGE_MS),
      lastDeadline: new Date(last + MARGIN_MS),
      earliestDeadline: new Date(first - MARGIN_MS),
    };
  };
  const near = scope(now, end);
  const far = scope(end, new Date(end.getTime() + DAYS_AHEAD * DAY_MS));
  const listed = await listUnreached(deps.db, near, far);
  const soon = shortened([...listed('failed'), ...listed('unsent'), ...listed('strangers')]);
  const lists = {
    soon,
    uncertain: shortened(listed('uncertain')),
    numberless: shortened(without(listed('numberless'), soon.items)),
    wrongNumbers: shortened(without(listed('wrongNumbers'), listed('uncertain'))),
  };
  const shown = Object.values(lists).flatMap(({ items }) => items.filter((row) => row.phone_ciphertext));
  const ids = shown.map(({ appointmentId }) => appointmentId);
  await auditNumbersSeen(deps.db, reader, { authorityId, target: 'to-do', kind: 'appointments', ids }, now);
  const view = (list: Shortened<UnreachedRow>) => ({
    ...list,
    items: list.items.map((row) => viewOf(deps, reader, authorityId, row)),
  });
  return {
    until,
    soon: view(lists.soon),
    numberless: view(lists.numberless),
    uncertain: view(lists.uncertain),
    wrongNumbers: view(lists.wrongNumbers),
    handled: await readHandled(deps, { ...common, since: new Date(now.getTime() - UNDO_WITHIN_MS) }),
  };
}

/** The rows about other appointments than those of another list: each citizen stands in one list. */
function without(rows: readonly UnreachedRow[], others: readonly UnreachedRow[]): UnreachedRow[] {
  const known = new Set(others.map(({ appointmentId }) => appointmentId));
  return rows.filter(({ appointmentId }) => !known.has(appointmentId));
}

/** Each appointment once, by its start; the reminder that failed first in the list tells why. */
function shortened(rows: readonly UnreachedRow[]): Shortened<UnreachedRow> {
  const first = new Map<string, UnreachedRow>();
  for (const row of rows) if (!first.has(row.appointmentId)) first.set(row.appointmentId, row);
  const sorted = [...first.values()].sort((a, b) => a.start.getTime() - b.start.getTime());
  return { items: sorted.slice(0, MOST), more: sorted.length > MOST };
}

function viewOf({ keyring }: KeyringAccess, reader: Reader, authorityId: string, row: UnreachedRow): UnreachedView {
  const { phone_ciphertext: sealed, message_status: status, message_reason: reason, slot: _, ...appointment } = row;
  const opened = new OpenedRow(keyring);
  const phone = opened.open(authorityId, 'appointment.phone', row.appointmentId, sealed);
  return {
    ...appointment,
    phone: showNumber(reader, phone),
    ...shownStatus(row, status ? { status, reason } : undefined),
    ...opened.mark,
  };
}

async function readHandled(
  deps: UnreachedDeps,
  filter: { readonly authorityId: string; readonly since: Date; readonly departments: readonly string[] | null },
): Promise<HandledAppointment[]> {
  const rows = await listHandled(deps.db, filter, MOST);
  const actors = rows.map(({ by }) => by);
  const nameOf = await actorNames(deps, filter.authorityId, actors);
  return rows.map((row) => ({ ...row, by: nameOf(row.by) }));
}
