import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import type { HmacScheme } from '../domain/hmac-scheme.ts';
import { secretRow } from '../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { findSourceForAuthentication } from '../store/sources.ts';
import type { Credentials, SentHeaders } from './credentials.ts';
import { mayBeSigned, TOLERANCE_S, unauthorized } from './unauthorized.ts';

export type { Credentials, SentHeaders } from './credentials.ts';

const KEPT_MS = 60_000;
const KEPT_AT_MOST = 10_000;

/** The source that sent a request, and how much of the request is proved to be its own. */
export interface Authenticated {
  readonly source: Source;
  readonly proof: Proof;
}

/** How much of a request its credentials prove. */
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

interface Secrets {
  readonly secrets: readonly { readonly tokenHash: Buffer; readonly webhookKey: Buffer }[];
  /** Any of them may have signed. */
  readonly hmacKeys: readonly Buffer[];
}

interface Known extends Secrets {
  readonly source: Source;
  readonly readAt: number;
}

/** The secrets of a source that is not there: to refuse it takes as long as to refuse wrong credentials. */
const NOBODYS: Secrets = {
  secrets: [{ tokenHash: randomBytes(32), webhookKey: randomBytes(32) }],
  hmacKeys: [],
};
/** Prefix of a webhookSecret (Standard Webhooks). */
const WEBHOOK_SECRET = /^whsec_/;

/**
 * Authenticates sources by their secrets. A source is cached for a minute, which is safe: the commit compares its
 * version, raised by each change of a secret, and credentials that don't fit are tried against the database before they
 * are refused.
 */
export class SourceAuthenticator {
  readonly #deps: DatabaseAccess & KeyringAccess;
  readonly #known = new Map<string, Known>();

  constructor(deps: DatabaseAccess & KeyringAccess) {
    this.#deps = deps;
  }

  /** @throws Problem 401, the same for a source that is not there and for wrong credentials */
  async authenticate(sourceId: string, credentials: Credentials, now: Date): Promise<Authenticated> {
    if (sourceId.includes('\0')) throw unauthorized(credentials, now);
    const fresh = this.#kept(sourceId, now);
    // Computed for an unknown source as well: a signature over 1 MiB takes long enough to be measured.
    const proof = proofOf(fresh ?? NOBODYS, fresh?.source.hmac ?? null, credentials, now);
    if (fresh && proof) return { source: fresh.source, proof };
    const read = await this.#read(sourceId, now);
    const proofByRead = proofOf(read ?? NOBODYS, read?.source.hmac ?? null, credentials, now);
    if (read && proofByRead) return { source: read.source, proof: proofByRead };
    throw unauthorized(credentials, now);
  }

  /**
   * Refuses a request by its headers, before its body is read, where no body could prove its sender.
   * @returns true where the token proves the sender already, false where a signature of the body must
   * @throws Problem 401, as `authenticate` does
   */
  async admit(sourceId: string, headers: SentHeaders, now: Date): Promise<boolean> {
    const fresh = this.#kept(sourceId, now);
    const proven = fresh !== undefined && tokenFits(fresh, headers.authorization);
    if (headers.webhookSignature !== undefined && !mayBeSigned(headers, now)) throw unauthorized(headers, now);
    if (proven || mayBeSigned(headers, now)) return proven;
    const read = sourceId.includes('\0') ? undefined : await this.#read(sourceId, now);
    if (tokenFits(read ?? NOBODYS, headers.authorization) && read !== undefined) return true;
    throw unauthorized(headers, now);
  }

  /** The source of a caller that was authenticated by other means. @throws Problem 401 when there is none */
  async find(sourceId: string, now: Date): Promise<Source> {
    const known = sourceId.includes('\0')
      ? undefined
      : (this.#kept(sourceId, now) ?? (await this.#read(sourceId, now)));
    if (!known) throw new Problem(401, 'unauthorized', 'The credentials do not fit this source.');
    return known.source;
  }

  /** The authority of a source that was read within the last minute, and so is there; null for any other. */
  ownerOf(sourceId: string, now: Date): string | null {
    return this.#kept(sourceId, now)?.source.authorityId ?? null;
  }

  #kept(sourceId: string, now: Date): Known | undefined {
    const kept = this.#known.get(sourceId);
    return kept && now.getTime() - kept.readAt < KEPT_MS ? kept : undefined;
  }

  /** To be called when a commit found that the source changed. */
  forget(sourceId: string): void {
    this.#known.delete(sourceId);
  }

  async #read(sourceId: string, now: Date): Promise<Known | undefined> {
    const found = await findSourceForAuthentication(this.#deps.db, sourceId);
    if (!found) return undefined;
    const open = (column: string, row: string, sealed: Buffer) =>
      this.#deps.keyring.cipher.decrypt(found.source.authorityId, column, row, sealed);
    const pairs = found.secrets.map(({ id, tokenHash, webhookSecretCiphertext }) => ({
      tokenHash,
      webhookSecret: open('source_secret.webhook_secret', secretRow(sourceId, id), webhookSecretCiphertext),
    }));
    const own = found.hmacSecretCiphertext && open('source.hmac_secret', sourceId, found.hmacSecretCiphertext);
    const known: Known = {
      source: found.source,
      secrets: pairs.map(({ tokenHash, webhookSecret }) => {
        return { tokenHash, webhookKey: Buffer.from(webhookSecret.replace(WEBHOOK_SECRET, ''), 'base64') };
      }),
      hmacKeys: (own === null ? pairs.map(({ webhookSecret }) => webhookSecret) : [own]).map((key) => Buffer.from(key)),
      readAt: now.getTime(),
    };
    if (this.#known.size >= KEPT_AT_MOST) this.#known.clear();
    this.#known.set(sourceId, known);
    return known;
  }
}

/**
 * Every signature that is sent must fit, whatever else is sent; without one, the token must.
 * @returns null when the credentials prove nothing
 */
function proofOf(known: Secrets, hmac: HmacScheme | null, credentials: Credentials, now: Date): Proof | null {
  const { webhookSignature, webhookId = null, body } = credentials;
  const signature = hmac ? credentials.header?.(hmac.header.toLowerCase()) : undefined;
  const signed = [
    ...(webhookSignature === undefined ? [] : [signatureFits(known, credentials, now)]),
    ...(hmac && signature !== undefined ? [hmacFits(hmac, known.hmacKeys, signature, body, now)] : []),
  ];
  if (signed.includes(false)) return null;
  const coversAll = tokenFits(known, credentials.authorization);
  if (signed.length === 0) {
    // A signature that the source does not use is computed all the same: it would tell which sources use it.
    if (!coversAll && mayBeSigned(credentials, now)) createHmac('sha256', '').update(body).digest();
    return coversAll ? WHOLE : null;
  }
  return {
    coversAll,
    signedId: webhookSignature === undefined ? null : webhookId,
    bodyKey: hmac?.replayMemory && signature !== undefined ? keyOfBody(body) : null,
  };
}

function tokenFits(known: Secrets, authorization: string | undefined): boolean {
  const token = tokenOf(authorization);
  if (token === undefined) return false;
  const hash = createHash('sha256').update(token).digest();
  return known.secrets.map((secret) => timingSafeEqual(hash, secret.tokenHash)).includes(true);
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
  const fits = keys.map((key) => equal(signature, expected(key))).includes(true);
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
    return given.map((each) => equal(Buffer.from(each), expected)).includes(true);
  });
  return fits.includes(true);
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
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
