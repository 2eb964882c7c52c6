import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { HOUR_MS } from '../domain/duration.ts';
import { CLOCKS_APART_MS } from '../runtime/deps.ts';
import { SHARING_MS } from './look/look.sql.ts';
import { DEPARTMENT_NOW, LANGUAGE_NOW } from './settle.sql.ts';

/** A process whose heartbeat is so old is gone, and what it had started is uncertain. */
export const GONE_MS = 45_000;
/** A clock that is further ahead than any right one: a heartbeat by it says nothing. */
const AHEAD_MS = 60_000;
/** A group that only reserves its id is kept longer than any statement lasts that might still insert it. */
const RESERVED_MS = HOUR_MS;
const CHUNK = 100;

/** A process as its heartbeat notes it. */
interface NotedProcess {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly startedAt: Date;
  /** Milliseconds that its clock is ahead of the database's, as last compared; null: not compared yet. */
  readonly clockAheadMs: number | null;
}

/**
 * Writes the process's heartbeat, by the database's clock.
 * @returns the ids of the processes that hand over now, in order: this one too, unless its clock keeps it from it
 */
export async function beat(db: Db, process: NotedProcess, now: Date): Promise<string[]> {
  const { id, name, version, startedAt } = process;
  const ahead = process.clockAheadMs === null ? null : awayFromZero(process.clockAheadMs);
  await sql`
    insert into process as p (id, name, version, clock_ahead_ms, started_at, heartbeat_at)
    values (${id}, ${name}, ${version}, ${ahead}, ${startedAt}, ${now})
    on conflict (id) do update set heartbeat_at = ${now}, clock_ahead_ms = ${ahead}`.execute(db);
  const since = new Date(now.getTime() - SHARING_MS);
  const { rows } = await sql<{ id: string }>`
    select id from process where heartbeat_at > ${since} and coalesce(abs(clock_ahead_ms), 0) <= ${CLOCKS_APART_MS}
    order by id`.execute(db);
  return rows.map((row) => row.id);
}

/** A clock that is too far off by part of a millisecond is so by the noted offset, too. */
function awayFromZero(ms: number): number {
  return Math.sign(ms) * Math.ceil(Math.abs(ms));
}

