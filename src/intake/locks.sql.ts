import { type Kysely, sql } from 'kysely';
import { LOCK_KEYS } from '../database/lock-keys.ts';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { PatientLock } from './locks.ts';

/** Id of one source that several appointments share, as `sharedIdsOf` gives it. */
export interface SharedId {
  readonly sourceId: string;
  readonly id: string;
}

/**
 * Makes other events about these ids and patients wait until the transaction ends, like accept_new. Comes before any
 * appointment is looked up or locked, and takes all locks in one order.
 */
export async function lockBefore(
  trx: Kysely<Database>,
  shared: readonly SharedId[],
  patients: readonly PatientLock[],
): Promise<void> {
  if (shared.length === 0 && patients.length === 0) return;
  const ids = shared.map(({ sourceId, id }) => `${sourceId} ${id}`);
  const given = unnest(
    patients.map(({ lock, holder, sourceId, patientKey }) => ({ lock, holder, source: sourceId, key: patientKey })),
    { lock: 'int', holder: 'text', source: 'text', key: 'bytea' },
  );
  await sql`
    select case when k.exclusive then pg_advisory_xact_lock(k.kind, k.key)
      else pg_advisory_xact_lock_shared(k.kind, k.key) end
    from (
      select u.kind, u.key, bool_or(u.exclusive) as exclusive from (
        select ${LOCK_KEYS.sharedIds}::int as kind, hashtext(i.id) as key, true as exclusive
          from unnest(${ids}::text[]) i (id)
        union all
        select ${LOCK_KEYS.patients}::int, x.lock, x.holder <> 'booking' from ${given}
          where x.holder <> 'alive' or coalesce(
            (select 1 from known_patient p
              where p.source_id = x.source and p.patient_key = x.key and p.deceased limit 1),
            (select 1 from appointment a
              where a.source_id = x.source and a.patient_key = x.key and a.deceased limit 1)) is not null) u
      group by u.kind, u.key order by u.kind, u.key) k`.execute(trx);
}
