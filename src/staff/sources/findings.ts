import type { Source } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import { mappedPlace } from '../../domain/printed-place.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { listRefusals } from '../../store/refusals.ts';
import { type ListedUnmapped, listUnmapped } from '../../store/unmapped.ts';
import { findSource } from './sources.sql.ts';

/**
 * The codes that the source has sent and that its current settings don't map, by field and value.
 * @throws Problem 404 for an unknown source
 */
export async function readUnmapped(
  deps: DatabaseAccess,
  authorityId: string,
  sourceId: string,
): Promise<ListedUnmapped[]> {
  const source = await ownSource(deps, authorityId, sourceId);
  const statuses = new Set(Object.keys(source.statusMap).map(plain));
  const isKnown = ({ field, value }: ListedUnmapped): boolean => {
    if (field === 'start') return false;
    if (field === 'status') return statuses.has(plain(value));
    return mappedPlace({ locationCode: value, locationText: null }, source) !== undefined;
  };
  const rows = await listUnmapped(deps.db, authorityId, sourceId);
  return rows.filter((row) => !isKnown(row));
}

/**
 * The last refusals of the source, the newest first.
 * @throws Problem 404 for an unknown source
 */
export async function readRefusals(
  deps: DatabaseAccess,
  authorityId: string,
  sourceId: string,
): Promise<Awaited<ReturnType<typeof listRefusals>>> {
  await ownSource(deps, authorityId, sourceId);
  return listRefusals(deps.db, authorityId, sourceId);
}

/** @throws Problem 404 */
async function ownSource({ db }: DatabaseAccess, authorityId: string, sourceId: string): Promise<Source> {
  // Found within the authority: a look for the source alone would take longer for one of another's.
  const source = await findSource(db, authorityId, sourceId);
  if (!source) throw notFound('source');
  return source;
}

/** Local codes are compared without regard to case, blanks and dashes. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[\s_-]/g, '');
}
