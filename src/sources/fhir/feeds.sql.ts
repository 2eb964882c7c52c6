import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';

/** The key of a feed. `name`: `poll`, or the hash of a subscription's address. */
export interface FeedKey {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly name: string;
}

/**
 * The Authorization header of read-backs, encrypted; null where the source has none.
 * @param version of the settings that say where it goes to
 * @returns undefined when the source has others by now
 */
export async function findFhirAuthorization(
  db: Db,
  { authorityId, id, version }: { readonly authorityId: string; readonly id: string; readonly version: number },
): Promise<Buffer | null | undefined> {
  const row = await db
    .selectFrom('source')
    .select('fhir_authorization_ciphertext as sealed')
    .where('id', '=', id)
    .where('authority_id', '=', authorityId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.sealed;
}

/** The progress of the polls of a source's server. `Next` is an address of the server, or its ciphertext. */
export interface PollPlace<Next> {
  /** Up to when everything has been read; null before the first time. */
  readonly polledAt: Date | null;
  /** The page that the last one stopped before; null: it came to the end. */
  readonly next: Next | null;
  /** When the first page before that one was read, by the server's clock. */
  readonly begunAt: Date | null;
}

/** Finds how far the polls of a source have come; undefined before the first one. */
export async function findPoll(
  db: Db,
  { authorityId, sourceId, name }: FeedKey,
): Promise<PollPlace<Buffer> | undefined> {
  return db
    .selectFrom('fhir_feed')
    .select(['polled_at as polledAt', 'next_page_ciphertext as next', 'begun_at as begunAt'])
    .where('source_id', '=', sourceId)
    .where('feed', '=', name)
    .where('authority_id', '=', authorityId)
    .executeTakeFirst();
}

/** `polledAt` never goes back; null: it stays. */
export async function advancePoll(
  db: Db,
  { authorityId, sourceId, name }: FeedKey,
  { polledAt, next, begunAt }: PollPlace<Buffer>,
  now: Date,
): Promise<void> {
  await sql`
    insert into fhir_feed (authority_id, source_id, feed, polled_at, next_page_ciphertext, begun_at, updated_at)
    values (${authorityId}, ${sourceId}, ${name}, ${polledAt}, ${next}, ${next && begunAt}, ${now})
    on conflict (source_id, feed) do update
      set polled_at = greatest(fhir_feed.polled_at, excluded.polled_at),
          next_page_ciphertext = excluded.next_page_ciphertext,
          begun_at = excluded.begun_at, updated_at = excluded.updated_at
      where fhir_feed.authority_id = excluded.authority_id`.execute(db);
}

const MOST_FEEDS = 200;

/**
 * Deletes subscriptions without a notification since `before`, and of each source the oldest beyond `MOST_FEEDS`. Of
 * polls that have not gone on since then it clears the next page, whose address may name a patient.
 */
export async function purgeFeeds(db: Db, before: Date): Promise<void> {
  await sql`
    delete from fhir_feed f using (
      select source_id, feed, updated_at,
        row_number() over (partition by source_id order by updated_at desc, feed) as place
      from fhir_feed where feed <> 'poll') ranked
    where f.source_id = ranked.source_id and f.feed = ranked.feed
      and (ranked.updated_at < ${before} or ranked.place > ${MOST_FEEDS})`.execute(db);
  await sql`
    update fhir_feed set next_page_ciphertext = null, begun_at = null
    where feed = 'poll' and updated_at < ${before} and next_page_ciphertext is not null`.execute(db);
}

/**
 * Keeps the highest number of an event that was seen. Two requests at once may both get the same number as the one
 * before.
 * @param restart the subscription counts from here again
 * @returns the highest one before; null for a feed that is new
 */
export async function advanceLastEvent(
  db: Db,
  { authorityId, sourceId, name }: FeedKey,
  last: { readonly number: number; readonly restart: boolean },
  now: Date,
): Promise<number | null> {
  const { rows } = await sql<{ last_event: string | number | null }>`
    with before as (select last_event from fhir_feed
      where source_id = ${sourceId} and feed = ${name} and authority_id = ${authorityId}),
    kept as (
      insert into fhir_feed (authority_id, source_id, feed, last_event, updated_at)
      values (${authorityId}, ${sourceId}, ${name}, ${last.number}, ${now})
      on conflict (source_id, feed) do update
        set last_event = case when ${last.restart} then excluded.last_event
          else greatest(fhir_feed.last_event, excluded.last_event) end,
            updated_at = excluded.updated_at
        where fhir_feed.authority_id = excluded.authority_id
      returning 1)
    select last_event from before, (select count(*) from kept) written`.execute(db);
  const before = rows[0]?.last_event;
  return before === null || before === undefined ? null : Number(before);
}
