import { type Kysely, type Selectable, sql } from 'kysely';
import type { Appointment } from '../domain/appointment.ts';
import type { Language, SourceMode } from '../domain/authority.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { Reminder, ReminderStatus, TemplateName } from '../domain/reminder.ts';
import type { Database } from './database.ts';
import { unnest } from './unnest.ts';

/** An appointment with what only the database and the look-ups need of it. */
export interface StoredAppointment extends Appointment {
  readonly id: string;
  readonly authorityId: string;
  readonly sourceId: string;
  readonly contentHash: Buffer;
  readonly phoneHash: Buffer | null;
  readonly sourceMode: SourceMode;
  readonly receivedAt: Date;
}

/** A reminder with the appointment that it belongs to. */
export interface StoredReminder extends Reminder {
  readonly appointmentId: string;
}

type Row = Selectable<Database['appointment']>;

export function toAppointment(row: Row, keyring: Keyring): StoredAppointment {
  return {
    id: row.id,
    authorityId: row.authority_id,
    sourceId: row.source_id,
    reference: row.reference,
    version: row.version === null ? null : Number(row.version),
    occurredAt: row.event_at,
    contentHash: row.content_hash,
    revision: row.revision,
    slot: row.slot,
    status: row.status,
    start: row.start_at,
    end: row.end_at,
    kind: row.kind,
    patientKey: row.patient_key,
    phone: row.phone_ciphertext && keyring.cipher.decrypt(row.authority_id, 'appointment.phone', row.phone_ciphertext),
    phoneHash: row.phone_hash,
    phoneReason: row.phone_reason,
    language: row.language,
    locationCode: row.location_code,
    locationText: row.location_text,
    department: row.department,
    departmentCode: row.department_code,
    contactPhone: row.contact_phone,
    sourceMode: row.source_mode,
    test: row.test,
    outcome: row.outcome,
    outcomeAt: row.outcome_at,
    receivedAt: row.received_at,
    erased: row.erased_at !== null,
  };
}

export interface AppointmentKey {
  readonly sourceId: string;
  readonly reference: string;
}

/** Locks what is there of `keys`, in one order for everybody, so that two groups can't deadlock. */
export async function lockAppointments(
  db: Kysely<Database>,
  keys: readonly AppointmentKey[],
  keyring: Keyring,
): Promise<StoredAppointment[]> {
  const wanted = unnest(
    keys.map((key) => ({ source_id: key.sourceId, reference: key.reference })),
    { source_id: 'text', reference: 'text' },
  );
  const { rows } = await sql<Row>`
    select a.* from appointment a join ${wanted} on a.source_id = x.source_id and a.reference = x.reference
    order by a.source_id, a.reference for update of a`.execute(db);
  return rows.map((row) => toAppointment(row, keyring));
}

/** Locks an authority's appointments by id, in one order for everybody. */
export async function lockAppointmentsById(
  db: Kysely<Database>,
  authorityId: string,
  ids: readonly string[],
  keyring: Keyring,
): Promise<StoredAppointment[]> {
  const { rows } = await sql<Row>`
    select * from appointment where authority_id = ${authorityId} and id = any(${ids}::uuid[])
    order by source_id, reference for update`.execute(db);
  return rows.map((row) => toAppointment(row, keyring));
}

/** Every reminder of these appointments, in every slot, locked in one order for everybody. */
export async function lockReminders(db: Kysely<Database>, appointmentIds: readonly string[]): Promise<StoredReminder[]> {
  if (appointmentIds.length === 0) return [];
  const { rows } = await sql<{
    id: string;
    appointment_id: string;
    rule: string;
    template: TemplateName;
    language: string;
    slot: number;
    status: ReminderStatus;
    reason: string | null;
    due_at: Date;
    expires_at: Date;
    started_at: Date | null;
    resend: boolean;
  }>`
    select id, appointment_id, rule, template, language, slot, status, reason, due_at, expires_at, started_at, resend
    from reminder where appointment_id = any(${appointmentIds}::uuid[]) order by id for update`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    appointmentId: row.appointment_id,
    rule: row.rule,
    template: row.template,
    language: row.language as Language,
    slot: row.slot,
    status: row.status,
    reason: row.reason,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    started: row.started_at !== null,
    resend: row.resend,
  }));
}

