import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { CurrentTime } from '../../runtime/deps.ts';
import { type Hl7Acknowledgement, type Hl7Request, receiveHl7v2 } from '../../sources/hl7v2.ts';
import type { SourceRequest } from '../../sources/receive.ts';
import { sourceParam } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { type Exchange, keyHeader, type ReceiverAccess, sourceRequestOf } from './source-request.ts';

const DEFAULT_TYPE = 'application/hl7-v2';
const UTF8 = /^utf-?8$/i;

const EXAMPLE = [
  'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|000017|P|2.5.1||||||UNICODE UTF-8',
  'SCH||A-4711^EPJ|||||||||^^^20261201090000+0100^20261201093000+0100||||||||||||||Booked',
  'PID|1||P-100^^^RH^MR||||||||||20123456^PRN^CP||da',
  'AIL|1||325441000016006^^^RH',
].join('\r');

const sentence = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } });
const message = { schema: z.string(), example: EXAMPLE };

const postHl7v2 = createRoute({
  method: 'post',
  path: '/v1/hl7v2/{source}',
  tags: ['Booking systems'],
  summary: 'One HL7 v2 message from a booking system or an integration engine',
  description:
    'SIU S12–S24 and S26; ADT A08, A31 and A40 for numbers, deaths and merges. Segments end with CR, LF or ' +
    'both; MLLP framing is allowed. A message that can not be used is refused in the ACK (`AE`, `AR`, with ' +
    'ERR since version 2.5), with the status 200. The ACK has the content type, the charset and the ' +
    'delimiters of the request. An acknowledgement gets an empty body. The same control id with ' +
    'the same body is a repeat, for 7 days.',
  security: [{ sourceBasic: [] }, { sourceToken: [] }, { standardWebhooks: [] }],
  request: {
    params: z.object({ source: sourceParam }),
    headers: z.object(keyHeader),
    body: {
      required: true,
      content: {
        'application/hl7-v2': message,
        'application/hl7-v2+er7': message,
        'x-application/hl7-v2+er7': message,
        'text/plain': message,
      },
    },
  },
  responses: {
    200: {
      description: 'Stored, ignored on purpose, or refused: the ACK says which',
      content: { [DEFAULT_TYPE]: { schema: z.string() } },
    },
    400: sentence('No HL7 v2 message'),
    401: sentence('The credentials do not fit this source'),
    413: sentence('The body is over 1 MiB'),
    415: sentence('Another encoding than ER7, or an unknown charset'),
    429: sentence('Too many wrong credentials; see Retry-After'),
    503: sentence('The database is out of reach; send it again after Retry-After'),
  },
});

/** `POST /v1/hl7v2/{source}`. A request without a message to acknowledge is refused as text/plain (problem.ts). */
export function hl7v2Routes(routes: OpenAPIHono<HttpEnv>, deps: ReceiverAccess & CurrentTime): void {
  routes.openAPIRegistry.registerPath(postHl7v2);
  routes.post(postHl7v2.getRoutingPath(), async (c) => {
    const { response } = await exchangeHl7v2(c, deps, await sourceRequestOf(c));
    return response;
  });
}

/** Receives a message, and writes its ACK. @throws Problem as `receiveHl7v2` does */
export async function exchangeHl7v2(
  c: Context<HttpEnv>,
  deps: ReceiverAccess & CurrentTime,
  request: SourceRequest,
): Promise<Exchange<Hl7Acknowledgement>> {
  const message = toHl7Request(c, request);
  const received = await receiveHl7v2(deps, message);
  return { received, response: toHl7Response(c, message, received) };
}

/** The request with the media type and charset of its Content-Type. */
function toHl7Request(c: Context<HttpEnv>, request: SourceRequest): Hl7Request {
  return { ...request, ...mediaTypeOf(c.req.header('content-type')) };
}

/** The ACK with the content type of the request, or an empty body. */
function toHl7Response(c: Context<HttpEnv>, { contentType }: Hl7Request, ack: Hl7Acknowledgement): Response {
  if (ack.kind === 'empty') return c.body(null, 200);
  const type = `${contentType ?? DEFAULT_TYPE}; charset=${ack.charset}`;
  // The server writes a text in one packet with its headers, bytes in another one.
  const body = UTF8.test(ack.charset) ? Buffer.from(ack.bytes).toString() : new Uint8Array(ack.bytes);
  return c.newResponse(body, { status: 200, headers: { 'Content-Type': type } });
}

type MediaType = Pick<Hl7Request, 'contentType' | 'charset'>;

/** Media types by header: a sender writes the same one on every message. */
const mediaTypes = new Map<string, MediaType>();
const KEPT_AT_MOST = 100;

/** Type and charset of a Content-Type (RFC 9110 §8.3.1); the charset only if it is a token, since it is echoed. */
function mediaTypeOf(header = ''): MediaType {
  const known = mediaTypes.get(header);
  if (known) return known;
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const charset = parameters.flatMap(
    (parameter) => /^charset="?([A-Za-z0-9_.:/+-]{1,40})"?$/i.exec(parameter)?.[1] ?? [],
  )[0];
  const read = { contentType: type === '' ? undefined : type, charset };
  if (mediaTypes.size >= KEPT_AT_MOST) mediaTypes.clear();
  mediaTypes.set(header, read);
  return read;
}
