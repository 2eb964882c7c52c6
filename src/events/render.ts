import { Webhook } from 'standardwebhooks';
import type { EventSettings } from '../domain/event-types.ts';
import { bodyOf, type EventBody, type NumberedEvent } from '../domain/events/event.ts';

/** A request that delivers an event, but for the address. */
export interface EventRequest {
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The text that an endpoint receives, and its media type. */
export interface RenderedEvent {
  readonly body: string;
  readonly contentType: string;
}

/** An event in the format that its source asks for. */
export function renderEvent(
  event: NumberedEvent,
  settings: Pick<EventSettings, 'format'>,
  publicUrl: string,
): RenderedEvent {
  return render(bodyOf(event), settings, publicUrl);
}

/** An event for a trial, of the type `test`: about nothing, and numbered 0. */
export function renderTest(
  test: { readonly id: string; readonly at: Date; readonly sourceId: string },
  settings: Pick<EventSettings, 'format'>,
  publicUrl: string,
): RenderedEvent {
  const { id, at, sourceId: source } = test;
  return render({ id, type: 'test', timestamp: at.toISOString(), sequence: 0, data: { source } }, settings, publicUrl);
}

type AnyBody = Omit<EventBody, 'type' | 'data'> & {
  readonly type: string;
  readonly data: { readonly source: string; readonly reference?: string };
};

function render(body: AnyBody, { format }: Pick<EventSettings, 'format'>, publicUrl: string): RenderedEvent {
  if (format === 'json') return { body: JSON.stringify(body), contentType: 'application/json' };
  return { body: JSON.stringify(toCloudEvent(body, publicUrl)), contentType: 'application/cloudevents+json' };
}

/** Digits of `sequence`, which orders as text does (CloudEvents, extension Sequence). */
const SEQUENCE_DIGITS = 16;

/** CloudEvents 1.0, structured mode of the HTTP binding. */
function toCloudEvent({ id, type, timestamp, sequence, data }: AnyBody, publicUrl: string): object {
  return {
    specversion: '1.0',
    id,
    type,
    time: timestamp,
    source: `${publicUrl}/v1/sources/${data.source}`,
    ...(data.reference !== undefined && { subject: data.reference }),
    sequence: String(sequence).padStart(SEQUENCE_DIGITS, '0'),
    datacontenttype: 'application/json',
    data,
  };
}

/**
 * Signs a body as Standard Webhooks does: one signature by each secret.
 * @param secrets `whsec_…`, at least one
 */
export function signedRequest(
  id: string,
  { body, contentType }: RenderedEvent,
  secrets: readonly string[],
  now: Date,
): EventRequest {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, body));
  return {
    body,
    headers: {
      'content-type': contentType,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
  };
}
