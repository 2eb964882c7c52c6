import type { AppointmentEvent } from '../domain/appointment.ts';
import type { JsonMapping } from '../domain/authority.ts';
import { holdsNumber } from '../domain/sms-text.ts';
import type { IngestContext, IngestElement, IngestResult } from './format.ts';
import { readMapped } from './mapping.ts';

/** Webhooks of Cal.com. What else it tells of, such as payments and recordings, is ignored. */
const CAL_COM: JsonMapping = {
  type: '/triggerEvent',
  types: {
    BOOKING_CREATED: 'appointment.booked',
    BOOKING_RESCHEDULED: 'appointment.rescheduled',
    BOOKING_CANCELLED: 'appointment.cancelled',
    BOOKING_REJECTED: 'appointment.cancelled',
    BOOKING_REQUESTED: 'pending',
  },
  fields: {
    id: '/payload/uid',
    timestamp: '/createdAt',
    start: '/payload/startTime',
    end: '/payload/endTime',
    phone: [
      '/payload/responses/attendeePhoneNumber/value',
      '/payload/responses/phone/value',
      '/payload/responses/phone',
      '/payload/attendees/0/phoneNumber',
    ],
    language: '/payload/attendees/0/language/locale',
    locationText: '/payload/location',
    // Moved, a booking gets a new uid; this is the one that it had.
    replaces: '/payload/rescheduleUid',
  },
};

/** What stands in `location` where the place is none: the kind of meeting, an integration, an address of a meeting. */
const NO_PLACE = /^(?:[a-z][a-z\d+.-]*:|(?:attendee)?inPerson$|phone$|userPhone$|link$|somewhereElse$|conferencing$)/i;

/** A webhook of Cal.com. @throws Problem 422 as `readMapped` does */
export function readCalCom(body: unknown, context: IngestContext, timestamp?: string): IngestResult {
  const result = readMapped(body, CAL_COM, context, timestamp);
  return { ...result, elements: result.elements.map(withUid) };
}

function withUid(element: IngestElement): IngestElement {
  if (element.kind !== 'appointment') return element;
  const { event } = element;
  return {
    kind: 'appointment',
    event: {
      ...event,
      locationText: placeOf(event),
      aliases: [{ kind: 'uid', namespace: 'cal.com', value: event.reference }],
    },
  };
}

/** A place in words: for calls a number stands there, which no SMS shall repeat. Links are gone by now. */
function placeOf({ locationText }: AppointmentEvent): string | null | undefined {
  if (typeof locationText !== 'string') return locationText;
  return NO_PLACE.test(locationText) || holdsNumber(locationText) ? null : locationText;
}
