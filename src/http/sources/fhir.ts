import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type FhirHttpRequest,
  type FhirResult,
  type ReceiveFhirDeps,
  receiveFhir,
} from '../../sources/fhir/receive.ts';
import type { SourceRequest } from '../../sources/receive.ts';
import { open, sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { FHIR_JSON } from '../operation-outcome.ts';
import { encodeFhirResult, returned } from './fhir-result.ts';
import { type Exchange, keyHeader, sourceRequestOf } from './source-request.ts';

const EXAMPLE = {
  resourceType: 'Appointment',
  id: 'A-4711',
  meta: { versionId: '3', lastUpdated: '2026-11-24T08:00:00Z' },
  contained: [
    {
      resourceType: 'Patient',
      id: 'p',
      telecom: [{ system: 'phone', use: 'mobile', value: '20 12 34 56' }],
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'da' }] }, preferred: true }],
    },
  ],
  status: 'booked',
  start: '2026-12-01T09:00:00+01:00',
  end: '2026-12-01T09:30:00+01:00',
  participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
};

const TYPE = 'application/fhir+json';
const resource = z.looseObject({ resourceType: z.string() }).openapi('FhirResource');
const response = (description: string) => ({ description, content: { [TYPE]: { schema: resource } } });
const refusal = (description: string) => response(`OperationOutcome: ${description}`);

const typeParam = z.string().openapi({ param: { name: 'type', in: 'path' }, example: 'Appointment' });
const idParam = z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'A-4711' });
const body = { required: false, content: { [TYPE]: { schema: resource, example: EXAMPLE } } };
const headers = z.object(keyHeader);
const preferring = headers.extend({
  prefer: z
    .string()
    .optional()
    .openapi({
      description:
        'What a single resource that is taken is responded to with: `return=OperationOutcome` (also without the ' +
        'header), `return=representation` (the resource as it was sent, with its `id`) or `return=minimal` (no body)',
      example: 'return=OperationOutcome',
    }),
});

const REFUSALS = {
  400: refusal('no JSON'),
  401: refusal('the credentials do not fit this source'),
  403: refusal('it says something that the signature does not cover: send the token too'),
  413: refusal('the body is over 1 MiB'),
  415: refusal('XML, a patch, a CDA document or another type; it says what to send instead'),
  429: refusal('too many wrong credentials; see Retry-After'),
  422: refusal('understood and refused; `expression` says where. Of a Bundle: none of its appointments could be used'),
  503: refusal('the database, or the FHIR server to read back from, is out of reach; send it again after Retry-After'),
};
const UNKNOWN_TYPE = { 404: refusal('no such resource type') };
const COMMON = {
  tags: ['Booking systems'],
  security: [{ sourceToken: [] }, { sourceBasic: [] }, { standardWebhooks: [] }],
};

const post = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/fhir/{source}',
  summary: 'A FHIR resource, Bundle or notification of a subscription',
  description:
    'R4, R4B or R5 as JSON. Each Appointment of a Bundle is handled by itself, and the response has one entry ' +
    'for each entry of the Bundle. An empty body is a ping: with `fhirBaseUrl` the changes are read from ' +
    'there. A header `X-Medplum-Deleted-Resource: Appointment/{id}` deletes.',
  request: {
    params: z.object({ source: sourceParam }),
    headers: preferring.extend({ 'x-medplum-deleted-resource': z.string().optional() }),
    body,
  },
  responses: { 200: response('OperationOutcome, or a Bundle for a Bundle'), ...REFUSALS },
});
const create = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/fhir/{source}/{type}',
  summary: 'A new FHIR resource',
  description:
    'The interaction `create`. Conditional ones (`If-None-Exist`, `If-None-Match`) are refused with 422: a ' +
    'resource that comes again changes nothing.',
  request: { params: z.object({ source: sourceParam, type: typeParam }), headers: preferring, body },
  responses: {
    200: response('OperationOutcome, where nothing new was stored'),
    201: {
      ...response('OperationOutcome, of what is stored from now on'),
      headers: z.object({
        Location: z.string().optional().openapi({
          description: 'Its address, for `PUT` and `DELETE`; absent where its identifier is no id of FHIR',
          example: 'https://sms.example.org/v1/fhir/rn-fhir/Appointment/A-4711',
        }),
      }),
    },
    ...REFUSALS,
    ...UNKNOWN_TYPE,
  },
});
const processMessage = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/fhir/{source}/$process-message',
  summary: 'A FHIR message',
  description:
    'A Bundle of type message. Its response is one too: `MessageHeader.response.code` is `ok` or `fatal-error`.',
  request: { params: z.object({ source: sourceParam }), headers, body },
  responses: { 200: response('Bundle of type message'), ...REFUSALS },
});
const address = z.object({ source: sourceParam, type: typeParam, id: idParam });
const update = createRoute({
  ...COMMON,
  method: 'put',
  path: '/v1/fhir/{source}/{type}/{id}',
  summary: 'A FHIR resource in its current state',
  description:
    'An Appointment; a Patient, for the number and language of its appointments. Other types are ignored and ' +
    'get 200.',
  request: { params: address, headers: preferring, body: { ...body, required: true } },
  responses: { 200: response('OperationOutcome'), ...REFUSALS, ...UNKNOWN_TYPE },
});
const remove = createRoute({
  ...COMMON,
  method: 'delete',
  path: '/v1/fhir/{source}/{type}/{id}',
  summary: 'A FHIR resource that was deleted',
  description: 'An Appointment ends as `entered-in-error`, without any SMS. Other types are ignored and get 200.',
  request: { params: address, headers },
  responses: { 200: response('OperationOutcome'), ...REFUSALS, ...UNKNOWN_TYPE },
});
const metadata = createRoute({
  method: 'get',
  path: '/v1/fhir/{source}/metadata',
  tags: ['Booking systems'],
  summary: 'The FHIR requests that are accepted',
  security: open,
  request: { params: z.object({ source: sourceParam }) },
  responses: { 200: response('CapabilityStatement') },
});

