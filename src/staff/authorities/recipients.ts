import type { Db } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type Authority, MEETINGS, type Meeting } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { MINUTE_MS } from '../../domain/duration.ts';
import { grouped } from '../../domain/grouped.ts';
import { replanForRecipients } from '../../domain/planning/reminder-changes.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { lockAppointmentsById, type StoredAppointment } from '../../store/appointments.ts';
import { findAuthority } from '../../store/authorities.ts';
import { findOptedOut } from '../../store/opt-outs.ts';
import { lockReminders, updateReminders } from '../../store/reminders.ts';
import { namesOfDepartments } from '../departments/departments.ts';
import {
  countByRecipient,
  listChangedRecipients,
  listOtherwisePlanned,
  noteReplanned,
  type RecipientsRow,
} from './recipients.sql.ts';

type ReplanDeps = DatabaseAccess & KeyringAccess & CurrentTime;

/** Appointments of one transaction. */
const AT_ONCE = 200;
/** Appointments that somebody who changes the settings waits for. */
const MOST_WAITED_FOR = 1_000;
/** More than an authority has ahead. */
const MOST_AHEAD = 1_000_000;
/** A transaction that had read the settings before they changed has ended by then. */
const SETTLED_MS = MINUTE_MS;

/**
 * Ends and plans the reminders of an authority's appointments by who gets some now. Of many appointments the first
 * thousand; `replanAllRecipients` does the rest.
 */
export async function replanRecipients(deps: ReplanDeps, authorityId: string): Promise<void> {
  await replanSome(deps, authorityId, MOST_WAITED_FOR);
}

/**
 * The same for all authorities, as often as it is called within a minute of a change and once after it: an event that
 * was on its way when the settings changed planned by the earlier ones.
 */
export async function replanAllRecipients(deps: ReplanDeps): Promise<void> {
  for (const changed of await listChangedRecipients(deps.db)) {
    const isSettled = deps.now().getTime() - changed.changedAt.getTime() >= SETTLED_MS;
    await replanSome(deps, changed.id, MOST_AHEAD);
    if (isSettled) await noteReplanned(deps.db, changed);
  }
}

async function replanSome(deps: ReplanDeps, authorityId: string, most: number): Promise<void> {
  const now = deps.now();
  const authority = await findAuthority(deps.db, authorityId);
  if (!authority) return;
  const ids = await listOtherwisePlanned(deps.db, authority, most, now);
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    await inTransaction(deps.db, (trx) => replanBatch(deps, trx, authorityId, some, now));
  }
}

/** Each batch goes by the settings as they are when it begins. */
async function replanBatch(
  { keyring }: KeyringAccess,
  trx: Db,
  authorityId: string,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const authority = await findAuthority(trx, authorityId);
  if (!authority) return;
  const appointments = await lockAppointmentsById(trx, authorityId, ids, keyring);
  const reminders = await lockReminders(
    trx,
    appointments.map(({ id }) => id),
  );
  const isOptedOut = await optedOutAmong(trx, appointments);
  const ofAppointment = grouped(reminders, ({ appointmentId }) => appointmentId);
  const changes = appointments.flatMap((appointment) => {
    const existing = ofAppointment.get(appointment.id) ?? [];
    return replanForRecipients({ appointment, existing, authority, optedOut: isOptedOut(appointment), now });
  });
  await updateReminders(
    trx,
    changes.map((change) => ({ ...change, dueDay: localDay(change.dueAt, authority.timeZone) })),
    now,
  );
}

async function optedOutAmong(
  trx: Db,
  appointments: readonly StoredAppointment[],
): Promise<(appointment: StoredAppointment) => boolean> {
  const numbers = appointments.flatMap(({ authorityId, phoneHash }) => (phoneHash ? [{ authorityId, phoneHash }] : []));
  const out = new Set((await findOptedOut(trx, numbers)).map(({ phoneHash }) => phoneHash.toString('hex')));
  return ({ phoneHash }) => phoneHash !== null && out.has(phoneHash.toString('hex'));
}

/** Appointments of a kind or a department, beside the choice whether they get reminders. */
export interface RecipientCount {
  /** Appointments of the last seven days. */
  readonly lastWeek: number;
  /** Whether they get reminders by what is stored. */
  readonly gets: boolean;
  /** Reminders that end where they get none any more, or that are planned where they get some again. */
  readonly reminders: number;
}

/** The kinds and departments that a choice is made of. */
export interface Recipients {
  readonly kinds: ReadonlyMap<Meeting, RecipientCount>;
  /** Departments that were seen on five patients, and those that get no reminders. */
  readonly departments: ReadonlyMap<string, RecipientCount>;
  /** True where more were seen. */
  readonly hasMore: boolean;
}

/** Departments that a page has room for, beside those that get no reminders. */
const MOST_SEEN = 100;

/**
 * Counts appointments and reminders ahead by what decides who gets some.
 * @param scope departments that somebody sees alone; null: all
 */
export async function countRecipients(
  deps: DatabaseAccess,
  { id, withoutReminders }: Pick<Authority, 'id' | 'withoutReminders'>,
  scope: readonly string[] | null,
  now: Date,
): Promise<Recipients> {
  const { kinds, departments } = withoutReminders;
  const seen = (await namesOfDepartments(deps, id)).filter((name) => scope === null || scope.includes(name));
  const names = [...new Set([...departments, ...seen.slice(0, MOST_SEEN)])];
  const rows = await countByRecipient(deps.db, id, names, scope, now);
  const isKindOff = ({ kind }: RecipientsRow) => (kinds as readonly string[]).includes(kind);
  const isDepartmentOff = ({ department }: RecipientsRow) => department !== null && departments.includes(department);
  const count = (of: readonly RecipientsRow[], gets: boolean, isOffElse: (row: RecipientsRow) => boolean) => ({
    lastWeek: sumOf(of, ({ lastWeek }) => lastWeek),
    gets,
    reminders: sumOf(of, (row) => (gets ? row.planned : isOffElse(row) ? 0 : row.suppressed)),
  });
  return {
    hasMore: seen.length > MOST_SEEN,
    kinds: new Map(
      MEETINGS.map((kind) => {
        const of = rows.filter((row) => row.kind === kind);
        return [kind, count(of, !kinds.includes(kind), isDepartmentOff)] as const;
      }),
    ),
    departments: new Map(
      names.map((name) => {
        const of = rows.filter(({ department }) => department === name);
        return [name, count(of, !departments.includes(name), isKindOff)] as const;
      }),
    ),
  };
}

function sumOf(rows: readonly RecipientsRow[], of: (row: RecipientsRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
