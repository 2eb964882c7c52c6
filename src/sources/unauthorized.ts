import { Problem } from '../domain/errors.ts';
import type { SentHeaders } from './credentials.ts';

/** Seconds by which the clocks of a sender that signs and of this service may differ. */
export const TOLERANCE_S = 300;
/** Seconds since 1970 of a year that no clock shows yet: such a timestamp is in milliseconds. */
const MILLISECONDS_FROM = 100_000_000_000;
/**
 * Refusal of a request that is not authenticated. Its text follows from the request alone, so that it is the same for a
 * source that does not exist and for a wrong secret.
 */
export function notAuthenticated(credentials: SentHeaders, now: Date): Problem {
  const [pointer, code, detail] = faultOf(credentials, now);
  return new Problem(401, 'unauthorized', detail, { faults: [{ pointer, code, detail }] });
}

/**
 * True for a request with a signature that its body may prove. It follows from the request alone, so that nobody learns
 * from it which sources exist.
 */
export function mayBeSigned(
  { webhookId, webhookTimestamp, webhookSignature, signatureHeader, looksSigned }: SentHeaders,
  now: Date,
): boolean {
  if (webhookSignature !== undefined) return timestampFault(webhookId, webhookTimestamp, now) === undefined;
  return signatureHeader?.() !== undefined || looksSigned?.() === true;
}

type Wrong = readonly [pointer: string, code: string, detail: string];

function faultOf(credentials: SentHeaders, now: Date): Wrong {
  const { authorization, webhookId, webhookTimestamp, webhookSignature, signatureHeader } = credentials;
  if (webhookSignature !== undefined) {
    return timestampFault(webhookId, webhookTimestamp, now) ?? WRONG_SIGNATURE('webhook-signature');
  }
  const signed = signatureHeader?.();
  if (signed !== undefined) return WRONG_SIGNATURE(signed);
  if (!authorization) return NO_CREDENTIALS;
  return /^(?:Bearer|Basic) +\S+$/i.test(authorization) ? WRONG_TOKEN : UNREADABLE;
}

function timestampFault(id: string | undefined, timestamp: string | undefined, now: Date): Wrong | undefined {
  if (!id || !timestamp) {
    const missing = id ? 'webhook-timestamp' : 'webhook-id';
    return [missing, 'required', `A signature in webhook-signature needs ${missing}, too.`];
  }
  const seconds = /^\d{1,16}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (Number.isNaN(seconds)) return timestampWrong('is not a number: send whole seconds since 1970.');
  if (seconds >= MILLISECONDS_FROM) return timestampWrong('is in milliseconds: send seconds since 1970.');
  const off = Math.round(now.getTime() / 1000 - seconds);
  if (Math.abs(off) <= TOLERANCE_S) return undefined;
  const side = off > 0 ? 'behind' : 'ahead of';
  return timestampWrong(`is ${Math.abs(off)} seconds ${side} the clock here: ${TOLERANCE_S} are allowed.`);
}

function timestampWrong(what: string): Wrong {
  return ['webhook-timestamp', 'timestamp_off', `The webhook-timestamp ${what}`];
}

const WRONG_SIGNATURE = (header: string): Wrong => [
  header,
  'wrong_signature',
  'The credentials do not fit this source: the signature is not that of its secret over the bytes that were sent.',
];
const WRONG_TOKEN: Wrong = [
  'Authorization',
  'wrong_token',
  'The credentials do not fit this source: the token is not one of its own.',
];
const UNREADABLE: Wrong = [
  'Authorization',
  'unreadable',
  'The credentials do not fit this source: Authorization is read as `Bearer <token>` or `Basic <base64>`.',
];
const NO_CREDENTIALS: Wrong = [
  'Authorization',
  'no_credentials',
  'No credentials were sent: send Authorization: Bearer <token>, the token as the password of HTTP Basic, or the ' +
    'signature that the source is set up for.',
];
