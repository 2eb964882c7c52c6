import { readInstant } from '../../domain/calendar.ts';
import { grouped } from '../../domain/grouped.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { type IngestContext, mapInSteps, type Steps } from '../format.ts';
import { versionOf } from './appointment-fields.ts';
import {
  asObject,
  asText,
  countOf,
  type Json,
  listOf,
  objectOf,
  objectsOf,
  propertyOf,
  textOf,
} from './json-values.ts';
import type { FhirFeed, FhirMessage, Version } from './reading.ts';
import { type Address, isStorable, type ResourceIndex, readAddress, readUuid, urlKey } from './references.ts';

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
 * Sorts versions of one resource from old to new: by version, or by time when some have no version, or else by position
 * in the Bundle.
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

type IndexedResource = Pick<BundleEntry, 'version'> & { readonly resource: Json };

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

/** Topic notification: SubscriptionStatus (R4B, R5) or the Parameters of the R4 backport. */
interface Notification {
  /** True for handshake, heartbeat and responses to a status query, which carry no event. */
  readonly isEmpty: boolean;
  /** References to the resources of the events. */
  readonly foci: readonly string[];
  readonly feed: FhirFeed | undefined;
}

const NOTHING_HAPPENED = new Set(['handshake', 'heartbeat', 'query-status']);
const MAX_EVENTS = 1000;

/** Reads the first resource of a Bundle as a notification; undefined when it is not one. */
export function readNotification(bundleType: string, first: Json | undefined): Notification | undefined {
  if (textOf(first, 'resourceType') === 'SubscriptionStatus') return fromStatus(first as Json);
  const mayBe = bundleType === 'history' || bundleType === 'subscription-notification';
  if (!mayBe || textOf(first, 'resourceType') !== 'Parameters') return undefined;
  const parameters = namedIn(first as Json, 'parameter');
  return parameters.has('type') ? fromParameters(parameters) : undefined;
}

function fromStatus(status: Json): Notification {
  const events = objectsOf(status, 'notificationEvent').slice(0, MAX_EVENTS);
  const subscription = propertyOf(status, 'subscription');
  return build(
    textOf(status, 'type'),
    textOf(subscription, 'reference') ?? asText(subscription),
    countOf(status, 'eventsSinceSubscriptionStart'),
    events.map((event) => ({
      number: countOf(event, 'eventNumber'),
      focus: textOf(objectOf(event, 'focus'), 'reference'),
    })),
  );
}

function fromParameters(parameters: ReadonlyMap<string, readonly Json[]>): Notification {
  const events = (parameters.get('notificationevent') ?? [])
    .slice(0, MAX_EVENTS)
    .map((event) => namedIn(event, 'part'));
  return build(
    textIn(parameters, 'type'),
    textIn(parameters, 'subscription'),
    countOf({ count: textIn(parameters, 'eventssincesubscriptionstart') }, 'count'),
    events.map((parts) => ({
      number: countOf({ count: textIn(parts, 'eventnumber') }, 'count'),
      focus: textIn(parts, 'focus'),
    })),
  );
}

interface Event {
  readonly number: number | undefined;
  readonly focus: string | undefined;
}

function build(
  type: string | undefined,
  subscription: string | undefined,
  sinceStart: number | undefined,
  events: readonly Event[],
): Notification {
  const isEmpty = NOTHING_HAPPENED.has(type?.toLowerCase() ?? '');
  const eventNumbers = isEmpty ? [] : events.flatMap(({ number }) => number ?? []);
  return {
    isEmpty,
    foci: events.flatMap(({ focus }) => focus ?? []),
    feed: subscription === undefined ? undefined : { subscription, eventNumbers, sinceStart: sinceStart ?? null },
  };
}

/** Parameters by their names in lower case without dashes, since versions of the guide differ in both. */
function namedIn(holder: Json, key: 'parameter' | 'part'): ReadonlyMap<string, readonly Json[]> {
  return grouped(objectsOf(holder, key), (each) => textOf(each, 'name')?.replaceAll('-', '').toLowerCase() ?? '');
}

/** Value of any type: senders write a subscription's reference as a string, and a 64-bit number as an unsignedInt. */
function textIn(parameters: ReadonlyMap<string, readonly Json[]>, name: string): string | undefined {
  const [parameter] = parameters.get(name) ?? [];
  const value = Object.entries(parameter ?? {}).find(([key]) => key.startsWith('value'))?.[1];
  return textOf(value, 'reference') ?? asText(value);
}

/** Reads the MessageHeader of R4 and R5 (STU3: `event`) for the response; null where a value is missing. */
export function readMessage(resource: Json | undefined, fullUrl: string | undefined): FhirMessage {
  const header = textOf(resource, 'resourceType') === 'MessageHeader' ? resource : undefined;
  const coding = objectOf(header, 'eventCoding') ?? objectOf(header, 'event');
  const code = repeatable(textOf(coding, 'code'));
  const uri = repeatable(textOf(header, 'eventUri') ?? textOf(header, 'eventCanonical'));
  const endpoint = (holder: Json | undefined): string | null =>
    repeatable(
      textOf(holder, 'endpoint') ??
        textOf(holder, 'endpointUrl') ??
        textOf(objectOf(holder, 'endpointReference'), 'reference'),
    );
  return {
    id: repeatable(textOf(header, 'id') ?? readUuid(fullUrl)),
    event: code !== null ? { system: repeatable(textOf(coding, 'system')), code } : uri !== null ? { uri } : null,
    sourceEndpoint: endpoint(objectOf(header, 'source')),
    destinationEndpoint: endpoint(objectOf(header, 'destination')),
  };
}

/** Text that may be repeated to the sender; null for any other. */
function repeatable(text: string | undefined): string | null {
  return text === undefined || !isStorable(text) || looksLikeCpr(text) ? null : text;
}
