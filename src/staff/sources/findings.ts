import type { Source } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import { mappedPlace } from '../../domain/sms/printed-place.ts';
import { comparedCode } from '../../domain/unclear-status.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { listRefusals } from '../../store/refusals.ts';
import {
  type ListedUnmapped,
  listSourcesOfUnmapped,
  listUnmapped,
  listUnmappedOf,
  type UnmappedPlace,
} from '../../store/unmapped.ts';
import { findSource, findSources, type ManagedSource } from './sources.sql.ts';

/** Codes that are read at once: some may be mapped by now. */
const READ_AT_ONCE = 200;

/**
 * The codes that the source has sent and that its current settings don't map, by field and value.
 * @throws Problem 404 for an unknown source
 */
export async function readUnmapped(
  deps: DatabaseAccess,
  authorityId: string,
  sourceId: string,
): Promise<ListedUnmapped[]> {
  const isKnown = knownTo(await ownSource(deps, authorityId, sourceId));
  const rows = await listUnmapped(deps.db, authorityId, sourceId);
  return rows.filter((row) => !isKnown(row));
}

/** Sources with codes to map, far more than any authority has. */
const MOST_SOURCES = 1_000;

/** The sources of an authority that have sent codes which were not known then, by id. */
export async function readSourcesWithUnmapped({ db }: DatabaseAccess, authorityId: string): Promise<ManagedSource[]> {
  const ids = await listSourcesOfUnmapped(db, authorityId, MOST_SOURCES);
  const found = new Map((await findSources(db, authorityId, ids)).map((source) => [source.id, source]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** A code, with the source that sent it. */
export type SourceUnmapped = Awaited<ReturnType<typeof listUnmappedOf>>[number];

/**
 * The codes that these sources of an authority have sent and that their current settings don't map, by source, field
 * and value.
 * @param sources by id
 */
export async function readUnmappedOf(
  { db }: DatabaseAccess,
  authorityId: string,
  sources: readonly Source[],
  page: { readonly skip: number; readonly limit: number },
): Promise<SourceUnmapped[]> {
  const known = new Map(sources.map((source) => [source.id, knownTo(source)]));
  const found: SourceUnmapped[] = [];
  const enough = page.skip + page.limit;
  let after: UnmappedPlace | null = null;
  for (;;) {
    const rows: SourceUnmapped[] = await listUnmappedOf(db, authorityId, [...known.keys()], {
      after,
      limit: READ_AT_ONCE,
    });
    found.push(...rows.filter((row) => !known.get(row.sourceId)?.(row)));
    after = rows.at(-1) ?? null;
    if (found.length >= enough || rows.length < READ_AT_ONCE) return found.slice(page.skip, enough);
  }
}

/** Tells whether the settings of a source map a code. */
function knownTo(source: Source): (code: ListedUnmapped) => boolean {
  const types = typeof source.mapping === 'object' ? source.mapping?.types : undefined;
  const statuses = new Set([...Object.keys(source.statusMap), ...Object.keys(types ?? {})].map(comparedCode));
  return ({ field, value }) => {
    if (field === 'start') return false;
    if (field === 'status') return statuses.has(comparedCode(value));
    return mappedPlace({ locationCode: value, locationText: null }, source) !== undefined;
  };
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