/** The operation that stands where a type does; its Bundle says itself what it is. */
const PROCESS_MESSAGE = '$process-message';

/** The dependencies of the FHIR routes. */
export interface FhirRoutesDeps extends ReceiveFhirDeps {
  /** Without a trailing slash. */
  readonly publicUrl: string;
}

/**
 * The routes under `/v1/fhir/{source}`. Their schemas only describe: the sender is authenticated before anything is
 * parsed, and the reader validates the fields that it uses.
 */
export function fhirRoutes(routes: OpenAPIHono<HttpEnv>, deps: FhirRoutesDeps): void {
  for (const route of [post, create, processMessage, update, remove, metadata])
    routes.openAPIRegistry.registerPath(route);
  const receive = async (c: Context<HttpEnv>): Promise<Response> => {
    const { response } = await exchangeFhir(c, deps, await sourceRequestOf(c));
    return response;
  };
  // Many FHIR clients append a slash. `$process-message` stands where a type does.
  const posted = [post.getRoutingPath(), create.getRoutingPath()].flatMap((path) => [path, `${path}/`]);
  routes.on('POST', posted, receive);
  routes.put(update.getRoutingPath(), receive);
  routes.delete(remove.getRoutingPath(), receive);
  routes.get(metadata.getRoutingPath(), (c) => {
    return c.newResponse(JSON.stringify(capabilityStatement(deps.publicUrl)), {
      headers: { 'Content-Type': FHIR_JSON },
    });
  });
}

/** Receives FHIR, and writes the response to it. @throws Problem as `receiveFhir` does */
export async function exchangeFhir(
  c: Context<HttpEnv>,
  deps: FhirRoutesDeps,
  request: SourceRequest,
): Promise<Exchange<FhirResult>> {
  const received = await receiveFhir(deps, toFhirRequest(c, request));
  return { received, response: toFhirResponse(c, received, request, deps) };
}

/** The headers of a conditional create. HAPI sends `If-Match` with the version that it sends: nothing depends on it. */
const CONDITIONS = ['If-None-Exist', 'If-None-Match'];

/** The request with the method and address that say what it is about. */
function toFhirRequest(c: Context<HttpEnv>, request: SourceRequest): FhirHttpRequest {
  const [type, id] = [c.req.param('type'), c.req.param('id')];
  return {
    ...request,
    conditions: CONDITIONS.filter((name) => c.req.header(name) !== undefined),
    contentType: c.req.header('content-type') ?? '',
    method: c.req.method as FhirHttpRequest['method'],
    resourceType: type === PROCESS_MESSAGE && id === undefined ? undefined : type,
    id,
    deletedResource: c.req.header('x-medplum-deleted-resource'),
  };
}

/** The response in FHIR JSON. */
function toFhirResponse(
  c: Context<HttpEnv>,
  result: FhirResult,
  { sourceId }: SourceRequest,
  { publicUrl, now }: Pick<FhirRoutesDeps, 'publicUrl' | 'now'>,
): Response {
  const encoded = encodeFhirResult(result, { requestId: c.get('requestId'), publicUrl, now: now() });
  const [type, id] = [c.req.param('type'), c.req.param('id')];
  const { status, body, location } = returned(encoded, result, {
    base: `${publicUrl}/v1/fhir/${sourceId}`,
    isCreate: type !== undefined && id === undefined,
    id,
    prefer: c.req.header('prefer'),
  });
  const headers = {
    ...(body !== null && { 'Content-Type': FHIR_JSON }),
    ...(location !== undefined && { Location: location }),
  };
  return c.newResponse(body === null ? null : JSON.stringify(body), { status, headers });
}

/** The date of the last change to this statement, which FHIR requires. */
const CHANGED = '2026-12-02';

/** Interactions that depend on a search or a condition are none. */
const UNCONDITIONAL = { conditionalCreate: false, conditionalUpdate: false, conditionalDelete: 'not-supported' };

/**
 * FHIR R4 CapabilityStatement: what a booking system's server may send to `/v1/fhir/{source}`. The same for every
 * source.
 */
export function capabilityStatement(publicUrl: string): object {
  const interactions = (...codes: string[]) => codes.map((code) => ({ code }));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: CHANGED,
    kind: 'instance',
    software: { name: 'EasySMS' },
    implementation: {
      description: 'EasySMS accepts appointments and reminds citizens of them by SMS. Reading is not supported.',
      url: publicUrl,
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'A resource by PUT or POST, a Bundle (transaction, batch, history, collection, message) or a ' +
          'notification of a subscription by POST. R4B and R5 are read too.',
        resource: [
          {
            type: 'Appointment',
            interaction: interactions('create', 'update', 'delete'),
            updateCreate: true,
            ...UNCONDITIONAL,
            readHistory: false,
          },
          {
            type: 'Patient',
            interaction: interactions('create', 'update'),
            updateCreate: true,
            ...UNCONDITIONAL,
            documentation: 'Number, language and death of patients whose appointments are known.',
          },
        ],
        interaction: interactions('transaction', 'batch'),
        operation: [
          {
            name: 'process-message',
            definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
          },
        ],
      },
    ],
  };
}
