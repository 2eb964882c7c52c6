import { newId } from '../domain/ids.ts';
import type { Waiting } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { renderTest, signedRequest } from './render.ts';
import { CALL_MS, destinationOf, type SendDeps, type SendingSource } from './send.ts';
import { verdictOf } from './verdict.ts';

/** The result of a call for a trial. */
export interface EndpointTest {
  /** `webhook-id` of the call. */
  readonly id: string;
  readonly delivered: boolean;
  /** Status of the response, or why there was none. */
  readonly result: string;
  readonly milliseconds: number;
}

/**
 * Calls a source's endpoint once with an event of the type `test`, signed like any other, whatever state it is in. The
 * endpoint counts as neither failing nor live by it.
 * @param actor a name for the audit
 * @returns null where the source has no endpoint for events, or no secret
 */
export async function testEndpoint(
  deps: SendDeps & Waiting,
  source: SendingSource,
  actor: string,
): Promise<EndpointTest | null> {
  const { outgoing, timers, now, publicUrl } = deps;
  const destination = await destinationOf(deps, 'webhook', source);
  if (!destination || !source.events) return null;
  const id = newId(now());
  const test = renderTest({ id, at: now(), sourceId: source.id }, source.events, publicUrl);
  const { body, headers } = signedRequest(id, test, destination.secrets, now());
  const cut = new AbortController();
  const callOff = timers.after(CALL_MS, () => cut.abort());
  const beganMs = timers.monotonic();
  const outcome = await outgoing.post(destination.url, body, { headers, signal: cut.signal }).finally(callOff);
  const { kind, result } = verdictOf(outcome, now());
  const { authorityId, id: target } = source;
  await writeAudit(deps.db, { actor, authorityId, target, action: 'source.test-events', after: { result } }, now());
  return { id, delivered: kind === 'delivered', result, milliseconds: Math.round(timers.monotonic() - beganMs) };
}
