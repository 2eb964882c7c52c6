import { actorNames } from '../../accounts/people/names.ts';
import { auditPhoneAccess, type Reader, showNumber } from '../../accounts/phone-access.ts';
import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay, readLocal } from '../../domain/calendar.ts';
import { DAY_MS, HOUR_MS } from '../../domain/duration.ts';
import { deadline } from '../../domain/planning/planning.ts';
import { nextWorkingDay } from '../../domain/planning/public-holidays.ts';
import { type ReminderStatus, shownStatus } from '../../domain/reminder.ts';
import { UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import {
  listFailed,
  listHandled,
  listUncertain,
  listUnsent,
  listWrongNumbers,
  readOtherNotice,
  type UnreachedRow,
  type UnreachedScope,
} from './unreached.sql.ts';

/** An appointment whose citizen no SMS has reached, as staff see it. */
export interface UnreachedView extends MayBeUnreadable {
  readonly appointmentId: string;
  readonly source: string;
  readonly reference: string;
  readonly start: Date;
  readonly department: string | null;
  /** E.164, masked for readers who may not see numbers; null where there is none. */
  readonly phone: string | null;
  /** State and reason of the reminder that failed. */
  readonly status: ReminderStatus;
  readonly reason: string | null;
  /** A reminder reached a number that is somebody else's. */
  readonly toStranger: boolean;
  /** Staff reported its number as somebody else's. */
  readonly reportedWrong: boolean;
}

/** A list that ends at a limit. */
export interface Shortened<T> {
  readonly items: readonly T[];
  /** There are more. */
  readonly more: boolean;
}

/** An appointment that was ticked off lately. */
export interface HandledView {
  readonly appointmentId: string;
  readonly reference: string;
  readonly start: Date | null;
  readonly by: string;
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
  readonly handled: readonly HandledView[];
}

/** Rows of a list: more are read once these are ticked off. */
const MOST = 30;
/** The authority's notice may have been so much longer or shorter when the reminders were planned than it is now. */
const MARGIN_MS = 2 * DAY_MS;
/** A notice in days is an hour longer over the clock change in autumn. */
const CLOCK_CHANGE_MS = HOUR_MS;
/** Uncertain messages and wrong numbers of appointments further ahead can wait. */
const DAYS_AHEAD = 60;

type UnreachedDeps = DatabaseAccess & KeyringAccess;

/** Reads the citizens whom no SMS has reached, and audits that their numbers were shown. */
export async function readUnreached(
  deps: UnreachedDeps,
  reader: Reader,
  authority: Authority,
  now: Date,
): Promise<UnreachedCitizens> {
  const { id: authorityId, timeZone } = authority;
  const until = nextWorkingDay(localDay(now, timeZone));
  const end = readLocal(`${addDays(until, 1)}T00:00`, timeZone).at;
  const otherNoticeUntil = await readOtherNotice(deps.db, authorityId);
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
  const [failed, unsent, strangers, uncertain, wrong] = await Promise.all([
    listFailed(deps.db, near),
    listUnsent(deps.db, near),
    listWrongNumbers(deps.db, near, true),
    listUncertain(deps.db, far),
    listWrongNumbers(deps.db, far, false),
  ]);
  const soon = shortened([...failed, ...unsent.others, ...strangers]);
  const lists = {
    soon,
    uncertain: shortened(uncertain),
    numberless: shortened(without(unsent.numberless, soon.items)),
    wrongNumbers: shortened(without(wrong, uncertain)),
  };
  await auditNumbers(deps, reader, authorityId, Object.values(lists), now);
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
  const known = new Set(others.map(({ appointment_id: id }) => id));
  return rows.filter(({ appointment_id: id }) => !known.has(id));
}

/** Each appointment once, by its start; the reminder that failed first in the list tells why. */
function shortened(rows: readonly UnreachedRow[]): Shortened<UnreachedRow> {
  const first = new Map<string, UnreachedRow>();
  for (const row of rows) if (!first.has(row.appointment_id)) first.set(row.appointment_id, row);
  const sorted = [...first.values()].sort((a, b) => a.start_at.getTime() - b.start_at.getTime());
  return { items: sorted.slice(0, MOST), more: sorted.length > MOST };
}

async function auditNumbers(
  deps: DatabaseAccess,
  reader: Reader,
  authorityId: string,
  lists: readonly Shortened<UnreachedRow>[],
  now: Date,
): Promise<void> {
  const shown = lists.flatMap(({ items }) => items.filter((row) => row.phone_ciphertext));
  if (!reader.seesNumbers || shown.length === 0) return;
  const appointments = shown.map(({ appointment_id: id }) => id);
  const access = { authorityId, action: 'number.see', target: 'to-do', after: { appointments } };
  await auditPhoneAccess(deps.db, reader, access, now);
}

function viewOf({ keyring }: KeyringAccess, reader: Reader, authorityId: string, row: UnreachedRow): UnreachedView {
  const { appointment_id: id, phone_ciphertext: phone, message_status: status, message_reason: reason } = row;
  const opened = new OpenedRow(keyring);
  return {
    appointmentId: id,
    source: row.source_id,
    reference: row.reference,
    start: row.start_at,
    department: row.department,
    phone: showNumber(reader, opened.open(authorityId, 'appointment.phone', id, phone)),
    ...shownStatus(row, status ? { status, reason } : undefined),
    toStranger: row.to_stranger,
    reportedWrong: row.reported_wrong,
    ...opened.mark,
  };
}

async function readHandled(
  deps: UnreachedDeps,
  filter: { readonly authorityId: string; readonly since: Date; readonly departments: readonly string[] | null },
): Promise<HandledView[]> {
  const rows = await listHandled(deps.db, filter, MOST);
  const nameOf = await actorNames(
    deps,
    filter.authorityId,
    rows.map(({ handled_by: by }) => by),
  );
  return rows.map((row) => ({
    appointmentId: row.appointment_id,
    reference: row.reference,
    start: row.start_at,
    by: nameOf(row.handled_by),
  }));
}
