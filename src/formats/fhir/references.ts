import { fieldOf, type Json, objectsOf, textOf } from './json-values.ts';

/** A reference to a resource of a server: `Patient/1`, or with the server's address before it. */
export interface Address {
  /** Without a trailing slash; null: the sender's own server. */
  readonly base: string | null;
  readonly type: string;
  readonly id: string;
}

/** What a reference leads to. */
export interface Target {
  /** Of the resource, else as the reference tells it; null: unknown. */
  readonly type: string | null;
  readonly resource: Json | undefined;
  /**
   * The id that the sender's server gave it, after another server's address for a patient of that; null for one that
   * lives in this message only.
   */
  readonly id: string | null;
  /** The id of a contained one, or the UUID that a message gave it: good for this message only. */
  readonly localId: string | null;
  /** `Type/id` when the sender's own server may be asked for it. */
  readonly readBack: string | null;
}

/** Resources of a request by what leads to them. */
export interface ResourceIndex {
  readonly byUrl: ReadonlyMap<string, Json>;
  /** By `Type/id`, and by the server that each came from (null: it is not told): its newest version. */
  readonly byAddress: ReadonlyMap<string, ReadonlyMap<string | null, Json>>;
  /** The server that a resource came from, where its fullUrl tells it; of contained ones filled while reading. */
  readonly baseOf: WeakMap<Json, string>;
  /** The servers that the Appointments came from. */
  readonly homes: ReadonlySet<string>;
  /** By `Type/id`, as read back from the sender's server; null: it is gone. */
  readonly fetched: ReadonlyMap<string, unknown>;
  /** The sender's own server. */
  readonly ownBase: string | null;
  /** Contained resources by their id, of owners that were asked for one; filled while reading. */
  readonly contained: WeakMap<Json, ReadonlyMap<string, Json>>;
}

const ADDRESS =
  /^(?:(https?:\/\/[^?#\s]{1,1024})\/)?([A-Z][A-Za-z]{1,63})\/([^/?#\s]{1,255})(?:\/_history\/[^/?#\s]{1,255})?$/;

/**
 * @returns undefined for what is no reference to a resource by its type and id, such as `urn:uuid:…`, `#contained` and
 * searches
 */
export function readAddress(reference: string | undefined): Address | undefined {
  const [, base, type, id] = (reference !== undefined && ADDRESS.exec(reference)) || [];
  return type === undefined || id === undefined ? undefined : { base: base ?? null, type, id };
}

/** The UUID of `urn:uuid:…`, in small letters. */
export function readUuid(reference: string | undefined): string | undefined {
  return /^urn:uuid:([0-9a-f-]{1,64})$/i.exec(reference ?? '')?.[1]?.toLowerCase();
}

/** FHIR R4 §2.24.0.1, data type id, without dots alone: what may stand in the address of a request. */
export function isFhirId(id: string): boolean {
  return /^(?!\.+$)[A-Za-z0-9\-.]{1,64}$/.test(id);
}

/**
 * Follows a Reference (FHIR R4 §2.3, §3.1.4): into the resource itself, into the Bundle, or to what was read back.
 * @param owner the resource that the reference stands in
 */
export function follow(reference: Json, owner: Json, index: ResourceIndex): Target {
  const text = textOf(reference, 'reference');
  const hinted = textOf(reference, 'type')?.split('/').at(-1) ?? null;
  if (text?.startsWith('#')) {
    const contained = containedIn(owner, index).get(text.slice(1));
    return {
      type: typeOf(contained) ?? hinted,
      resource: contained,
      id: null,
      localId: text.slice(1) || null,
      readBack: null,
    };
  }
  const address = readAddress(text);
  const base = index.baseOf.get(owner) ?? null;
  const resource = text === undefined ? undefined : (index.byUrl.get(urlKey(text)) ?? byAddress(address, base, index));
  if (address) {
    const own = address.base === null || address.base === index.ownBase;
    const readBack = own && !resource && isFhirId(address.id) ? `${address.type}/${address.id}` : null;
    const type = typeOf(resource) ?? address.type;
    const id = type === 'Patient' && base !== null ? patientIdAt(address.id, address.base, base, index) : address.id;
    return { type, resource, id, localId: null, readBack };
  }
  const uuid = readUuid(text) ?? null;
  const id = textOf(resource, 'id')?.replace(/^urn:uuid:/i, '') ?? null;
  // Many senders write the message's own UUID into `id` too.
  const lasting = id !== null && id.toLowerCase() !== uuid ? id : null;
  return { type: typeOf(resource) ?? hinted, resource, id: lasting, localId: uuid, readBack: null };
}

/** Patient/1 of another server than the one at home is somebody else, whose id is known by that server's address. */
export function patientIdAt(
  id: string,
  base: string | null,
  home: string | null,
  { ownBase }: Pick<ResourceIndex, 'ownBase'>,
): string {
  return base === null || base === home || base === ownBase ? id : `${base}|${id}`;
}

function containedIn(owner: Json, { contained, baseOf }: ResourceIndex): ReadonlyMap<string, Json> {
  const known = contained.get(owner);
  if (known) return known;
  const base = baseOf.get(owner);
  const all = objectsOf(owner, 'contained');
  if (base !== undefined) for (const each of all) baseOf.set(each, base);
  const byId = new Map(all.map((each) => [textOf(each, 'id')?.replace(/^#/, '') ?? '', each]));
  contained.set(owner, byId);
  return byId;
}

/** Where the fullUrl of an entry and a reference to it meet. */
export function urlKey(url: string): string {
  return /^urn:/i.test(url) ? url.toLowerCase() : url.replace(/\/_history\/[^/]*$/, '');
}

function byAddress(address: Address | undefined, ownerBase: string | null, index: ResourceIndex): Json | undefined {
  if (!address) return undefined;
  const key = `${address.type}/${address.id}`;
  const base = address.base ?? ownerBase;
  const candidates = index.byAddress.get(key);
  // Patient/1 of another server is somebody else; where no server is told, of two that have one neither is meant.
  const likely =
    base !== null ? candidates?.get(null) : candidates?.size === 1 ? [...candidates.values()][0] : undefined;
  const found = candidates?.get(base) ?? likely;
  if (found) return found;
  const own = address.base === null || address.base === index.ownBase;
  const fetched = own ? index.fetched.get(key) : undefined;
  return typeOf(fetched) === address.type ? (fetched as Json) : undefined;
}

function typeOf(resource: unknown): string | null {
  const type = fieldOf(resource, 'resourceType');
  return typeof type === 'string' ? type : null;
}
