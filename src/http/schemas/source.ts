import { z } from '@hono/zod-openapi';
import { STATUSES } from '../../domain/appointment.ts';
import { SOURCE_DEFAULTS as DEFAULTS, MEETINGS, type SourceSettings } from '../../domain/authority.ts';
import type { HmacScheme } from '../../domain/hmac-scheme.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import type { ManagedSource, SourceSecrets, SourceView } from '../../staff/sources/sources.ts';
import { instant, written } from '../describe.ts';
import { jsonMapping, wordMap } from './json-mapping.ts';
import { pauseSchema } from './pause.ts';
import { country, timeZone } from './place-and-time.ts';
import { authSchema, authShown, fhirAuthorization, fhirBaseUrl, keepPatients } from './source-auth.ts';
import { appointmentResponses, eventEndpointSchema, eventSettings, toEndpointBody } from './source-events.ts';
import { noteText, printedPlaceText, refuseWith } from './text.ts';

/** HL7 v2, FHIR and CSV: a slot that is no appointment of a patient may be mapped to `ignore`. */
const MAPPED_STATUSES = [...STATUSES, 'ignore'] as const;

/** Entries that a setting of several may have. */
export const MOST_ENTRIES = { statusMap: 200, locationMap: 500, typeMap: 500, placeholderTimes: 20 } as const;

/** Settings of a source that say how its HL7 v2 and its CSV are read. */
const protocolSettings = {
  dateOrder: z
    .enum(['dmy', 'mdy'])
    .default(DEFAULTS.dateOrder)
    .describe(
      'CSV: how a date with `/` or `-` is read whose year comes last: `dmy`: 31/12/2026; `mdy`: 12/31/2026. A file ' +
        'with a date that can only be read the other way is refused as a whole',
    ),
  idField: z
    .enum(['filler', 'placer'])
    .default(DEFAULTS.idField)
    .describe('HL7 v2: whether SCH-2 or SCH-1 is the reference; the other one stands in where it is missing'),
  ackMode: z.enum(['original', 'enhanced']).default(DEFAULTS.ackMode).describe('HL7 v2: how messages are acknowledged'),
  unknownEvents: z
    .enum(['accept', 'reject'])
    .default(DEFAULTS.unknownEvents)
    .describe('HL7 v2: what becomes of messages that are about no appointment'),
  orderBy: z
    .enum(['stamp', 'arrival'])
    .default(DEFAULTS.orderBy)
    .describe(
      'HL7 v2: stamp: a booking or a move whose MSH-7 (else EVN-2) is older than what is stored changes nothing. ' +
        'arrival: the last received counts, for systems whose clock is not right',
    ),
  preAdmissions: z
    .enum(['ignore', 'appointment'])
    .default(DEFAULTS.preAdmissions)
    .describe(
      'HL7 v2: appointment: ADT A05 (pre-admission) books an appointment and A38 cancels it: PV1-19 is its id, ' +
        'PV2-8 its start. ignore: their sender is told that nothing was stored',
    ),
  shortIds: z
    .boolean()
    .default(DEFAULTS.shortIds)
    .describe(
      'HL7 v2: whether one to three digits are the id of an appointment in SCH-1 and PV1-19 without an issuer, ' +
        'too: some senders have counters there, which tie appointments of strangers together',
    ),
};

