import { readInstant } from '../../domain/calendar.ts';
import type { IngestContext } from '../format.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import { versionOf } from './appointment-fields.ts';
import { asObject, type Json, listOf, objectOf, textOf } from './json-values.ts';
import { type Address, type ResourceIndex, readAddress, readUuid, urlKey } from './references.ts';
import type { Version } from './scope.ts';

/** An entry of a Bundle. */
export interface BundleEntry {
  readonly index: number;
  /** FHIRPath of its resource. */
  readonly path: string;
  readonly fullUrl: string | undefined;
  /** Type of its resource; without one, that of its address. */
  readonly type: string | undefined;
  readonly resource: Json | undefined;
  readonly method: string | undefined;
  /** Address of `request.url`, else of fullUrl. */
  readonly address: Address | undefined;
  readonly version: Version;
}

/** Reads the entries in their order; one that is not an object becomes an empty entry. */
export function readEntries(bundle: Json, context: IngestContext): Steps<BundleEntry[]> {
  return mapInSteps(listOf(bundle, 'entry'), (value, index) => {
    const entry = asObject(value);
    const resource = objectOf(entry, 'resource');
    const request = objectOf(entry, 'request');
    const fullUrl = textOf(entry, 'fullUrl');
    const address = readAddress(textOf(request, 'url')?.replace(/^\//, '')) ?? readAddress(fullUrl);
    const responseVersion = versionOfResponse(objectOf(entry, 'response'), context);
    return {
      index,
      path: `Bundle.entry[${index}].resource`,
      fullUrl,
      type: textOf(resource, 'resourceType') ?? address?.type,
      resource,
      method: textOf(request, 'method')?.toUpperCase(),
      address,
      version: versionOf(resource, { version: responseVersion }, context),
    };
  });
}

/** Id that a server gave the resource of the entry; undefined for a resource that exists in this message only. */
export function serverIdOf({ resource, fullUrl, address, type }: BundleEntry): string | undefined {
  const id = textOf(resource, 'id')?.replace(/^urn:uuid:/i, '');
  if (id !== undefined && id.toLowerCase() !== readUuid(fullUrl)) return id;
  return address?.type === type ? address?.id : undefined;
}

/**
 * Sorts versions of one resource from old to new: by version, or by time when some have no version, or else by
 * position.
 * @param newestFirst order of the Bundle
 */
export function fromOldToNew<Item extends { readonly version: Version }>(
  items: readonly Item[],
  newestFirst: boolean,
): Item[] {
  const ordered = newestFirst ? [...items].reverse() : [...items];
  const by = (order: (version: Version) => number | undefined): Item[] | undefined =>
    items.every(({ version }) => order(version) !== undefined)
      ? ordered.sort((a, b) => (order(a.version) ?? 0) - (order(b.version) ?? 0))
      : undefined;
  return by(({ version }) => version ?? undefined) ?? by(({ occurredAt }) => occurredAt?.getTime()) ?? ordered;
}

/** Indexes resources by URL and address, the newest version of each. */
export function indexOf(
  entries: readonly BundleEntry[],
  newestFirst: boolean,
  fetched: ReadonlyMap<string, unknown>,
  context: IngestContext,
): ResourceIndex {
  const byUrl = new Map<string, Json>();
  const baseOf = new WeakMap<Json, string>();
  const appointmentServers = new Set<string>();
  const byAddress = newestOf(entries, newestFirst);
  for (const { resource, fullUrl, method, type } of entries) {
    if (!resource || fullUrl === undefined || method === 'DELETE') continue;
    const base = baseOfUrl(fullUrl);
    const newest = byAddress.get(`${type}/${textOf(resource, 'id')}`)?.get(base);
    byUrl.set(urlKey(fullUrl), newest ?? resource);
    if (base === null) continue;
    baseOf.set(resource, base);
    if (type === 'Appointment') appointmentServers.add(base);
  }
  return {
    byUrl,
    byAddress,
    baseOf,
    appointmentServers,
    fetched,
    ownBase: context.source.fhirBaseUrl,
    contained: new WeakMap(),
  };
}

interface IndexedResource {
  readonly resource: Json;
  readonly version: Version;
}

/** Newest versions by `Type/id` and server; by fullUrl for a resource without id. */
function newestOf(entries: readonly BundleEntry[], newestFirst: boolean): ResourceIndex['byAddress'] {
  const versions = new Map<string, Map<string | null, IndexedResource[]>>();
  for (const { resource, fullUrl, method, type, version } of entries) {
    if (!resource || method === 'DELETE') continue;
    const id = textOf(resource, 'id') ?? readAddress(fullUrl)?.id;
    const key = id === undefined ? urlKey(fullUrl ?? '') : `${type}/${id}`;
    const base = baseOfUrl(fullUrl);
    const servers = versions.get(key) ?? new Map<string | null, IndexedResource[]>();
    versions.set(key, servers);
    const known = servers.get(base);
    if (known) known.push({ resource, version });
    else servers.set(base, [{ resource, version }]);
  }
  const newest = (all: IndexedResource[]) => fromOldToNew(all, newestFirst).at(-1)?.resource as Json;
  return new Map(
    [...versions].map(([key, servers]) => [key, new Map([...servers].map(([base, all]) => [base, newest(all)]))]),
  );
}

/** Server in the fullUrl of an entry; null when there is none. */
export function baseOfUrl(fullUrl: string | undefined): string | null {
  return readAddress(fullUrl)?.base ?? null;
}

function versionOfResponse(response: Json | undefined, { source }: IngestContext): Version {
  const etag = /^(?:W\/)?"(\d{1,15})"$/.exec(textOf(response, 'etag') ?? '')?.[1];
  const modified = readInstant(textOf(response, 'lastModified') ?? '', source.timeZone);
  return { version: etag === undefined ? null : Number(etag), occurredAt: modified instanceof Date ? modified : null };
}
