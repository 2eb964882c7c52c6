import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { newId } from '../domain/ids.ts';
import { isAhead, type KnownPatientKey } from '../store/known-patients.ts';

/** Appointments of a patient that are looked at for their number, the last changed first: more have no other. */
const MOST_APPOINTMENTS = 20;

/** A patient who is asked for. `asked`: the caller's own number of it. */
export interface AskedPatient extends KnownPatientKey {
  readonly asked: number;
}

/** Row about a patient: what is kept (`reference` null), or one of the appointments ahead with a number. */
export interface StoredOfPatient {
  readonly asked: number;
  readonly reference: string | null;
  readonly id: string;
  readonly authority_id: string;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer | null;
  readonly language: string | null;
  readonly protected: boolean;
  readonly kept_at: Date | null;
}

/** Finds what is kept of these patients, and the numbers of their appointments ahead, but for those of tests. */
export async function findOfPatients(db: Db, patients: readonly AskedPatient[], now: Date): Promise<StoredOfPatient[]> {
  const rows = patients.map(({ asked, sourceId, patientKey }) => ({ asked, source_id: sourceId, key: patientKey }));
  const wanted = unnest(rows, { asked: 'int', source_id: 'text', key: 'bytea' });
  const found = await sql<StoredOfPatient>`
    with wanted as materialized (select * from ${wanted})
    select x.asked, null as reference, k.id, k.authority_id, k.phone_ciphertext, k.phone_hash, k.language, k.protected,
      k.kept_at
    from wanted x join known_patient k on k.source_id = x.source_id and k.patient_key = x.key
    union all
    select x.asked, d.reference, d.id, d.authority_id, d.phone_ciphertext, d.phone_hash, d.language, false, null
    from wanted x cross join lateral (
      select a.* from appointment a
      where a.source_id = x.source_id and a.patient_key = x.key and a.phone_hash is not null and not a.test
        and a.replaced_by is null and ${isAhead(now)}
      order by a.updated_at desc, a.id desc limit ${MOST_APPOINTMENTS}) d`.execute(db);
  return found.rows;
}

/** Notes that the names and addresses of these patients of appointments are protected. */
export async function noteProtected(trx: Db, patients: readonly KnownPatientKey[], now: Date): Promise<void> {
  if (patients.length === 0) return;
  const rows = patients.map(({ sourceId, patientKey }) => ({ id: newId(now), source_id: sourceId, key: patientKey }));
  await sql`
    insert into known_patient as k (id, authority_id, source_id, patient_key, protected, updated_at)
    select x.id, s.authority_id, s.id, x.key, true, ${now}::timestamptz
    from ${unnest(rows, { id: 'uuid', source_id: 'text', key: 'bytea' })} join source s on s.id = x.source_id
    order by s.id, x.key
    on conflict (source_id, patient_key) do update set protected = true, updated_at = excluded.updated_at`.execute(trx);
}

/** Appointments of a patient go on under the key that survives a merge of two records. @returns how many there were */
export async function mergePatient(
  trx: Db,
  sourceId: string,
  patientKey: Buffer,
  formerKeys: readonly Buffer[],
  now: Date,
): Promise<number> {
  if (formerKeys.length === 0) return 0;
  const result = await sql`
    update appointment set patient_key = ${patientKey}, updated_at = greatest(updated_at, ${now}::timestamptz)
    where id = any(array(
      select id from appointment where source_id = ${sourceId} and patient_key = any(${formerKeys}::bytea[])
      order by source_id, reference for update))`.execute(trx);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * References of the patient's appointments that are neither over nor called off, and of those marked as a dead
 * patient's; with `all`, of every one.
 */
export async function findAppointmentsOfPatient(
  db: Db,
  { sourceId, patientKey }: KnownPatientKey,
  all: boolean,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ reference: string }>`
    select reference from appointment
    where source_id = ${sourceId} and patient_key = ${patientKey} and erased_at is null
      and (${all} or deceased or (status in ('booked', 'pending', 'proposed', 'waitlist')
        and (start_at is null or start_at > ${now})))
    order by reference`.execute(db);
  return rows.map((row) => row.reference);
}
