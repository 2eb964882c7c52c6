import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import { PATIENT_BYTES } from '../../domain/patient-key.ts';
import { NUMBER_BATCH } from '../../store/appointments-of-number.ts';
import { forgetCallbacks, forgetCallbacksAbout } from '../../store/callbacks.ts';
import { FORGOTTEN_OPT_OUT, isOfNumber } from '../../store/opt-outs.ts';
import type { ChangeRow, OutgoingEvent } from '../find/story.sql.ts';

/** Finds the audit entries of an erasure's passes, which have the same moment: first the one with this id. */
export async function findErasures(
  db: Db,
  authorityId: string,
  id: string,
): Promise<{ at: Date; actor: string; after: unknown }[]> {
  const { rows } = await sql<{ at: Date; actor: string; after: unknown }>`
    select b.at, b.actor, b.after from audit a
    join audit b on b.authority_id = a.authority_id and b.at = a.at and b.actor = a.actor and b.action = a.action
    where a.id = ${id} and a.authority_id = ${authorityId} and a.action = 'citizen.erase'
    order by b.id <> a.id, b.id`.execute(db);
  return rows;
}

/**
 * Forgets where polls of the authority's FHIR servers go on: nobody can tell whom the address of a page names. They ask
 * anew for what has changed since the last one that came to its end.
 */
export async function forgetFurtherPages(db: Db, authorityId: string): Promise<void> {
  await sql`
    update fhir_feed set next_page_ciphertext = null, begun_at = null
    where feed = 'poll' and source_id = any(array(
      select source_id from fhir_feed
      where feed = 'poll' and authority_id = ${authorityId} and next_page_ciphertext is not null
      order by source_id for no key update))`.execute(db);
}

/**
 * Forgets that departments, which are not counted by name yet, were seen on the patients of these appointments, as far
 * as their patient keys tell: those that were seen on the number are for `forgetSightingsOf`.
 */
export async function forgetSightings(db: Db, authorityId: string, ids: readonly string[]): Promise<void> {
  await sql`
    update department d set patients = '' where authority_id = ${authorityId} and name is null and exists (
      select from appointment a where a.id = any(${ids}::uuid[])
        and position(substring(a.patient_key from 1 for ${sql.lit(PATIENT_BYTES)}) in d.patients) > 0)`.execute(db);
}

/** Forgets that departments were seen on this number, whatever number their appointments have now. */
export async function forgetSightingsOf(db: Db, authorityId: string, phoneHash: Buffer): Promise<void> {
  await sql`
    update department set patients = '' where authority_id = ${authorityId} and name is null
      and position(substring(${phoneHash}::bytea from 1 for ${sql.lit(PATIENT_BYTES)}) in patients) > 0`.execute(db);
}

/** Erases the texts that a source in shadow mode kept of this number, whatever number their appointments have now. */
export async function eraseShadows(db: Db, authorityId: string, phoneHash: Buffer, now: Date): Promise<void> {
  await untilNoneIsLeft(async () => {
    const { rows } = await sql`
      update reminder set text_ciphertext = null, phone_hash = null, updated_at = ${now}
      where id = any(array(select id from reminder where authority_id = ${authorityId} and phone_hash = ${phoneHash}
        order by id limit ${NUMBER_BATCH} for update)) returning id`.execute(db);
    return rows.length;
  });
}

/**
 * Removes number and text from the authority's messages about these appointments.
 * @returns how many held something
 */
export async function eraseMessagesAbout(
  db: Db,
  authorityId: string,
  appointmentIds: readonly string[],
  now: Date,
): Promise<number> {
  const meant = sql`select m.id from reminder r join message m on m.reminder_id = r.id
    where r.appointment_id = any(${appointmentIds}::uuid[]) and m.authority_id = ${authorityId}`;
  return eraseSome(db, meant, now);
}

/**
 * Removes number and text from the authority's messages to this number, and from the installation's answers to it. An
 * answer that still waits is not sent.
 * @returns how many held something
 */
export async function eraseMessagesTo(db: Db, authorityId: string, phoneHash: Buffer, now: Date): Promise<number> {
  const meant = sql`select id from message
    where phone_hash = ${phoneHash} and (authority_id = ${authorityId} or authority_id is null)
    order by id limit ${NUMBER_BATCH}`;
  return untilNoneIsLeft(() => eraseSome(db, meant, now));
}

