import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '../domain/errors.ts';
import type { HmacScheme } from '../domain/hmac-scheme.ts';
import { sha256 } from '../domain/sha256.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';

/** Credentials of a request. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Hashes the token in `authorization`, once a request (`hashOfToken`); left out: wherever the hash is asked for. */
  readonly tokenHash?: () => Buffer | undefined;
  /** Standard Webhooks: the three headers, read only together. */
  readonly webhookId: string | undefined;
  readonly webhookTimestamp: string | undefined;
  readonly webhookSignature: string | undefined;
  /** Reads any other header of the request, by its name in small letters. */
  readonly header?: (name: string) => string | undefined;
  /** The header of the request that is named as a signature is, whichever a source reads. */
  readonly signatureHeader?: () => string | undefined;
  /** True when any header, of whatever name, looks like a signature. */
  readonly looksSigned?: () => boolean;
  /** The bytes that were sent: signatures are made over them. */
  readonly body: Uint8Array;
}

/** Credentials as the headers of a request hold them, before its body is read. */
export type SentHeaders = Omit<Credentials, 'body'>;

/** The parts of a request that its credentials prove. */
export interface Proof {
  /**
   * The token came: all of the request is the sender's. False: a signature alone, so that method, address and headers
   * may be anybody's.
   */
  readonly coversAll: boolean;
  /** The webhook-id, which Standard Webhooks sign: another id can't have been put in its place. */
  readonly signedId: string | null;
  /** A key for the body itself, where its source has a replay memory; null: repeats of the body are new requests. */
  readonly bodyKey: string | null;
}

/** The proof of a caller that was authenticated by its connection. */
export const WHOLE: Proof = { coversAll: true, signedId: null, bodyKey: null };

/**
 * Refuses a request that says something outside of its body which its credentials don't prove: whoever has captured a
 * signed body could put it under another method, address or header.
 * @param what says it, for the sentence: `the method DELETE`
 * @throws Problem 403
 */
export function requireToken(proof: Proof, what: string): void {
  if (proof.coversAll) return;
  const detail = `The signature covers the body, and not ${what}: send the source's token too (Authorization).`;
  throw new Problem(403, 'not-signed', detail);
}

/** The live secrets of a source, opened. */
export interface Secrets {
  /** The tokens as SHA-256, each with the key of Standard Webhooks that goes with it. */
  readonly secrets: readonly { readonly tokenHash: Buffer; readonly webhookKey: Buffer }[];
  /** Keys of the source's own scheme of signatures: any of them may have signed. */
  readonly hmacKeys: readonly Buffer[];
}

/** The secrets of a source that is not there: to refuse it takes as long as to refuse wrong credentials. */
export const NOBODYS: Secrets = {
  secrets: [{ tokenHash: randomBytes(32), webhookKey: randomBytes(32) }],
  hmacKeys: [],
};

/**
 * Checks credentials: every signature that is sent must fit, whatever else is sent; without one, the token must.
 * @param hmac the source's own scheme of signatures, where it has one
 * @returns null when the credentials prove nothing
 */
export function proofOf(known: Secrets, hmac: HmacScheme | null, credentials: Credentials, now: Date): Proof | null {
  const { webhookSignature, webhookId = null, body } = credentials;
  const signature = hmac ? credentials.header?.(hmac.header.toLowerCase()) : undefined;
  const signed = [
    ...(webhookSignature === undefined ? [] : [signatureFits(known, credentials, now)]),
    ...(hmac && signature !== undefined ? [hmacFits(hmac, known.hmacKeys, signature, body, now)] : []),
  ];
  if (signed.includes(false)) return null;
  const coversAll = tokenFits(known, credentials);
  if (signed.length === 0) {
    // A signature is computed even if the source uses none: the time would tell strangers which sources do.
    if (!coversAll && mayBeSigned(credentials, now)) createHmac('sha256', '').update(body).digest();
    return coversAll ? WHOLE : null;
  }
  return {
    coversAll,
    signedId: webhookSignature === undefined ? null : webhookId,
    bodyKey: hmac?.replayMemory && signature !== undefined ? keyOfBody(body) : null,
  };
}

