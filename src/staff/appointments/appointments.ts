import { auditPhoneAccess, type Reader, showNumber } from '../../accounts/phone-access.ts';
import type { ReadOf } from '../../database/columns.ts';
import type { Authority, Source } from '../../domain/authority.ts';
import { inForce } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { referenceAlias } from '../../domain/identity/match-known.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { erasedReference } from '../../domain/reference.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import { TimeSlices } from '../../runtime/time-slices.ts';
import { APPOINTMENT_READ } from '../../store/appointments.ts';
import { findAuthority } from '../../store/authorities.ts';
import { NO_PLACE, phoneOf, placeOf } from '../../store/places.ts';
import { findSourcesWithAuthority } from '../../store/sources.ts';
import { heldByGateways } from '../gateways/gateways.ts';
import {
  type AppointmentRecord,
  type AppointmentReply,
  type AppointmentReplyRow,
  findAppointment,
  findReferencesOfGroup,
} from './appointments.sql.ts';
import { type HoldReasons, type ReminderView, viewReminder } from './reminder-view.ts';

/** The columns of an appointment that everybody is shown who may see it. */
const SHOWN = APPOINTMENT_READ.pick(
  'reference',
  // An answer to its citizen that is sent with it is refused where the appointment has changed since.
  'revision',
  'status',
  'start',
  'end',
  'kind',
  // The reason why there is no usable number; null when there is one.
  'phoneReason',
  'language',
  'department',
  'contactPhone',
  'outcome',
  'outcomeAt',
  'test',
  'receivedAt',
);

/** An appointment with its reminders, as staff read it. */
export interface AppointmentView extends MayBeUnreadable, ReadOf<typeof SHOWN> {
  readonly authority: string;
  readonly source: string;
  readonly version: number | null;
  /** E.164; masked for readers who may not see numbers. */
  readonly phone: string | null;
  readonly location: { readonly code: string | null; readonly text: string | null } | null;
  readonly updatedAt: Date;
  readonly erasedAt: Date | null;
  readonly reminders: readonly ReminderView[];
  /** What the citizen said last of its present time, by SMS or as staff understood it; null: nothing that is known. */
  readonly reply: AttitudeView | null;
  /** The citizen's replies that may be about it, the oldest first. */
  readonly replies: readonly AppointmentReply[];
}

type ReadDeps = DatabaseAccess & KeyringAccess & SendingPermission & GatewayAccess;

/** An appointment of one authority, by an id of its booking system. */
export interface AuthorityAppointmentKey {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly reference: string;
}

/**
 * Reads one appointment, and audits that its number was shown. The id of a series or a group is that of its only
 * appointment.
 * @returns undefined for an unknown one
 * @throws Problem 404 with the references, for an id that several appointments share
 */
export async function readAppointmentView(
  deps: ReadDeps,
  reader: Reader,
  key: AuthorityAppointmentKey,
  now: Date,
): Promise<AppointmentView | undefined> {
  const { authorityId } = key;
  const record = await findByAnyId(deps, key);
  if (!record) return undefined;
  const { appointment } = record;
  if (reader.seesNumbers && appointment.phone_ciphertext) {
    const access = { authorityId, action: 'number.see', target: `appointment:${appointment.id}` };
    await auditPhoneAccess(deps.db, reader, access, now);
  }
  return (await viewAppointments(deps, reader, authorityId, [record], now))[0];
}

/**
 * Finds an appointment by its own reference, by one that it had, or by that of its series or group.
 * @throws Problem 404 with the references, for an id that several appointments share
 */
export async function findByAnyId(
  deps: DatabaseAccess & KeyringAccess,
  key: AuthorityAppointmentKey,
): Promise<AppointmentRecord | undefined> {
  const { authorityId, sourceId, reference } = key;
  const hash = (id: string) => deps.keyring.idHash(sourceId, id);
  const find = (id: string) => findAppointment(deps.db, authorityId, sourceId, id, referenceAlias(id, hash));
  const erased = erasedReference(reference, hash);
  const record = (await find(reference)) ?? (erased === reference ? undefined : await find(erased));
  if (record && !isMark(record)) return record;
  const [only, ...others] = await findReferencesOfGroup(deps.db, authorityId, sourceId, reference);
  if (only === undefined) return record;
  if (others.length === 0) return find(only);
  throw new Problem(404, 'not-found', 'Several appointments share this id: ask for one of those in errors.', {
    faults: [only, ...others].map((each) => ({ pointer: '', code: 'several_appointments', detail: each })),
  });
}

