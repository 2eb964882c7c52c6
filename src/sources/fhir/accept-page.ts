import type { Source } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { readFhir } from '../../formats/fhir/read-fhir.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { CurrentTime, Logging } from '../../runtime/deps.ts';
import { inTimeSlices } from '../../runtime/time-slices.ts';
import type { Receiver } from '../receive.ts';
import { halvesOf, withoutEntries } from './changes.ts';
import type { FhirServers, TimeLimit } from './servers.ts';

/** Dependencies of what accepts the pages of FHIR servers. */
export interface AcceptPageDeps extends Logging, CurrentTime {
  readonly receiver: Receiver;
  readonly servers: FhirServers;
}

/**
 * Accepts a page like a Bundle that was posted: the request that led to its poll was authenticated. A part that is
 * refused as a whole is accepted without the others.
 * @returns the results of what was not ignored
 * @throws Problem 503; SourceChanged
 */
export async function acceptPage(
  deps: AcceptPageDeps,
  source: Source,
  bundle: object,
  time: TimeLimit,
): Promise<readonly EventResult[]> {
  const { receiver, log } = deps;
  try {
    return await receiver.retryIfSourceChanged(source.id, () => acceptOnce(deps, source.id, bundle, time));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 422) throw error;
    const { rest, left } = await withoutEntries(bundle, (alone) => isRefused(deps, source, alone));
    if (left > 0) {
      log.warn({ source: source.id, left }, LEFT_OUT);
      return acceptPage(deps, source, rest, time);
    }
    const halves = halvesOf(bundle);
    if (!halves) {
      log.warn({ source: source.id, left: 1 }, LEFT_OUT);
      return [];
    }
    const [first, second] = halves;
    return [...(await acceptPage(deps, source, first, time)), ...(await acceptPage(deps, source, second, time))];
  }
}

const LEFT_OUT = 'entries of a FHIR server’s page could not be read, and were left out';

async function acceptOnce(
  { receiver, servers }: AcceptPageDeps,
  sourceId: string,
  body: object,
  time: TimeLimit,
): Promise<readonly EventResult[]> {
  const page = { method: 'POST', body } as const;
  const request = { sourceId, credentials: 'connection', body: new Uint8Array() } as const;
  const context = await receiver.authenticate(request);
  try {
    const first = await inTimeSlices(readFhir(page, context));
    const { fetched } = await servers.readBack(context.source, first, time);
    const { entries, bundle } = fetched.size > 0 ? await inTimeSlices(readFhir(page, context, fetched)) : first;
    const elements = entries.map(({ element }) => element);
    const { results } = await receiver.accept(context, { elements, array: bundle }, request);
    return results.filter((_, index) => elements[index]?.kind !== 'ignored');
  } catch (error) {
    receiver.noteRefusal(context.source, request, { error, format: 'fhir' });
    throw error;
  }
}

async function isRefused({ now }: AcceptPageDeps, source: Source, body: object): Promise<boolean> {
  try {
    const context = { source, now: now(), hashPatient: () => Buffer.alloc(0) };
    await inTimeSlices(readFhir({ method: 'POST', body }, context));
    return false;
  } catch (error) {
    if (error instanceof Problem) return true;
    throw error;
  }
}
