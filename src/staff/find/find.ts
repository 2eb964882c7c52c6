import { auditNumbersSeen, auditPhoneAccess, type Reader } from '../../accounts/phone-access.ts';
import type { Authority } from '../../domain/authority.ts';
import { addDays, startOfDay } from '../../domain/calendar.ts';
import { notFound } from '../../domain/errors.ts';
import { referenceAlias } from '../../domain/identity/match-known.ts';
import { erasedReference } from '../../domain/reference.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import type { AppointmentRecord } from '../appointments/appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments/appointments.ts';
import { departmentsToChoose } from '../departments/departments.ts';
import type { NamedSource } from '../sources/sources.sql.ts';
import { sourcesToChoose } from '../sources/sources.ts';
import {
  type FoundPlace,
  findByDay,
  findByNumber,
  findByReference,
  findNumberOf,
  type SearchScope,
} from './find.sql.ts';
import { mainReminder, type PresentReminder, presentReminders } from './present-reminders.ts';

export type { FoundPlace } from './find.sql.ts';

/** An appointment in a list of those that were found. */
export interface FoundAppointment {
  readonly id: string;
  readonly appointment: AppointmentView;
  /** The reminder of its present time that tells best what the citizen got; null where there is none. */
  readonly reminder: PresentReminder | null;
  /** Another appointment goes on in its place. */
  readonly replaced: boolean;
}

/** A page of what was found. */
export interface FoundPage {
  readonly items: readonly FoundAppointment[];
  /** The last one of the page, where the list goes on by a next page; null: it does not. */
  readonly next: FoundPlace | null;
  /** The number of appointments behind the page; null: it is not known. */
  readonly behind: number | null;
}

/** The dependencies of every search. */
export type FindDeps = DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission;

/** Appointments on a page. */
const PAGE = 50;

/** A search that somebody may make in an authority. */
export function searchScopeOf(reader: Reader, authorityId: string): SearchScope {
  return { authorityId, departments: reader.departments ?? null };
}

/**
 * Finds appointments by a phone number. Every search is audited, also one that finds nothing.
 * @param asked.phone E.164
 */
export async function findAppointmentsByNumber(
  deps: FindDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly phone: string },
  now: Date,
): Promise<FoundPage> {
  const hash = deps.keyring.phoneHash(asked.phone);
  return byNumber(deps, reader, { authorityId: asked.authorityId, hash, before: null }, now);
}

/**
 * Finds the appointments that have the number of this one, without anybody naming the number. Audited as a search.
 * @throws Problem 404 for an appointment that is not the reader's
 */
export async function findAppointmentsLike(
  deps: FindDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly id: string; readonly before: FoundPlace | null },
  now: Date,
): Promise<FoundPage> {
  const { authorityId, id, before } = asked;
  const hash = await findNumberOf(deps.db, searchScopeOf(reader, authorityId), id);
  if (hash === undefined) throw notFound('appointment');
  return hash === null
    ? { items: [], next: null, behind: 0 }
    : byNumber(deps, reader, { authorityId, hash, before }, now);
}

async function byNumber(
  deps: FindDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly hash: Buffer; readonly before: FoundPlace | null },
  now: Date,
): Promise<FoundPage> {
  const { authorityId, hash, before } = asked;
  const page = { before, limit: PAGE + 1 };
  const records = await findByNumber(deps.db, searchScopeOf(reader, authorityId), hash, page);
  const after = { appointments: records.slice(0, PAGE).map(({ appointment }) => appointment.id) };
  await auditPhoneAccess(deps.db, reader, { authorityId, action: 'number.search', target: 'appointments', after }, now);
  return viewFound(deps, reader, authorityId, records, now);
}

/**
 * Finds appointments by an id of the booking system, in whichever of the authority's sources: as it was typed, and with
 * all its letters large or small. An id is compared as it is stored, so that one that mixes both is found as it is.
 */
