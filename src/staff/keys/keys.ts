import { randomBytes } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import { type ApiKey, insertKey, listKeys, revokeKey } from './keys.sql.ts';

export type { ApiKey } from './keys.sql.ts';

type ManageDeps = DatabaseAccess;

/**
 * Makes an API key; its clear text is returned here and stored nowhere.
 * @throws Problem 404 for an unknown authority
 */
export async function makeKey(
  deps: ManageDeps,
  request: {
    readonly authorityId: string;
    readonly name: string;
    readonly role: ApiKey['role'];
    readonly actor: string;
  },
  now: Date,
): Promise<{ id: string; name: string; role: ApiKey['role']; prefix: string; key: string }> {
  const { authorityId, name, role, actor } = request;
  const prefix = `esk_${randomBytes(4).toString('hex')}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  const id = newId(now);
  await inTransaction(deps.db, async (trx) => {
    if (!(await findAuthority(trx, authorityId))) throw notFound('authority');
    await insertKey(trx, { id, authorityId, name, role, prefix, hash: sha256(key) }, now);
    await writeAudit(trx, { actor, action: 'key.create', authorityId, target: id, after: { name, role, prefix } }, now);
  });
  return { id, name, role, prefix, key };
}

/**
 * The authority's keys, newest first, revoked ones among them.
 * @param page.before the id that the page continues after
 * @throws Problem 404 for an unknown authority
 */
export async function readKeys(
  deps: ManageDeps,
  authorityId: string,
  page: { readonly before: string | null; readonly limit: number },
): Promise<ApiKey[]> {
  if (!(await findAuthority(deps.db, authorityId))) throw notFound('authority');
  return listKeys(deps.db, authorityId, page.before, page.limit);
}

/** Revokes a key: the next request with it is refused. @throws Problem 404 for an unknown key or a revoked one */
export async function endKey(
  deps: ManageDeps,
  request: { readonly authorityId: string; readonly id: string; readonly actor: string },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor } = request;
  await inTransaction(deps.db, async (trx) => {
    const key = await revokeKey(trx, authorityId, id, now);
    if (!key) throw notFound('key');
    const { name, role, prefix } = key;
    await writeAudit(
      trx,
      { actor, action: 'key.revoke', authorityId, target: id, before: { name, role, prefix } },
      now,
    );
  });
}