/** True for the token of one of the secrets, as `Bearer <token>` or as the password of HTTP Basic. */
export function tokenFits(known: Secrets, { authorization, tokenHash }: SentHeaders): boolean {
  const hash = tokenHash ? tokenHash() : hashOfToken(authorization);
  if (hash === undefined) return false;
  return known.secrets.map((secret) => timingSafeEqual(hash, secret.tokenHash)).includes(true);
}

/** SHA-256 of the token of `Bearer <token>` or HTTP Basic; undefined for a header that holds none. */
export function hashOfToken(authorization: string | undefined): Buffer | undefined {
  const token = tokenOf(authorization);
  return token === undefined ? undefined : sha256(token);
}

function keyOfBody(body: Uint8Array): string {
  return `body:${createHash('sha256').update(body).digest('base64url')}`;
}

const WRITTEN = { hex: /^(?:[0-9a-f]{2})+$/i, base64: /^[A-Za-z0-9+/]+={0,2}$/ } as const;

/**
 * An HMAC over the raw body, with what the scheme puts in front. Two headers of one name arrive as one with a comma in
 * it, and are no signature.
 */
function hmacFits(scheme: HmacScheme, keys: readonly Buffer[], given: string, body: Uint8Array, now: Date): boolean {
  const { algorithm, encoding, prefix, timestamped, signedAddress } = scheme;
  const [stamp, ...rest] = timestamped ? given.split(',') : ['', given];
  const seconds = timestamped ? /^t=(\d{1,12})$/.exec(stamp ?? '')?.[1] : undefined;
  const isOld = timestamped && !(Math.abs(now.getTime() / 1000 - Number(seconds)) <= TOLERANCE_S);
  const [signed = '', ...more] = rest;
  const written = signed.startsWith(prefix) ? signed.slice(prefix.length) : '';
  const front = (signedAddress ?? '') + (timestamped ? `${seconds}.` : '');
  const signature = Buffer.from(written, encoding);
  const expected = (key: Buffer) => createHmac(algorithm, key).update(front).update(body).digest();
  const fits = keys.map((key) => equalInConstantTime(signature, expected(key))).includes(true);
  return fits && !isOld && more.length === 0 && WRITTEN[encoding].test(written);
}

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, ±5 minutes; any v1 signature of any live secret. */
function signatureFits(known: Secrets, credentials: Credentials, now: Date): boolean {
  const { webhookId, webhookTimestamp, webhookSignature, body } = credentials;
  if (!webhookId || !webhookSignature || !webhookTimestamp || !/^\d{1,12}$/.test(webhookTimestamp)) return false;
  const seconds = Number(webhookTimestamp);
  if (Math.abs(now.getTime() / 1000 - seconds) > TOLERANCE_S) return false;
  const given = webhookSignature.split(' ');
  const fits = known.secrets.map(({ webhookKey }) => {
    const signature = createHmac('sha256', webhookKey).update(`${webhookId}.${seconds}.`).update(body).digest('base64');
    const expected = Buffer.from(`v1,${signature}`);
    return given.map((each) => equalInConstantTime(Buffer.from(each), expected)).includes(true);
  });
  return fits.includes(true);
}

/** The token of `Bearer <token>`, or the password of HTTP Basic (RFC 7617), whatever the user. */
function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (!scheme || !value) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/**
 * The sender's key as far as its credentials prove it. A signature does not cover the key's header: somebody who
 * repeats a signed request could put another request's key there, which would then be refused as a repeat.
 */
export function provenKey({ coversAll, signedId }: Proof, key: string | undefined): string | undefined {
  return coversAll || !key ? key : (signedId ?? undefined);
}

/** Seconds by which the clocks of a sender that signs and of this service may differ. */
const TOLERANCE_S = 300;
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
