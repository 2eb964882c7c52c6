import type { AppointmentEvent } from '../../domain/appointment.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { holdsNumber } from '../../domain/text/numbers.ts';
import type { IngestContext, IngestElement, IngestFormat, IngestResult } from '../format.ts';
import type { Steps } from '../steps.ts';
import { readMapped } from './mapping.ts';

/** JSON of a vendor, for sources whose settings have a mapping. */
export const vendorJson: IngestFormat = {
  id: 'mapping',
  accepts: (_request, { source }) => source.mapping !== null,
  read: ({ body }, context) => readVendor(body, context),
};

/**
 * Reads a vendor's JSON.
 * @param timestamp of the envelope, for events without one
 * @throws Problem 422 as `readMapped` does
 */
export function readVendor(body: unknown, context: IngestContext, timestamp?: string): Steps<IngestResult> {
  const { mapping } = context.source;
  if (mapping === null) throw new Error('the source has no mapping');
  return mapping === 'cal.com' ? readCalCom(body, context, timestamp) : readMapped(body, mapping, context, timestamp);
}

/** Mapping of Cal.com's webhooks. Its other events, such as payments and recordings, are ignored. */
export const CAL_COM: JsonMapping = {
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
    // A moved booking gets a new uid; this is its former one.
    replaces: '/payload/rescheduleUid',
  },
};

/** Values of `location` that are not a place: the kind of meeting, an integration, the address of a meeting. */
const NO_PLACE = /^(?:[a-z][a-z\d+.-]*:|(?:attendee)?inPerson$|phone$|userPhone$|link$|somewhereElse$|conferencing$)/i;

/**
 * Reads a webhook of Cal.com.
 * @throws Problem 422 as `readMapped` does
 */
function* readCalCom(body: unknown, context: IngestContext, timestamp?: string): Steps<IngestResult> {
  const result = yield* readMapped(body, CAL_COM, context, timestamp);
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

/**
 * The place in words. For phone meetings the value is a number, which no SMS may repeat. Links were removed earlier.
 */
function placeOf({ locationText }: AppointmentEvent): string | null | undefined {
  if (typeof locationText !== 'string') return locationText;
  return NO_PLACE.test(locationText) || holdsNumber(locationText) ? null : locationText;
}
