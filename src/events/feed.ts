import { Problem } from '../domain/errors.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { findSequence, readEventsBySequence, readFeedPage } from './events.sql.ts';

/** A page of a source's events, in order. */
export interface EventPage {
  readonly items: readonly NumberedEvent[];
  /** The id behind which the next page begins; null: there was no event yet. */
  readonly nextCursor: string | null;
}

/**
 * Reads a source's events of the last 30 days.
 * @param page.after the id of an event: those behind it; null: from the first that is kept
 * @throws Problem 422 for an id that is not that of an event of this source, or no longer kept
 */
export async function readFeed(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  sourceId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<EventPage> {
  const after = page.after === null ? 0 : await findSequence(db, sourceId, page.after);
  if (after === undefined) throw unknownEvent();
  const { places, includePhone } = await readFeedPage(db, sourceId, { after, limit: page.limit });
  const sequences = places.map(({ sequence }) => sequence);
  const items = await readEventsBySequence(db, keyring, { sourceId, includePhone }, sequences);
  return { items, nextCursor: places.at(-1)?.id ?? page.after };
}

function unknownEvent(): Problem {
  const detail = 'Events are kept for 30 days. Leave `after` out to begin with the first that is kept.';
  return new Problem(422, 'invalid', 'There is no such event of this source.', {
    faults: [{ pointer: 'after', code: 'unknown', detail }],
  });
}
