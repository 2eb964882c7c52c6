import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { newId } from '../domain/ids.ts';
import type { Keyring } from '../domain/keyring.ts';

/** The column of a kept number, as the authenticated data of its ciphertext names it. */
const PHONE = 'known_patient.phone';

/** Empties what is kept of a patient until an appointment refers to it. */
const NOTHING_KEPT = sql`phone_ciphertext = null, phone_hash = null, language = null, kept_at = null`;

/** A patient of one source. */
export interface KnownPatientKey {
  readonly sourceId: string;
  readonly patientKey: Buffer;
}

/** Event about a patient, as far as it is kept. */
interface SaidOfPatient extends KnownPatientKey {
  readonly authorityId: string;
  readonly version: number | null;
  readonly occurredAt: Date | null;
  /** null: not mentioned, as in `protected` and `language`. */
  readonly deceased: boolean | null;
  readonly protected: boolean | null;
  readonly language: string | null;
  /** In E.164; null: none that can be used. undefined: not mentioned, and what is kept stays. */
  readonly phone: string | null | undefined;
  /** true: it is kept until an appointment refers to the patient, where none is ahead. */
  readonly keep: boolean;
}

/**
 * Outcome of keeping an event: `old`, it changes nothing; `known`, it counts; `kept`, and is kept for a while; `new`,
 * and nothing was stored of the patient before.
 */
export type KeptPatient = 'old' | 'known' | 'kept' | 'new';

/**
 * Keeps how new this is, a death and a protection, of a patient with appointments; of one without only a death, and
 * what is to be kept. Nothing where something newer was said before.
 */
export async function keepPatient(trx: Db, keyring: Keyring, said: SaidOfPatient, now: Date): Promise<KeptPatient> {
  const { sourceId, authorityId, patientKey, version, occurredAt, deceased, language, keep } = said;
  const id = newId(now);
  const phone = keep && deceased !== true ? (said.phone ?? null) : null;
  const sealed = phone === null ? null : keyring.cipher.encrypt(authorityId, PHONE, id, phone);
  const hash = phone === null ? null : keyring.phoneHash(phone);
  const isKept = keep && deceased !== true && (phone !== null || said.protected === true);
  // A new ciphertext comes with the id that it is bound to.
  const replaces = sql.lit(said.phone !== undefined || isKept);
  const either = (column: string) => {
    const [fresh, stored] = [sql.ref(`excluded.${column}`), sql.ref(`k.${column}`)];
    return sql`${sql.ref(column)} = case when ${replaces} then ${fresh} else ${stored} end`;
  };
  const ofPatient = sql`a.source_id = s.id and a.patient_key = ${patientKey}`;
  const { rows } = await sql<{ kept: boolean; fresh: boolean }>`
    insert into known_patient as k (id, authority_id, source_id, patient_key, version, event_at, deceased, protected,
      phone_ciphertext, phone_hash, language, kept_at, updated_at)
    select ${id}, s.authority_id, s.id, ${patientKey}, ${version}::bigint, ${occurredAt}::timestamptz,
      coalesce(${deceased}::boolean, false), coalesce(${said.protected}::boolean, false),
      case when h.is_kept then ${sealed}::bytea end, case when h.is_kept then ${hash}::bytea end,
      case when h.is_kept then ${language}::text end, case when h.is_kept then ${now}::timestamptz end, ${now}
    from source s
    cross join lateral (select ${isKept}::boolean and not exists (
      select from appointment a where ${ofPatient} and ${isAhead(now)}) as is_kept) h
    where s.id = ${sourceId} and (coalesce(${deceased}::boolean, false) or h.is_kept
      or exists (select from appointment a where ${ofPatient})
      or exists (select from known_patient a where ${ofPatient}))
    on conflict (source_id, patient_key) do update set
      version = coalesce(excluded.version, k.version), event_at = coalesce(excluded.event_at, k.event_at),
      deceased = coalesce(${deceased}::boolean, k.deceased),
      protected = coalesce(${said.protected}::boolean, k.protected),
      ${either('id')}, ${either('phone_ciphertext')}, ${either('phone_hash')}, ${either('kept_at')},
      language = case when ${replaces} then case when excluded.kept_at is not null then
          coalesce(excluded.language, k.language) end
        when k.kept_at is not null then coalesce(${language}::text, k.language) end,
      updated_at = excluded.updated_at
    where case when k.version is not null and excluded.version is not null then excluded.version >= k.version
      else coalesce(excluded.event_at >= k.event_at, true) end
    returning kept_at is not null as kept, xmax = 0 as fresh`.execute(trx);
  if (!rows[0]) return 'old';
  if (!rows[0].kept || !isKept) return 'known';
  // PostgreSQL leaves xmax at 0 for a row that was inserted, not updated.
  return rows[0].fresh ? 'new' : 'kept';
}

