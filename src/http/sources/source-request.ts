import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireRightClock, type SendingPermission } from '../../runtime/deps.ts';
import { type Credentials, hashOfToken, type SentHeaders } from '../../sources/credentials.ts';
import { MAX_IDEMPOTENCY_KEY, type Receiver, type SourceRequest } from '../../sources/receive.ts';
import type { HttpEnv } from '../env.ts';
import { RESERVED_HEADER } from '../schemas/source-auth.ts';
import { SOURCE_ADDRESSES } from '../source-addresses.ts';

/** The intake of booking systems' requests: one for all formats, so that their commits are grouped. */
export interface ReceiverAccess {
  readonly receiver: Receiver;
}

/** The result of a request to the address of a format, and the response to it. */
export interface Exchange<Received> {
  readonly received: Received;
  readonly response: Response;
}

/** The header with the sender's own key of its request, as every format has it. */
export const keyHeader = { 'idempotency-key': z.string().max(MAX_IDEMPOTENCY_KEY).optional() };

/** The header with the language of explanations, as all formats that have one have it. */
export const languageHeader = {
  'accept-language': z
    .string()
    .optional()
    .openapi({ description: '`da` explains what is wrong in Danish, anything else in English', example: 'da' }),
};

/** The language of explanations that a request asks for. */
export function explainedIn(c: Context<HttpEnv>): 'da' | 'en' {
  return /^\s*da\b/i.test(c.req.header('accept-language') ?? '') ? 'da' : 'en';
}

/** Refuses with 401, before its body is read, a request of a booking system that no body could prove. */
export function admitSources(
  app: OpenAPIHono<HttpEnv>,
  { receiver, sending }: ReceiverAccess & SendingPermission,
): void {
  for (const [path, methods] of Object.entries(SOURCE_ADDRESSES)) {
    const dryRun = path.endsWith('/test');
    app.use(path, async (c, next) => {
      const sourceId = c.req.param('source') ?? '';
      if (methods.includes(c.req.method)) {
        requireRightClock({ sending });
        const headers = sentHeaders(c);
        c.set('sentHeaders', headers);
        const proven = await receiver.authenticator.admit({ sourceId, dryRun }, headers);
        c.set('sender', { proven, to: sourceId });
      }
      await next();
    });
  }
}

function sentHeaders(c: Context<HttpEnv>): SentHeaders {
  const header = (name: string) => c.req.header(name);
  const authorization = header('authorization');
  let hash: Buffer | undefined;
  return {
    header,
    signatureHeader: () => signatureHeaderIn(c.req.header()),
    looksSigned: () => looksSigned(c.req.header()),
    authorization,
    tokenHash: () => (hash ??= hashOfToken(authorization)),
    webhookId: header('webhook-id'),
    webhookTimestamp: header('webhook-timestamp'),
    webhookSignature: header('webhook-signature'),
  };
}

/** Reads what every request of a booking system has, whatever its format; the source is that of its path. */
export async function sourceRequestOf(c: Context<HttpEnv>): Promise<SourceRequest & { credentials: Credentials }> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  const resumed = c.get('resume');
  resumed();
  const headers = c.get('sentHeaders') ?? sentHeaders(c);
  return {
    sourceId: c.req.param('source') ?? '',
    // The bytes as they were sent: signatures are made over them.
    credentials: { ...headers, body },
    idempotencyKey: c.req.header('idempotency-key') || headers.webhookId,
    requestId: c.get('requestId'),
    resumed,
    body,
  };
}

/** The end of the shortest signature that a source can use: 20 bytes (SHA-1) in base64 are 27 characters. */
const SIGNATURE_END = /^[A-Za-z0-9+/]{25,27}={0,2}$/;
const SIGNATURE_LENGTH = 27;
/** Proxies give requests ids such as these; a booking system that waits for a 401 would seem to guess. */
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** True where any header looks like a signature: a source may name any header for its own. @param headers by name */
export function looksSigned(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(([name, value]) => !RESERVED_HEADER.test(name) && isSignatureLike(value));
}

/** Names of headers for signatures: `X-Acuity-Signature`, `X-Hub-Signature-256`, `X-Shop-Hmac-Sha256`, `X-Sign`. */
const SIGNATURE_NAME = /(?:signature|hmac|sign)(?:-?(?:sha-?)?\d{1,3})?$/i;
const LONGEST_NAME = 60;

/** The first header that is named as one for a signature is. @param headers by name */
export function signatureHeaderIn(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(headers).find((name) => name.length <= LONGEST_NAME && SIGNATURE_NAME.test(name));
}

function isSignatureLike(value: string): boolean {
  const end = value.slice(-SIGNATURE_LENGTH);
  return end.length === SIGNATURE_LENGTH && SIGNATURE_END.test(end) && !TRACE_ID.test(value);
}
