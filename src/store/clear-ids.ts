import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { storedAlias } from '../domain/identity/match-known.ts';
import type { Keyring } from '../domain/keyring.ts';
import { departmentId, sealPlace } from './places.ts';

const BATCH = 5_000;

/**
 * Hashes the ids, and encrypts the places, that the first release kept in clear and that the upgrade copied as they
 * were. Inside the transaction of the caller, who holds the row of the installation.
 */
export async function protectCopied(trx: Db, keyring: Keyring): Promise<void> {
  await hashAliases(trx, keyring);
  await hashKeys(trx, keyring);
  await sealPlaces(trx, keyring);
  await hashDepartments(trx, keyring);
  await trx.updateTable('installation').set({ clear_ids: false }).execute();
}

async function hashAliases(trx: Db, keyring: Keyring): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    // Paged by appointment, since the hashed value, the key of an alias, changes on the way.
    const { rows: page } = await sql<{ id: string }>`
      select id from appointment where id > ${after} order by id limit ${BATCH}`.execute(trx);
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
    const ids = page.map(({ id }) => id);
    const { rows } = await sql<AliasRow>`delete from appointment_alias where appointment_id = any(${ids}::uuid[])
      returning source_id, kind, value, authority_id, appointment_id, shared`.execute(trx);
    if (rows.length > 0) await insertHashed(trx, rows, keyring);
  }
}

type AliasRow = Selectable<Database['appointment_alias']>;

async function insertHashed(trx: Db, rows: readonly AliasRow[], keyring: Keyring): Promise<void> {
  const hashed = rows.map(({ kind, value, ...row }) => {
    const bar = value.indexOf('|');
    const alias = { kind, namespace: value.slice(0, bar) || null, value: value.slice(bar + 1) };
    return { ...row, ...storedAlias(alias, (id) => keyring.idHash(row.source_id, id)) };
  });
  await sql`
    insert into appointment_alias (source_id, kind, value, authority_id, appointment_id, shared)
    select source_id, kind, value, authority_id, appointment_id, shared from ${unnest(hashed, {
      source_id: 'text',
      kind: 'text',
      value: 'text',
      authority_id: 'text',
      appointment_id: 'uuid',
      shared: 'boolean',
    })}`.execute(trx);
}

async function hashKeys(trx: Db, keyring: Keyring): Promise<void> {
  for (let after = new Date(0); ; ) {
    // Paged by age, since the key itself changes; all keys of one instant are on one page.
    const { rows } = await sql<{ source_id: string; key: string; created_at: Date }>`
      select source_id, key, created_at from idempotency_key where created_at > ${after} and created_at <= (
        select max(created_at) from (
          select created_at from idempotency_key where created_at > ${after} order by created_at limit ${BATCH}) page)
      order by created_at`.execute(trx);
    const last = rows.at(-1);
    if (!last) return;
    after = last.created_at;
    const hashed = rows.map(({ source_id, key }) => ({ source_id, key, hash: keyring.idHash(source_id, key) }));
    await sql`
      update idempotency_key k set key = x.hash
      from ${unnest(hashed, { source_id: 'text', key: 'text', hash: 'text' })}
      where k.source_id = x.source_id and k.key = x.key`.execute(trx);
  }
}

/** The upgrade can't hash: its departments have their names as keys. */
async function hashDepartments(trx: Db, keyring: Keyring): Promise<void> {
  const { rows } = await sql<{ authority_id: string; name: string }>`
    select authority_id, name from department where name = key`.execute(trx);
  const hashed = rows.map((row) => ({ ...row, key: keyring.idHash(row.authority_id, departmentId(row.name)) }));
  await sql`
    update department d set key = x.key
    from ${unnest(hashed, { authority_id: 'text', name: 'text', key: 'text' })}
    where d.authority_id = x.authority_id and d.key = x.name`.execute(trx);
}

async function sealPlaces(trx: Db, keyring: Keyring): Promise<void> {
  type Row = Pick<
    Selectable<Database['appointment']>,
    'id' | 'authority_id' | 'kind' | 'location_code' | 'location_text'
  >;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    // Paged by id, so that no statement reads more than its own part of a large table.
    const { rows: page } = await sql<Row>`
      select id, authority_id, kind, location_code, location_text from appointment
      where id > ${after} order by id limit ${BATCH}`.execute(trx);
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
    const rows = page.filter((row) => row.kind !== 'visit' && (row.location_code ?? row.location_text) !== null);
    if (rows.length === 0) continue;
    const sealed = rows.map((row) => ({
      id: row.id,
      place: sealPlace(
        { id: row.id, authorityId: row.authority_id },
        { locationCode: row.location_code, locationText: row.location_text },
        keyring,
      ),
    }));
    await sql`
      update appointment a set place_ciphertext = x.place, location_code = null, location_text = null
      from ${unnest(sealed, { id: 'uuid', place: 'bytea' })} where a.id = x.id`.execute(trx);
  }
}
