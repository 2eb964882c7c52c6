import { auditPhoneAccess, type Reader } from '../../accounts/phone-access.ts';
import type { ReadOf } from '../../database/columns.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { APPOINTMENT_READ } from '../../store/appointments.ts';
import { findKeptOfNumber, type KeptOfNumber } from '../../store/known-patients.ts';
import {
  type AppointmentPlace,
  type AppointmentRecord,
  findAppointmentsOfNumber,
  isReported,
  listMessages,
} from '../appointments/appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments/appointments.ts';
import { type MessageView, viewMessage } from '../appointments/messages.ts';
import type { ChangeRow } from '../find/story.sql.ts';
import { listOptOuts } from '../opt-outs.sql.ts';
import { type OptOutView, viewOptOut } from '../opt-outs.ts';
import { listInbound } from '../replies/replies.sql.ts';
import { type InboundView, viewReplies } from '../replies/replies.ts';
import { findSource } from '../sources/sources.sql.ts';
import { type HeldBeside, readHeldBeside } from './citizens.sql.ts';

/** A page of what an authority holds about a phone number. */
export interface CitizenRecord {
  readonly phone: string;
  /** The appointments that have the number now, with their reminders. */
  readonly appointments: readonly AppointmentView[];
  /** Further details of each of `appointments`, in their order. */
  readonly details: readonly AppointmentDetails[];
  /** All messages to the number: also those about appointments that have another number now, and answers. */
  readonly messages: readonly MessageView[];
  readonly inbound: readonly InboundView[];
  readonly optOuts: readonly OptOutView[];
  /** Patients of FHIR with the number who are kept until an appointment refers to them; all on the first page. */
  readonly patients: readonly KeptOfNumber[];
  /** Where the next page begins; null: there is nothing further. */
  readonly next: CitizenPlaces | null;
}

/** A place in each list, behind its last one that was read; null: the list is at its end. */
export interface CitizenPlaces {
  readonly appointments: AppointmentPlace | null;
  /** An id, as in the lists after it. */
  readonly messages: string | null;
  readonly inbound: string | null;
  readonly optOuts: string | null;
}

/** The most that a page holds of each list: a number may stand in thousands. */
const PAGE = 100;

/**
 * Collects what an authority holds about a number, for a citizen who asks (GDPR article 15), page by page. Audited,
 * also when nothing is held.
 * @param reader `installation`: its administrator, who also sees replies and answers that concern no authority
 * @param asked.phone E.164
 * @param asked.from the `next` of the page before; left out: the first page
 */
export async function lookUpCitizen(
  deps: LookUpDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly phone: string; readonly from?: CitizenPlaces | undefined },
  now: Date,
): Promise<CitizenRecord> {
  const { authorityId, phone, from } = asked;
  const phoneHash = deps.keyring.phoneHash(phone);
  return { phone, ...(await lookUpHash(deps, reader, { authorityId, phoneHash, from }, now)) };
}

/** The dependencies of looking a citizen up. */
export type LookUpDeps = DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission;

/** The same by the keyed hash of a number, for what must not be given the number itself. */
export async function lookUpHash(
  deps: LookUpDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly phoneHash: Buffer; readonly from?: CitizenPlaces | undefined },
  now: Date,
): Promise<Omit<CitizenRecord, 'phone'>> {
  const { db, keyring } = deps;
  const { authorityId, phoneHash, from } = asked;
  const number = { phoneHash, unowned: reader.installation === true, limit: PAGE + 1 };
  const appointments = await pageOf(
    from?.appointments,
    (behind) => findAppointmentsOfNumber(db, authorityId, phoneHash, { behind, limit: PAGE + 1 }),
    ({ appointment: { start_at: start, id } }) => ({ start, id }),
  );
  const messages = await pageOf(from?.messages, (before) => listMessages(db, authorityId, { ...number, before }), idOf);
  const listReplies = (id: string | null) =>
    listInbound(db, authorityId, { ...number, before: id === null ? null : { rank: 0, id } });
  const inbound = await pageOf(from?.inbound, listReplies, idOf);
  const listOwn = (before: string | null) => listOptOuts(db, authorityId, { phoneHash, before, limit: PAGE + 1 });
  const optOuts = await pageOf(from?.optOuts, listOwn, idOf);
  const patients = from === undefined ? await findKeptOfNumber(db, authorityId, phoneHash) : [];
  const after = {
    appointments: appointments.rows.length,
    messages: messages.rows.length,
    inbound: inbound.rows.length,
    optOuts: optOuts.rows.length,
    patients: patients.length,
    // Look-ups of one citizen are told from those of others by it.
    newest: appointments.rows[0]?.appointment.id ?? messages.rows[0]?.id ?? inbound.rows[0]?.id ?? optOuts.rows[0]?.id,
  };
  await auditPhoneAccess(db, reader, { authorityId, action: 'citizen.look-up', target: 'citizen', after }, now);
  const next = {
    appointments: appointments.next,
    messages: messages.next,
    inbound: inbound.next,
    optOuts: optOuts.next,
  };
  return {
    appointments: await viewAppointments(deps, reader, authorityId, appointments.rows, now),
    details: await readDetails(deps, authorityId, appointments.rows),
    messages: messages.rows.map((row) => viewMessage(keyring, reader, row)),
    inbound: await viewReplies(deps, reader, authorityId, inbound.rows, now),
    // The number that was looked up is known to the reader: `held` has it shown in full.
    optOuts: optOuts.rows.map((row) => viewOptOut(keyring, reader, { ...row, held: true })),
    patients,
    next: Object.values(next).every((place) => place === null) ? null : next,
  };
}

