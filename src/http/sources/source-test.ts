import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type MessageFormat, TrialReceiver, type TriedElement, tellFormat } from '../../dry-run/try-message.ts';
import { SourceAuthenticator } from '../../sources/authenticate.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { instant, iso, json, problems, sourceParam } from '../describe.ts';
import { createRoutes, problemSchema, toProblemBody } from '../problem.ts';
import { plannedSchema, toPlannedBody } from '../schemas/planned.ts';
import { credentialsOf } from './credentials.ts';

const standing = z
  .object({
    reference: z.string(),
    version: z.number().nullable(),
    status: z.string(),
    start: instant.nullable(),
    end: instant.nullable(),
    kind: z.string(),
    phone: z.string().nullable().openapi({ description: 'Masked' }),
    phoneReason: z.string().nullable().openapi({ description: 'Why there is no usable number' }),
    language: z.string().nullable(),
    location: z.object({ code: z.string().nullable(), text: z.string().nullable() }).nullable(),
    printedPlace: z.string().nullable().openapi({ description: 'What an SMS prints of its place' }),
    department: z.string().nullable(),
    contactPhone: z.string().nullable(),
    outcome: z.string().nullable(),
    test: z.boolean(),
    reminders: z
      .array(plannedSchema)
      .openapi({ description: 'Those about its time, and those that the message would end' }),
  })
  .openapi('TriedAppointment');

const elementSchema = z
  .object({
    result: z.enum(['accepted', 'duplicate', 'stale', 'ignored', 'refused']),
    reference: z.string().nullable(),
    reasons: z.array(z.string()).openapi({ description: 'Why reminders would not be planned' }),
    problem: problemSchema.optional().openapi({ description: 'Of a refused one' }),
    appointments: z.array(standing).openapi({ description: 'Those that it is about, as they would stand' }),
    unmapped: z.array(z.object({ field: z.enum(['status', 'location']), value: z.string() })),
    notes: z.array(z.string()).openapi({ description: 'In words, what decides about the SMS' }),
  })
  .openapi('TriedElement');

const trySchema = z.object({
  format: z.string().openapi({
    description: 'How the message was read: hl7v2, fhir, csv, easysms, cloudevents, … (json: as none of these)',
    example: 'hl7v2',
  }),
  elements: z
    .array(elementSchema)
    .openapi({ description: 'One for each part of the message; none when all of it is refused' }),
  answer: z.object({
    status: z.int(),
    contentType: z.string().nullable(),
    body: z.unknown().openapi({ description: 'JSON as it is, anything else as a text' }),
  }),
});

const text = { schema: z.string() };
const tryMessage = createRoute({
  method: 'post',
  path: '/v1/sources/{source}/test',
  tags: ['Booking systems'],
  summary: 'Try a message',
  description:
    'Takes a message in any format, as it would be sent to the real address, and answers what would be stored and planned, and what the real address would answer. ' +
    'Nothing is stored, sent or counted. A message that would be refused is answered 200 too: `answer` shows the refusal.',
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
  responses: { 200: json(trySchema, 'What it would come to'), ...problems(401, 413, 415, 503) },
});

const ADDRESS: Readonly<Record<MessageFormat, (source: string) => string>> = {
  hl7v2: (source) => `/v1/hl7v2/${source}`,
  fhir: (source) => `/v1/fhir/${source}`,
  csv: (source) => `/v1/sources/${source}/imports`,
  json: (source) => `/v1/webhooks/${source}`,
};

/**
 * `POST /v1/sources/{source}/test`.
 * @param waysIn the routes of booking systems over these dependencies, answering under the id of the request
 */
export function sourceTestRoutes(
  deps: HttpDeps,
  waysIn: (deps: HttpDeps, requestId: string) => OpenAPIHono<HttpEnv>,
): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.openAPIRegistry.registerPath(tryMessage);
  routes.post(tryMessage.getRoutingPath(), async (c) => {
    const header = (name: string) => c.req.header(name);
    const source = c.req.param('source') ?? '';
    const body = new Uint8Array(await c.req.arrayBuffer());
    // Whoever it is that tries: nothing is told to somebody else, not even what is wrong with a message.
    await new SourceAuthenticator(deps).authenticate(source, credentialsOf(c, body), deps.now());
    const receiver = new TrialReceiver(deps);
    const format = tellFormat(body, header);
    const address = new URL(ADDRESS[format](source), c.req.url);
    const answer = await waysIn({ ...deps, receiver }, c.var.requestId).request(address, {
      method: 'POST',
      headers: c.req.raw.headers,
      body,
    });
    const elements = receiver.tried.map((element) => toBody(element, c.var.requestId));
    return c.json({ format: receiver.format ?? format, elements, answer: await answerBody(answer) }, 200);
  });
  return routes;
}

async function answerBody(answer: Response): Promise<z.infer<typeof trySchema>['answer']> {
  const contentType = answer.headers.get('content-type');
  const said = await answer.text();
  return { status: answer.status, contentType, body: /[/+]json\b/.test(contentType ?? '') ? JSON.parse(said) : said };
}

function toBody(
  { answer, appointments, unmapped, notes }: TriedElement,
  requestId: string,
): z.infer<typeof elementSchema> {
  const refused = answer.result === 'refused';
  return {
    result: answer.result,
    reference: answer.reference,
    reasons: refused ? [] : [...(answer.reasons ?? [])],
    ...(refused && { problem: toProblemBody(answer.problem, requestId) }),
    appointments: appointments.map(toStanding),
    unmapped: unmapped.map((value) => ({ ...value })),
    notes: [...notes],
  };
}

function toStanding(appointment: TriedElement['appointments'][number]): z.infer<typeof standing> {
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
    ...{
      reference,
      version,
      status,
      start: iso(appointment.start),
      end: iso(appointment.end),
      kind,
      phone,
      phoneReason,
      language,
    },
    ...{
      location: appointment.location && { ...appointment.location },
      printedPlace,
      department,
      contactPhone,
      outcome,
      test,
    },
    reminders: appointment.reminders.map(toPlannedBody),
  };
}
