import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { StoredAppointment } from '../store/appointments.ts';

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
  group_reference: string | null;
  deceased: boolean;
  location_printable: boolean;
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
  group_reference: 'text',
  deceased: 'boolean',
  location_printable: 'boolean',
} as const;

/** What an event can't change of an appointment that is known. */
const FIXED = new Set([
  'id',
  'authority_id',
  'source_id',
  'reference',
  'source_mode',
  'received_at',
  'group_reference',
]);

/** With the number encrypted. */
export function toAppointmentRow(appointment: StoredAppointment, keyring: Keyring, now: Date): AppointmentRow {
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
    group_reference: appointment.group,
    deceased: appointment.deceased,
    location_printable: appointment.locationPrintable,
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
      appointments.map((appointment) => toAppointmentRow(appointment, keyring, now)),
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
      appointments.map((appointment) => toAppointmentRow(appointment, keyring, now)),
      APPOINTMENT_COLUMNS,
    )} where a.authority_id = x.authority_id and a.id = x.id`.execute(db);
}
