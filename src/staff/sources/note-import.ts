import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import type { OwnSource } from './source-secrets.ts';

/**
 * Audits that somebody imported a file for a source.
 * @param counts of its rows; nothing of what stands in them. `stopped`: the import ended before the file did
 */
export async function noteImport(
  { db }: DatabaseAccess,
  { authorityId, id, actor }: OwnSource,
  counts: { readonly rows: number; readonly accepted: number; readonly refused: number; readonly stopped?: true },
  now: Date,
): Promise<void> {
  await writeAudit(db, { actor, authorityId, target: id, action: 'source.import', after: counts }, now);
}
