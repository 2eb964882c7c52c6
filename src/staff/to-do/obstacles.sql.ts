import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import type { Channel } from '../../domain/events/event-types.ts';

/** A source whose messages were refused lately. */
export interface RefusingRow {
  readonly source: string;
  readonly name: string;
  /** Refusals among the last hundred of the source. */
  readonly count: number;
  readonly lastAt: Date;
}

/** The sources of an authority with refusals since a moment that nobody has seen, the one with most first. */
export async function listRefusing(db: Kysely<Database>, authorityId: string, since: Date): Promise<RefusingRow[]> {
  const { rows } = await sql<RefusingRow>`
    select s.id as source, s.name, count(*)::int as count, max(r.at) as "lastAt"
    from source s join refusal r on r.source_id = s.id and r.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and r.at >= ${since} and r.seen_at is null
    group by s.id, s.name order by count(*) desc, s.id`.execute(db);
  return rows;
}

/** Marks the refusals of an authority's source as seen. @returns how many were not */
export async function markRefusalsSeen(
  db: Kysely<Database>,
  authorityId: string,
  sourceId: string,
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('refusal')
    .set({ seen_at: now })
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
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
  db: Kysely<Database>,
  authorityId: string,
  { before, unchangedSince }: { readonly before: Date; readonly unchangedSince: Date },
): Promise<SilentRow[]> {
  // When a source was made live is not stored: it is live at least since it was last changed.
  const { rows } = await sql<SilentRow>`
    select s.id as source, s.name, v.last_at as "lastAt"
    from source s left join source_activity v on v.source_id = s.id and v.authority_id = s.authority_id
    where s.authority_id = ${authorityId} and s.mode = 'live'
      and (v.last_at < ${before} or (v.last_at is null and s.updated_at < ${unchangedSince}))
    order by v.last_at nulls first, s.id`.execute(db);
  return rows;
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

/** The sources of an authority that are paused. */
export async function listPausedSources(
  db: Kysely<Database>,
  authorityId: string,
  now: Date,
): Promise<PausedSourceRow[]> {
  const { rows } = await sql<PausedSourceRow>`
    select id as source, name, case when mode <> 'paused' then paused_until end as until,
      case when mode <> 'paused' then coalesce(pause_reason, '') end as why
    from source where authority_id = ${authorityId} and (mode = 'paused'
      or (paused_at is not null and (paused_until is null or paused_until > ${now})))
    order by id`.execute(db);
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
export async function listStoppedEndpoints(db: Kysely<Database>, authorityId: string): Promise<StoppedEndpointRow[]> {
  const { rows } = await sql<StoppedEndpointRow>`
    select s.id as source, s.name, e.channel, e.state from event_endpoint e join source s on s.id = e.source_id
    where e.authority_id = ${authorityId} and e.state <> 'live' order by s.id, e.channel`.execute(db);
  return rows;
}
