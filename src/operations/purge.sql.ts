import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { DAY_MS } from '../domain/duration.ts';
import type { Channel } from '../domain/event-types.ts';
import { UNDO_WITHIN_MS } from '../domain/replies/settle.ts';
import { CALLED_OFF, MOMENT } from '../store/appointments.ts';
import { forgetCallbacksAbout } from '../store/callbacks.ts';
import { orderDeliveries } from '../store/event-endpoints.ts';
import { FORGOTTEN_OPT_OUT } from '../store/opt-outs.ts';

/**
 * Sets the last update of appointments to `now` where retention counts from it and it lies more than a day after `now`:
 * a process with a clock set ahead wrote it, and later updates never move it back.
 * @param now by a clock that agrees with the database's
 * @returns how many appointments; fewer than `limit` means that none is left
 */
export async function correctFutureUpdates(db: Db, authorityId: string, now: Date, limit: number): Promise<number> {
  const result = await sql`
    update appointment set updated_at = ${now} where id in (
      select id from appointment
      where authority_id = ${authorityId} and (start_at is null or status in ${CALLED_OFF})
        and updated_at > ${dayAfter(now)}
      limit ${limit} for update skip locked)`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Sets the time at which replies or callbacks were received likewise. @returns how many */
export async function correctFutureReceivedAt(
  db: Db,
  table: 'inbound_message' | 'callback',
  now: Date,
  limit: number,
): Promise<number> {
  const result = await sql`
    update ${sql.table(table)} set received_at = ${now} where id in (
      select id from ${sql.table(table)} where received_at > ${dayAfter(now)}
      limit ${limit} for update skip locked)`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

const dayAfter = (moment: Date) => new Date(moment.getTime() + DAY_MS);

/** A place in the order of the purge: behind this appointment. */
interface PurgePlace {
  readonly source_id: string;
  readonly reference: string;
}

/** Result of one part of the purge of appointments. */
export interface PurgedPart {
  /** How many appointments. */
  readonly deleted: number;
  /** The place behind which the next part begins; null: none is left. */
  readonly next: PurgePlace | null;
}

/**
 * Deletes an authority's appointments that are past retention, the next `limit` behind a place, with reminders,
 * messages, texts and receipts; the statistics stay. A child goes before its parent, so that a process killed in
 * between leaves nothing dangling and the next run completes it. The place spares each of many parts what the parts
 * before it went through: appointments that are kept, and what is deleted, which the index holds until it is vacuumed.
 */
export async function purgeAppointments(
  db: Db,
  { authorityId, before, behind }: { authorityId: string; before: Date; behind: PurgePlace | null },
  limit: number,
): Promise<PurgedPart> {
  const further = behind ? sql`and (source_id, reference) > (${behind.source_id}, ${behind.reference})` : sql``;
  const { rows } = await sql<PurgePlace & { id: string }>`
    select id, source_id, reference from appointment
    where authority_id = ${authorityId} and ${MOMENT} < ${before} at time zone 'UTC' ${further}
    order by source_id, reference limit ${limit} for update skip locked`.execute(db);
  if (rows.length === 0) return { deleted: 0, next: null };
  const next = rows.length < limit ? null : (rows.at(-1) ?? null);
  const ids = rows.map((row) => row.id);
  // Reminders before messages: the order in which everybody locks. The next run takes those that are being handed over
  // now.
  const locked = await sql<{ id: string }>`
    select r.id from reminder r
    where r.authority_id = ${authorityId} and r.appointment_id = any(${ids}::uuid[])
      and not exists (select from message m where m.reminder_id = r.id and m.status = 'handing_over')
    order by r.id for update`.execute(db);
  const reminders = locked.rows.map((row) => row.id);
  const { rows: messages } = await sql<{ id: string }>`
    select id from message where reminder_id = any(${reminders}::uuid[]) order by id for update`.execute(db);
  await forgetCallbacksAbout(
    db,
    messages.map((row) => row.id),
  );
  // The rows stay, so that a reader who has come as far as one of them can go on behind it.
  await sql`update event set reference = null where appointment_id = any(${ids}::uuid[])`.execute(db);
  await sql`delete from message where reminder_id = any(${reminders}::uuid[])`.execute(db);
  await sql`delete from reminder where authority_id = ${authorityId} and id = any(${reminders}::uuid[])`.execute(db);
  const result = await sql`
    delete from appointment a where authority_id = ${authorityId} and id = any(${ids}::uuid[])
      and not exists (select from reminder r where r.appointment_id = a.id)`.execute(db);
  return { deleted: Number(result.numAffectedRows ?? 0), next };
}

/**
 * Answers to citizens, with their texts. `authorityId` null: those of the whole installation. Run in a transaction: a
 * receipt that holds an answer is waited for, so that what the gateway posted goes, too.
 */
export async function purgeAnswers(db: Db, authorityId: string | null, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from message where id = any(array(
      select id from message where reminder_id is null and created_at < ${before}
        and coalesce(authority_id, '') = ${authorityId ?? ''} limit ${limit}))
    order by id for update`.execute(db);
  const ids = rows.map((row) => row.id);
  await forgetCallbacksAbout(db, ids);
  await sql`delete from message where id = any(${ids}::uuid[])`.execute(db);
  return ids.length;
}

/** Raw callbacks, also one that could never be applied: what it is about is erased by now. */
export async function purgeCallbacks(db: Db, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from callback where id = any(array(
      select id from callback where received_at < ${before} order by received_at limit ${limit}))`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Events of booking systems, with what became of their delivery; what waited behind one of them is due. Run in a
 * transaction.
 */
export async function purgeEvents(trx: Db, before: Date, limit: number, now: Date): Promise<number> {
  const { rows } = await sql<{ source_id: string; sequence: string }>`
    with old as materialized (
      select source_id, sequence from event where numbered_at < ${before}
      order by numbered_at limit ${limit} for update skip locked)
    delete from event e using old where e.source_id = old.source_id and e.sequence = old.sequence
    returning e.source_id, e.sequence`.execute(trx);
  if (rows.length === 0) return 0;
  const given = unnest(rows, { source_id: 'text', sequence: 'bigint' });
  // Endpoints before their deliveries: the order in which everybody locks.
  await sql`
    select from event_endpoint p
    where (p.source_id, p.channel) in (
      select d.source_id, d.channel from delivery d join ${given} using (source_id, sequence)
      where d.status = 'pending')
    order by p.source_id, p.channel for update`.execute(trx);
  const { rows: waited } = await sql<{ source_id: string; channel: Channel; appointments: string[] }>`
    with gone as (
      delete from delivery d using ${given} where d.source_id = x.source_id and d.sequence = x.sequence
      returning d.source_id, d.channel, d.appointment_id, d.status)
    select source_id, channel, array_agg(distinct appointment_id) as appointments from gone
    where status = 'pending' group by source_id, channel`.execute(trx);
  for (const { source_id: sourceId, channel, appointments } of waited)
    await orderDeliveries(trx, { sourceId, channel }, appointments, now);
  return rows.length;
}

/** Keys of requests of booking systems. */
export async function purgeIdempotencyKeys(db: Db, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from idempotency_key k using (
      select source_id, key from idempotency_key where created_at < ${before} order by created_at limit ${limit}) old
    where k.source_id = old.source_id and k.key = old.key`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** A lifted opt-out needs no number any more; a live one keeps it, so that staff can see whose it is. */
export async function purgeLiftedOptOuts(db: Db, before: Date): Promise<void> {
  await sql`update opt_out set ${FORGOTTEN_OPT_OUT}
    where lifted_at < ${before} and (phone_ciphertext is not null or phone_hash <> '')`.execute(db);
}

/** Departments that were seen on too few patients to be counted by name. */
export async function purgeSightings(db: Db, before: Date): Promise<void> {
  await sql`delete from department where name is null and seen_at < ${before}`.execute(db);
}

/**
 * Deletes what nobody signs in by any more: sessions, expired links, counts of wrong passwords; invitations that nobody
 * accepted, with people who have nothing else; and the names of people who left long ago.
 */
export async function purgePeople(
  db: Db,
  before: { readonly sessions: Date; readonly failures: Date; readonly invitations: Date; readonly names: Date },
  now: Date,
): Promise<void> {
  await sql`delete from session where started_at < ${before.sessions}`.execute(db);
  await sql`delete from sign_in_failure where began_at < ${before.failures}`.execute(db);
  await sql`delete from invitation where expires_at <= ${now}`.execute(db);
  await sql`
    with forgotten as (
      delete from account a where a.accepted_at is null and a.created_at < ${before.invitations}
        and not exists (select from invitation i where i.account_id = a.id)
      returning a.person_id, a.authority_id)
    delete from person_name n using forgotten f
    where n.person_id = f.person_id and coalesce(n.authority_id, '') = coalesce(f.authority_id, '')
      -- Somebody who worked there before, and did not come back, is still named by the audit.
      and not exists (select from audit x where x.actor = 'person:' || f.person_id
        and coalesce(x.authority_id, '') = coalesce(f.authority_id, ''))`.execute(db);
  // The audit still names somebody who did something here: nothing is left but the name, as after a removal.
  await sql`
    update person p set email_hash = null, email_ciphertext = null, identity_hash = null, password_hash = null,
      totp_ciphertext = null, totp_confirmed_at = null, totp_step = null, ended_at = ${now}
    where p.ended_at is null and not exists (select from account a where a.person_id = p.id)
      and exists (select from audit x where x.actor = 'person:' || p.id)`.execute(db);
  await sql`
    delete from person p where p.signed_in_at is null and p.ended_at is null and p.created_at < ${before.invitations}
      and not exists (select from account a where a.person_id = p.id)`.execute(db);
  await sql`delete from person where ended_at < ${before.names}`.execute(db);
}

/** How long each authority keeps what identifies a citizen. */
export async function readRetentions(db: Db): Promise<{ authorityId: string; days: number }[]> {
  const rows = await db.selectFrom('authority').select(['id', 'retention_days']).orderBy('id').execute();
  return rows.map((row) => ({ authorityId: row.id, days: row.retention_days }));
}

/**
 * Removes an authority's links to citizens' replies past its retention; a reply goes when no authority has one. One
 * about an appointment ahead stays until that has begun, whenever it was received, and so does one that holds a number
 * which has an appointment ahead: what it holds would go after all, if it were planned anew.
 */
export async function purgeInboundOfAuthority(db: Db, authorityId: string, before: Date, now: Date): Promise<void> {
  // past: materialized, so that the appointments of replies within their retention are never looked for.
  const past = sql`past as materialized (
      select ia.inbound_id, ia.phone_hash, ia.holds and ${isOpenOrUndoable(now)} as holds
      from inbound_message i join inbound_authority ia on ia.inbound_id = i.id
      where ia.authority_id = ${authorityId} and i.received_at < ${before}),
    gone as (
      select p.inbound_id from past p
      where not exists (
          select from inbound_appointment h join appointment a on a.id = h.appointment_id
          where h.inbound_id = p.inbound_id and h.authority_id = ${authorityId} and a.start_at > ${now})
        and not (p.holds and exists (
          select from appointment a
          where a.phone_hash = p.phone_hash and a.authority_id = ${authorityId} and a.start_at > ${now})))`;
  await sql`
    with ${past}
    delete from inbound_appointment h using gone
    where h.inbound_id = gone.inbound_id and h.authority_id = ${authorityId}`.execute(db);
  await sql`
    with ${past}
    delete from inbound_authority ia using gone
    where ia.inbound_id = gone.inbound_id and ia.authority_id = ${authorityId}`.execute(db);
}

/** The condition that a link (`ia`) is not settled, or was so lately that staff may undo it. */
function isOpenOrUndoable(now: Date): RawBuilder<unknown> {
  return sql`(ia.settled_at is null or ia.settled_at > ${new Date(now.getTime() - UNDO_WITHIN_MS)})`;
}

/** Deletes citizens' replies that no authority is linked to any more. @returns how many, `limit` at most */
export async function purgeInbound(db: Db, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from inbound_message where id = any(array(
      select i.id from inbound_message i where i.received_at < ${before}
        and not exists (select from inbound_authority ia where ia.inbound_id = i.id) limit ${limit}))`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
