import type { DatabaseAccess } from '../../runtime/deps.ts';
import { lastOfSources } from './overview.sql.ts';
import type { ManagedSource } from './sources.ts';

/** A source in a list, with when it last sent something. */
export interface SourceOverview {
  readonly source: ManagedSource;
  /** When it last sent something that was taken; null: never. */
  readonly lastMessageAt: Date | null;
  /** When something of it was last refused; null: nothing that is still kept was. */
  readonly lastRefusedAt: Date | null;
}

/** Sources of an authority as they are, each with when it last sent something. */
export async function overviewOf(
  deps: DatabaseAccess,
  authorityId: string,
  sources: readonly ManagedSource[],
): Promise<SourceOverview[]> {
  const last = await lastOfSources(
    deps.db,
    authorityId,
    sources.map(({ id }) => id),
  );
  return sources.map((source) => ({
    source,
    lastMessageAt: last.get(source.id)?.messageAt ?? null,
    lastRefusedAt: last.get(source.id)?.refusedAt ?? null,
  }));
}

/** Reads when one source of an authority last sent something that was taken, and something that was refused. */
export async function readLastOf(
  deps: DatabaseAccess,
  { authorityId, id }: Pick<ManagedSource, 'authorityId' | 'id'>,
): Promise<Omit<SourceOverview, 'source'>> {
  const last = (await lastOfSources(deps.db, authorityId, [id])).get(id);
  return { lastMessageAt: last?.messageAt ?? null, lastRefusedAt: last?.refusedAt ?? null };
}
