import { randomBytes, timingSafeEqual } from 'node:crypto';
import { inTransaction } from '../database/transaction.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { errorName, notFound } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import { actorNameOf, type Principal, type Role } from '../domain/people/access.ts';
import { sha256 } from '../domain/sha256.ts';
import type { CurrentTime, DatabaseAccess, Logging } from '../runtime/deps.ts';
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

/**
 * Creates an API key; its clear text is returned here and stored nowhere.
 * @throws Problem 404 for an unknown authority
 */
export async function createKey(
  deps: DatabaseAccess,
  request: { readonly authorityId: string; readonly name: string; readonly role: Role; readonly actor: string },
  now: Date,
): Promise<{ id: string; name: string; role: Role; prefix: string; key: string }> {
  const { authorityId, name, role, actor } = request;
  const prefix = `esk_${randomBytes(4).toString('hex')}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  const id = newId(now);
  await inTransaction(deps.db, async (trx) => {
    if (!(await findAuthority(trx, authorityId))) throw notFound('authority');
    await insertKey(trx, { id, authority_id: authorityId, name, role, prefix, key_hash: sha256(key) }, now);
    await writeAudit(trx, { actor, action: 'key.create', authorityId, target: id, after: { name, role, prefix } }, now);
  });
  return { id, name, role, prefix, key };
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
