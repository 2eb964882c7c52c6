import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { type AuditRow, listAudit } from '../store/audit.ts';
import { readAuthority } from './authorities.ts';
import { actorNames } from './people/names.ts';
import { clientName } from './refused-access.ts';

export type { AuditRow } from '../store/audit.ts';

type AuditDeps = DatabaseAccess & KeyringAccess;

/**
 * The audit of the whole installation, with the entries that concern no authority, newest first.
 * @param page.after the id that the page continues after
 * @param client only what this client was refused, and when it signed in and out; null: everything
 */
export async function readWholeAudit(
  deps: AuditDeps,
  page: { readonly after: string | null; readonly limit: number },
  client: string | null,
): Promise<AuditRow[]> {
  const filter = { authorityId: null, client: client === null ? null : clientName(deps, client) };
  return withNames(deps, await listAudit(deps.db, filter, page.after, page.limit));
}

/**
 * The authority's audit, newest first.
 * @param page.after the id that the page continues after
 * @throws Problem 404 for an unknown authority
 */
export async function readAudit(
  deps: AuditDeps,
  authorityId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<AuditRow[]> {
  await readAuthority(deps, authorityId);
  return withNames(deps, await listAudit(deps.db, { authorityId, client: null }, page.after, page.limit));
}

/** Entries name people by an id, so that a name can be erased; readers get the name beside it. */
async function withNames(deps: AuditDeps, rows: readonly AuditRow[]): Promise<AuditRow[]> {
  const nameOf = await actorNames(
    deps,
    rows.map(({ actor }) => actor),
  );
  return rows.map((row) => ({ ...row, actor: nameOf(row.actor) }));
}
