import { type HashPatient, hashedPatientId, isCprSystem } from '../../domain/patient-key.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { MAX_NUMBERS } from '../format.ts';
import { languageOf } from '../language.ts';
import { componentOf, fieldValue, type Hl7Message, type Hl7Value, repetitionsOf, type Segment } from './parse.ts';

/** Data of a PID that is used; ids appear as hashes only. */
interface PidReading {
  readonly patientKey: Buffer | undefined;
  /** The patient's key in the first release, where it was another one. */
  readonly firstReleaseKeys: readonly Buffer[];
  readonly phone: string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly deceased: boolean | undefined;
}

interface PidIdentifier {
  readonly value: string;
  readonly authority: string;
  readonly type: string;
  readonly cpr: boolean;
  /** A CPR number by its issuer or kind, whatever else is named beside it. */
  readonly isOfState: boolean;
}

/** Kinds of ids issued by the booking system (HL7 table 0203), the best first; ids without a kind come last. */
const LOCAL_TYPES = ['MR', 'PI', 'PT', 'MRN'];
/** Kinds of ids issued by a state or an insurance. */
const NATIONAL_TYPE = /^(?:NI|NN[A-Z]{0,3}|NIIP|SS|SSN|NH|NHS|CPR|PPN|DL|CZ|PRC|JHN|HC|MA|MC|PN)$/;
/** CPR, X-eCPR and D-eCPR by the name of their issuer, as a word of its own: such an issuer is left out of the key. */
const CPR_AUTHORITY = /\b(?:X-?E?|D-?E?)?CPR\b/i;
const CPR_TYPE = /CPR/;
/** A national number of Denmark (HL7 table 0203: NNxxx). */
const DANISH_TYPE = 'NNDNK';
const NATIONAL_AUTHORITY = /^(?:DNK|NHS|USSSA)\b/i;

/** Reads a PID. */
export function readPatient(message: Hl7Message, pid: Segment, hashPatient: HashPatient): PidReading {
  const id = bestOf(identifiersOf(message, pid, 3));
  return {
    patientKey: id && hashPatient(keyOf(id)),
    firstReleaseKeys: id ? firstReleaseKeysOf(id, hashPatient) : [],
    phone: phonesOf(message, pid),
    language: languageIn(message, pid),
    deceased: deceasedOf(message, pid),
  };
}

/** The key of `readPatient` alone; undefined where no identifier can serve for one. */
export function patientKeyOf(message: Hl7Message, pid: Segment, hashPatient: HashPatient): Buffer | undefined {
  const id = bestOf(identifiersOf(message, pid, 3));
  return id && hashPatient(keyOf(id));
}

/** Keys of the patients that a merge (A40) ends: MRG-1, whose ids often have no issuer. */
export function formerKeysOf(message: Hl7Message, mrg: Segment, pid: Segment, hashPatient: HashPatient): Buffer[] {
  const authority = bestOf(identifiersOf(message, pid, 3))?.authority ?? '';
  const former = identifiersOf(message, mrg, 1).flatMap((id) =>
    id.authority === '' ? [id, { ...id, authority }] : [id],
  );
  const keys = [...new Set(former.map(keyOf))].map((id) => hashPatient(id));
  return [...keys, ...former.flatMap((id) => firstReleaseKeysOf(id, hashPatient))];
}

/**
 * The first release hashed the id as it was written and with its issuer, also a CPR number. What it stored is gone one
 * retention period after the upgrade: then this can go, too.
 */
function firstReleaseKeysOf(id: PidIdentifier, hashPatient: HashPatient): Buffer[] {
  if (!id.cpr) return [];
  const { value, authority } = id;
  const key = hashPatient(authority === '' ? value : `${value}^^^${authority}`, { asGiven: true });
  return key.equals(hashPatient(keyOf(id))) ? [] : [key];
}

function identifiersOf(message: Hl7Message, segment: Segment, field: number): PidIdentifier[] {
  const identifiers: PidIdentifier[] = [];
  for (const repetition of repetitionsOf(message, segment, field)) {
    const value = componentOf(message, repetition);
    if (typeof value !== 'string') continue;
    const name = componentOf(message, repetition, 4, 1) ?? '';
    const oid = componentOf(message, repetition, 4, 2) ?? '';
    const type = (componentOf(message, repetition, 5) ?? '').toUpperCase();
    const looksSo = looksLikeCpr(value);
    const isDanish = looksSo && (type === DANISH_TYPE || name.toUpperCase() === 'DNK');
    const isOfState = isCprIssuer(name) || isCprIssuer(oid) || CPR_TYPE.test(type) || isDanish;
    identifiers.push({ value, authority: name || oid, type, cpr: isOfState || looksSo, isOfState });
  }
  return identifiers;
}

function isCprIssuer(issuer: string): boolean {
  return isCprSystem(issuer) || CPR_AUTHORITY.test(issuer);
}