export async function findAppointmentsByReference(
  deps: FindDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly reference: string },
  now: Date,
): Promise<FoundPage> {
  const { authorityId, reference } = asked;
  const sources = await sourcesToChoose(deps, authorityId);
  const writings = [reference, reference.toUpperCase(), reference.toLowerCase()];
  const sought = sources.flatMap(({ id: sourceId }) => {
    const hash = (id: string) => deps.keyring.idHash(sourceId, id);
    // What its citizen's erasure left is found by what was its reference.
    const all = new Set([...writings, ...writings.map((each) => erasedReference(each, hash))]);
    return [...all].map((each) => ({ sourceId, reference: each, ...referenceAlias(each, hash) }));
  });
  const { records, total } = await findByReference(deps.db, searchScopeOf(reader, authorityId), sought, PAGE);
  const found = await seen(deps, reader, authorityId, records, now);
  return { ...found, behind: total - records.length };
}

/**
 * The appointments of a day, the earliest first. Showing their numbers is audited.
 * @param asked.day `YYYY-MM-DD` in the authority's zone
 * @param asked.department null: all that the reader may see, like `source`
 */
export async function findAppointmentsOfDay(
  deps: FindDeps,
  reader: Reader,
  asked: Readonly<Record<'department' | 'source', string | null>> & {
    readonly authority: Pick<Authority, 'id' | 'timeZone'>;
    readonly day: string;
    readonly after: FoundPlace | null;
  },
  now: Date,
): Promise<FoundPage> {
  const { authority, day, department, source, after } = asked;
  const scope = searchScopeOf(reader, authority.id);
  const own = scope.departments?.includes(department ?? '') ?? true;
  const departments = department === null ? scope.departments : own ? [department] : [];
  const [from, to] = [startOfDay(day, authority.timeZone), startOfDay(addDays(day, 1), authority.timeZone)];
  const records = await findByDay(deps.db, { ...scope, departments }, { from, to, source, after, limit: PAGE + 1 });
  return seen(deps, reader, authority.id, records, now);
}

/** Shows what was found, and audits whose numbers were shown. */
async function seen(
  deps: FindDeps,
  reader: Reader,
  authorityId: string,
  records: readonly AppointmentRecord[],
  now: Date,
): Promise<FoundPage> {
  const shown = records.slice(0, PAGE).filter(({ appointment }) => appointment.phone_ciphertext !== null);
  const ids = shown.map(({ appointment }) => appointment.id);
  await auditNumbersSeen(deps.db, reader, { authorityId, target: 'appointments', kind: 'appointments', ids }, now);
  return viewFound(deps, reader, authorityId, records, now);
}

async function viewFound(
  deps: FindDeps,
  reader: Reader,
  authorityId: string,
  records: readonly AppointmentRecord[],
  now: Date,
): Promise<FoundPage> {
  const shown = records.slice(0, PAGE);
  const views = await viewAppointments(deps, reader, authorityId, shown, now);
  const items = views.flatMap((appointment, nth) => {
    const record = shown[nth];
    if (!record) return [];
    const { id, slot, replaced_by: replacedBy } = record.appointment;
    const present = appointment.reminders.filter((reminder) => reminder.slot === slot);
    const reminder = mainReminder(presentReminders(present, record));
    return [{ id, appointment, reminder, replaced: replacedBy !== null }];
  });
  return records.length > PAGE
    ? { items, next: placeBehind(items.at(-1)), behind: null }
    : { items, next: null, behind: 0 };
}

/**
 * The place in a list behind an appointment; one without a start is the last kind in a list of starts. null behind no
 * appointment.
 */
export function placeBehind(found: FoundAppointment | undefined): FoundPlace | null {
  return found ? { start: found.appointment.start, id: found.id } : null;
}

/** Values that a day's patients can be narrowed down by. */
export interface FindChoices {
  readonly departments: readonly string[];
  readonly sources: readonly Pick<NamedSource, 'id' | 'name'>[];
}

/** The departments, noted ones and those that rules name, and the sources that somebody may choose from. */
export async function readFindChoices(
  deps: DatabaseAccess,
  reader: Reader,
  authority: Pick<Authority, 'id' | 'rules' | 'withoutReminders'>,
): Promise<FindChoices> {
  const sources = await sourcesToChoose(deps, authority.id);
  return { departments: reader.departments ?? (await departmentsToChoose(deps, authority)), sources };
}
