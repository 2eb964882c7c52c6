import { z } from '@hono/zod-openapi';
import { CHANNELS, EVENT_TYPES } from '../../domain/event-types.ts';
import type { EndpointView } from '../../staff/sources/sources.ts';
import { instant, iso } from '../describe.ts';
import { refuseWith } from './text.ts';

const NO_URL = 'Write an address as https://booking.example.org/easysms.';

/** Checks one after another, so that only the first fault is reported. */
const check = (code: string, detail: string) => ({ ...refuseWith(code, detail), abort: true });

const url = z
  .string()
  .max(500)
  .refine((value) => /^https?:\/\/[!-~]+$/i.test(value) && URL.canParse(value), check('not_a_url', NO_URL))
  .refine(
    (value) => new URL(value).username === '' && new URL(value).password === '',
    check('credentials_in_url', 'Leave user and password out: every event is signed.'),
  )
  .refine((value) => !value.includes('#'), check('fragment_in_url', 'Leave out what follows the #: it is never sent.'))
  .refine(
    (value) => new URL(value).protocol === 'https:' || isLoopbackHost(new URL(value).hostname),
    check('no_tls', 'Use https: http is for this machine alone.'),
  )
  .transform((value) => new URL(value).href)
  .openapi({
    type: 'string',
    example: 'https://booking.example.org/easysms',
    description:
      'Where events are posted to: a public address on port 443, or one that EASYSMS_ALLOWED_ADDRESSES names. https, ' +
      'but on loopback; without user and password',
  });

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The endpoint that a source's events are posted to. */
export const eventSettings = z
  .strictObject({
    url,
    types: z
      .array(z.enum(EVENT_TYPES))
      .min(1)
      .max(EVENT_TYPES.length)
      .nullable()
      .default(null)
      .describe('Types of events that are sent; null: all of them, also those that come later'),
    includePhone: z
      .boolean()
      .default(false)
      .describe("Whether `data.phone` has the citizen's number: the booking system mostly knows it"),
    format: z
      .enum(['json', 'cloudevents'])
      .default('json')
      .describe('cloudevents: CloudEvents 1.0 in structured mode, around the same `data`'),
  })
  .nullable()
  .default(null)
  .describe(
    'Endpoint for events. Its secret is shown once, when it is first set; `POST …/secrets` with `for: events` ' +
      'makes another. null: none',
  );

/** Switch: citizens' replies go to the FHIR server. */
export const appointmentResponses = z
  .boolean()
  .default(false)
  .describe(
    'FHIR: `citizen.confirmed` and `citizen.cancelled` go to `fhirBaseUrl` as AppointmentResponse (accepted, declined)',
  );

/** An endpoint as the API shows it. */
export const eventEndpointSchema = z
  .object({
    channel: z.enum(CHANNELS).describe('webhook: `events.url`; fhir: `fhirBaseUrl`'),
    state: z
      .enum(['live', 'paused', 'ended'])
      .describe(
        'paused: it has failed for an hour, and is tried every few minutes; ended: it responded 410, ' +
          'is not tried, and nothing is recorded for it',
      ),
    failingSince: instant.nullable().describe('When it first failed since it last took an event'),
    nextAttemptAt: instant.nullable().describe('It is not called before; null: at any time'),
    lastResult: z
      .string()
      .nullable()
      .openapi({ description: 'Status of its last response, or why there was none', example: 'HTTP 500' }),
    lastDeliveredAt: instant.nullable().describe('When it last took an event'),
    pending: z.int().describe('Events that it has not taken yet; 10000 means as many or more'),
  })
  .openapi('EventEndpoint');

/** An endpoint in the words of the API. */
export function toEndpointBody(endpoint: EndpointView): z.infer<typeof eventEndpointSchema> {
  const { channel, state, lastResult, pending } = endpoint;
  return {
    channel,
    state,
    lastResult,
    pending,
    failingSince: iso(endpoint.failingSince),
    nextAttemptAt: iso(endpoint.nextAt),
    lastDeliveredAt: iso(endpoint.deliveredAt),
  };
}
