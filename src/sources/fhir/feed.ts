import type { Source } from '../../domain/authority.ts';
import { errorName } from '../../domain/errors.ts';
import type { FhirReading } from '../../formats/fhir/reading.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import { advanceLastEvent } from './feeds.sql.ts';

type Feed = NonNullable<FhirReading['feed']>;

/**
 * Compares the event numbers that a subscription's notification names with the last one seen, and notes for staff those
 * that never came. Never throws: the appointments of the notification are stored already.
 */
export async function noteFeed(
  { db, keyring, log, metrics, now }: DatabaseAccess & KeyringAccess & Logging & Metering & CurrentTime,
  source: Source,
  feed: Feed & { /** True where it brought an event, numbered or not. */ readonly hasEvents: boolean },
): Promise<void> {
  const { eventNumbers, sinceStart } = feed;
  const number = Math.max(...eventNumbers, sinceStart ?? -1);
  if (number < 0) return;
  // A handshake with no event yet: the subscription counts from here.
  const restart = number === 0 && eventNumbers.length === 0;
  try {
    // The address of a subscription may hold anything.
    const name = keyring.digest('fhir-feed', feed.subscription).toString('base64url');
    const key = { authorityId: source.authorityId, sourceId: source.id, name };
    const last = await advanceLastEvent(db, key, { number, restart }, now());
    const missed = last === null || restart ? 0 : missedAfter(last, number, feed);
    if (missed === 0) return;
    metrics.fhirEventsMissed.inc(missed);
    log.warn(
      { source: source.id, feed: name.slice(0, 8), last, number, missed },
      'events of a FHIR subscription were never received',
    );
  } catch (error) {
    metrics.failures.inc({ place: 'fhir-feed' });
    log.warn({ source: source.id, error: errorName(error) }, 'the position in a FHIR subscription could not be stored');
  }
}

/** How many events between the last number and this one never arrived. */
function missedAfter(
  last: number,
  number: number,
  { eventNumbers, hasEvents }: Parameters<typeof noteFeed>[2],
): number {
  const received = new Set(eventNumbers.filter((each) => each > last));
  const unnumbered = hasEvents && eventNumbers.length === 0 ? 1 : 0;
  return Math.max(0, number - last - received.size - unnumbered);
}
