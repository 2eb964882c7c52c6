import { inTransaction } from '../../database/transaction.ts';
import type { Source } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { mappedPlace } from '../../domain/sms/printed-place.ts';
import { comparedCode } from '../../domain/unclear-status.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { listRefusals } from '../../store/refusals.ts';
import {
  type ListedUnmapped,
  listSourcesOfUnmapped,
  listUnmapped,
  listUnmappedOf,
  type UnmappedPlace,
} from '../../store/unmapped.ts';
import { auditedChange, sourceSettingsOf } from './audited-settings.ts';
import { findSource, findSources, lockSource, type ManagedSource, updateSource } from './sources.sql.ts';

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

/** Entries that a source's maps may have, as the API allows. */
const MOST = { statusMap: 200, locationMap: 500 } as const;

/** The meaning of a code that a source has sent. */
export interface Mapping {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly field: 'status' | 'location';
  /** The code as the booking system writes it. */
  readonly value: string;
  /** A status of appointments, or `ignore`; the text that an SMS prints for a place. */
  readonly to: string;
  readonly actor: string;
}

/**
 * Adds the meaning of a code to the settings of its source; everything else in them stays as it is at that moment.
 * @throws Problem 404 for an unknown source, and for a code that it has not sent or that is known by now; 422 `full`
 */
export async function mapValue(deps: DatabaseAccess, mapping: Mapping, now: Date): Promise<void> {
  const { authorityId, sourceId, field, value, to, actor } = mapping;
  await inTransaction(deps.db, async (trx) => {
    const before = await lockSource(trx, sourceId);
    if (before?.authorityId !== authorityId) throw notFound('source');
    const open = await readUnmapped({ db: trx }, authorityId, sourceId);
    if (!open.some((each) => each.field === field && each.value === value)) throw notFound('code');
    const name = field === 'status' ? 'statusMap' : 'locationMap';
    if (Object.keys(before[name]).length >= MOST[name])
      throw new Problem(422, 'full', `The ${name} of this source is full: ${MOST[name]} entries.`);
    const settings = { ...sourceSettingsOf(before), [name]: { ...before[name], [value]: to } };
    const kept = { hmacSecretCiphertext: undefined, fhirAuthorizationCiphertext: undefined };
    const after = await updateSource(trx, authorityId, sourceId, { settings, ...kept }, now);
    const change = { actor, authorityId, target: sourceId, action: 'source.replace', ...auditedChange(before, after) };
    await writeAudit(trx, change, now);
  });
}
