import { Webhook } from 'standardwebhooks';
import type { EventSettings } from '../domain/event-types.ts';
import { bodyOf, type EventBody, type NumberedEvent } from '../domain/events/event.ts';
import { isFhirId } from '../formats/fhir/references.ts';

/**
 * The citizen's reply as a FHIR R4 AppointmentResponse. A reference that is a FHIR id points at the Appointment of the
 * server itself; any other one is given as an identifier. No text and no number goes along.
 */
function toAppointmentResponse(event: NumberedEvent): object {
  const [appointment = '', patient] = event.reference.split('~');
  const accepted = event.type === 'citizen.confirmed';
  return {
    resourceType: 'AppointmentResponse',
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${event.id}` }],
    appointment: isFhirId(appointment)
      ? { reference: `Appointment/${appointment}`, type: 'Appointment' }
      : { identifier: { value: appointment }, type: 'Appointment' },
    // apr-1: one of the two says who replies. The patient's id is known of group appointments only.
    ...(patient !== undefined && isFhirId(patient)
      ? { actor: { reference: `Patient/${patient}`, type: 'Patient' } }
      : { participantType: [{ coding: [PARTICIPANT] }] }),
    participantStatus: accepted ? 'accepted' : 'declined',
    comment: accepted ? 'Confirmed by SMS' : 'Cancelled by SMS',
  };
}

const PARTICIPANT = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  code: 'PART',
  display: 'Participation',
};

/**
 * The request that creates it. The server is asked to create it once, however often it comes (R4 §3.1.0.8.1).
 * @param authorization of the source's FHIR server; null for none
 */
export function appointmentResponseRequest(event: NumberedEvent, authorization: string | null): EventRequest {
  return {
    body: JSON.stringify(toAppointmentResponse(event)),
    headers: {
      'content-type': 'application/fhir+json',
      accept: 'application/fhir+json',
      'if-none-exist': `identifier=urn:ietf:rfc:3986|urn:uuid:${event.id}`,
      ...(authorization !== null && { authorization }),
    },
  };
}

/** A request that delivers an event, but for the address. */
export interface EventRequest {
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The text that an endpoint receives, and its media type. */
interface RenderedEvent {
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

/** Signs a body as Standard Webhooks does: one signature by each secret. @param secrets `whsec_…`, at least one */
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
