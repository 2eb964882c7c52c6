import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import { secretRow } from '../domain/keyring.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Metering } from '../runtime/deps.ts';
import { OpenedRow } from '../runtime/opened-row.ts';
import { findSourceForAuthentication } from '../store/sources.ts';
import {
  type Credentials,
  mayBeSigned,
  NOBODYS,
  notAuthenticated,
  type Proof,
  proofOf,
  type Secrets,
  type SentHeaders,
  tokenFits,
  WHOLE,
} from './credentials.ts';

const KEPT_MS = 60_000;
const KEPT_AT_MOST = 10_000;

/** The source that sent a request, and how much of the request is proved to be its own. */
export interface Authenticated {
  readonly source: Source;
  readonly proof: Proof;
}

/** The source that a request says it comes from. */
interface StatedSource {
  readonly sourceId: string;
  /** True for a dry run, whose refusals are not counted. */
  readonly dryRun?: boolean | undefined;
}

interface KnownSource extends Secrets {
  readonly source: Source;
  readonly readAt: number;
}

/** Prefix of a webhookSecret (Standard Webhooks). */
const WEBHOOK_SECRET = /^whsec_/;

/**
 * Authenticates the senders of requests by the secrets of their sources, and counts those that are not who they say. A
 * source is cached for a minute, which is safe: the commit compares its version, raised by each change of a secret, and
 * credentials that don't fit are tried against the database before they are refused.
 */
export class SourceAuthenticator {
  readonly #deps: DatabaseAccess & KeyringAccess & CurrentTime & Metering;
  readonly #known = new Map<string, KnownSource>();

  constructor(deps: DatabaseAccess & KeyringAccess & CurrentTime & Metering) {
    this.#deps = deps;
  }

  /**
   * Finds the source of a request and what its credentials prove.
   * @param credentials `connection`: the sender was authenticated by other means
   * @throws Problem 401, the same for a source that is not there and for wrong credentials
   */
  authenticate(stated: StatedSource, credentials: Credentials | 'connection', now: Date): Promise<Authenticated> {
    const { sourceId } = stated;
    return this.#counted(stated, now, () =>
      credentials === 'connection' ? this.#find(sourceId, now) : this.#prove(sourceId, credentials, now),
    );
  }

  /**
   * Refuses a request by its headers, before its body is read, where no body could prove its sender.
   * @returns true where the token proves the sender already, false where a signature of the body must
   * @throws Problem 401, as `authenticate` does
   */
  admit(stated: StatedSource, headers: SentHeaders): Promise<boolean> {
    const now = this.#deps.now();
    return this.#counted(stated, now, () => this.#admit(stated.sourceId, headers, now));
  }

  /** The authority of a source that was read within the last minute, and so is there; null for any other. */
  ownerOf(sourceId: string, now = this.#deps.now()): string | null {
    return this.#kept(sourceId, now)?.source.authorityId ?? null;
  }

  /** Forgets what is cached of a source: a commit found that it has changed. */
  forget(sourceId: string): void {
    this.#known.delete(sourceId);
  }

  /** True where the source is not as it was cached any more: what was refused by its settings may be right by now. */
  async hasChanged({ id, version }: Source): Promise<boolean> {
    return (await this.#read(id, this.#deps.now()))?.source.version !== version;
  }

  async #counted<T>({ sourceId, dryRun }: StatedSource, now: Date, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && !dryRun) {
        // Only ids of real sources are labels: anybody may send any other.
        const source = this.ownerOf(sourceId, now) === null ? 'unknown' : sourceId;
        this.#deps.metrics.elements.inc({ source });
        this.#deps.metrics.refusals.inc({ source, status: '401' });
      }
      throw error;
    }
  }

  async #prove(sourceId: string, credentials: Credentials, now: Date): Promise<Authenticated> {
    if (sourceId.includes('\0')) throw notAuthenticated(credentials, now);
    const fresh = this.#kept(sourceId, now);
    // Computed for an unknown source as well: a signature over 1 MiB takes long enough to be measured.
    const proof = proofOf(fresh ?? NOBODYS, fresh?.source.hmac ?? null, credentials, now);
    if (fresh && proof) return { source: fresh.source, proof };
    const read = await this.#read(sourceId, now);
    const proofByRead = proofOf(read ?? NOBODYS, read?.source.hmac ?? null, credentials, now);
    if (read && proofByRead) return { source: read.source, proof: proofByRead };
    throw notAuthenticated(credentials, now);
  }

  async #admit(sourceId: string, headers: SentHeaders, now: Date): Promise<boolean> {
    const fresh = this.#kept(sourceId, now);
    const proven = fresh !== undefined && tokenFits(fresh, headers);
    if (headers.webhookSignature !== undefined && !mayBeSigned(headers, now)) throw notAuthenticated(headers, now);
    if (proven || mayBeSigned(headers, now)) return proven;
    const read = sourceId.includes('\0') ? undefined : await this.#read(sourceId, now);
    if (tokenFits(read ?? NOBODYS, headers) && read !== undefined) return true;
    throw notAuthenticated(headers, now);
  }

  async #find(sourceId: string, now: Date): Promise<Authenticated> {
    const known = sourceId.includes('\0')
      ? undefined
      : (this.#kept(sourceId, now) ?? (await this.#read(sourceId, now)));
    if (!known) throw new Problem(401, 'unauthorized', 'The credentials do not fit this source.');
    return { source: known.source, proof: WHOLE };
  }

  #kept(sourceId: string, now: Date): KnownSource | undefined {
    const kept = this.#known.get(sourceId);
    return kept && now.getTime() - kept.readAt < KEPT_MS ? kept : undefined;
  }

  async #read(sourceId: string, now: Date): Promise<KnownSource | undefined> {
    const found = await findSourceForAuthentication(this.#deps.db, sourceId);
    if (!found) return undefined;
    // A secret that can't be opened proves nothing, nor does the token of its pair: whoever damaged the row may have
    // written that as well. The other pairs go on.
    const opened = new OpenedRow(this.#deps.keyring);
    const open = (column: string, row: string, sealed: Buffer) =>
      opened.open(found.source.authorityId, column, row, sealed);
    const pairs = found.secrets.flatMap(({ id, tokenHash, webhookSecretCiphertext: sealed }) => {
      const webhookSecret = open('source_secret.webhook_secret', secretRow(sourceId, id), sealed);
      return webhookSecret === null ? [] : [{ tokenHash, webhookSecret }];
    });
    const sealedOwn = found.hmacSecretCiphertext;
    const own = sealedOwn && open('source.hmac_secret', sourceId, sealedOwn);
    const signing = sealedOwn ? (own === null ? [] : [own]) : pairs.map(({ webhookSecret }) => webhookSecret);
    const known: KnownSource = {
      source: found.source,
      secrets: pairs.map(({ tokenHash, webhookSecret }) => {
        return { tokenHash, webhookKey: Buffer.from(webhookSecret.replace(WEBHOOK_SECRET, ''), 'base64') };
      }),
      hmacKeys: signing.map((key) => Buffer.from(key)),
      readAt: now.getTime(),
    };
    if (this.#known.size >= KEPT_AT_MOST) this.#known.clear();
    this.#known.set(sourceId, known);
    return known;
  }
}