/** SQL of an appointment `a` that is neither over nor called off. */
export function isAhead(now: Date): RawBuilder<unknown> {
  return sql`(a.status in ('booked', 'pending', 'proposed', 'waitlist') and a.erased_at is null
    and (a.start_at is null or a.start_at > ${now}::timestamptz))`;
}

/**
 * Brings what is known of a patient under the present key: a death, a protection, and what is kept, unless something is
 * kept there already. How new a former record was says nothing of the present one, unless it is the same record.
 */
export async function renameKnownPatient(
  trx: Db,
  keyring: Keyring,
  { sourceId, patientKey }: KnownPatientKey,
  former: { readonly keys: readonly Buffer[]; readonly sameRecord: boolean },
  now: Date,
): Promise<void> {
  if (former.keys.length === 0) return;
  const { rows } = await sql<KnownPatientRow>`
    select * from known_patient where source_id = ${sourceId} and patient_key = any(${former.keys}::bytea[])
    order by kept_at desc nulls last, patient_key for update`.execute(trx);
  const [first] = rows;
  if (!first) return;
  const id = newId(now);
  const phone = keptPhoneOf(first, keyring);
  const sealed = phone === null ? null : keyring.cipher.encrypt(first.authority_id, PHONE, id, phone);
  const [deceased, isProtected] = [rows.some((row) => row.deceased), rows.some((row) => row.protected)];
  await sql`
    insert into known_patient as k (id, authority_id, source_id, patient_key, version, event_at, deceased, protected,
      phone_ciphertext, phone_hash, language, kept_at, updated_at)
    values (${id}, ${first.authority_id}, ${sourceId}, ${patientKey},
      ${former.sameRecord ? first.version : null}::bigint, ${former.sameRecord ? first.event_at : null}::timestamptz,
      ${deceased}, ${isProtected}, ${sealed}::bytea, ${sealed && first.phone_hash}::bytea, ${first.language},
      ${first.kept_at}, ${first.updated_at})
    on conflict (source_id, patient_key) do update set
      deceased = k.deceased or excluded.deceased, protected = k.protected or excluded.protected,
      id = case when k.kept_at is null then excluded.id else k.id end,
      phone_ciphertext = case when k.kept_at is null then excluded.phone_ciphertext else k.phone_ciphertext end,
      phone_hash = case when k.kept_at is null then excluded.phone_hash else k.phone_hash end,
      language = case when k.kept_at is null then excluded.language else k.language end,
      kept_at = coalesce(k.kept_at, excluded.kept_at)`.execute(trx);
  const formers = rows.map((row) => ({ sourceId, patientKey: row.patient_key }));
  await endKept(trx, formers);
}

type KnownPatientRow = Selectable<Database['known_patient']>;

/** The number that is kept of a patient, decrypted; null where there is none, and where it can't be opened. */
export function keptPhoneOf(
  row: Pick<KnownPatientRow, 'id' | 'authority_id' | 'phone_ciphertext'>,
  { cipher }: Keyring,
): string | null {
  if (!row.phone_ciphertext) return null;
  try {
    return cipher.decrypt(row.authority_id, PHONE, row.id, row.phone_ciphertext);
  } catch {
    return null;
  }
}