const shape = {
  name: noteText(100).openapi({ example: 'EPJ' }),
  mode: z
    .enum(['live', 'shadow', 'loading', 'paused'])
    .default(DEFAULTS.mode)
    .describe(
      'loading: takes appointments in and sends no notices about them. shadow: plans everything and hands ' +
        'nothing over. paused: holds everything.',
    ),
  absentPhone: z
    .enum(['keep', 'clear'])
    .default(DEFAULTS.absentPhone)
    .describe('What a phone that an event leaves out does to the stored one'),
  defaultRegion: country.default(DEFAULTS.defaultRegion).describe('Whose numbers may come without a country code'),
  timeZone: timeZone.default(DEFAULTS.timeZone).describe('Of local times without an offset'),
  statusMap: wordMap(z.enum(MAPPED_STATUSES), MOST_ENTRIES.statusMap)
    .default({})
    .openapi({
      description: 'Local status codes to those of EasySMS; `ignore` for a slot that is no appointment of a patient',
      example: { '4': 'cancelled' },
    }),
  locationMap: wordMap(printedPlaceText, MOST_ENTRIES.locationMap)
    .default({})
    .openapi({
      description: 'Codes of places (their texts, where there is no code) to what an SMS prints',
      example: { '325441000016006': 'Opgang 4, 3. sal' },
    }),
  placeText: z
    .enum(['mapped', 'as_sent'])
    .default(DEFAULTS.placeText)
    .describe('FHIR and HL7 v2: whether an SMS prints a place that locationMap does not know'),
  typeMap: wordMap(z.enum([...MEETINGS, 'none']), MOST_ENTRIES.typeMap)
    .default({})
    .openapi({
      description:
        'HL7 v2 (SCH-7, SCH-8, AIS-3) and FHIR (appointmentType, serviceType): local codes of types to how citizen ' +
        'and authority meet; `none`: no SMS is sent about appointments of this type',
      example: { VIDEO: 'video', INTERN: 'none' },
    }),
  placeholderTimes: z
    .array(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day is written as 00:00.'))
    .max(MOST_ENTRIES.placeholderTimes)
    .default([])
    .openapi({
      description:
        'Local times that the system sends for appointments without a time: an SMS about one of these says the day ' +
        'only',
      example: ['00:00'],
    }),
  allowForeignNumbers: z
    .boolean()
    .default(DEFAULTS.allowForeignNumbers)
    .describe('Numbers of other countries than defaultRegion'),
  allowContactPhone: z
    .enum(['off', 'oneself', 'guardian'])
    .default(DEFAULTS.allowContactPhone)
    .describe(
      "FHIR: whose number may stand in for the patient's: the patient's own contact entry, or also a " +
        "guardian's of a child under 15",
    ),
  departmentFrom: z
    .enum(['none', 'serviceCategory', 'specialty'])
    .default(DEFAULTS.departmentFrom)
    .describe('FHIR: what the department is read from. Both may tell why somebody is treated'),
  fhirBaseUrl,
  keepPatients,
  ...protocolSettings,
  events: eventSettings,
  appointmentResponses,
  mapping: z
    .union([z.literal('cal.com'), jsonMapping])
    .nullable()
    .default(null)
    .describe("How a vendor's JSON is read; null: it is that of EasySMS"),
};

/** The settings that give codes their meaning, for those who check one entry alone. */
export const sourceMaps = { statusMap: shape.statusMap, locationMap: shape.locationMap, typeMap: shape.typeMap };

/**
 * Body of `PUT …/sources/{source}`: a mistyped name must not pass as a setting left out, so unknown ones are refused.
 */
export const sourceSettings = z
  .strictObject({ ...shape, auth: authSchema, fhirAuthorization })
  .refine((settings) => !settings.fhirAuthorization || settings.fhirBaseUrl !== null, {
    ...refuseWith('without_base_url', 'This is sent to fhirBaseUrl alone: give that, too.'),
    path: ['fhirAuthorization'],
  })
  .refine((settings) => !settings.appointmentResponses || settings.fhirBaseUrl !== null, {
    ...refuseWith('without_base_url', 'They are sent to fhirBaseUrl: give that, too.'),
    path: ['appointmentResponses'],
  })
  .openapi('SourceSettings');

const liveSecrets = z.array(z.object({ id: z.uuid(), createdAt: instant }));

/** A source as the API shows it. */
export const sourceSchema = z
  .object({
    id: z.string(),
    authority: z.string(),
    ...shape,
    auth: authShown,
    fhirAuthorizationSet: z.boolean().describe('Whether there is one; it is never shown'),
    version: z.int(),
    paused: pauseSchema.nullable(),
    liveSecrets: liveSecrets.describe('The pairs that are valid, without their values'),
    liveEventSecrets: liveSecrets.describe('The secrets that events are signed with, likewise'),
    eventEndpoints: z.array(eventEndpointSchema).describe('Where its events go, and how that fares'),
  })
  .openapi('Source');

/** A source in a list. */
export const listedSourceSchema = sourceSchema.omit({
  liveSecrets: true,
  liveEventSecrets: true,
  eventEndpoints: true,
});

const ONCE = { description: 'Shown this once and never again' };

/** A new pair of secrets. */
export const secretsSchema = z
  .object({ id: z.uuid(), token: z.string(), webhookSecret: z.string() })
  .openapi('SourceSecrets', ONCE);

/** A further secret for events. */
export const eventSecretSchema = z
  .object({ id: z.uuid(), secret: z.string().describe('`whsec_…`, as Standard Webhooks writes it') })
  .openapi('EventSecret', ONCE);

const firstEventSecret = z.string().describe('Secret that events are signed with: `whsec_…`');

/** Secrets that are made with a source: the first pair, and the secret for events where it has an endpoint. */
export const createdSecretsSchema = secretsSchema
  .extend({ events: firstEventSecret.optional() })
  .openapi('CreatedSecrets', ONCE);

/** The secret that is made with the first endpoint of a source that was there before. */
export const addedSecretsSchema = z.object({ events: firstEventSecret }).openapi('AddedSecrets', ONCE);

/** Splits a body into the settings and the secrets, which are stored encrypted and never shown. */
export function readSourceSettings(body: z.infer<typeof sourceSettings>): {
  settings: SourceSettings;
  secrets: SourceSecrets;
} {
  const { auth, fhirAuthorization: authorization, mapping, ...rest } = body;
  const hmac: HmacScheme | null = auth && { ...withoutSecret(auth.hmac) };
  return {
    settings: { ...rest, mapping: mapping as 'cal.com' | JsonMapping | null, hmac },
    secrets: { hmac: auth?.hmac.secret, fhirAuthorization: authorization },
  };
}

function withoutSecret<T extends { secret?: unknown }>({ secret: _secret, ...scheme }: T): Omit<T, 'secret'> {
  return scheme;
}

/** A source in the words of the API; of its secrets it says only which there are. */
export function toSourceBody(source: SourceView): z.infer<typeof sourceSchema> {
  const { liveSecrets, liveEventSecrets, eventEndpoints, ...rest } = source;
  return {
    ...toListedSourceBody(rest),
    ...written({ liveSecrets, liveEventSecrets }),
    eventEndpoints: eventEndpoints.map(toEndpointBody),
  };
}

/** The same for a list, without the secret pairs. */
export function toListedSourceBody(source: ManagedSource): z.infer<typeof listedSourceSchema> {
  const { authorityId, hmac, hmacSecretSet, statusMap, mapping, ...rest } = source;
  return {
    ...written(rest),
    authority: authorityId,
    statusMap: statusMap as z.infer<typeof shape.statusMap>,
    mapping: mapping as z.infer<typeof shape.mapping>,
    auth: hmac && {
      hmac: { replayMemory: false, timestamped: false, signedAddress: null, ...hmac, secretSet: hmacSecretSet },
    },
  };
}

/** Parts of a source that the API shows and that are none of its settings. */
const SHOWN = new Set(['id', 'authority', 'version', 'paused', 'fhirAuthorizationSet', 'auth']);
const SETTINGS = Object.keys(listedSourceSchema.shape).filter((name) => !SHOWN.has(name));

/** The settings of a source as a body that leaves them as they are: its secrets stay where the body has none. */
export function toSourceSettingsBody(source: ManagedSource): Readonly<Record<string, unknown>> {
  const { auth, ...body } = toListedSourceBody(source);
  const settings = Object.fromEntries(SETTINGS.map((name) => [name, Reflect.get(body, name)]));
  const { secretSet: _, ...hmac } = auth?.hmac ?? { secretSet: false };
  return { ...settings, auth: auth && { hmac } };
}
