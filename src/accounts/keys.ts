import { randomBytes, timingSafeEqual } from 'node:crypto';
import { inTransaction } from '../database/transaction.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { errorName, notFound } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { actorNameOf, type Principal, type Role } from '../domain/people/access.ts';
import { sha256 } from '../domain/sha256.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { findAuthority } from '../store/authorities.ts';
import { type ApiKey, findKeyByHash, insertKey, listKeys, markKeyRevoked, writeKeyUses } from './keys.sql.ts';

/**
 * Writes when API keys were last used, once an hour for each at most: which are still in use is what their
 * administrators want to know. No response waits for it, and it is given up where it can't be written: the next use
 * tries again.
 */
export class KeyUses {
  readonly #deps: DatabaseAccess & CurrentTime & Logging;
  readonly #waiting = new Set<string>();
  #writing: Promise<void> | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: DatabaseAccess & CurrentTime & Logging) {
    this.#deps = deps;
  }

  /** Returns at once and never throws. @param key as it was read for this request */
  note({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>): void {
    if (lastUsedAt !== null && lastUsedAt.getTime() > this.#deps.now().getTime() - HOUR_MS) return;
    this.#waiting.add(id);
    this.#writing ??= this.#writeWaiting();
  }

  /** Resolves when everything that was noted is written, or given up. */
  async stop(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    // Uses that are noted in the same turn are written together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const ids = [...this.#waiting];
      this.#waiting.clear();
      const now = this.#deps.now();
      try {
        await writeKeyUses(this.#deps.db, ids, { now, unless: new Date(now.getTime() - HOUR_MS) });
      } catch (error) {
        this.#warn(error, now.getTime());
      }
    }
    this.#writing = undefined;
  }

  /** Once a minute at most: each request tries again. */
  #warn(error: unknown, now: number): void {
    if (now < this.#warnedAt + MINUTE_MS) return;
    this.#warnedAt = now;
    this.#deps.log.warn({ error: errorName(error) }, 'the uses of API keys could not be written');
  }
}

export type { ApiKey } from './keys.sql.ts';

const PREFIX_BYTES = 4;

interface KeyRequest {
  readonly authorityId: string;
  readonly name: string;
  readonly role: Role;
  readonly actor: string;
}

/** A new key with its clear text, which is stored nowhere. */
interface CreatedKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly key: string;
}

/**
 * Creates an API key; its clear text is returned here and stored nowhere.
 * @throws Problem 404 for an unknown authority
 */
export async function createKey(deps: DatabaseAccess, request: KeyRequest, now: Date): Promise<CreatedKey> {
  return (await storeKey(deps, request, randomBytes(PREFIX_BYTES), randomBytes(32), now)).created;
}

/** A form that is sent again within this time shows the key that it made. */
const SHOWN_AGAIN_MS = 10 * MINUTE_MS;

/**
 * Creates an API key once for each form: the key follows from the form's id, so that a form which is sent twice by the
 * same person shows the same key, though it is stored nowhere.
 * @param request.form a random id of the form
 * @returns null where the form made a key that is revoked by now, or that was made more than ten minutes ago
 * @throws Problem 404 for an unknown authority
 */
export async function createKeyOnce(
  deps: DatabaseAccess & KeyringAccess,
  request: KeyRequest & { readonly form: string },
  now: Date,
): Promise<CreatedKey | null> {
  const { authorityId, name, role, actor, form } = request;
  const content = JSON.stringify([form, authorityId, actor, role, name]);
  const prefix = deps.keyring.digest('api-key prefix', content).subarray(0, PREFIX_BYTES);
  const { created, isNew } = await storeKey(deps, request, prefix, deps.keyring.digest('api-key', content), now);
  if (isNew) return created;
  const stored = await findKeyByHash(deps.db, sha256(created.key));
  const isRecent = stored && stored.createdAt.getTime() > now.getTime() - SHOWN_AGAIN_MS;
  return isRecent ? { ...created, id: stored.id } : null;
}

async function storeKey(
  deps: DatabaseAccess,
  { authorityId, name, role, actor }: KeyRequest,
  front: Buffer,
  secret: Buffer,
  now: Date,
): Promise<{ readonly created: CreatedKey; readonly isNew: boolean }> {
  const prefix = `esk_${front.toString('hex')}`;
  const key = `${prefix}_${secret.toString('base64url')}`;
  const id = newId(now);
  const isNew = await inTransaction(deps.db, async (trx) => {
    if (!(await findAuthority(trx, authorityId))) throw notFound('authority');
    const row = { id, authority_id: authorityId, name, role, prefix, key_hash: sha256(key) };
    if (!(await insertKey(trx, row, now))) return false;
    await writeAudit(trx, { actor, action: 'key.create', authorityId, target: id, after: { name, role, prefix } }, now);
    return true;
  });
  return { created: { id, name, role, prefix, key }, isNew };
}

/**
 * The authority's keys, newest first, revoked ones among them.
 * @throws Problem 404 for an unknown authority
 */
export async function readKeys(
  deps: DatabaseAccess,
  authorityId: string,
  page: { readonly before: string | null; readonly limit: number },
): Promise<ApiKey[]> {
  if (!(await findAuthority(deps.db, authorityId))) throw notFound('authority');
  return listKeys(deps.db, authorityId, page.before, page.limit);
}

/** Revokes a key: the next request with it is refused. @throws Problem 404 for an unknown key or a revoked one */
export async function revokeKey(
  deps: DatabaseAccess,
  request: { readonly authorityId: string; readonly id: string; readonly actor: string },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor } = request;
  await inTransaction(deps.db, async (trx) => {
    const key = await markKeyRevoked(trx, authorityId, id, now);
    if (!key) throw notFound('key');
    const { name, role, prefix } = key;
    const entry = { actor, action: 'key.revoke', authorityId, target: id, before: { name, role, prefix } };
    await writeAudit(trx, entry, now);
  });
}

/** The form of an API key: a public prefix for people, then 32 random bytes. */
const API_KEY = /^esk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** The installation's administrator, who has every right of `administrator`, in every authority. */
const INSTALLATION_ADMINISTRATOR: Principal = {
  actor: actorNameOf(null),
  accesses: [{ authorityId: null, role: 'administrator', departments: null }],
  keyOf: null,
};

/** The dependencies of finding out whose token a request has. */
export interface TokenDeps extends DatabaseAccess {
  /** Bearer token of the installation's administrator. */
  readonly adminToken: string;
  readonly keyUses: Pick<KeyUses, 'note'>;
}

/** True for the administrator's token. The comparison takes the same time for every wrong token. */
export function isAdminToken({ adminToken }: { readonly adminToken: string }, token: string): boolean {
  return timingSafeEqual(sha256(token), sha256(adminToken));
}

/**
 * Finds whose token this is: the administrator's, or an API key, whose use is noted.
 * @returns undefined for an unknown token and for that of a revoked key
 */
export async function findPrincipal(deps: TokenDeps, token: string): Promise<Principal | undefined> {
  if (isAdminToken(deps, token)) return INSTALLATION_ADMINISTRATOR;
  if (!API_KEY.test(token)) return undefined;
  const key = await findKeyByHash(deps.db, sha256(token));
  if (!key) return undefined;
  deps.keyUses.note(key);
  const { prefix, name, role, authorityId } = key;
  return { actor: `key:${prefix} ${name}`, accesses: [{ authorityId, role, departments: null }], keyOf: authorityId };
}
