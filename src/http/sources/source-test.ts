import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Source } from '../../domain/authority.ts';
import type { DryRunElement } from '../../dry-run/dry-run.ts';
import { isAboutPhone } from '../../dry-run/notes.ts';
import { toList } from '../../formats/json/mapped-values.ts';
import { CAL_COM } from '../../formats/json/vendor-json.ts';
import type { OutageLogging } from '../../runtime/outage-log.ts';
import { type MessageFormat, messageFormat } from '../../sources/dry-run/dry-run-message.ts';
import type { FhirServers } from '../../sources/fhir/servers.ts';
import type { AcceptedResults, SourceRequest } from '../../sources/receive.ts';
import { instant, iso, json, problems, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { toProblem } from '../failures.ts';
import { problemResponse, problemSchema, toProblemBody } from '../problem.ts';
import { plannedSchema, toPlannedBody } from '../schemas/appointment.ts';
import { appointmentStatus, eventReason } from '../schemas/words.ts';
import { exchangeFhir, type FhirRoutesDeps } from './fhir.ts';
import { exchangeHl7v2 } from './hl7v2.ts';
import { exchangeImport } from './imports.ts';
import { type Exchange, sourceRequestOf } from './source-request.ts';
import { exchangeWebhook } from './webhooks.ts';

const dryRunAppointment = z
  .object({
    reference: z.string(),
    version: z.number().nullable(),
    status: appointmentStatus,
    start: instant.nullable(),
    end: instant.nullable(),
    kind: z.string(),
    phone: z.string().nullable().describe('Masked'),
    phoneReason: z.string().nullable().describe('Why there is no usable number'),
    language: z.string().nullable(),
    location: z.object({ code: z.string().nullable(), text: z.string().nullable() }).nullable(),
    printedPlace: z.string().nullable().describe('What an SMS prints of its place'),
    department: z.string().nullable(),
    contactPhone: z.string().nullable(),
    outcome: z.string().nullable(),
    test: z.boolean(),
    reminders: z.array(plannedSchema).describe('The reminders of its slot, and those that the message would end'),
  })
  .openapi('DryRunAppointment');

const elementSchema = z
  .object({
    result: z.enum(['accepted', 'duplicate', 'stale', 'ignored', 'refused']),
    reference: z.string().nullable(),
    reasons: z.array(eventReason).describe('Why reminders would not be planned'),
    problem: problemSchema.optional().describe('The refusal of a refused element'),
    appointments: z.array(dryRunAppointment).describe('The appointments that it is about, as they would be stored'),
    unmapped: z.array(z.object({ field: z.enum(['status', 'location', 'start']), value: z.string() })),
    notes: z.array(z.string()).describe('The facts that decide about the SMS, in words'),
  })
  .openapi('DryRunElement');

const dryRunSchema = z.object({
  format: z.string().openapi({
    description: 'How the message was read: hl7v2, fhir, csv, easysms, cloudevents, … (json: as none of these)',
    example: 'hl7v2',
  }),
  elements: z.array(elementSchema).describe('One for each part of the message; none when all of it is refused'),
  response: z.object({
    status: z.int(),
    contentType: z.string().nullable(),
    body: z.unknown().describe('JSON as such, any other body as a text'),
  }),
});

const text = { schema: z.string() };
const postMessage = createRoute({
  method: 'post',
  path: '/v1/sources/{source}/test',
  tags: ['Booking systems'],
  summary: 'Dry run of a message',
  description:
    'Takes a message in any format, as it would be sent to the real address, and tells what would be ' +
    'stored and planned, and what the real address would respond. Nothing is stored, sent or counted. A ' +
    'message that would be refused gets 200 too: `response` shows the refusal.',
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    body: {
      required: true,
      content: {
        'application/json': { schema: z.unknown() },
        'application/fhir+json': { schema: z.unknown() },
        'application/hl7-v2': text,
        'text/csv': text,
      },
    },
  },
  responses: { 200: json(dryRunSchema, 'What it would come to'), ...problems(401, 413, 415, 503) },
});

/** The dry run of a message: its elements, and the response of the real address. */
interface MessageDryRun {
  /** The format among those of its address. */
  readonly format: string;
  readonly elements: readonly DryRunElement[];
  readonly response: Response;
}

/** The dependencies of a dry run of any format. */
export interface SourceTestDeps extends FhirRoutesDeps, OutageLogging {
  /** Apart from `servers`: what a dry run reads back must change nothing for the requests after it. */
  readonly dryRunServers: FhirServers;
}

