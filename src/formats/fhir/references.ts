import { isCprSystem } from '../../domain/patient-key.ts';
import { type Alias, isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { type Json, objectsOf, propertyOf, textOf } from './json-values.ts';

/** Reference to a resource of a server: `Patient/1`, or with the server's address in front. */
export interface Address {
  /** Without a trailing slash; null for the sender's own server. */
  readonly base: string | null;
  readonly type: string;
  readonly id: string;
}

/** Target of a reference. */
export interface Target {
  /** Type of the resource, else of the reference; null when unknown. */
  readonly type: string | null;
  readonly resource: Json | undefined;
  /**
   * Id given by the sender's server; for a patient of another server that server's address is in front. null for a
   * resource that exists in this message only.
   */
  readonly id: string | null;
  /** Id of a contained resource, or UUID of a message: valid for this message only. */
  readonly localId: string | null;
  /** `Type/id` when the resource can be read back from the sender's own server. */
  readonly readBack: string | null;
}

/** Resources of a request by the references to them. */
export interface ResourceIndex {
  readonly byUrl: ReadonlyMap<string, Json>;
  /** Newest version by `Type/id`, and by the server that it came from (null when that is unknown). */
  readonly byAddress: ReadonlyMap<string, ReadonlyMap<string | null, Json>>;
  /** Server of a resource, where its fullUrl has one; for contained resources filled while reading. */
  readonly baseOf: WeakMap<Json, string>;
  /** Servers that the Appointments came from. */
  readonly appointmentServers: ReadonlySet<string>;
  /** Resources read back, by `Type/id`; null for one that no longer exists. */
  readonly fetched: ReadonlyMap<string, unknown>;
  /** Address of the sender's own server. */
  readonly ownBase: string | null;
  /** Contained resources by id, for resources with a reference to one; filled while reading. */
  readonly contained: WeakMap<Json, ReadonlyMap<string, Json>>;
}

const ADDRESS =
  /^(?:(https?:\/\/[^?#\s]{1,1024})\/)?([A-Z][A-Za-z]{1,63})\/([^/?#\s]{1,255})(?:\/_history\/[^/?#\s]{1,255})?$/;

/** Parses a reference by type and id; undefined for any other, such as `urn:uuid:…`, `#contained` and searches. */
export function readAddress(reference: string | undefined): Address | undefined {
  const [, base, type, id] = (reference !== undefined && ADDRESS.exec(reference)) || [];
  return type === undefined || id === undefined ? undefined : { base: base ?? null, type, id };
}

/** UUID of `urn:uuid:…` in lower case; undefined for any other reference. */
export function readUuid(reference: string | undefined): string | undefined {
  return /^urn:uuid:([0-9a-f-]{1,64})$/i.exec(reference ?? '')?.[1]?.toLowerCase();
}

/** Characters of an id (FHIR R4 §2.24.0.1, data type id) at the most. */
export const MAX_FHIR_ID = 64;

/** True for an id of FHIR that is safe in the address of a request: not dots alone. */
export function isFhirId(id: string): boolean {
  return id.length <= MAX_FHIR_ID && /^(?!\.+$)[A-Za-z0-9\-.]+$/.test(id);
}

/**
 * Resolves a Reference (FHIR R4 §2.3, §3.1.4) within its resource, the Bundle, and the resources read back.
 * @param owner resource that contains the reference
 */
export function follow(reference: Json, owner: Json, index: ResourceIndex): Target {
  const text = textOf(reference, 'reference');
  const declaredType = textOf(reference, 'type')?.split('/').at(-1) ?? null;
  if (text?.startsWith('#')) {
    const resource = containedIn(owner, index).get(text.slice(1));
    const type = typeOf(resource) ?? declaredType;
    return { type, resource, id: null, localId: text.slice(1) || null, readBack: null };
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
  // Many senders also write the message's UUID into `id`.
  const permanent = id !== null && id.toLowerCase() !== uuid ? id : null;
  return { type: typeOf(resource) ?? declaredType, resource, id: permanent, localId: uuid, readBack: null };
}

/** Id of a patient. Patient/1 of another server is another person, so that server's address is put in front. */
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

/** Key under which the fullUrl of an entry and references to it are compared. */
export function urlKey(url: string): string {
  return /^urn:/i.test(url) ? url.toLowerCase() : url.replace(/\/_history\/[^/]*$/, '');
}

function byAddress(address: Address | undefined, ownerBase: string | null, index: ResourceIndex): Json | undefined {
  if (!address) return undefined;
  const key = `${address.type}/${address.id}`;
  const base = address.base ?? ownerBase;
  const candidates = index.byAddress.get(key);
  // Patient/1 of another server is another person; without a server, two candidates are ambiguous, and neither is used.
  const likely =
    base !== null ? candidates?.get(null) : candidates?.size === 1 ? [...candidates.values()][0] : undefined;
  const found = candidates?.get(base) ?? likely;
  if (found) return found;
  const own = address.base === null || address.base === index.ownBase;
  const fetched = own ? index.fetched.get(key) : undefined;
  return typeOf(fetched) === address.type ? (fetched as Json) : undefined;
}

function typeOf(resource: unknown): string | null {
  const type = propertyOf(resource, 'resourceType');
  return typeof type === 'string' ? type : null;
}

/** The letters that stand somewhere in the name of a system of CPR numbers, which is an address as a rule. */
const CPR_NAME = /cpr/i;
const MAX_KEPT = 20;
/** Characters of an id: where it has several patients, `~` and the patient's id behind it make a reference of each. */
export const MAX_STORED_ID = MAX_REFERENCE - 1 - MAX_FHIR_ID;

/** Identifiers in their order, without national numbers of citizens, which are dropped here. */
export function identifiersOf(resource: Json | undefined) {
  return objectsOf(resource, 'identifier', MAX_KEPT).flatMap((each) => {
    const system = textOf(each, 'system') ?? null;
    const value = textOf(each, 'value');
    if (value === undefined || !isStorable(value) || referenceFault(value)) return [];
    const isOfCpr = system !== null && (isCprSystem(system) || CPR_NAME.test(system) || looksLikeCpr(system));
    return isOfCpr || (system !== null && !isStorable(system)) ? [] : [{ system, value, use: textOf(each, 'use') }];
  });
}

/** Aliases of an appointment. Identifiers without a system identify nothing and are left out. */
export function aliasesOf(resource: Json): Alias[] {
  return identifiersOf(resource).flatMap(({ system, value }) =>
    system === null ? [] : [{ kind: system, namespace: system, value }],
  );
}

/**
 * The official identifier, else the first; undefined where none counts. Short bare numbers such as `1` are issued by
 * several systems and don't count.
 */
export function bestIdentifier(resource: Json): string | undefined {
  const usable = identifiersOf(resource).filter(({ system, value }) => system !== null || !/^\d{1,3}$/.test(value));
  return (usable.find(({ use }) => use === 'official') ?? usable[0])?.value;
}

/** `system|value` of the first identifier with a system, as input of a hash; undefined when there is none. */
export function identifierKey(resource: Json | undefined): string | undefined {
  const found = identifiersOf(resource).find(({ system }) => system !== null);
  return found && `${found.system}|${found.value}`;
}

/** True for text that may be stored as an id: short, valid Unicode and without control characters. */
export function isStorable(text: string): boolean {
  return text.length <= MAX_STORED_ID && isStorableText(text);
}
