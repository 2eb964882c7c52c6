import type { AppointmentEvent } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { mappedPlace } from '../../domain/sms/printed-place.ts';
import { cleanPrinted } from '../../domain/sms/sms-text.ts';
import { isHarmlessCode } from '../../domain/text/numbers.ts';
import { MAX_CODE, mapInSteps, type Steps } from '../format.ts';
import { mappedKind, toUnmapped } from '../source-maps.ts';
import { type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import type { ReadingScope } from './reading.ts';
import { identifiersOf, type Target } from './references.ts';

/** Location that participates in the appointment, and the Reference to it. */
export interface LocationActor {
  readonly actor: Json;
  readonly target: Target;
}

/** Fields of an event about the place. */
export type PlaceFields = Pick<AppointmentEvent, 'locationCode' | 'locationText' | 'locationPrintable' | 'unmapped'>;

/** Place by one Location. */
export interface PlaceCandidate {
  readonly code: string | null;
  readonly text: string | null;
  readonly isSor: boolean;
}

/** Danish register of health care organisations. */
const SOR = /^(?:urn:oid:)?1\.2\.208\.176\.1\.1$/;

/**
 * Chooses the place of the appointment: the first Location in the source's `locationMap`, else the first with a code of
 * SOR, else the first. Where places are printed as sent, Locations with a text precede those with a code alone.
 * @param restricted true when the patient's address is protected: the text is dropped, and only mapped text can be
 * printed
 */
export function readPlace(candidates: readonly PlaceCandidate[], restricted: boolean, source: Source): PlaceFields {
  const mappedBy = (locationCode: string | null, locationText: string | null): boolean =>
    mappedPlace({ locationCode, locationText }, source) !== undefined;
  const isMapped = ({ code, text }: PlaceCandidate): boolean => mappedBy(code, text);
  const isPrintable = ({ text }: PlaceCandidate): boolean => text !== null;
  const printable = !restricted && source.placeText === 'as_sent' ? candidates.filter(isPrintable) : [];
  const unknown = printable.length > 0 ? printable : candidates;
  const chosen = candidates.find(isMapped) ?? unknown.find(({ isSor }) => isSor) ?? unknown[0];
  // A text stored before the address was protected is cleared.
  if (!chosen) return { locationCode: undefined, locationText: restricted ? null : undefined };
  const mapped = isMapped(chosen);
  const key = chosen.code ?? (restricted ? null : chosen.text);
  const unmapped = !mapped && source.placeText === 'mapped' && key !== null ? toUnmapped('location', key) : [];
  return {
    // The text is dropped, so that the key of its mapping is kept as the code.
    locationCode: restricted && mapped && !mappedBy(chosen.code, null) ? chosen.text : chosen.code,
    locationText: restricted ? null : chosen.text,
    locationPrintable: false,
    ...(unmapped.length > 0 && { unmapped }),
  };
}

/** Places of the Locations, without empty ones. */
export function* placeCandidates(locations: readonly LocationActor[], scope: ReadingScope): Steps<PlaceCandidate[]> {
  const all = yield* mapInSteps(locations, (location) => candidateOf(location, scope));
  return all.filter(({ code, text }) => code !== null || text !== null);
}

function readLocation(resource: Json) {
  const name = textOf(resource, 'name');
  return { identifiers: identifiersOf(resource), name: name === undefined ? undefined : cleanPrinted(name) };
}

function candidateOf({ actor, target: { resource, id } }: LocationActor, scope: ReadingScope): PlaceCandidate {
  const known = resource && scope.once(readLocation, resource);
  const identifiers = [...(known?.identifiers ?? []), ...identifiersOf(actor)].filter(
    ({ value }) => value.length <= MAX_CODE && isHarmlessCode(value),
  );
  const sor = identifiers.find(({ system }) => system !== null && SOR.test(system));
  const text = known?.name !== undefined ? known.name : cleanPrinted(textOf(actor, 'display') ?? '');
  const code = (sor ?? identifiers[0])?.value ?? null;
  // A bare reference can still be mapped.
  const byId = code === null && text === null && id !== null ? cleanPrinted(`Location/${id}`, 'kept') : null;
  return { code: code ?? byId, text, isSor: sor !== undefined };
}

/**
 * Kind of the appointment: by the source's `typeMap`, else `video` by the virtual service of Danish eHealth and R5,
 * `phone` when its address is a phone number, else `visit`. Addresses and PIN codes are dropped.
 */
export function readKind(appointment: Json, source: Source): AppointmentEvent['kind'] {
  const mapped = mappedKind(typeCodesOf(appointment), source);
  if (mapped !== undefined && mapped !== 'visit') return mapped;
  const meeting = objectsOf(appointment, 'extension').some(
    ({ url }) => typeof url === 'string' && url.endsWith('/ehealth-meeting-url'),
  );
  const profiles = propertyOf(propertyOf(appointment, 'meta'), 'profile');
  const isVideoProfile = (profile: unknown): boolean =>
    typeof profile === 'string' && /\/ehealth-(?:group-)?videoappointment(?:\||$)/.test(profile);
  if (meeting || [profiles].flat().some(isVideoProfile)) return 'video';
  const service = objectOf(appointment, 'virtualService');
  if (!service) return 'visit';
  return textOf(objectOf(service, 'addressContactPoint'), 'system') === 'phone' ? 'phone' : 'video';
}

/** Codes of appointmentType and serviceType: one CodeableConcept or a list; in R5 a list of CodeableReference. */
function typeCodesOf(appointment: Json): (string | undefined)[] {
  const services = objectsOf(appointment, 'serviceType').map((type) => objectOf(type, 'concept') ?? type);
  const concepts = [...objectsOf(appointment, 'appointmentType'), ...services];
  return concepts.flatMap((concept) => [
    ...objectsOf(concept, 'coding').map((coding) => textOf(coding, 'code')),
    textOf(concept, 'text'),
  ]);
}

/**
 * Department, from the element that the source's settings name: its display text, since codes are those of a service or
 * specialty. undefined where the settings or the appointment name none.
 */
export function readDepartment(appointment: Json, from: Source['departmentFrom']): string | undefined {
  if (from === 'none') return undefined;
  const concept = objectOf(appointment, from);
  const display =
    objectsOf(concept, 'coding').flatMap((coding) => textOf(coding, 'display') ?? [])[0] ?? textOf(concept, 'text');
  return cleanPrinted(display ?? '') ?? undefined;
}