interface AppointmentRow {
  id: string;
  authority_id: string;
  source_id: string;
  reference: string;
  version: string | null;
  event_at: Date | null;
  content_hash: Buffer;
  revision: number;
  slot: number;
  status: string;
  start_at: Date | null;
  end_at: Date | null;
  kind: string;
  patient_key: Buffer | null;
  phone_ciphertext: Buffer | null;
  phone_hash: Buffer | null;
  phone_reason: string | null;
  language: string | null;
  location_code: string | null;
  location_text: string | null;
  department: string | null;
  department_code: string | null;
  contact_phone: string | null;
  source_mode: string;
  test: boolean;
  outcome: string | null;
  outcome_at: Date | null;
  received_at: Date;
  updated_at: Date;
}

const APPOINTMENT_COLUMNS = {
  id: 'uuid',
  authority_id: 'text',
  source_id: 'text',
  reference: 'text',
  version: 'bigint',
  event_at: 'timestamptz',
  content_hash: 'bytea',
  revision: 'int',
  slot: 'int',
  status: 'text',
  start_at: 'timestamptz',
  end_at: 'timestamptz',
  kind: 'text',
  patient_key: 'bytea',
  phone_ciphertext: 'bytea',
  phone_hash: 'bytea',
  phone_reason: 'text',
  language: 'text',
  location_code: 'text',
  location_text: 'text',
  department: 'text',
  department_code: 'text',
  contact_phone: 'text',
  source_mode: 'text',
  test: 'boolean',
  outcome: 'text',
  outcome_at: 'timestamptz',
  received_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

/** What an event can't change of an appointment that is known. */
const FIXED = new Set(['id', 'authority_id', 'source_id', 'reference', 'source_mode', 'received_at']);

function toRow(appointment: StoredAppointment, keyring: Keyring, now: Date): AppointmentRow {
  const { phone, authorityId } = appointment;
  return {
    id: appointment.id,
    authority_id: authorityId,
    source_id: appointment.sourceId,
    reference: appointment.reference,
    version: appointment.version === null ? null : String(appointment.version),
    event_at: appointment.occurredAt,
    content_hash: appointment.contentHash,
    revision: appointment.revision,
    slot: appointment.slot,
    status: appointment.status,
    start_at: appointment.start,
    end_at: appointment.end,
    kind: appointment.kind,
    patient_key: appointment.patientKey,
    phone_ciphertext: phone === null ? null : keyring.cipher.encrypt(authorityId, 'appointment.phone', phone),
    phone_hash: appointment.phoneHash,
    phone_reason: appointment.phoneReason,
    language: appointment.language,
    location_code: appointment.locationCode,
    location_text: appointment.locationText,
    department: appointment.department,
    department_code: appointment.departmentCode,
    contact_phone: appointment.contactPhone,
    source_mode: appointment.sourceMode,
    test: appointment.test,
    outcome: appointment.outcome,
    outcome_at: appointment.outcomeAt,
    received_at: appointment.receivedAt,
    updated_at: now,
  };
}

/** @returns the ids that were inserted: one that is missing was inserted by somebody else in between */
export async function insertAppointments(
  db: Kysely<Database>,
  appointments: readonly StoredAppointment[],
  keyring: Keyring,
  now: Date,
): Promise<Set<string>> {
  if (appointments.length === 0) return new Set();
  const names = sql.join(Object.keys(APPOINTMENT_COLUMNS).map((name) => sql.ref(name)));
  const { rows } = await sql<{ id: string }>`
    insert into appointment (${names})
    select ${names} from ${unnest(
      appointments.map((appointment) => toRow(appointment, keyring, now)),
      APPOINTMENT_COLUMNS,
    )} order by source_id, reference
    on conflict (source_id, reference) do nothing returning id`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** The rows must be locked by the caller. */
export async function updateAppointments(
  db: Kysely<Database>,
  appointments: readonly StoredAppointment[],
  keyring: Keyring,
  now: Date,
): Promise<void> {
  if (appointments.length === 0) return;
  const names = Object.keys(APPOINTMENT_COLUMNS).filter((name) => !FIXED.has(name));
  const assignments = names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`x.${name}`)}`);
  await sql`
    update appointment a set ${sql.join(assignments)}
    from ${unnest(
      appointments.map((appointment) => toRow(appointment, keyring, now)),
      APPOINTMENT_COLUMNS,
    )} where a.authority_id = x.authority_id and a.id = x.id`.execute(db);
}
