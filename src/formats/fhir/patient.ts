import type { AppointmentEvent, PatientEvent } from '../../domain/appointment.ts';
import { localDay, readInstant } from '../../domain/calendar.ts';
import { allKeysOf, patientKeysOf } from '../../domain/patient-key.ts';
import { MAX_NUMBERS } from '../format.ts';
import { languageOf } from '../language.ts';
import { versionOf } from './appointment-fields.ts';
import { asText, type Json, listOf, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import type { ReadingScope, ResourceOrigin } from './reading.ts';
import { identifierKey, readAddress } from './references.ts';

/** Data of a patient that is used. Nothing else of the resource, such as name and address, is read. */
export interface PatientReading extends Pick<AppointmentEvent, 'formerPatientKeys'> {
  readonly patientKey: Buffer | undefined;
  readonly phone: readonly string[] | null | undefined;
  readonly language: string | undefined;
  readonly deceased: boolean | undefined;
  /** True when name and address are protected; undefined where only a reference to the patient is known. */
  readonly isProtected: boolean | undefined;
}

/** Relationships (v3-RoleCode and the older v2-0131) whose number may replace that of a child. */
const GUARDIANS = new Set(['PRN', 'MTH', 'FTH', 'GUARD', 'N', 'E', 'C']);
const OWN_NUMBER_FROM = 15;
const MAX_CONTACTS = 10;
const MAX_CODES = 10;
const MAX_LINKS = 100;

/**
 * Reads what an appointment needs to know of its patient, whose age counts at its time.
 * @param id given by the sender's server; null for a patient who exists in this message only
 * @param resource undefined when only the reference is known
 */
export function readPatient(
  id: string | null,
  resource: Json | undefined,
  related: readonly Json[],
  at: Date,
  scope: ReadingScope,
): PatientReading {
  const facts = resource && scope.once(readFacts, resource);
  const key = id ?? facts?.key;
  return {
    patientKey: undefined,
    ...(key !== undefined && patientKeysOf(key, scope.context.hashPatient)),
    phone: phonesOf(resource, related, at, scope),
    language: facts?.language,
    deceased: facts?.deceased,
    // What stands in the reference itself, such as an identifier, says nothing of it.
    isProtected: textOf(resource, 'resourceType') === undefined ? undefined : facts?.isProtected,
  };
}

/** Part of the reading that is independent of the appointment. */
function readFacts(resource: Json, { context }: ReadingScope) {
  return {
    key: identifierKey(resource),
    own: readTelecom(resource, context.now, context.source.timeZone),
    birthDate: textOf(resource, 'birthDate'),
    language: languageIn(resource),
    deceased: deceasedOf(resource),
    isProtected: isRestricted(resource),
  };
}

/** Reads a Patient that was sent by itself. @param id given by the sender's server */
export function readPatientEvent(
  id: string,
  resource: Json,
  scope: ReadingScope,
  origin: Pick<ResourceOrigin, 'version'> = {},
): PatientEvent {
  const { hashPatient, now } = scope.context;
  const linked = (type: string): string[] =>
    objectsOf(resource, 'link', MAX_LINKS)
      .filter((link) => textOf(link, 'type') === type)
      .flatMap((link) => readAddress(textOf(objectOf(link, 'other'), 'reference')) ?? [])
      .filter((address) => address.type === 'Patient' && address.id !== id)
      .map((address) => address.id);
  const [replacement, ...others] = linked('replaced-by');
  const { formerPatientKeys = [], phone, language, deceased, isProtected } = readPatient(id, resource, [], now, scope);
  // A record that was replaced by another one no longer describes the patient.
  if (replacement && others.length === 0) {
    const none = { phone: undefined, language: undefined, deceased: undefined };
    return { patientKey: hashPatient(replacement), formerKeys: allKeysOf(id, hashPatient), ...none };
  }
  return {
    patientKey: hashPatient(id),
    formerKeys: [...formerPatientKeys, ...linked('replaces').flatMap((each) => allKeysOf(each, hashPatient))],
    phone,
    language,
    deceased,
    ...versionOf(resource, origin, scope.context),
    ...(isProtected && { protected: true }),
    keep: true,
  };
}

/** True when name and address are protected or the resource restricted: v3-Confidentiality R, V in `meta.security`. */
export function isRestricted(resource: Json | undefined): boolean {
  return objectsOf(propertyOf(resource, 'meta'), 'security').some(
    (label) =>
      ['R', 'V'].includes(textOf(label, 'code')?.toUpperCase() ?? '') &&
      /confidentiality|^$/i.test(textOf(label, 'system') ?? ''),
  );
}

/** Person who can be called for the patient. */
interface Person {
  readonly relations: readonly string[];
  readonly numbers: Numbers;
}

function phonesOf(
  resource: Json | undefined,
  related: readonly Json[],
  at: Date,
  scope: ReadingScope,
): PatientReading['phone'] {
  const { source } = scope.context;
  const facts = resource && scope.once(readFacts, resource);
  const own: Numbers[] = facts ? [facts.own] : [];
  const contacts = source.allowContactPhone === 'off' ? [] : peopleOf(resource, related, scope);
  const inOrder = (fits: (code: string) => boolean): Numbers[] =>
    contacts.filter(({ relations }) => relations.some(fits)).map(({ numbers }) => numbers);
  const child = source.allowContactPhone === 'guardian' && isChild(facts?.birthDate, at, source.timeZone);
  const all = [
    ...own,
    ...inOrder((code) => code === 'ONESELF'),
    ...(child ? inOrder((code) => GUARDIANS.has(code)) : []),
  ];
  const numbers = [...new Set(all.flatMap((each) => each.numbers))].slice(0, MAX_NUMBERS);
  if (numbers.length > 0) return numbers;
  // A number marked as old may belong to somebody else by now, so the stored number is cleared.
  return all.some(({ withdrawn }) => withdrawn) ? null : undefined;
}

function peopleOf(resource: Json | undefined, related: readonly Json[], scope: ReadingScope): Person[] {
  const contacts = resource ? scope.once(readContacts, resource) : [];
  return [...contacts, ...related.slice(0, MAX_CONTACTS).flatMap((person) => scope.once(readPerson, person) ?? [])];
}

function readContacts(resource: Json, scope: ReadingScope): Person[] {
  return objectsOf(resource, 'contact', MAX_CONTACTS).flatMap((contact) => readPerson(contact, scope) ?? []);
}

/** undefined when the person no longer counts. */
function readPerson(person: Json, { context: { now, source } }: ReadingScope): Person | undefined {
  if (propertyOf(person, 'active') === false || hasEnded(objectOf(person, 'period'), now, source.timeZone))
    return undefined;
  const relations = objectsOf(person, 'relationship', MAX_CODES)
    .flatMap((concept) => objectsOf(concept, 'coding', MAX_CODES))
    .flatMap((coding) => textOf(coding, 'code')?.toUpperCase() ?? []);
  return { relations, numbers: readTelecom(person, now, source.timeZone) };
}

/** True only when certain: for a year alone the first day counts as the birthday. */
function isChild(birthDate: string | undefined, at: Date, zone: string): boolean {
  const [, year, month = '-01', day = '-01'] = /^(\d{4})(-\d\d)?(-\d\d)?$/.exec(birthDate ?? '') ?? [];
  if (year === undefined) return false;
  return localDay(at, zone) < `${String(Number(year) + OWN_NUMBER_FROM).padStart(4, '0')}${month}${day}`;
}

/** The preferred language, else the only one: by its codes, their displays or its text. */
function languageIn(resource: Json | undefined): string | undefined {
  const communications = objectsOf(resource, 'communication');
  const chosen =
    communications.find((each) => propertyOf(each, 'preferred') === true) ??
    (communications.length === 1 ? communications[0] : undefined);
  const concept = objectOf(chosen, 'language');
  const codings = objectsOf(concept, 'coding', MAX_CODES);
  return languageOf([
    ...codings.map((coding) => textOf(coding, 'code')),
    ...codings.map((coding) => textOf(coding, 'display')),
    textOf(concept, 'text'),
  ]);
}

function deceasedOf(resource: Json | undefined): boolean | undefined {
  if (textOf(resource, 'deceasedDateTime') !== undefined) return true;
  const [deceased] = listOf(resource, 'deceasedBoolean');
  if (typeof deceased === 'boolean') return deceased;
  const text = asText(deceased);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

const MAX_POINTS = 30;
const MAX_LENGTH = 64;
const USES = ['mobile', 'sms', 'home', 'temp', 'work'];

/**
 * Numbers of a person as received, the likeliest mobile first. `withdrawn` is true when numbers are given and all of
 * them have ended.
 */
interface Numbers {
  readonly numbers: readonly string[];
  readonly withdrawn: boolean;
}

/**
 * Reads the current entries of `telecom` with system phone or sms. Order: use mobile, system sms, home or no use, temp,
 * work; then by `rank`, then by position.
 */
function readTelecom(holder: Json | undefined, now: Date, zone: string): Numbers {
  const given = objectsOf(holder, 'telecom', MAX_POINTS)
    .filter((point) => ['phone', 'sms'].includes(textOf(point, 'system')?.toLowerCase() ?? ''))
    .flatMap((point, order) => {
      const value = textOf(point, 'value');
      return value === undefined || value.length > MAX_LENGTH ? [] : [{ point, value, order }];
    });
  const valid = given
    .filter(({ point }) => textOf(point, 'use') !== 'old' && !hasEnded(objectOf(point, 'period'), now, zone))
    .map((each) => ({ ...each, place: placeOf(each.point), rank: rankOf(each.point) }))
    .sort((a, b) => a.place - b.place || a.rank - b.rank || a.order - b.order);
  return {
    numbers: [...new Set(valid.map(({ value }) => value))],
    withdrawn: given.length > 0 && valid.length === 0,
  };
}

/** True when `period.end` is past. A partial date ends with its last day. */
function hasEnded(period: Json | undefined, now: Date, zone: string): boolean {
  const end = textOf(period, 'end');
  if (end === undefined) return false;
  if (/^\d{4}(-\d\d){0,2}$/.test(end)) return localDay(now, zone).slice(0, end.length) > end;
  const read = readInstant(end, zone);
  return read instanceof Date && read < now;
}

function placeOf(point: Json): number {
  const use = textOf(point, 'use')?.toLowerCase();
  if (use === 'mobile') return 0;
  if (textOf(point, 'system')?.toLowerCase() === 'sms') return 1;
  const place = USES.indexOf(use ?? 'home');
  return place < 0 ? USES.indexOf('home') : place;
}

/** Rank counts from 1, the most preferred; entries without one come last. */
function rankOf(point: Json): number {
  const rank = Number(textOf(point, 'rank') ?? Number.NaN);
  return Number.isSafeInteger(rank) && rank > 0 ? rank : Number.MAX_SAFE_INTEGER;
}