/** @param from undefined: the list begins; null: it is at its end */
async function pageOf<T, P>(
  from: P | null | undefined,
  read: (behind: P | null) => Promise<readonly T[]>,
  placeOf: (row: T) => P,
): Promise<{ readonly rows: readonly T[]; readonly next: P | null }> {
  const found = from === null ? [] : await read(from ?? null);
  const rows = found.slice(0, PAGE);
  const last = rows.at(-1);
  return { rows, next: found.length > PAGE && last !== undefined ? placeOf(last) : null };
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

/** A change by the booking system. */
interface DetailedChange extends Pick<ChangeRow, 'at' | 'change' | 'start_at'> {
  /** The reference that it got; null: none, or it is not known any more. */
  readonly reference: string | null;
}

/**
 * The columns of an appointment that a citizen who asks is shown beside what `AppointmentView` has: `group` is the id
 * that it shares with the appointments of other patients, or of its series, `announcedStart` the start that an SMS
 * named before it moved.
 */
const DETAILS = APPOINTMENT_READ.pick(
  'reference',
  'departmentCode',
  'group',
  'replacedBy',
  'announcedStart',
  'deceased',
);

/** Details that are held about an appointment beside what `AppointmentView` shows. */
export interface AppointmentDetails extends Omit<HeldBeside, 'changes'>, ReadOf<typeof DETAILS> {
  /** Changes by the booking system, the oldest first. */
  readonly changes: readonly DetailedChange[];
  readonly source: string;
  readonly sourceName: string;
  /** The reminders whose number staff reported as somebody else's, by their ids. */
  readonly reportedWrong: ReadonlySet<string>;
}

/** Reads the details of these appointments of one authority, in the order that they are given in. */
async function readDetails(
  { db }: DatabaseAccess,
  authorityId: string,
  records: readonly AppointmentRecord[],
): Promise<AppointmentDetails[]> {
  const rows = records.map(({ appointment }) => appointment);
  const ids = rows.map(({ id }) => id);
  const beside = await readHeldBeside(db, authorityId, ids);
  const names = new Map<string, string>();
  for (const id of new Set(rows.map(({ source_id }) => source_id)))
    names.set(id, (await findSource(db, authorityId, id))?.name ?? id);
  return rows.flatMap((row, at) => {
    const held = beside[at];
    if (!held) return [];
    const ofNumber = (records[at]?.reminders ?? []).filter((reminder) => isReported(row, reminder));
    return {
      ...held,
      ...DETAILS.read(row),
      changes: withReferences(held.changes, row.replaced_by),
      source: row.source_id,
      sourceName: names.get(row.source_id) ?? row.source_id,
      reportedWrong: new Set(ofNumber.map(({ id }) => id)),
    };
  });
}

/** An appointment keeps the last reference that went on in its place, and none before. */
function withReferences(changes: readonly ChangeRow[], replacedBy: string | null): DetailedChange[] {
  const last = changes.findLast(({ change }) => change === 'replaced');
  return changes.map((each) => ({ ...each, reference: each === last ? replacedBy : null }));
}

/** Pages that are put together: the most that one number can sensibly stand in. */
const MOST_PAGES = 200;

/**
 * Everything that an authority holds about a number, for a file to hand over. Every page of it is audited.
 * @param asked.phone E.164
 * @returns `next` is null unless there is more than a file can take
 */
export async function readWholeCitizen(
  deps: LookUpDeps,
  reader: Reader,
  asked: { readonly authorityId: string; readonly phone: string },
  now: Date,
): Promise<CitizenRecord> {
  let whole = await lookUpCitizen(deps, reader, asked, now);
  for (let pages = 1; whole.next !== null && pages < MOST_PAGES; pages++) {
    const page = await lookUpCitizen(deps, reader, { ...asked, from: whole.next }, now);
    whole = {
      phone: whole.phone,
      appointments: [...whole.appointments, ...page.appointments],
      details: [...whole.details, ...page.details],
      messages: [...whole.messages, ...page.messages],
      inbound: [...whole.inbound, ...page.inbound],
      optOuts: [...whole.optOuts, ...page.optOuts],
      patients: whole.patients,
      next: page.next,
    };
  }
  return whole;
}
