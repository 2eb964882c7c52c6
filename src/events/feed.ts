import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { noteFeedRead, type ReaderDeps } from '../store/event-readers.ts';
import { findSequence, readEventsBySequence, readFeedPage } from './events.sql.ts';

/** A page of a source's events, in order. */
export interface EventPage {
  readonly items: readonly NumberedEvent[];
  /** The id behind which the next page begins; null: there was no event yet. */
  readonly nextCursor: string | null;
  /** The moment from which no event is missing, but for those older than 30 days. */
  readonly since: Date;
}

/** The capabilities that a feed is read with. */
export type FeedDeps = KeyringAccess & ReaderDeps;

/**
 * Reads a source's events of the last 30 days. The first read is what makes the source's changes events, where no
 * endpoint does so.
 * @param page.after the id of an event: those behind it; null: from the first that is kept
 * @throws Problem 422 for an id that is not that of an event of this source, or no longer kept
 */
export async function readFeed(
  deps: FeedDeps,
  source: Pick<Source, 'id' | 'authorityId'>,
  page: { readonly after: string | null; readonly limit: number },
): Promise<EventPage> {
  const { db, keyring } = deps;
  const { id: sourceId } = source;
  const since = await noteFeedRead(deps, source);
  const after = page.after === null ? 0 : await findSequence(db, sourceId, page.after);
  if (after === undefined) throw unknownEvent();
  const { places, includePhone } = await readFeedPage(db, sourceId, { after, limit: page.limit });
  const sequences = places.map(({ sequence }) => sequence);
  const items = await readEventsBySequence(db, keyring, { sourceId, includePhone }, sequences);
  return { items, nextCursor: places.at(-1)?.id ?? page.after, since };
}

function unknownEvent(): Problem {
  const detail = 'Events are kept for 30 days. Leave `after` out to begin with the first that is kept.';
  return new Problem(422, 'invalid', 'There is no such event of this source.', {
    faults: [{ pointer: 'after', code: 'unknown', detail }],
  });
}
