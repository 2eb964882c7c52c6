import type { NumberedEvent } from '../domain/events/event.ts';
import { isFhirId } from '../formats/fhir/references.ts';
import type { EventRequest } from './render.ts';

/**
 * The citizen's reply as a FHIR R4 AppointmentResponse. A reference that is a FHIR id points at the Appointment of the
 * server itself; any other one is given as an identifier. No text and no number goes along.
 */
export function toAppointmentResponse(event: NumberedEvent): object {
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