async function eraseSome(db: Db, meant: RawBuilder<unknown>, now: Date): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from message where id = any(array(${meant})) order by id for update`.execute(db);
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => row.id);
  await sql`
    update message set phone_ciphertext = null, phone_hash = null, text_ciphertext = null, updated_at = ${now},
      -- The sender of an answer is the number that the citizen wrote to: it goes with the rest.
      sender = case when reminder_id is null then '' else sender end,
      status = case when status = 'planned' then 'not_sent' else status end,
      reason = case when status = 'planned' then 'erased' else reason end,
      next_at = case when status = 'planned' then null else next_at end
    where id = any(${ids}::uuid[])`.execute(db);
  await forgetCallbacksAbout(db, ids);
  return ids.length;
}

/**
 * Repeats a statement that leaves less to do each time.
 * @param batch returns how many rows it found
 * @returns their sum
 */
async function untilNoneIsLeft(batch: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    const found = await batch();
    sum += found;
    if (found < NUMBER_BATCH) return sum;
  }
}

/**
 * Keeps the refusals that are in force, the installation's among them, by the number's hash alone, and of lifted ones
 * nothing that tells whose they were: what a person wrote about them goes, too.
 * @returns how many had the number itself
 */
export async function eraseOptOutNumbers(db: Db, authorityId: string, phoneHash: Buffer): Promise<number> {
  const { rows } = await sql<{ id: string; held: boolean }>`
    select id, phone_ciphertext is not null as held from opt_out
    where ${isOfNumber(phoneHash)} and (authority_id = ${authorityId} or authority_id is null)
      and (phone_ciphertext is not null or lifted_at is not null) order by id for update`.execute(db);
  await sql`update opt_out set ${FORGOTTEN_OPT_OUT}
    where id = any(${rows.map((row) => row.id)}::uuid[])`.execute(db);
  return rows.filter(({ held }) => held).length;
}

/**
 * Deletes the number's replies as far as this authority has them, and those that nobody has; one that concerns other
 * authorities too stays with those. Callbacks of the number that no reply was made from are forgotten, too, but for the
 * parts of an SMS that wait for the others: whose it is shows when it is whole, and it may be a STOP to another
 * authority.
 * @returns how many the authority had, with those that nobody had
 */
export async function eraseInbound(db: Db, authorityId: string, phoneHash: Buffer): Promise<number> {
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

async function eraseSomeOfAuthority(db: Db, authorityId: string, phoneHash: Buffer): Promise<number> {
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
async function deleteUnowned(db: Db, meant: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ callback_id: string | null }>`
    delete from inbound_message where id = any(array(
      select i.id from inbound_message i where ${meant}
        and not exists (select from inbound_authority a where a.inbound_id = i.id) limit ${NUMBER_BATCH}))
    returning callback_id`.execute(db);
  await forgetCallbacks(db, sql`select unnest(${rows.flatMap((row) => row.callback_id ?? [])}::uuid[])`);
  return rows.length;
}

/** Rows that are held about an appointment beside its own and its reminders. */
export interface HeldBeside {
  /** Changes by the booking system, the oldest first. */
  readonly changes: readonly ChangeRow[];
  /** The times that staff took it off the to-do list. */
  readonly handled: readonly { readonly at: Date; readonly by: string }[];
  /** Events for the booking system, the oldest first. */
  readonly events: readonly Omit<OutgoingEvent, 'delivery'>[];
}

/** Rows of each kind that are read of an appointment. */
const MOST = 200;

/** Reads what is held beside these appointments of one authority, in the order that they are given in. */
export async function readHeldBeside(db: Db, authorityId: string, ids: readonly string[]): Promise<HeldBeside[]> {
  // `x` is an appointment; `nth` orders the rows of one moment.
  const read = async <Kind extends keyof HeldBeside>(rowsOf: RawBuilder<unknown>) => {
    const { rows } = await sql<HeldBeside[Kind][number] & { appointment_id: string }>`
      select x.id as appointment_id, r.* from unnest(${ids}::uuid[]) x(id)
      cross join lateral (select * from (${rowsOf}) a order by at desc, nth desc limit ${MOST}) r
      order by r.at, r.nth`.execute(db);
    const ofAppointment = grouped(rows, (row) => row.appointment_id);
    return (id: string) => ofAppointment.get(id) ?? [];
  };
  const changes = await read<'changes'>(
    sql`select at, change, start_at, slot, id as nth from appointment_change where appointment_id = x.id`,
  );
  const handled = await read<'handled'>(
    sql`select handled_at as at, handled_by as by, 0 as nth from handled_appointment
      where appointment_id = x.id and authority_id = ${authorityId}`,
  );
  const events = await read<'events'>(
    sql`select type, at, reminder_id, status, reason, sequence as nth
      from event where appointment_id = x.id and authority_id = ${authorityId}`,
  );
  return ids.map((id) => ({ changes: changes(id), handled: handled(id), events: events(id) }));
}
