import { hashedPatientId, isCprSystem } from '../../domain/patient-key.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import type { IngestContext } from '../format.ts';
import { languageOf } from '../language.ts';
import { componentOf, fieldValue, type Hl7Message, repetitionsOf, type Segment } from './parse.ts';
import { phonesOf } from './phones.ts';

/** Data of a PID that is used; ids appear as hashes only. */
export interface PidReading {
  readonly patientKey: Buffer | undefined;
  /** The patient's key in the first release, where it was another one. */
  readonly firstReleaseKeys: readonly Buffer[];
  readonly phone: string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly deceased: boolean | undefined;
}

type HashPatient = IngestContext['hashPatient'];

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
