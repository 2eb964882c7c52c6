import { sql } from 'kysely';
import { LOCK_KEYS, ONLY_LOCK } from '../database/lock-keys.ts';
import type { Db } from '../database/tables.ts';
import { DAY_MS, HOUR_MS } from '../domain/duration.ts';
import { type CurrentTime, type DatabaseAccess, pause, type Waiting } from '../runtime/deps.ts';

/** The source whose events are read. */
interface ReadSource {
  readonly authorityId: string;
  readonly id: string;
}

/** The time after which whoever read a feed counts as gone. */
const READS_FOR_MS = 30 * DAY_MS;
/** The interval in which reads of a feed are noted. */
const NOTED_EVERY_MS = HOUR_MS;

/**
 * Notes that the source has an endpoint that is live or paused, where it has one. Run in the transaction that makes it
 * so, with `startReading` behind its commit.
 */
export async function addReader(trx: Db, { authorityId, id }: ReadSource): Promise<void> {
  // The update locks the row against `forgetReaders`, whose snapshot may not have the endpoint.
  await sql`
    insert into event_reader (source_id, authority_id)
    select ${id}, ${authorityId} where exists (
      select from event_endpoint where source_id = ${id} and state <> 'ended')
    on conflict (authority_id, source_id) do update set read_at = event_reader.read_at`.execute(trx);
}

/** The capabilities that the beginning of a reading is waited for with. */
export type ReaderDeps = DatabaseAccess & CurrentTime & Waiting;

/**
 * Notes that somebody reads a source's feed, once an hour at most.
 * @returns the moment from which the feed is complete, as `startReading` has it
 */
export async function noteFeedRead(deps: ReaderDeps, source: ReadSource): Promise<Date> {
  const { db } = deps;
  const { rows } = await sql<{ since: Date | null; read_at: Date | null }>`
    select since, read_at from event_reader
    where authority_id = ${source.authorityId} and source_id = ${source.id}`.execute(db);
  const [known] = rows;
  const at = deps.now();
  const isNoted = known?.read_at && known.read_at.getTime() > at.getTime() - NOTED_EVERY_MS;
  if (isNoted && known.since) return known.since;
  if (!isNoted)
    await sql`
      insert into event_reader (source_id, authority_id, read_at) values (${source.id}, ${source.authorityId}, ${at})
      on conflict (authority_id, source_id) do update set read_at = excluded.read_at`.execute(db);
  return startReading(deps, source);
}

/** The time that the transactions which did not see a reader are waited for, and how often they are looked for. */
const WAITED_MS = 2_000;
const LOOK_MS = 20;

/**
 * Waits until each transaction that may have looked for readers before this one was committed has ended, so that what
 * none of them told can be read from then on, and notes the moment. Nothing waits for that, and where a transaction
 * lasts longer, the moment is not noted: the next call moves it. Run behind the commit of the reader.
 * @returns the moment from which no event is missing
 */
export async function startReading(deps: ReaderDeps, { authorityId, id }: ReadSource): Promise<Date> {
  const { db, timers } = deps;
  const own = sql`authority_id = ${authorityId} and source_id = ${id}`;
  const { rows } = await sql<{ since: Date | null; older: string[] }>`
    select since, array(${LOOKING}) as older from event_reader where ${own}`.execute(db);
  const [reader] = rows;
  if (!reader || reader.since) return reader?.since ?? deps.now();
  const untilMs = timers.monotonic() + WAITED_MS;
  while (await someLook(db, reader.older)) {
    if (timers.monotonic() >= untilMs) return deps.now();
    await pause(timers, LOOK_MS);
  }
  const at = deps.now();
  const { rows: noted } = await sql<{ since: Date }>`
    update event_reader set since = coalesce(since, ${at}) where ${own} returning since`.execute(db);
  return noted[0]?.since ?? at;
}

/** Transactions that have looked for readers (`sources_with_reader`), other than the one that asks. */
const LOOKING = sql`
  select virtualtransaction from pg_locks
  where locktype = 'advisory' and classid = ${LOCK_KEYS.eventReaders}::int and objid = ${ONLY_LOCK}::int
    and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()`;

async function someLook(db: Db, older: readonly string[]): Promise<boolean> {
  if (older.length === 0) return false;
  const { rows } = await sql`${LOOKING} and virtualtransaction = any(${older}::text[]) limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * Forgets readers that are none any more: the feed was not read for 30 days, and no endpoint is live or paused. What
 * was told stays as long as events are kept. Run in a transaction.
 */
export async function forgetReaders(trx: Db, now: Date): Promise<void> {
  const isGone = sql`coalesce(r.read_at < ${new Date(now.getTime() - READS_FOR_MS)}, true) and not exists (
    select from event_endpoint e where e.source_id = r.source_id and e.state <> 'ended')`;
  // Locked first, and looked at again behind the lock: an endpoint that was made meanwhile is seen by then.
  const { rows } = await sql<{ source_id: string }>`
    select r.source_id from event_reader r where ${isGone} order by r.source_id for update skip locked`.execute(trx);
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.source_id);
  await sql`delete from event_reader r where r.source_id = any(${ids}::text[]) and ${isGone}`.execute(trx);
}