/** `POST /v1/sources/{source}/test`. */
export function sourceTestRoutes(routes: OpenAPIHono<HttpEnv>, deps: SourceTestDeps): void {
  const dryRunDeps = { ...deps, servers: deps.dryRunServers };
  routes.openAPIRegistry.registerPath(postMessage);
  routes.post(postMessage.getRoutingPath(), async (c) => {
    const request = { ...(await sourceRequestOf(c)), dryRun: true };
    // A caller that is not authenticated learns nothing, not even what is wrong with its message.
    const { source } = await deps.receiver.authenticate(request);
    const { format, elements, response } = await dryRunOf(dryRunDeps, c, request);
    const body = {
      format,
      elements: elements.map((element) => toBody(element, c.var.requestId, phoneFieldOf(format, source))),
      response: await responseBody(response),
    };
    return c.json(body, 200);
  });
}

/** The address of a format: where it is, and what it does with a request. */
interface FormatAddress {
  readonly path: string;
  readonly exchange: (
    c: Context<HttpEnv>,
    deps: FhirRoutesDeps,
    request: SourceRequest,
  ) => Promise<Exchange<Pick<AcceptedResults, 'dryRun'> & { readonly format?: string | undefined }>>;
}

const ADDRESSES: Readonly<Record<MessageFormat, FormatAddress>> = {
  hl7v2: { path: '/v1/hl7v2/', exchange: exchangeHl7v2 },
  fhir: { path: '/v1/fhir/', exchange: exchangeFhir },
  csv: { path: '/v1/sources/', exchange: (c, deps, request) => exchangeImport(c, deps, request, {}) },
  json: { path: '/v1/webhooks/', exchange: exchangeWebhook },
};

async function dryRunOf(deps: SourceTestDeps, c: Context<HttpEnv>, request: SourceRequest): Promise<MessageDryRun> {
  const format = messageFormat(request.body, (name) => c.req.header(name));
  const { path, exchange } = ADDRESSES[format];
  try {
    const { received, response } = await exchange(c, deps, request);
    return { format: received.format ?? format, elements: received.dryRun?.elements ?? [], response };
  } catch (error) {
    return { format, elements: [], response: problemResponse(c, toProblem(error, c, deps), path) };
  }
}

async function responseBody(response: Response): Promise<z.infer<typeof dryRunSchema>['response']> {
  const contentType = response.headers.get('content-type');
  const text = await response.text();
  const body = /[/+]json\b/.test(contentType ?? '') ? JSON.parse(text) : text;
  return { status: response.status, contentType, body };
}

function toBody(
  { result, appointments, unmapped, notes }: DryRunElement,
  requestId: string,
  phoneField: string,
): z.infer<typeof elementSchema> {
  const refused = result.result === 'refused';
  return {
    result: result.result,
    reference: result.reference,
    reasons: refused ? [] : [...(result.reasons ?? [])],
    ...(refused && { problem: toProblemBody(result.problem, requestId) }),
    appointments: appointments.map(toAppointment),
    unmapped: unmapped.map((value) => ({ ...value })),
    notes: notes.map((note) => (isAboutPhone(note) ? `${note.detail} It is read from ${phoneField}.` : note.detail)),
  };
}

function toAppointment(appointment: DryRunElement['appointments'][number]): z.infer<typeof dryRunAppointment> {
  const {
    reference,
    version,
    status,
    kind,
    phone,
    phoneReason,
    language,
    printedPlace,
    department,
    contactPhone,
    outcome,
    test,
  } = appointment;
  return {
    reference,
    version,
    status,
    start: iso(appointment.start),
    end: iso(appointment.end),
    kind,
    phone,
    phoneReason,
    language,
    location: appointment.location && { ...appointment.location },
    printedPlace,
    department,
    contactPhone,
    outcome,
    test,
    reminders: appointment.reminders.map(toPlannedBody),
  };
}

const OWN = '/data/patient/phone';
const OF_FORMATS: Readonly<Record<string, string>> = {
  hl7v2: 'PID-13 and PID-14',
  fhir: 'Patient.telecom',
  csv: 'the columns mobil and telefon',
  easysms: OWN,
  cloudevents: OWN,
};

/** Where a message's number is read from, in the terms of its format. @param format as a dry run names it */
function phoneFieldOf(format: string, { mapping }: Pick<Source, 'mapping'>): string {
  const ofFormat = Object.hasOwn(OF_FORMATS, format) ? OF_FORMATS[format] : undefined;
  if (ofFormat !== undefined) return ofFormat;
  if (mapping === null) return OWN;
  const { fields } = mapping === 'cal.com' ? CAL_COM : mapping;
  return toList(fields.phone).join(', ') || 'no field: the mapping names none for phone';
}
