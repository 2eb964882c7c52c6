import type { IdPage } from '../../domain/ids.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { findSources, type LastOfSource, lastOfSources, listSourceNames, type NamedSource } from './sources.sql.ts';
import type { ManagedSource } from './sources.ts';

/** A source in a list, with when it last sent something. */
export interface SourceOverview extends LastOfSource {
  readonly source: ManagedSource;
}

const NOTHING_SENT: LastOfSource = { lastMessageAt: null, lastRefusedAt: null };

/** The authority's sources with their names, by id. */
export function readSourceNames(deps: DatabaseAccess, authorityId: string, page: IdPage): Promise<NamedSource[]> {
  return listSourceNames(deps.db, authorityId, page);
}

/** The sources `ids`, each with when it last sent something and was last refused, in the order of `ids`. */
export async function overviewOf(
  deps: DatabaseAccess,
  authorityId: string,
  ids: readonly string[],
): Promise<SourceOverview[]> {
  const sources = new Map((await findSources(deps.db, authorityId, ids)).map((source) => [source.id, source]));
  const last = await lastOfSources(deps.db, authorityId, ids);
  return ids.flatMap((id) => {
    const source = sources.get(id);
    return source ? { source, ...(last.get(id) ?? NOTHING_SENT) } : [];
  });
}

/** Reads when one source of an authority last sent something that was taken, and something that was refused. */
export async function readLastOf(
  deps: DatabaseAccess,
  { authorityId, id }: Pick<ManagedSource, 'authorityId' | 'id'>,
): Promise<LastOfSource> {
  return (await lastOfSources(deps.db, authorityId, [id])).get(id) ?? NOTHING_SENT;
}
