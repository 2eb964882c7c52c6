import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Channel } from '../../domain/event-types.ts';
import { grouped } from '../../domain/grouped.ts';
import { MOST_REFUSALS } from '../../store/refusals.ts';

/** The first rows of a list, and how many the whole list has. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Rows of each list: obstacles of one kind must not crowd out the others and the citizens to phone. */
const MOST = 20;
/** Words of all sources together: the same one may hold appointments beside each of many others. */
const MOST_HELD_WORDS = 1000;

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

/** A source that has sent nothing for long. */
export interface SilentRow {
  readonly source: string;
  readonly name: string;
  /** null: it has never sent anything. */
  readonly lastAt: Date | null;
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

/** Appointments of a source that wait for a status in unknown words to become clear. */
export interface HeldWordsRow {
  readonly source: string;
  readonly name: string;
  /** The words as they are stored; empty: none can be mapped. */
  readonly words: Buffer;
  readonly count: number;
}

/** An endpoint that a source's events are not sent to. */
export interface StoppedEndpointRow {
  readonly source: string;
  readonly name: string;
  readonly channel: Channel;
  readonly state: 'paused' | 'ended';
}

/** Moments by which an authority's booking systems are judged. */
interface ObstacleTimes {
  readonly now: Date;
  /** A source is silent whose last message came before. */
  readonly silentBefore: Date;
  /** A source that never sent anything is silent where it was last changed before. */
  readonly unchangedSince: Date;
  /** Refusals from here on that nobody has seen. */
  readonly refusedSince: Date;
}

/** Obstacles to the reminders of an authority's booking systems, or to their events. */
export interface SourceObstacles {
  /** Not those in shadow mode, from which nothing is sent anyway; by id. */
  readonly pausedSources: Counted<PausedSourceRow>;
  /** Live ones, the longest silence first; before them those that never sent anything. */
  readonly silent: Counted<SilentRow>;
  /** The one with most refusals first. */
  readonly refusing: Counted<RefusingRow>;
  /** By source. */
  readonly stoppedEndpoints: Counted<StoppedEndpointRow>;
  /** The appointments ahead whose status is unclear, by source and words, most first. */
  readonly unclear: readonly HeldWordsRow[];
}

type ObstacleKind = keyof SourceObstacles;

/** A row of one of the lists; columns that it does not have are null. */
interface ObstacleRow {
  readonly kind: ObstacleKind;
  readonly source: string;
  readonly name: string;
  readonly at: Date | null;
  readonly text: string | null;
  readonly channel: Channel | null;
  readonly words: Buffer | null;
  readonly count: number | null;
  /** Rows of the whole list. */
  readonly total: number;
}

/** Lists the obstacles of an authority's booking systems: one statement, since each costs more to ask than to read. */
export async function listSourceObstacles(db: Db, authorityId: string, times: ObstacleTimes): Promise<SourceObstacles> {
  const { rows } = await sql<ObstacleRow>`
    select * from (
      ${pausedSources(authorityId, times)} union all ${silent(authorityId, times)}
      union all ${refusing(authorityId, times)} union all ${stoppedEndpoints(authorityId)}
      union all ${unclear(authorityId, times)}) lists
    order by kind, nth`.execute(db);
  const found = grouped(rows, ({ kind }) => kind);
  const counted = <T>(kind: ObstacleKind, read: (row: ObstacleRow) => T): Counted<T> => {
    const of = found.get(kind) ?? [];
    return { items: of.map(read), total: of[0]?.total ?? 0 };
  };
  return {
    pausedSources: counted('pausedSources', ({ source, name, at, text }) => ({ source, name, until: at, why: text })),
    silent: counted('silent', ({ source, name, at }) => ({ source, name, lastAt: at })),
    refusing: counted('refusing', ({ source, name, at, count }) => ({
      source,
      name,
      count: count ?? 0,
      all: (count ?? 0) < MOST_REFUSALS,
      lastAt: at as Date,
    })),
    stoppedEndpoints: counted('stoppedEndpoints', ({ source, name, channel, text }) => ({
      source,
      name,
      channel: channel as Channel,
      state: text as StoppedEndpointRow['state'],
    })),
    unclear: counted('unclear', ({ source, name, words, count }) => ({
      source,
      name,
      words: words as Buffer,
      count: count ?? 0,
    })).items,
  };
}

/** The part of the statement for one list, in this order; columns that the list does not have are null. */
function obstacleList(
  kind: ObstacleKind,
  {
    order,
    columns = {},
    limit = MOST,
  }: {
    readonly order: RawBuilder<unknown>;
    readonly columns?: Readonly<Partial<Record<'at' | 'text' | 'channel' | 'words' | 'count', RawBuilder<unknown>>>>;
    readonly limit?: number;
  },
  from: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { at, text, channel, words, count } = columns;
  return sql`(select ${sql.lit(kind)} as kind, row_number() over (order by ${order}) as nth, s.id as source, s.name,
    ${at ?? sql`null::timestamptz`} as at, ${text ?? sql`null`} as text, ${channel ?? sql`null`} as channel,
    ${words ?? sql`null::bytea`} as words, ${count ?? sql`null::int`} as count, count(*) over ()::int as total
    ${from} order by nth limit ${limit})`;
}

function pausedSources(authorityId: string, { now }: ObstacleTimes): RawBuilder<unknown> {
  // A source is paused by its mode, which has neither reason nor end, whatever a pause of staff left in the row; or
  // while it sends, also as one that is being loaded, by a pause of staff that has not ended.
  const columns = {
    at: sql`case when s.mode <> 'paused' then s.paused_until end`,
    text: sql`case when s.mode <> 'paused' then coalesce(s.pause_reason, '') end`,
  };
  return obstacleList(
    'pausedSources',
    { order: sql`s.id`, columns },
    sql`
    from source s where s.authority_id = ${authorityId} and (s.mode = 'paused'
      or (s.mode <> 'shadow' and s.paused_at is not null and (s.paused_until is null or s.paused_until > ${now})))`,
  );
}

function silent(authorityId: string, { silentBefore, unchangedSince }: ObstacleTimes): RawBuilder<unknown> {
  // When a source was made live is not stored: it is live at least since it was last changed.
  const shown = { order: sql`v.last_at nulls first, s.id`, columns: { at: sql`v.last_at` } };
  return obstacleList(
    'silent',
    shown,
    sql`
    from source s left join source_activity v on v.source_id = s.id and v.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and s.mode = 'live'
      and (v.last_at < ${silentBefore} or (v.last_at is null and s.updated_at < ${unchangedSince}))`,
  );
}

function refusing(authorityId: string, { refusedSince }: ObstacleTimes): RawBuilder<unknown> {
  const columns = { at: sql`max(r.at)`, count: sql`count(*)::int` };
  return obstacleList(
    'refusing',
    { order: sql`count(*) desc, s.id`, columns },
    sql`
    from source s join refusal r on r.source_id = s.id and r.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and r.at >= ${refusedSince} and r.seen_at is null group by s.id, s.name`,
  );
}

function stoppedEndpoints(authorityId: string): RawBuilder<unknown> {
  const shown = { order: sql`s.id, e.channel`, columns: { text: sql`e.state`, channel: sql`e.channel` } };
  return obstacleList(
    'stoppedEndpoints',
    shown,
    sql`
    from event_endpoint e join source s on s.id = e.source_id
    where e.authority_id = ${authorityId} and e.state <> 'live'`,
  );
}

function unclear(authorityId: string, { now }: ObstacleTimes): RawBuilder<unknown> {
  const shown = {
    order: sql`count(*) desc, s.id, a.unclear_status`,
    columns: { words: sql`a.unclear_status`, count: sql`count(*)::int` },
    limit: MOST_HELD_WORDS,
  };
  return obstacleList(
    'unclear',
    shown,
    sql`
    from appointment a join source s on s.id = a.source_id
    where a.authority_id = ${authorityId} and a.unclear_status is not null and a.start_at > ${now} and not a.test
    group by s.id, s.name, a.unclear_status`,
  );
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