/** Ends what is kept of these patients: appointments refer to them now, and have it. */
export async function endKept(trx: Db, patients: readonly KnownPatientKey[]): Promise<void> {
  if (patients.length === 0) return;
  const ids = patients.map(({ sourceId }) => sourceId);
  const keys = patients.map(({ patientKey }) => patientKey);
  await sql`
    update known_patient k set ${NOTHING_KEPT}
    from unnest(${ids}::text[], ${keys}::bytea[]) x (source_id, key)
    where k.source_id = x.source_id and k.patient_key = x.key and k.kept_at is not null`.execute(trx);
}

/**
 * Ends what an authority keeps of patients with this number: of one without appointments only a death stays known.
 * @returns how many had it
 */
export async function forgetKeptNumber(trx: Db, authorityId: string, phoneHash: Buffer): Promise<number> {
  const { rows } = await sql<{ source_id: string; patient_key: Buffer }>`
    select source_id, patient_key from known_patient where authority_id = ${authorityId} and phone_hash = ${phoneHash}
    order by source_id, patient_key for update`.execute(trx);
  const patients = rows.map((row) => ({ sourceId: row.source_id, patientKey: row.patient_key }));
  await endKept(trx, patients);
  await sql`
    delete from known_patient k
    where k.authority_id = ${authorityId} and k.patient_key = any(${rows.map((row) => row.patient_key)}::bytea[])
      and not k.deceased and k.kept_at is null
      and not exists (select from appointment a where a.source_id = k.source_id and a.patient_key = k.patient_key)
    `.execute(trx);
  return rows.length;
}

/** Patient of whom an authority keeps a number. */
export interface KeptOfNumber {
  readonly source: string;
  readonly keptAt: Date;
  readonly language: string | null;
  readonly protected: boolean;
}

/** Finds what is kept with this number, the latest first, a hundred at most. */
export async function findKeptOfNumber(db: Db, authorityId: string, phoneHash: Buffer): Promise<KeptOfNumber[]> {
  const { rows } = await sql<KeptOfNumber>`
    select source_id as source, kept_at as "keptAt", language, protected from known_patient
    where authority_id = ${authorityId} and phone_hash = ${phoneHash}
    order by kept_at desc, source_id limit 100`.execute(db);
  return rows;
}

/** Forgets the patients of these appointments, except that a patient has died. */
export async function forgetPatients(trx: Db, authorityId: string, appointmentIds: readonly string[]): Promise<void> {
  await sql`
    delete from known_patient k using appointment a
    where a.authority_id = ${authorityId} and a.id = any(${appointmentIds}::uuid[])
      and k.source_id = a.source_id and k.patient_key = a.patient_key and not k.deceased`.execute(trx);
}

/** Deletes patients without an event since then; a death stays known, so that relatives are not reminded. */
export async function purgePatients(db: Db, authorityId: string, before: Date): Promise<void> {
  await sql`delete from known_patient
    where authority_id = ${authorityId} and updated_at < ${before} and not deceased`.execute(db);
}

/** Deletes what was kept longer than its source's `keepPatients`, and of patients without appointments the row. */
export async function purgeKept(db: Db, authorityId: string, now: Date): Promise<void> {
  const over = sql`k.authority_id = ${authorityId} and k.kept_at is not null and s.id = k.source_id
    and k.kept_at <= ${now}::timestamptz - coalesce((s.settings ->> 'keepPatients')::interval, interval 'PT24H')`;
  await sql`delete from known_patient k using source s where ${over} and not k.deceased
    and not exists (select from appointment a where a.source_id = k.source_id and a.patient_key = k.patient_key)
    `.execute(db);
  await sql`update known_patient k set ${NOTHING_KEPT} from source s where ${over}`.execute(db);
}
