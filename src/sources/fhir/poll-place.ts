import type { Source } from '../../domain/authority.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from '../../runtime/deps.ts';
import { advancePoll, type FeedKey, findPoll, type PollPlace } from './feeds.sql.ts';

/** Longer addresses are not kept: the next poll begins anew. */
const MAX_NEXT = 4000;
const COLUMN = 'fhir_feed.next_page';

type PlaceDeps = DatabaseAccess & KeyringAccess & CurrentTime & Logging;

/**
 * Finds how far the polls of a source have come; undefined before the first one. The page to be next is encrypted,
 * since a server may name a patient in its address; one that can't be opened is left out, so that the poll begins anew.
 */
export async function findPlace(deps: PlaceDeps, source: Source): Promise<PollPlace<string> | undefined> {
  const place = await findPoll(deps.db, feedOf(source));
  return place && { ...place, next: open(deps, source, place.next) };
}

/** Keeps how far a poll has come. `polledAt` never goes back; null: it stays. */
export async function keepPlace(deps: PlaceDeps, source: Source, place: PollPlace<string>): Promise<void> {
  const { keyring, db } = deps;
  const isKept = place.next !== null && place.next.length <= MAX_NEXT;
  const next = isKept ? keyring.cipher.encrypt(source.authorityId, COLUMN, source.id, place.next) : null;
  await advancePoll(db, feedOf(source), { ...place, next }, deps.now());
}

function open({ keyring, log }: PlaceDeps, { authorityId, id }: Source, sealed: Buffer | null): string | null {
  try {
    return sealed && keyring.cipher.decrypt(authorityId, COLUMN, id, sealed);
  } catch (err) {
    log.error({ err, source: id }, 'the stored next page of a FHIR poll could not be decrypted: the poll starts over');
    return null;
  }
}

function feedOf({ authorityId, id }: Source): FeedKey {
  return { authorityId, sourceId: id, name: 'poll' };
}
