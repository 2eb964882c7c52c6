import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import { eventIn } from '../../support/ingest.ts';
import { readPosted, refusalOf } from '../../support/webhook-reading.ts';

const PAYLOAD = {
  type: '30min',
  title: 'Kontrol hos Ida',
  uid: 'bFJeNb2uX8ANpT3JL5EfXw',
  startTime: '2026-12-01T08:00:00Z',
  endTime: '2026-12-01T08:30:00Z',
  location: 'Opgang 4, 3. sal',
  attendees: [{ email: 'a@example.org', name: 'Bo', timeZone: 'Europe/Copenhagen', language: { locale: 'da' } }],
  responses: { attendeePhoneNumber: { label: 'phone_number', value: '+4520123456', isHidden: false } },
};
const sent = (triggerEvent: string, payload: object = {}) => ({
  triggerEvent,
  createdAt: '2026-11-24T10:00:00.123Z',
  payload: { ...PAYLOAD, ...payload },
});
const read = (body: unknown) => readPosted(body, { settings: { mapping: 'cal.com' } });
const eventOf = (triggerEvent: string, payload?: object): AppointmentEvent =>
  eventIn(read(sent(triggerEvent, payload)).elements[0]);

describe('a webhook of Cal.com', () => {
  it('is read', () => {
    expect(eventOf('BOOKING_CREATED')).toMatchObject({
      reference: PAYLOAD.uid,
      status: 'booked',
      version: null,
      occurredAt: new Date('2026-11-24T10:00:00.123Z'),
      start: new Date('2026-12-01T08:00:00Z'),
      end: new Date('2026-12-01T08:30:00Z'),
      phone: '+4520123456',
      language: 'da',
      locationText: 'Opgang 4, 3. sal',
      department: undefined,
      aliases: [{ kind: 'uid', namespace: 'cal.com', value: PAYLOAD.uid }],
    });
  });

  it.each([
    ['BOOKING_CREATED', 'booked'],
    ['BOOKING_RESCHEDULED', 'booked'],
    ['BOOKING_CANCELLED', 'cancelled'],
    ['BOOKING_REJECTED', 'cancelled'],
    ['BOOKING_REQUESTED', 'pending'],
  ])('%s makes the appointment %s', (trigger, status) => {
    expect(eventOf(trigger).status).toBe(status);
  });

  it.each(['PING', 'MEETING_ENDED', 'BOOKING_PAID', 'FORM_SUBMITTED', 'RECORDING_READY'])(
    '%s is ignored',
    (trigger) => {
      const found = read({ triggerEvent: trigger, createdAt: 'x', payload: {} }).elements;
      expect(found).toMatchObject([{ kind: 'ignored' }]);
    },
  );

  it('of a moved booking names the uid that it had', () => {
    const event = eventOf('BOOKING_RESCHEDULED', { rescheduleUid: 'old' });
    expect(event).toMatchObject({ reference: PAYLOAD.uid, replaces: ['old'] });
    expect(Object.hasOwn(eventOf('BOOKING_RESCHEDULED', { rescheduleUid: null }), 'replaces')).toBe(false);
  });

  it.each<[string, object, AppointmentEvent['phone']]>([
    ['attendeePhoneNumber', {}, '+4520123456'],
    ['responses.phone.value', { responses: { phone: { value: '20123457' } } }, '20123457'],
    ['responses.phone', { responses: { phone: '20123458' } }, '20123458'],
    ['the attendee', { responses: {}, attendees: [{ phoneNumber: '20123459' }] }, '20123459'],
    [
      'all three, the one of the booking first',
      { responses: { attendeePhoneNumber: { value: '1' }, phone: '2' }, attendees: [{ phoneNumber: '3' }] },
      ['1', '2', '3'],
    ],
    ['nowhere', { responses: { attendeePhoneNumber: { label: 'phone_number' } } }, undefined],
    ['nowhere, said so', { responses: { attendeePhoneNumber: { value: '' } } }, null],
  ])('has its number from %s', (_name, payload, phone) => {
    expect(eventOf('BOOKING_CREATED', payload).phone).toEqual(phone);
  });

  it.each<[string, unknown, string | null | undefined]>([
    ['a place', 'Stue 7', 'Stue 7'],
    ['an integration', 'integrations:daily', null],
    ['an address of a meeting', 'https://meet.example.org/abc', null],
    ['a number', '+45 20 12 34 56', null],
    ['a word for the kind of place', 'inPerson', null],
    ['another one', 'attendeeInPerson', null],
    ['nothing', null, null],
    ['a place with a link', 'Stue 7 www.example.org', 'Stue 7'],
  ])('whose location is %s prints no more than a place', (_name, location, expected) => {
    expect(eventOf('BOOKING_CREATED', { location }).locationText).toBe(expected);
  });

  it.each<[string, unknown, string[]]>([
    ['no trigger', { payload: PAYLOAD }, ['/triggerEvent required']],
    ['no uid', sent('BOOKING_CREATED', { uid: undefined }), ['/payload/uid required']],
    ['a start that is none', sent('BOOKING_CREATED', { startTime: 'soon' }), ['/payload/startTime invalid_instant']],
    [
      'a moment of sending that is none',
      { ...sent('BOOKING_CREATED'), createdAt: 'x' },
      ['/createdAt invalid_instant'],
    ],
    ['no object', [], ['/triggerEvent required']],
  ])('with %s is refused in its own terms', (_name, body, faults) => {
    expect(refusalOf(() => read(body))).toMatchObject({ status: 422, faults });
  });
});