/** The best id, independent of their order; a CPR number only when there is nothing else. */
function bestOf(identifiers: readonly PidIdentifier[]): PidIdentifier | undefined {
  if (identifiers.length < 2) return identifiers[0];
  const sortKey = (id: PidIdentifier) => `${String(rankOf(id)).padStart(2, '0')} ${id.authority} ${id.value}`;
  const sorted = identifiers.map((id) => ({ id, key: sortKey(id) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return sorted[0]?.id;
}

function rankOf({ authority, type, cpr }: PidIdentifier): number {
  if (cpr) return 20;
  if (NATIONAL_TYPE.test(type) || NATIONAL_AUTHORITY.test(authority)) return 10;
  const local = LOCAL_TYPES.indexOf(type);
  if (local >= 0) return local;
  return type === '' ? LOCAL_TYPES.length : LOCAL_TYPES.length + 1;
}

/**
 * The issuer is part of the key, since two systems may issue the same number to two patients; but a CPR number is the
 * same by its OID, by a name and bare.
 */
function keyOf({ value, authority, isOfState }: PidIdentifier): string {
  const id = hashedPatientId(value);
  return authority === '' || isOfState ? id : `${id}^^^${authority}`;
}

/** PID-15.1, else the text in PID-15.2: as a code or a name. */
function languageIn(message: Hl7Message, pid: Segment): string | null | undefined {
  const [code, text] = [fieldValue(message, pid, 15), fieldValue(message, pid, 15, 2)];
  return code === null ? null : languageOf([code, text]);
}

/** PID-30, or a date of death in PID-29. */
function deceasedOf(message: Hl7Message, pid: Segment): boolean | undefined {
  const indicator = fieldValue(message, pid, 30);
  if (typeof indicator === 'string' && /^[YN]$/i.test(indicator)) return /y/i.test(indicator);
  return /^\d{4}/.test(fieldValue(message, pid, 29) ?? '') ? true : undefined;
}

/**
 * Values of XTN-2, -3 or -4 for connections that take no SMS, and for emergency and answering service numbers, which
 * belong to others.
 */
const NO_PHONE = new Set('NET INTERNET X.400 EMAIL FX FAX BP BPN PAGER MD TDD TTY EMR ASN'.split(' '));
const MOBILE = new Set(['CP', 'PRS', 'MOBILE', 'CELL', 'MOB', 'SMS']);
const TEMPORARY = new Set(['VHN', 'TEMP']);
const WORK = new Set(['WPN', 'WORK', 'BUSINESS']);
const MAX_LENGTH = 64;

/** Home, work, of which the mobile ones alone are used, and the field that replaces both since version 2.7. */
const FIELDS = [13, 14, 40] as const;
const WORK_FIELD = 14;
/** Components of XTN for the use of a number and the equipment behind it. */
const USES = [2, 3, 4] as const;

/**
 * Numbers of the patient as received, the best first: mobile, home and others, temporary, work.
 * @returns null when the sender deletes them, undefined when there are none
 */
function phonesOf(message: Hl7Message, pid: Segment | undefined): string[] | null | undefined {
  const ranked: { number: string; rank: number }[] = [];
  let deleted = false;
  for (const field of FIELDS) {
    for (const repetition of repetitionsOf(message, pid, field)) {
      deleted ||= componentOf(message, repetition) === null;
      const uses = USES.map((component) => (componentOf(message, repetition, component) ?? '').toUpperCase());
      if (uses.some((use) => NO_PHONE.has(use))) continue;
      if (field === WORK_FIELD && !isOwnMobile(message, repetition, uses)) continue;
      const rank = rankOfUse(uses);
      for (const number of numbersOf(message, repetition)) ranked.push({ number, rank });
    }
  }
  const sorted = new Set(ranked.sort((a, b) => a.rank - b.rank).map(({ number }) => number));
  if (sorted.size > 0) return [...sorted].slice(0, MAX_NUMBERS);
  return deleted ? null : undefined;
}

/** A number at work is used only where it is marked as a mobile one: an SMS to any other may reach a colleague. */
function isOwnMobile(message: Hl7Message, repetition: string, [use = '', kind = '']: readonly string[]): boolean {
  const part = (component: number) => componentOf(message, repetition, component) ?? '';
  const hasExtension = part(8) !== '' || [1, 4, 7, 12].some((component) => EXTENSION.test(part(component)));
  return !hasExtension && (use === 'PRS' || WORK_MOBILE.has(kind));
}

const WORK_MOBILE: ReadonlySet<string> = new Set(['CP', 'MOB', 'CELL', 'MOBILE']);
/** `X12` or `ext. 12` behind the digits. */
const EXTENSION = /\d[ .)]{0,3}(?:x|ext)/i;

function rankOfUse(uses: readonly string[]): number {
  if (uses.some((use) => MOBILE.has(use))) return 0;
  if (uses.some((use) => WORK.has(use))) return 3;
  return uses.some((use) => TEMPORARY.has(use)) ? 2 : 1;
}

/**
 * XTN-12, XTN-1 and the parts with XTN-7; where none of them holds a number, XTN-4, XTN-8 and the parts without XTN-7.
 * `choosePhone` decides which of them is a number.
 */
function numbersOf(message: Hl7Message, repetition: string): string[] {
  const part = (component: number): Hl7Value => componentOf(message, repetition, component);
  const [country, area, local] = [part(5), part(6), part(7)];
  const composed = composeNumber(country, area, local);
  const usual = [part(12), part(1), local && composed].filter((number) => isNumber(number));
  if (usual.some((number) => DIGITS.test(number))) return usual;
  return [...usual, ...[part(4), part(8), area && composed].filter((number) => isPlainNumber(number))];
}

function composeNumber(country: Hl7Value, area: Hl7Value, local: Hl7Value): string {
  const parts = [country && `+${country.replace(/^(?:\+|00)/, '')}`, area, local];
  return parts.filter(Boolean).join(' ');
}

const DIGITS = /\d/;
/** XTN-4 and XTN-8 also hold e-mail addresses, kinds of equipment and short extensions. */
const PLAIN_NUMBER = /^[+(]?\d[\d ()./-]{4,}$/;

function isNumber(text: Hl7Value): text is string {
  return typeof text === 'string' && text.length <= MAX_LENGTH && !text.includes('@');
}

function isPlainNumber(text: Hl7Value): text is string {
  return isNumber(text) && PLAIN_NUMBER.test(text);
}
