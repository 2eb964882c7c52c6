import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Channel } from '../../domain/event-types.ts';
import { firstId } from '../../domain/ids.ts';
import { MOST_REFUSALS } from '../../store/refusals.ts';

/** The first rows of a list, and how many the whole list has. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Rows of each list: obstacles of one kind must not crowd out the others and the citizens to phone. */
const MOST = 20;

const counted = <T>({ rows }: { readonly rows: readonly (T & { readonly total: number })[] }): Counted<T> => ({
  items: rows,
  total: rows[0]?.total ?? 0,
});

/** A source whose messages were refused lately. */
export interface RefusingRow {
  readonly source: string;
  readonly name: string;
  /** Refusals among the last hundred of the source. */
  readonly count: number;
  /** false: there may have been more, which are not kept. */
  readonly all: boolean;
  readonly lastAt: Date;
}

/** The sources of an authority with refusals since a moment that nobody has seen, the one with most first. */
export async function listRefusing(db: Db, authorityId: string, since: Date): Promise<Counted<RefusingRow>> {
  const found = await sql<RefusingRow & { total: number }>`
    select s.id as source, s.name, count(*)::int as count, count(*) < ${MOST_REFUSALS} as "all",
      max(r.at) as "lastAt", count(*) over ()::int as total
    from source s join refusal r on r.source_id = s.id and r.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and r.at >= ${since} and r.seen_at is null
    group by s.id, s.name order by count(*) desc, s.id limit ${MOST}`.execute(db);
  return counted(found);
}

/** Marks the refusals of an authority's source up to a moment as seen. @returns how many were not */
export async function markRefusalsSeen(
  db: Db,
  { authorityId, sourceId, until }: { readonly authorityId: string; readonly sourceId: string; readonly until: Date },
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('refusal')
    .set({ seen_at: now })
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .where('at', '<=', until)
    .where('seen_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** A source that has sent nothing for long. */
export interface SilentRow {
  readonly source: string;
  readonly name: string;
  /** null: it has never sent anything. */
  readonly lastAt: Date | null;
}

/**
 * The live sources of an authority whose last message came before a moment, the longest silence first; before them
 * those that never sent anything and were last changed before another moment.
 */
export async function listSilent(
  db: Db,
  authorityId: string,
  { before, unchangedSince }: { readonly before: Date; readonly unchangedSince: Date },
): Promise<Counted<SilentRow>> {
  // When a source was made live is not stored: it is live at least since it was last changed.
  const found = await sql<SilentRow & { total: number }>`
    select s.id as source, s.name, v.last_at as "lastAt", count(*) over ()::int as total
    from source s left join source_activity v on v.source_id = s.id and v.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and s.mode = 'live'
      and (v.last_at < ${before} or (v.last_at is null and s.updated_at < ${unchangedSince}))
    order by v.last_at nulls first, s.id limit ${MOST}`.execute(db);
  return counted(found);
}

/** A source that hands nothing over. */
export interface PausedSourceRow {
  readonly source: string;
  readonly name: string;
  /** null: until somebody ends it. */
  readonly until: Date | null;
  /** null: it is the mode of the source. */
  readonly why: string | null;
}

/** The sources of an authority that are paused; not those in shadow mode, from which nothing is sent anyway. */
export async function listPausedSources(db: Db, authorityId: string, now: Date): Promise<Counted<PausedSourceRow>> {
  // A source is paused by its mode, which has neither reason nor end, whatever a pause of staff left in the row; or
  // while it sends, also as one that is being loaded, by a pause of staff that has not ended.
  const found = await sql<PausedSourceRow & { total: number }>`
    select id as source, name, case when mode <> 'paused' then paused_until end as until,
      case when mode <> 'paused' then coalesce(pause_reason, '') end as why, count(*) over ()::int as total
    from source where authority_id = ${authorityId} and (mode = 'paused'
      or (mode <> 'shadow' and paused_at is not null and (paused_until is null or paused_until > ${now})))
    order by id limit ${MOST}`.execute(db);
  return counted(found);
}

/** Appointments of a source that wait for a status in unknown words to become clear. */
interface HeldWordsRow {
  readonly source: string;
  readonly name: string;
  /** The words as they are stored; empty: none can be mapped. */
  readonly words: Buffer;
  readonly count: number;
}

/** The appointments ahead whose status is unclear, by source and words, most first. */
export async function listUnclear(db: Db, authorityId: string, now: Date): Promise<HeldWordsRow[]> {
  const { rows } = await sql<HeldWordsRow>`
    select s.id as source, s.name, a.unclear_status as words, count(*)::int as count
    from appointment a join source s on s.id = a.source_id
    where a.authority_id = ${authorityId} and a.unclear_status is not null and a.start_at > ${now} and not a.test
    group by s.id, s.name, a.unclear_status order by count(*) desc, s.id, a.unclear_status limit 1000`.execute(db);
  return rows;
}

/** An endpoint that a source's events are not sent to. */
export interface StoppedEndpointRow {
  readonly source: string;
  readonly name: string;
  readonly channel: Channel;
  readonly state: 'paused' | 'ended';
}

/** The endpoints of an authority's sources that are paused or ended. */
export async function listStoppedEndpoints(db: Db, authorityId: string): Promise<Counted<StoppedEndpointRow>> {
  const found = await sql<StoppedEndpointRow & { total: number }>`
    select s.id as source, s.name, e.channel, e.state, count(*) over ()::int as total
    from event_endpoint e join source s on s.id = e.source_id
    where e.authority_id = ${authorityId} and e.state <> 'live'
    order by s.id, e.channel limit ${MOST}`.execute(db);
  return counted(found);
}

/** The newest messages, by which it is judged how fast an SMS arrives now. */
const NEWEST = 500;
/** Messages that are taken of each day: a month is covered with few rows, which the index finds at once. */
const NEWEST_OF_DAY = 20;

/**
 * The median time in seconds from the hand-over to the receipt, of those among the authority's newest 500 messages that
 * were delivered.
 * @param departments null: all
 * @returns null where none of them was
 */
export async function medianDelivery(
  db: Db,
  authorityId: string,
  departments: readonly string[] | null,
): Promise<number | null> {
  const newest = sql`(select * from message where authority_id = ${authorityId} order by id desc limit ${NEWEST})`;
  return medianOf(db, newest, departments);
}

/**
 * The same of a period: of the newest twenty messages of each day.
 * @param midnights the beginnings of its days, and the end of the last one
 * @returns null where none of them was delivered
 */
export async function medianDeliveryBetween(
  db: Db,
  authorityId: string,
  midnights: readonly Date[],
  departments: readonly string[] | null,
): Promise<number | null> {
  const ids = midnights.map(firstId);
  const days = sql`unnest(${ids.slice(0, -1)}::uuid[], ${ids.slice(1)}::uuid[])`;
  const newest = sql`(select d.* from ${days} as day (first, after), lateral (
      select * from message where authority_id = ${authorityId} and id >= day.first and id < day.after
      order by id desc limit ${NEWEST_OF_DAY}) d)`;
  return medianOf(db, newest, departments);
}

async function medianOf(
  db: Db,
  messages: RawBuilder<unknown>,
  departments: readonly string[] | null,
): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from delivered_at - handed_over_at))::float8
      as seconds
    from ${messages} m
    where status = 'delivered' and delivered_at >= handed_over_at and reminder_id is not null
      ${departments ? sql`and department = any(${departments}::text[])` : sql``}`.execute(db);
  return rows[0]?.seconds ?? null;
}
