import { writeAudit } from '../store/audit.ts';
import { findPublicUrl } from '../store/installation.ts';
import type { Deps } from './deps.ts';

/** Binds the database to this process's PUBLIC_URL, and writes down who did it and what it was bound to. */
export async function adoptPublicUrl(
  deps: Pick<Deps, 'db'> & { readonly publicUrl: string; readonly adopt: (now: Date) => Promise<void> },
  actor: string,
  now: Date,
): Promise<void> {
  const before = { publicUrl: await findPublicUrl(deps.db) };
  await deps.adopt(now);
  const after = { publicUrl: deps.publicUrl };
  await writeAudit(deps.db, { actor, action: 'installation.adopt', authorityId: null, target: 'installation', before, after }, now);
}
