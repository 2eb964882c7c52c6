import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';

/** A process that hands reminders over, or did and never said that it ended. */
export interface SenderProcess {
  /** Host and process id. */
  readonly name: string;
  /** The version of the program that it runs. */
  readonly version: string;
  /** Milliseconds that its clock was ahead of the database's with its last heartbeat; null: not compared yet. */
  readonly clockAheadMs: number | null;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
}

/** The processes that hand over or did, and were alive since then, by name. */
export async function listSenders(db: Db, since: Date): Promise<SenderProcess[]> {
  const rows = await db
    .selectFrom('process')
    .select(['name', 'version', 'clock_ahead_ms', 'started_at as startedAt', 'heartbeat_at as heartbeatAt'])
    .where('heartbeat_at', '>', since)
    .orderBy('name')
    .limit(100)
    .execute();
  return rows.map(({ clock_ahead_ms: ahead, ...row }) => ({
    ...row,
    clockAheadMs: ahead === null ? null : Number(ahead),
  }));
}

/** The name of the last migration that made the schema; undefined where the migrator made none. */
export async function lastMigration(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name desc limit 1`.execute(db);
  return rows[0]?.name;
}

const CHUNK = 5_000;
/**
 * Reminders that wait for a pause or a reply are checked again after five minutes at the latest; the wait may have
 * ended in the lost time.
 */
const LOOKED_AT_AGAIN_MS = 300_000;

/**
 * Takes out of the queue what may have been handed over in the time that a restored backup knows nothing of: what was
 * due by now, what was being handed over, and what was to be sent again. It becomes uncertain and is never sent. What
 * expired before the backup was made is left to the sweep.
 * @returns how many, in this chunk: ask again until there are none
 */
export async function quarantineReminders(db: Db, backupAt: Date, now: Date): Promise<number> {
  const lookedAt = new Date(now.getTime() + LOOKED_AT_AGAIN_MS);
  const { rows } = await sql`
    with chosen as (
      select id, status from reminder where id = any(array(
        select id from reminder
        where next_at <= ${lookedAt} and status = 'planned' and due_at <= ${now} and expires_at > ${backupAt}
        limit ${CHUNK})
        || array(select id from reminder where next_at is not null and status = 'handed_over' limit ${CHUNK})
        || array(select m.reminder_id from hand_over_group g join message m on m.id = any(g.message_ids)
          where m.reminder_id is not null and m.status = 'handing_over' limit ${CHUNK}))
      order by id for update),
    messages as (
      update message m set status = 'uncertain', reason = 'database_restored', updated_at = ${now} from chosen c
      where m.reminder_id = c.id and m.status in ('handing_over', 'uncertain'))
    update reminder r set status = case when c.status = 'planned' then 'uncertain' else r.status end,
      reason = 'database_restored', next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    from chosen c
    where r.id = c.id
    returning r.id`.execute(db);
  return rows.length;
}

/** Forgets the processes that handed over before the backup, and what they had started. */
export async function forgetProcesses(db: Db): Promise<void> {
  await sql`delete from hand_over_group`.execute(db);
  await sql`delete from process`.execute(db);
}

/** The same for answers to citizens. @returns how many */
export async function quarantineAnswers(db: Db, now: Date): Promise<number> {
  const result = await sql`
    update message set status = 'uncertain', next_at = null, updated_at = ${now}
    where reminder_id is null and status in ('planned', 'handing_over')`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** More than any source's events in the time that a backup may be old. */
const SKIPPED = 1_000_000_000;

/**
 * Goes on far behind the numbers of events that were given after the backup was made, also to sources that had none by
 * then: none is given twice. What happened in the lost time is missing in every feed.
 */
export async function skipSequences(db: Db, now: Date): Promise<void> {
  await sql`
    insert into event_sequence as s (source_id, last) select id, ${SKIPPED} from source
    on conflict (source_id) do update set last = s.last + excluded.last`.execute(db);
  await sql`update event_reader set since = ${now}`.execute(db);
}
