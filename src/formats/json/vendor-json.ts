import type { AppointmentEvent } from '../../domain/appointment.ts';
import { Problem } from '../../domain/errors.ts';
import { isObject } from '../../domain/json.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { holdsNumber } from '../../domain/text/numbers.ts';
import type { IngestContext, IngestElement, IngestFormat, IngestResult, Steps } from '../format.ts';
import { readMapped } from './mapping.ts';

/** JSON of a vendor, for sources whose settings have a mapping. */
export const vendorJson: IngestFormat = {
  id: 'mapping',
  accepts: (_request, { source }) => source.mapping !== null,
  read: ({ body }, context) => readVendor(body, context),
};

/** Reads a vendor's JSON as `readMapped` does. @param timestamp of the envelope, for events without one */
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

/** The place in words. For phone meetings it is a number, which no SMS may repeat. Links were removed earlier. */
function placeOf({ locationText }: AppointmentEvent): string | null | undefined {
  if (typeof locationText !== 'string') return locationText;
  return NO_PLACE.test(locationText) || holdsNumber(locationText) ? null : locationText;
}

/** JSON of vendors that can't be read directly, recognised by its shape, with the setting that makes it readable. */
const KNOWN_SHAPES: readonly {
  readonly matches: (body: Record<string, unknown>) => boolean;
  readonly advice: string;
}[] = [
  {
    matches: (body) => typeof body.resourceType === 'string',
    advice: 'This is FHIR: send it to /v1/fhir/{source}, as application/fhir+json.',
  },
  {
    matches: (body) => 'triggerEvent' in body && 'payload' in body,
    advice: 'This looks like Cal.com: set the mapping of this source to "cal.com".',
  },
  {
    // Easy!Appointments.
    matches: (body) => typeof body.action === 'string' && isObject(body.payload),
    advice:
      'This contains no number of the patient, only the id of a customer, and times without a zone: ' +
      'let an integration fetch the appointment and send it as JSON.',
  },
  {
    // Healthie; Acuity, when its form was converted to JSON; Semble.
    matches: (body) =>
      ('resource_id' in body && 'event_type' in body) ||
      (typeof body.action === 'string' && 'id' in body) ||
      (typeof body.event === 'string' && 'id' in body),
    advice:
      'This contains only the id of an appointment: let an integration fetch the appointment and send it as JSON.',
  },
  {
    matches: (body) => !('type' in body) && !('data' in body),
    advice:
      'This is not the JSON of EasySMS. The JSON of a vendor can be read by a mapping in the settings of this source.',
  },
];

/** Refuses known JSON of vendors with advice, instead of a list of missing keys of our own JSON. */
export const unsupportedJson: IngestFormat = {
  id: 'unknown',
  accepts: ({ body }) => adviceFor(body) !== undefined,
  *read({ body }) {
    const faults = ['/type', '/data'].map((pointer) => ({ pointer, code: 'required', detail: 'This is required.' }));
    throw new Problem(422, 'invalid', adviceFor(body) ?? '', { faults });
  },
};

function adviceFor(body: unknown): string | undefined {
  return isObject(body) && !isObject(body.data) ? KNOWN_SHAPES.find(({ matches }) => matches(body))?.advice : undefined;
}
