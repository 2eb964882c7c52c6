import { type Selectable, sql } from 'kysely';
import { columnList, readList } from '../database/columns.ts';
import type { Database, Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { Appointment } from '../domain/appointment.ts';
import type { SourceMode } from '../domain/authority.ts';
import type { Keyring } from '../domain/keyring.ts';
import { NOTHING_SEEN, type SeenEvents } from '../domain/repeats.ts';
import { OpenedRow } from '../runtime/opened-row.ts';
import { NO_PLACE, phoneOf, placeOf, sealedPlaceOf } from './places.ts';

/** An appointment with what only the database and the look-ups need of it. */
export interface StoredAppointment extends Appointment {
  readonly id: string;
  readonly authorityId: string;
  readonly sourceId: string;
  readonly contentHash: Buffer;
  readonly seen: SeenEvents;
  readonly phoneHash: Buffer | null;
  /** Hash of a number that staff found to be another person's. */
  readonly wrongPhoneHash: Buffer | null;
  readonly sourceMode: SourceMode;
  readonly receivedAt: Date;
  /** The start that the citizen knows from an SMS, where the appointment has moved since; null: none. */
  readonly announcedStart: Date | null;
  /** The id that the appointments of several patients share; null for one that stands alone. */
  readonly group: string | null;
  /**
   * Ciphertexts of `phone` and `locationText` that can't be opened, which are null: they stay as they are until the
   * booking system says anew what they held. Left out where all can be.
   */
  readonly unopened?: { readonly phone: Buffer | null; readonly place: Buffer | null };
}

type Row = Selectable<Database['appointment']>;

/**
 * The columns of an appointment that are read as they stand, by everybody who reads one: the rules take them all, what
 * is shown or printed picks from them.
 */
export const APPOINTMENT_READ = readList('appointment', {
  id: 'id',
  authorityId: 'authority_id',
  sourceId: 'source_id',
  reference: 'reference',
  occurredAt: 'event_at',
  cancelStamp: 'cancel_stamp',
  contentHash: 'content_hash',
  revision: 'revision',
  slot: 'slot',
  status: 'status',
  unclear: 'unclear_status',
  start: 'start_at',
  end: 'end_at',
  kind: 'kind',
  patientKey: 'patient_key',
  phoneHash: 'phone_hash',
  phoneReason: 'phone_reason',
  wrongPhoneHash: 'wrong_phone_hash',
  language: 'language',
  department: 'department',
  departmentCode: 'department_code',
  contactPhone: 'contact_phone',
  sourceMode: 'source_mode',
  test: 'test',
  outcome: 'outcome',
  outcomeAt: 'outcome_at',
  receivedAt: 'received_at',
  group: 'group_reference',
  replacedBy: 'replaced_by',
  deceased: 'deceased',
  announcedStart: 'announced_start_at',
  locationPrintable: 'location_printable',
});

/** A row as the rules read it, with number and place decrypted as far as they can be. */
export function toAppointment(row: Row, keyring: Keyring): StoredAppointment {
  const phone = new OpenedRow(keyring);
  const place = new OpenedRow(keyring);
  const number = phone.attempt(() => phoneOf(row, keyring));
  const placed = place.attempt(() => placeOf(row, keyring)) ?? NO_PLACE;
  const unopened = phone.mark.unreadable || place.mark.unreadable;
  return {
    ...APPOINTMENT_READ.read(row),
    ...placed,
    version: row.version === null ? null : Number(row.version),
    seen: row.seen_events ?? NOTHING_SEEN,
    phone: number,
    erased: row.erased_at !== null,
    ...(unopened && {
      unopened: {
        phone: phone.mark.unreadable ? row.phone_ciphertext : null,
        place: place.mark.unreadable ? row.place_ciphertext : null,
      },
    }),
  };
}

interface WriteContext {
  readonly keyring: Keyring;
  readonly now: Date;
}

/**
 * The columns of an appointment that intake writes. A new one needs its migration, tables.ts and, to be
 * read, `APPOINTMENT_READ` too.
 */
export const APPOINTMENT_COLUMNS = columnList<'appointment', StoredAppointment, WriteContext>({
  id: ['uuid', ({ id }) => id],
  authority_id: ['text', ({ authorityId }) => authorityId],
  source_id: ['text', ({ sourceId }) => sourceId],
  reference: ['text', ({ reference }) => reference],
  version: ['bigint', ({ version }) => (version === null ? null : String(version))],
  event_at: ['timestamptz', ({ occurredAt }) => occurredAt],
  cancel_stamp: ['timestamptz', ({ cancelStamp }) => cancelStamp],
  content_hash: ['bytea', ({ contentHash }) => contentHash],
  seen_events: ['bytea', ({ seen }) => (seen.length === 0 ? null : seen)],
  revision: ['int', ({ revision }) => revision],
  slot: ['int', ({ slot }) => slot],
  status: ['text', ({ status }) => status],
  unclear_status: ['bytea', ({ unclear }) => unclear],
  start_at: ['timestamptz', ({ start }) => start],
  end_at: ['timestamptz', ({ end }) => end],
  kind: ['text', ({ kind }) => kind],
  patient_key: ['bytea', ({ patientKey }) => patientKey],
  phone_ciphertext: [
    'bytea',
    ({ phone, id, authorityId, unopened }, { keyring }) =>
      phone === null ? (unopened?.phone ?? null) : keyring.cipher.encrypt(authorityId, 'appointment.phone', id, phone),
  ],
  phone_hash: ['bytea', ({ phoneHash }) => phoneHash],
  phone_reason: ['text', ({ phoneReason }) => phoneReason],
  language: ['text', ({ language }) => language],
  location_code: ['text', ({ kind, locationCode }) => (kind === 'visit' ? locationCode : null)],
  location_text: ['text', ({ kind, locationText }) => (kind === 'visit' ? locationText : null)],
  place_ciphertext: [
    'bytea',
    (appointment, { keyring }) => sealedPlaceOf(appointment, keyring) ?? appointment.unopened?.place ?? null,
  ],
  department: ['text', ({ department }) => department],
  department_code: ['text', ({ departmentCode }) => departmentCode],
  contact_phone: ['text', ({ contactPhone }) => contactPhone],
  source_mode: ['text', ({ sourceMode }) => sourceMode],
  test: ['boolean', ({ test }) => test],
  outcome: ['text', ({ outcome }) => outcome],
  outcome_at: ['timestamptz', ({ outcomeAt }) => outcomeAt],
  received_at: ['timestamptz', ({ receivedAt }) => receivedAt],
  updated_at: ['timestamptz', (_, { now }) => now],
  group_reference: ['text', ({ group }) => group],
  replaced_by: ['text', ({ replacedBy }) => replacedBy],
  deceased: ['boolean', ({ deceased }) => deceased],
  announced_start_at: ['timestamptz', ({ announcedStart }) => announcedStart],
  location_printable: ['boolean', ({ locationPrintable }) => locationPrintable],
});

/** Columns that no event sets once the appointment is stored. Retention counts from `updated_at`, which only rises. */
const KEPT = ['id', 'authority_id', 'source_id', 'source_mode', 'received_at', 'updated_at'];

/** Inserts appointments. @returns how many; fewer than given means that another process inserted one in between */
export async function insertAppointments(
  db: Db,
  appointments: readonly StoredAppointment[],
  writing: WriteContext,
): Promise<number> {
  if (appointments.length === 0) return 0;
  const { names } = APPOINTMENT_COLUMNS;
  const result = await sql`
    insert into appointment (${names}) select ${names} from ${APPOINTMENT_COLUMNS.unnest(appointments, writing)}
    order by source_id, reference on conflict (source_id, reference) do nothing`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Updates locked rows. @throws an error that `isUniqueViolation`, when a new reference has become another's */
export async function updateAppointments(
  db: Db,
  appointments: readonly StoredAppointment[],
  writing: WriteContext,
): Promise<void> {
  if (appointments.length === 0) return;
  await sql`
    update appointment a set ${APPOINTMENT_COLUMNS.assignments(KEPT)}, updated_at = greatest(a.updated_at, x.updated_at)
    from ${APPOINTMENT_COLUMNS.unnest(appointments, writing)}
    where a.authority_id = x.authority_id and a.id = x.id`.execute(db);
}

/** Notes events that changed nothing else about locked appointments. */
export async function noteSeenEvents(db: Db, noted: readonly Pick<StoredAppointment, 'id' | 'seen'>[]): Promise<void> {
  if (noted.length === 0) return;
  await sql`
    update appointment a set seen_events = x.seen from ${unnest(noted, { id: 'uuid', seen: 'bytea' })}
    where a.id = x.id`.execute(db);
}

interface AppointmentKey {
  readonly sourceId: string;
  readonly reference: string;
}

/** Locks what is there of `keys`, in one order for everybody, so that two groups can't deadlock. */
export async function lockAppointments(
  db: Db,
  keys: readonly AppointmentKey[],
  keyring: Keyring,
): Promise<StoredAppointment[]> {
  const wantedKeys = keys.map((key) => ({ source_id: key.sourceId, reference: key.reference }));
  const wanted = unnest(wantedKeys, { source_id: 'text', reference: 'text' });
  const { rows } = await sql<Row>`
    select a.* from appointment a join ${wanted} on a.source_id = x.source_id and a.reference = x.reference
    order by a.source_id, a.reference for update of a`.execute(db);
  return rows.map((row) => toAppointment(row, keyring));
}

/** Locks an authority's appointments by id, in one order for everybody. */
export async function lockAppointmentsById(
  db: Db,
  authorityId: string,
  ids: readonly string[],
  keyring: Keyring,
): Promise<StoredAppointment[]> {
  const { rows } = await sql<Row>`
    select * from appointment where authority_id = ${authorityId} and id = any(${ids}::uuid[])
    order by source_id, reference for update`.execute(db);
  return rows.map((row) => toAppointment(row, keyring));
}

/** The statuses of an appointment that was called off, as `isCalledOff` of domain/appointment has them. */
export const CALLED_OFF = sql`('cancelled', 'entered-in-error')`;
/**
 * The moment of an appointment, by UTC, from which retention counts and by which staff look through a day: the start,
 * unless it was called off. It is the expression of the index appointment_past, word for word: any other reads the
 * whole table.
 */
export const MOMENT = sql`(case when start_at is null or status in ${CALLED_OFF} then updated_at at time zone 'UTC'
  else least(start_at at time zone 'UTC', updated_at at time zone 'UTC' + interval '3 years') end)`;
