import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { NUMBER_BATCH } from '../../store/appointments-of-number.ts';
import { forgetCallbacks } from '../../store/callbacks.ts';
import { untilNoneIsLeft } from './citizens.sql.ts';

/**
 * Deletes the number's replies as far as this authority has them, and those that nobody has; one that concerns other
 * authorities too stays with those. Callbacks of the number that no reply was made from are forgotten, too, but for the
 * parts of an SMS that wait for the others: whose it is shows when it is whole, and it may be a STOP to another
 * authority.
 * @returns how many the authority had, with those that nobody had
 */
export async function eraseInbound(db: Kysely<Database>, authorityId: string, phoneHash: Buffer): Promise<number> {
  const own = await untilNoneIsLeft(() => eraseSomeOfAuthority(db, authorityId, phoneHash));
  const unowned = await untilNoneIsLeft(() => deleteUnowned(db, sql`i.phone_hash = ${phoneHash}`));
  await untilNoneIsLeft(() =>
    forgetCallbacks(
      db,
      sql`select c.id from callback c where c.phone_hash = ${phoneHash} and not exists (
        select from inbound_message i where i.phone_hash = ${phoneHash} and i.callback_id = c.id)
        and not (c.applied_at is null and c.note is not distinct from 'part' and (select count(*) from authority) > 1)
        limit ${NUMBER_BATCH}`,
    ),
  );
  return own + unowned;
}

async function eraseSomeOfAuthority(db: Kysely<Database>, authorityId: string, phoneHash: Buffer): Promise<number> {
  const { rows } = await sql<{ inbound_id: string }>`
    select inbound_id from inbound_authority where authority_id = ${authorityId} and phone_hash = ${phoneHash}
    order by inbound_id limit ${NUMBER_BATCH} for update`.execute(db);
  const ids = rows.map((row) => row.inbound_id);
  const own = sql`authority_id = ${authorityId} and inbound_id = any(${ids}::uuid[])`;
  await sql`delete from inbound_appointment where ${own}`.execute(db);
  await sql`delete from inbound_authority where ${own}`.execute(db);
  await deleteUnowned(db, sql`i.id = any(${ids}::uuid[])`);
  return ids.length;
}

/** Deletes replies that belong to no authority, or never did. @returns how many */
async function deleteUnowned(db: Kysely<Database>, meant: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ callback_id: string | null }>`
    delete from inbound_message where id = any(array(
      select i.id from inbound_message i where ${meant}
        and not exists (select from inbound_authority a where a.inbound_id = i.id) limit ${NUMBER_BATCH}))
    returning callback_id`.execute(db);
  await forgetCallbacks(db, sql`select unnest(${rows.flatMap((row) => row.callback_id ?? [])}::uuid[])`);
  return rows.length;
}
