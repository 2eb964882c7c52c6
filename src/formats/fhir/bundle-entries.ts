import { readInstant } from '../../domain/calendar.ts';
import type { IngestContext } from '../format.ts';
import { versionOf } from './appointment-fields.ts';
import { asObject, type Json, listOf, objectOf, textOf } from './json-values.ts';
import { type Address, type ResourceIndex, readAddress, readUuid, urlKey } from './references.ts';
import type { Version } from './scope.ts';

/** One entry of a Bundle. */
export interface BundleEntry {
  readonly index: number;
  /** FHIRPath. */
  readonly path: string;
  readonly fullUrl: string | undefined;
  /** Of its resource; of the address that it is about where it has none. */
  readonly type: string | undefined;
  readonly resource: Json | undefined;
  readonly method: string | undefined;
  /** What `request.url`, else fullUrl, leads to. */
  readonly address: Address | undefined;
  readonly version: Version;
}

/** The entries in their order; what is no object is one without anything in it. */
export function readEntries(bundle: Json, context: IngestContext): BundleEntry[] {
  return listOf(bundle, 'entry').map((value, index) => {
    const entry = asObject(value);
    const resource = objectOf(entry, 'resource');
    const request = objectOf(entry, 'request');
    const fullUrl = textOf(entry, 'fullUrl');
    const address = readAddress(textOf(request, 'url')?.replace(/^\//, '')) ?? readAddress(fullUrl);
    const said = versionOfResponse(objectOf(entry, 'response'), context);
    return {
      index,
      path: `Bundle.entry[${index}].resource`,
      fullUrl,
      type: textOf(resource, 'resourceType') ?? address?.type,
      resource,
      method: textOf(request, 'method')?.toUpperCase(),
      address,
      version: versionOf(resource, { version: said }, context),
    };
  });
}

/** The id that a server gave the resource of the entry; undefined where it lives in this message only. */
export function serverIdOf({ resource, fullUrl, address, type }: BundleEntry): string | undefined {
  const id = textOf(resource, 'id')?.replace(/^urn:uuid:/i, '');
  if (id !== undefined && id.toLowerCase() !== readUuid(fullUrl)) return id;
  return address?.type === type ? address?.id : undefined;
}

/**
 * Sorts versions of one resource from old to new: by their numbers or, where some have none, by their times, or as they
 * stand.
 * @param newestFirst how the Bundle has them
 */
export function fromOldToNew<Item extends { readonly version: Version }>(
  items: readonly Item[],
  newestFirst: boolean,
): Item[] {
  const standing = newestFirst ? [...items].reverse() : [...items];
  const by = (order: (version: Version) => number | undefined): Item[] | undefined =>
    items.every(({ version }) => order(version) !== undefined)
      ? standing.sort((a, b) => (order(a.version) ?? 0) - (order(b.version) ?? 0))
      : undefined;
  return by(({ version }) => version ?? undefined) ?? by(({ occurredAt }) => occurredAt?.getTime()) ?? standing;
}

/** Resources by what leads to them, of each the newest version. */
export function indexOf(
  entries: readonly BundleEntry[],
  newestFirst: boolean,
  fetched: ReadonlyMap<string, unknown>,
  context: IngestContext,
): ResourceIndex {
  const byUrl = new Map<string, Json>();
  const baseOf = new WeakMap<Json, string>();
  const homes = new Set<string>();
  const byAddress = newestOf(entries, newestFirst);
  for (const { resource, fullUrl, method, type } of entries) {
    if (!resource || fullUrl === undefined || method === 'DELETE') continue;
    const base = baseOfUrl(fullUrl);
    const newest = byAddress.get(`${type}/${textOf(resource, 'id')}`)?.get(base);
    byUrl.set(urlKey(fullUrl), newest ?? resource);
    if (base === null) continue;
    baseOf.set(resource, base);
    if (type === 'Appointment') homes.add(base);
  }
  return { byUrl, byAddress, baseOf, homes, fetched, ownBase: context.source.fhirBaseUrl, contained: new WeakMap() };
}

interface Kept {
  readonly resource: Json;
  readonly version: Version;
}

/** By `Type/id` and server; one without any id by its fullUrl. */
function newestOf(entries: readonly BundleEntry[], newestFirst: boolean): ResourceIndex['byAddress'] {
  const versions = new Map<string, Map<string | null, Kept[]>>();
  for (const { resource, fullUrl, method, type, version } of entries) {
    if (!resource || method === 'DELETE') continue;
    const id = textOf(resource, 'id') ?? readAddress(fullUrl)?.id;
    const key = id === undefined ? urlKey(fullUrl ?? '') : `${type}/${id}`;
    const base = baseOfUrl(fullUrl);
    const servers = versions.get(key) ?? new Map<string | null, Kept[]>();
    versions.set(key, servers);
    const known = servers.get(base);
    if (known) known.push({ resource, version });
    else servers.set(base, [{ resource, version }]);
  }
  const newest = (all: Kept[]) => fromOldToNew(all, newestFirst).at(-1)?.resource as Json;
  return new Map(
    [...versions].map(([key, servers]) => [key, new Map([...servers].map(([base, all]) => [base, newest(all)]))]),
  );
}

/** The server that the fullUrl of an entry tells; null: none. */
export function baseOfUrl(fullUrl: string | undefined): string | null {
  return readAddress(fullUrl)?.base ?? null;
}

function versionOfResponse(response: Json | undefined, { source }: IngestContext): Version {
  const etag = /^(?:W\/)?"(\d{1,15})"$/.exec(textOf(response, 'etag') ?? '')?.[1];
  const modified = readInstant(textOf(response, 'lastModified') ?? '', source.timeZone);
  return { version: etag === undefined ? null : Number(etag), occurredAt: modified instanceof Date ? modified : null };
}