/** True for what only keeps events out that come late: it was never an appointment that somebody was expected at. */
function isMark({ appointment, reminders }: AppointmentRecord): boolean {
  return appointment.start_at === null && reminders.length === 0;
}

/** Turns stored appointments of one authority into what staff read, with the reason why planned reminders are held. */
export async function viewAppointments(
  deps: ReadDeps,
  reader: Reader,
  authorityId: string,
  records: readonly AppointmentRecord[],
  now: Date,
): Promise<AppointmentView[]> {
  const authority = await findAuthority(deps.db, authorityId);
  const owners = await findSourcesWithAuthority(deps.db, [
    ...new Set(records.map((record) => record.appointment.source_id)),
  ]);
  const due = authority && records.length > 0 ? await heldByGateways(deps, authority, now) : null;
  const slices = new TimeSlices();
  const views: AppointmentView[] = [];
  for (const record of records) {
    const source = owners.get(record.appointment.source_id)?.source;
    const off = pausedBy(authority, source, now) ?? deps.sending.heldReason();
    const isUnclear = record.appointment.unclear_status !== null;
    const all = isUnclear ? (off ?? 'status_unclear') : record.replyHolds ? 'reply_needs_a_person' : off;
    views.push(view(deps.keyring, reader, record, { all, due, now }));
    await slices.pass();
  }
  return views;
}

function pausedBy(authority: Authority | undefined, source: Source | undefined, now: Date): 'paused' | null {
  const paused =
    inForce(authority?.paused ?? null, now) || inForce(source?.paused ?? null, now) || source?.mode === 'paused';
  return paused ? 'paused' : null;
}

function view(keyring: Keyring, reader: Reader, record: AppointmentRecord, held: HoldReasons): AppointmentView {
  const row = record.appointment;
  const opened = new OpenedRow(keyring);
  const phone = opened.attempt(() => phoneOf(row, keyring));
  const { locationCode: code, locationText: text } = opened.attempt(() => placeOf(row, keyring)) ?? NO_PLACE;
  return {
    ...SHOWN.read(row),
    authority: row.authority_id,
    source: row.source_id,
    version: row.version === null ? null : Number(row.version),
    phone: showNumber(reader, phone),
    location: code === null && text === null ? null : { code, text },
    updatedAt: row.updated_at,
    erasedAt: row.erased_at,
    reminders: record.reminders.map((reminder) => viewReminder(keyring, record, reminder, held)),
    reply: attitudeOf(row.slot, record.replies),
    replies: record.replies.map(({ appointment_id: _, slot: _slot, ...reply }) => reply),
    ...opened.mark,
  };
}

/** The reply of a citizen about an appointment. */
interface AttitudeView {
  readonly meaning: 'cancel' | 'confirm';
  readonly at: Date;
  readonly inbound: string;
}

/**
 * The citizen's last word on a slot: as it was read, or as staff settled it. What staff settled as something else
 * doesn't count. null where nothing counts.
 */
function attitudeOf(slot: number, rows: readonly AppointmentReplyRow[]): AttitudeView | null {
  const said = rows.flatMap((row) => {
    const meaning = row.slot === slot && row.certain ? meantBy(row) : null;
    return meaning ? [{ meaning, at: row.receivedAt, inbound: row.inbound }] : [];
  });
  return said.at(-1) ?? null;
}

function meantBy({ action, meaning }: AppointmentReplyRow): AttitudeView['meaning'] | null {
  if (action === 'confirmed') return 'confirm';
  if (action === 'cancel_passed_on') return 'cancel';
  if (action !== null) return null;
  return meaning === 'cancel' || meaning === 'confirm' ? meaning : null;
}