describe('JSON that is not supported is refused with advice', () => {
  it.each<[string, unknown, string]>([
    ['FHIR', { resourceType: 'Appointment', id: '1' }, '/v1/fhir/'],
    ['Cal.com of a source without its mapping', sent('BOOKING_CREATED'), 'mapping'],
    [
      'Easy!Appointments',
      { action: 'appointment_save', payload: { id: 1, start_datetime: '2026-12-01 09:00:00', customerId: 7 } },
      'number',
    ],
    [
      'Healthie',
      { resource_id: '1', resource_id_type: 'Appointment', event_type: 'appointment.created' },
      'only the id',
    ],
    ['Acuity, made JSON', { action: 'scheduled', id: '1', calendarID: '2', appointmentTypeID: '3' }, 'only the id'],
    ['Semble', { event: 'booking.created', id: '63f' }, 'only the id'],
    ['something else', { booking: { id: 1 } }, 'mapping'],
  ])('%s', (_name, body, words) => {
    const { status, message, faults } = refusalOf(() => readPosted(body));
    expect([status, faults]).toEqual([422, ['/type required', '/data required']]);
    expect(message).toContain(words);
  });

  it.each<[string, string]>([
    ['application/fhir+json', '/v1/fhir/'],
    ['application/fhir+xml; charset=utf-8', '/v1/fhir/'],
    ['application/json+fhir', '/v1/fhir/'],
    ['application/hl7-v2', '/v1/hl7v2/'],
    ['x-application/hl7-v2+er7; charset=utf-8', '/v1/hl7v2/'],
    ['text/plain', '/v1/hl7v2/'],
    ['text/csv', '/imports'],
    ['application/vnd.ms-excel', '/imports'],
    ['application/x-www-form-urlencoded', 'application/json'],
    ['multipart/form-data; boundary=x', 'application/json'],
    ['application/cloudevents+xml', 'application/cloudevents+json'],
    ['application/xml', 'application/json'],
    ['', 'application/json'],
  ])('of type %j', (type, words) => {
    const { status, message } = refusalOf(() => readPosted(Buffer.from('action=scheduled&id=1'), { type }));
    expect(status).toBe(415);
    expect(message).toContain(words);
  });
});
