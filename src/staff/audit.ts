import type { DatabaseAccess } from '../runtime/deps.ts';
import { type AuditRow, listAudit } from '../store/audit.ts';
import { readAuthority } from './authorities.ts';

export type { AuditRow } from '../store/audit.ts';

/**
 * The audit of the whole installation, with the entries that concern no authority, newest first.
 * @param page.after the id that the page continues after
 */
export async function readWholeAudit(
  deps: DatabaseAccess,
  page: { readonly after: string | null; readonly limit: number },
): Promise<AuditRow[]> {
  return listAudit(deps.db, null, page.after, page.limit);
}

/**
 * The authority's audit, newest first.
 * @param page.after the id that the page continues after
 * @throws Problem 404 for an unknown authority
 */
export async function readAudit(
  deps: DatabaseAccess,
  authorityId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<AuditRow[]> {
  await readAuthority(deps, authorityId);
  return listAudit(deps.db, authorityId, page.after, page.limit);
}