/** True when another process is noted that hands over, or did and never said that it ended. */
export async function hasOthers(db: Db, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from process where id <> ${id} limit 1`.execute(db);
  return rows.length > 0;
}

/** Ends a process in good order: what it left without an outcome is settled when its heartbeat lapses. */
export async function endProcess(db: Db, id: string): Promise<void> {
  await sql`
    delete from process where id = ${id}
      and not exists (select from hand_over_group where process_id = ${id} and message_ids <> '{}')`.execute(db);
}

/** Makes the heartbeat of every process one that has lapsed. */
export async function expireHeartbeats(db: Db): Promise<void> {
  await sql`update process set heartbeat_at = ${new Date(0)}`.execute(db);
}

/** How long an uncertain message waits before a policy of `resend` repeats it. */
export interface Hold {
  readonly gateway: string;
  /** null: it is never repeated. */
  readonly ms: number | null;
}

/**
 * Settles what processes left that are gone: what they had started and recorded no outcome of may have been sent, so it
 * is uncertain. Run in a transaction.
 * @param databaseNow the database's time: by the clocks of two processes one could take the other for gone
 * @returns how many processes were gone, and how many messages became uncertain
 */
export async function recoverGone(
  trx: Db,
  holds: readonly Hold[],
  now: Date,
  databaseNow = now,
  self: string | null = null,
): Promise<{ processes: number; uncertain: number }> {
  const before = new Date(databaseNow.getTime() - GONE_MS);
  const ahead = new Date(databaseNow.getTime() + AHEAD_MS);
  const { rows: gone } = await sql<{ id: string }>`
    select id from process
    where (heartbeat_at < ${before} or heartbeat_at > ${ahead}) and id is distinct from ${self}::uuid
    order by id limit ${CHUNK} for update skip locked`.execute(trx);
  const ids = gone.map((row) => row.id);
  const { rows: groups } = await sql<{ id: string; message_ids: string[] }>`
    select id, message_ids from hand_over_group g
    where process_id = any(${ids}::uuid[])
      -- A start that was committed although its process, which then shut down properly, never got the response.
      or (message_ids <> '{}' and not exists (select from process p where p.id = g.process_id))
    order by id for update`.execute(trx);
  if (ids.length === 0 && groups.length === 0) return { processes: 0, uncertain: 0 };
  await sql`delete from hand_over_group where id = any(${groups.map((group) => group.id)}::uuid[])`.execute(trx);
  const uncertain = await makeUncertain(
    trx,
    groups.flatMap((group) => group.message_ids),
    holds,
    now,
  );
  await sql`delete from process where id = any(${ids}::uuid[])`.execute(trx);
  return { processes: gone.length, uncertain };
}

/** Settles groups whose outcomes this process could not record. Run in a transaction. @returns how many messages */
export async function recoverGroups(
  trx: Db,
  groupIds: readonly string[],
  holds: readonly Hold[],
  now: Date,
): Promise<number> {
  const { rows: groups } = await sql<{ message_ids: string[] }>`
    delete from hand_over_group where id = any(${groupIds}::uuid[]) returning message_ids`.execute(trx);
  return makeUncertain(
    trx,
    groups.flatMap((group) => group.message_ids),
    holds,
    now,
  );
}

/**
 * Makes messages without an outcome uncertain, but for those in a group that remains: they were proved not to be sent
 * and started again. Under a policy of `resend` their reminders go once more after the gateway's hold; one that was
 * uncertain before stays so.
 */
async function makeUncertain(
  trx: Db,
  messageIds: readonly string[],
  holds: readonly Hold[],
  now: Date,
): Promise<number> {
  if (messageIds.length === 0) return 0;
  await sql`
    select r.id from reminder r where r.id = any(array(
      select m.reminder_id from message m where m.id = any(${messageIds}::uuid[]) and m.status = 'handing_over'))
    order by r.id for update`.execute(trx);
  const { rows } = await sql<{ reminder_id: string; gateway: string }>`
    update message set status = 'uncertain', updated_at = ${now}
    where id = any(array(
      select id from message m where id = any(${messageIds}::uuid[]) and status = 'handing_over'
        and not exists (select from hand_over_group g where m.id = any(g.message_ids))
      order by id for update))
    returning reminder_id, gateway`.execute(trx);
  const hold = unnest(
    holds.map(({ gateway, ms }) => ({ gateway, hold_ms: ms })),
    { gateway: 'text', hold_ms: 'int' },
  );
  // The update above has written this time into the history already, by a trigger: 2 entries mean a second time.
  await sql`
    update reminder r set next_at = ${now}::timestamptz + x.hold_ms * interval '1 millisecond', updated_at = ${now}
    from message m join ${hold} on x.gateway = m.gateway and x.hold_ms is not null
    where r.id = any(${rows.map((row) => row.reminder_id)}::uuid[]) and r.status = 'handed_over'
      and m.reminder_id = r.id and m.status = 'uncertain'
      and (select a.on_uncertain from authority a where a.id = r.authority_id) = 'resend'
      and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2`.execute(
    trx,
  );
  return rows.length;
}

/** A reminder of a start whose commit is unknown, as it was before. */
export interface NotCalled {
  readonly reminder_id: string;
  readonly next_at: Date;
  readonly repeat: boolean;
}

/**
 * Finds out whether a start was committed whose response was lost, and undoes it if so: no call was made for it. If it
 * was not, the group's id is taken, so that the statement can't be committed any more. Run in a transaction.
 */
export async function undoStart(
  trx: Db,
  groupId: string,
  processId: string,
  reminders: readonly NotCalled[],
  now: Date,
): Promise<void> {
  // Waits for the start's statement if it still runs: whichever of the two inserts second finds the id taken.
  const { rows: reserved } = await sql`
    insert into hand_over_group (id, process_id, message_ids, started_at)
      values (${groupId}, ${processId}, '{}', ${now})
    on conflict (id) do nothing returning id`.execute(trx);
  if (reserved.length > 0) return;
  // The group before its reminders: the order in which everybody locks.
  await sql`select id from hand_over_group where id = ${groupId} for update`.execute(trx);
  const given = unnest(reminders, { reminder_id: 'uuid', next_at: 'timestamptz', repeat: 'boolean' });
  await sql`
    with locked as materialized (
      select r.id, x.next_at, x.repeat from ${given} join reminder r on r.id = x.reminder_id
        order by r.id for update of r),
    undone as (
      update message m set status = case when l.repeat then 'uncertain' else 'not_sent' end, updated_at = ${now}
      from locked l, hand_over_group g
      where g.id = ${groupId} and m.reminder_id = l.id and m.id = any(g.message_ids) and m.status = 'handing_over'
      returning m.reminder_id)
    update reminder r set status = case when l.repeat then r.status else 'planned' end, next_at = l.next_at,
      language = case when l.repeat then r.language else ${LANGUAGE_NOW} end,
      department = case when l.repeat then r.department else ${DEPARTMENT_NOW} end,
      updated_at = ${now}
    from locked l join undone u on u.reminder_id = l.id where r.id = l.id and r.status = 'handed_over'`.execute(trx);
  await sql`delete from hand_over_group where id = ${groupId} and message_ids <> '{}'`.execute(trx);
}

/** Deletes the ids that were taken to keep lost statements from being committed, once none can be running. */
export async function deleteReserved(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - RESERVED_MS);
  await sql`delete from hand_over_group where message_ids = '{}' and started_at < ${before}`.execute(db);
}
