import type { Source } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { SourceChanged } from '../../intake/accept.ts';
import type { EventResult } from '../../intake/envelope.ts';
import { type AcceptPageDeps, acceptPage } from './accept-page.ts';
import { unavailable } from './read-back.ts';
import type { TimeLimit } from './servers.ts';

/**
 * Accepts what has changed at the source's own FHIR server since the last poll. Requests that come while one runs share
 * the one after it.
 * @param source authenticated
 * @param time of the request, which may be over before the poll is
 * @throws Problem 503 when the server, or the time, does not allow it
 */
export async function pollAppointments(
  deps: AcceptPageDeps,
  source: Source,
  time: TimeLimit,
): Promise<readonly EventResult[]> {
  const poll = deps.servers.polls.share(source.id, () => acceptChanges(deps, source));
  // Callers may have given up, so that nobody handles a failure.
  poll.catch(() => {});
  const late = lateness(time());
  try {
    return await Promise.race([poll, late.reached]);
  } catch (error) {
    if (error === TIME_IS_UP) throw unavailable(deps, source, { why: 'time is up' });
    if (!(error instanceof SourceChanged)) throw error;
    const detail = 'The settings of this source are being changed: send it again.';
    throw new Problem(503, 'busy', detail, { retryAfterSeconds: 1, cause: error });
  } finally {
    late.forget();
  }
}

/** @throws Problem 503; SourceChanged */
async function acceptChanges(deps: AcceptPageDeps, source: Source): Promise<readonly EventResult[]> {
  if (source.fhirBaseUrl === null) return [];
  const time = deps.servers.time();
  const search = await deps.servers.searchChanges(source, source.fhirBaseUrl, time);
  const results: EventResult[] = [];
  try {
    for await (const page of search.pages()) results.push(...(await acceptPage(deps, source, page, time)));
    return results;
  } catch (error) {
    await search.stop();
    throw error;
  }
}

const TIME_IS_UP = Symbol('time is up');

/** Rejects with `TIME_IS_UP` when the signal ends. */
function lateness(time: AbortSignal): { readonly reached: Promise<never>; readonly forget: () => void } {
  let giveUp = () => {};
  const reached = new Promise<never>((_, reject) => {
    giveUp = () => reject(TIME_IS_UP);
    if (time.aborted) giveUp();
    else time.addEventListener('abort', giveUp, { once: true });
  });
  return { reached, forget: () => time.removeEventListener('abort', giveUp) };
}
