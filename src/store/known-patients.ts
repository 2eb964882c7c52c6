import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { PatientEvent } from '../domain/appointment.ts';

/**
 * Keeps how new this is, and a death, of a patient with appointments; of one without only a death.
 * @returns false where something newer was said before, and where there is nothing to keep: then no appointment is to
 * be changed
 */
export async function keepPatient(
  trx: Kysely<Database>,
  sourceId: string,
  patient: PatientEvent,
  now: Date,
): Promise<boolean> {
  const { patientKey, formerKeys, version = null, occurredAt = null, deceased = null } = patient;
  const { rows } = await sql`
    insert into known_patient as k (authority_id, source_id, patient_key, version, event_at, deceased, updated_at)
    select s.authority_id, s.id, ${patientKey}, ${version}::bigint, ${occurredAt}::timestamptz, d.deceased, ${now}
    from source s cross join lateral (
      select coalesce(${deceased}::boolean, exists (
        select from known_patient f
          where f.source_id = s.id and f.patient_key = any(${formerKeys}::bytea[]) and f.deceased)) as deceased) d
    where s.id = ${sourceId}
      and (d.deceased or exists (select from appointment a where a.source_id = s.id and a.patient_key = ${patientKey}))
    on conflict (source_id, patient_key) do update set
      version = coalesce(excluded.version, k.version), event_at = coalesce(excluded.event_at, k.event_at),
      deceased = case when ${deceased}::boolean is null then k.deceased or excluded.deceased
        else excluded.deceased end,
      updated_at = excluded.updated_at
    where case when k.version is not null and excluded.version is not null then excluded.version >= k.version
      else coalesce(excluded.event_at >= k.event_at, true) end
    returning 1 as kept`.execute(trx);
  return rows.length > 0;
}

/** Moves everything that is known of a patient to the present key, unless something is known under that already. */
export async function renameKnownPatient(
  trx: Kysely<Database>,
  sourceId: string,
  patientKey: Buffer,
  formerKeys: readonly Buffer[],
): Promise<void> {
  await sql`
    insert into known_patient (authority_id, source_id, patient_key, version, event_at, deceased, updated_at)
    select authority_id, source_id, ${patientKey}, version, event_at, deceased, updated_at from known_patient
    where source_id = ${sourceId} and patient_key = any(${formerKeys}::bytea[])
    order by deceased desc limit 1
    on conflict (source_id, patient_key) do nothing`.execute(trx);
}

/** Forgets the patients of these appointments, except that a patient has died. */
export async function forgetPatients(
  trx: Kysely<Database>,
  authorityId: string,
  appointmentIds: readonly string[],
): Promise<void> {
  await sql`
    delete from known_patient k using appointment a
    where a.authority_id = ${authorityId} and a.id = any(${appointmentIds}::uuid[])
      and k.source_id = a.source_id and k.patient_key = a.patient_key and not k.deceased`.execute(trx);
}

/** Deletes patients without an event since then; a death stays known, so that relatives are not reminded. */
export async function purgePatients(db: Kysely<Database>, authorityId: string, before: Date): Promise<void> {
  await sql`delete from known_patient
    where authority_id = ${authorityId} and updated_at < ${before} and not deceased`.execute(db);
}
