import type { Source } from '../domain/authority.ts';
import type { Channel } from '../domain/event-types.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import { newId } from '../domain/ids.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Waiting } from '../runtime/deps.ts';
import { CONNECTION_CLOSED, type OutgoingAccess } from '../runtime/outgoing/http.ts';
import { writeAudit } from '../store/audit.ts';
import { openEventSecrets } from '../store/event-endpoints.ts';
import { appointmentResponseRequest, type EventRequest, renderEvent, renderTest, signedRequest } from './render.ts';
import { type EndpointVerdict, failed, verdictOf } from './verdict.ts';

/** The time that an endpoint has for its response. */
export const CALL_MS = 10_000;

/** The capabilities that a call to an endpoint is made with. */
export interface SendDeps extends DatabaseAccess, KeyringAccess, OutgoingAccess, CurrentTime {
  /** PUBLIC_URL. */
  readonly publicUrl: string;
}

/** The source whose events are sent, with the sealed header of its FHIR server. */
type SendingSource = Pick<Source, 'id' | 'authorityId' | 'events' | 'fhirBaseUrl'> & {
  readonly fhirAuthorization: Buffer | null;
};

/** The destination of the events of one endpoint, and how they are signed. */
export interface EventDestination {
  readonly url: URL;
  /** `whsec_…`; none for a FHIR server. */
  readonly secrets: readonly string[];
  readonly requestOf: (event: NumberedEvent) => EventRequest;
}

/**
 * Reads the address of an endpoint, with its secrets or its authorization in clear. @returns null where the settings
 * have no such endpoint, or it has no secret: nothing leaves unsigned
 */
export async function destinationOf(
  deps: SendDeps,
  channel: Channel,
  source: SendingSource,
): Promise<EventDestination | null> {
  return channel === 'webhook' ? webhookOf(deps, source) : fhirServerOf(deps, source);
}

async function webhookOf(deps: SendDeps, { id, authorityId, events }: SendingSource): Promise<EventDestination | null> {
  if (events === null) return null;
  const secrets = await openEventSecrets(deps.db, deps.keyring.cipher, authorityId, id);
  if (secrets.length === 0) return null;
  return {
    url: new URL(events.url),
    secrets,
    requestOf: (event) => signedRequest(event.id, renderEvent(event, events, deps.publicUrl), secrets, deps.now()),
  };
}

function fhirServerOf({ keyring }: KeyringAccess, source: SendingSource): EventDestination | null {
  const { id, authorityId, fhirBaseUrl, fhirAuthorization: sealed } = source;
  if (fhirBaseUrl === null) return null;
  const authorization = sealed && keyring.cipher.decrypt(authorityId, 'source.fhir_authorization', id, sealed);
  return {
    url: new URL(`${fhirBaseUrl}/AppointmentResponse`),
    secrets: [],
    requestOf: (event) => appointmentResponseRequest(event, authorization),
  };
}

/** Calls an endpoint, and once more where a connection was closed. Never throws. */
export async function sendEvent(
  { outgoing, now }: OutgoingAccess & CurrentTime,
  destination: EventDestination,
  event: NumberedEvent,
  signal: AbortSignal,
): Promise<EndpointVerdict> {
  try {
    const { body, headers } = destination.requestOf(event);
    const post = () => outgoing.post(destination.url, body, { headers, signal });
    const result = await post();
    // A connection that was kept may be closed at the other end just when it is used again; to repeat harms nothing.
    const isClosed = result.kind === 'failed' && CONNECTION_CLOSED.has(result.code);
    return verdictOf(isClosed && !signal.aborted ? await post() : result, now());
  } catch {
    // The error is left out: its message could hold secrets or settings of the destination.
    return failed('could not be made');
  }
}

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
