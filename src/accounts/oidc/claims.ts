import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { LONGEST_EMAIL, strongestAccess } from '../../domain/people/access.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import type { Grant, RoleMap, StaffProviderSettings } from './settings.ts';

/** The namespaces of the OIO Basic Privilege Profile: 1.1 and 1.2, and 1.0. */
const NAMESPACES = [
  'http://digst.dk/oiosaml/basic_privilege_profile',
  'http://itst.dk/oiosaml/basic_privilege_profile',
];
/** The namespace of attributes that declare namespaces. */
const DECLARATION = 'http://www.w3.org/2000/xmlns/';
/** The only kind of scope that is understood (OIO BPP 1.2 §3.1). */
const CVR_SCOPE = /^urn:dk:gov:saml:cvrNumberIdentifier:(\d{8})$/i;
const LONGEST = 65_536;
const DEEPEST = 8;

/** A privilege of a group, with the CVR number that the group is limited to. */
interface Privilege {
  readonly cvr: string;
  readonly value: string;
}

interface Group {
  cvr: string | null;
  values: string[];
  /** It holds something that is not understood, such as a constraint: none of it counts. */
  refused: boolean;
}

/**
 * Reads privileges from XML of the OIO Basic Privilege Profile in base64. A group whose scope is no CVR number, or that
 * has a constraint, is left out whole: what limits it is not understood.
 * @returns null for what is no such XML
 */
export function readPrivileges(base64: string): Privilege[] | null {
  if (base64.length > LONGEST || !/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(base64)) return null;
  const xml = Buffer.from(base64, 'base64')
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return xml.startsWith('<') ? parse(xml) : null;
}

/** XML that is broken, or no list of privileges. */
class NoPrivileges extends Error {}

function parse(xml: string): Privilege[] | null {
  const parser = new SaxesParser({ xmlns: true });
  const groups: Group[] = [];
  const path: string[] = [];
  let text = '';
  // The parser would go on behind a fault, and elements that are never closed then take it time without end.
  const fail = () => {
    throw new NoPrivileges();
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', ({ local, uri, attributes }) => {
    path.push(local);
    text = '';
    const known = uri === '' || NAMESPACES.includes(uri);
    const group = groups.at(-1);
    if (path.length > DEEPEST || (path.length === 1 && (local !== 'PrivilegeList' || uri === ''))) fail();
    else if (path.length === 1 && !known) fail();
    else if (path.length === 2 && local === 'PrivilegeGroup' && known) groups.push(toGroup(attributes));
    else if (path.length === 3 && group && !(local === 'Privilege' && known)) group.refused = true;
    else if (path.length > 3 && group) group.refused = true;
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('cdata', (part) => {
    text += part;
  });
  parser.on('closetag', ({ local }) => {
    if (path.length === 3 && local === 'Privilege') groups.at(-1)?.values.push(text.trim());
    path.pop();
    text = '';
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof NoPrivileges) return null;
    throw error;
  }
  return groups.flatMap(privilegesOf);
}

function toGroup(attributes: Readonly<Record<string, SaxesAttributeNS>>): Group {
  const given = Object.values(attributes).filter(({ uri }) => uri !== DECLARATION);
  const scope = given.find(({ local }) => local === 'Scope')?.value.trim() ?? '';
  return { cvr: CVR_SCOPE.exec(scope)?.[1] ?? null, values: [], refused: given.some(({ local }) => local !== 'Scope') };
}

function privilegesOf({ cvr, values, refused }: Group): Privilege[] {
  return cvr === null || refused ? [] : values.filter((value) => value !== '').map((value) => ({ cvr, value }));
}

type ClaimSet = Readonly<Record<string, unknown>>;
/** The claims about a person: those of the ID token, then those of the user's information where it was read. */
export type Claims = readonly ClaimSet[];

const MOST_VALUES = 1_000;
const LONGEST_NAME = 100;
const NAME_CLAIMS = ['name', 'https://data.gov.dk/model/core/eid/fullName', 'preferred_username'];
const EMAIL_CLAIMS = ['email', 'https://data.gov.dk/model/core/eid/email'];

/**
 * A claim by its name, or by a JSON pointer (RFC 6901), since some providers put roles into objects; that of the ID
 * token where both have it. undefined where neither has.
 */
export function claimOf(claims: Claims, name: string): unknown {
  return claims.map((set) => claimIn(set, name)).find((value) => value !== undefined);
}

function claimIn(claims: ClaimSet, name: string): unknown {
  if (Object.hasOwn(claims, name) || !name.startsWith('/'))
    return Object.hasOwn(claims, name) ? claims[name] : undefined;
  const steps = name
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    claims,
  );
}

/** True when the provider vouches for a level that is high enough. */
export function isHighEnough({ levelClaim, levels }: StaffProviderSettings, claims: Claims): boolean {
  if (levels === null) return true;
  const level = claimOf(claims, levelClaim);
  return typeof level === 'string' && levels.includes(level);
}

/** A value of the role claim; `cvr`: the organisation that it is limited to, of a privilege. */
interface RoleValue {
  readonly value: string;
  readonly cvr: string | null;
}

/** The values of the role claim: a list, a text with blanks between them, or privileges in base64. */
function valuesOf(claim: unknown): RoleValue[] {
  const texts = (Array.isArray(claim) ? claim : [claim]).filter((text) => typeof text === 'string');
  const values = texts.slice(0, MOST_VALUES).flatMap((text): RoleValue[] => {
    const privileges = readPrivileges(text);
    if (privileges) return privileges;
    // A value of a list is taken as it is; within a text alone, blanks stand between values.
    const words = Array.isArray(claim) ? [text] : text.split(/\s+/).filter((word) => word !== '');
    return words.map((value) => ({ value, cvr: null }));
  });
  return values.slice(0, MOST_VALUES);
}

/** An authority, as far as roles are given in it. */
interface KnownAuthority {
  readonly id: string;
  readonly cvr: string | null;
}

/**
 * The accesses that the role claim gives, one at most for each authority and for the installation. A privilege counts
 * in authorities with its CVR number alone, also where the role map gives it in all of them.
 */
export function grantedAccess(
  roleMap: RoleMap,
  claim: unknown,
  authorities: readonly KnownAuthority[],
): { readonly authorityId: string | null; readonly role: Grant['role']; readonly departments: Grant['departments'] }[] {
  const granted = valuesOf(claim).flatMap(({ value, cvr }) =>
    (roleMap.get(value) ?? []).flatMap((grant) => within(grant, cvr, authorities)),
  );
  const owners = [...new Set(granted.map(({ authorityId }) => authorityId))];
  return owners.flatMap((authorityId) => {
    const access = strongestAccess(granted.filter((each) => each.authorityId === authorityId));
    return access ? [{ authorityId, ...access }] : [];
  });
}

/** The grant where it holds; none for an authority that is unknown, or of another organisation. */
function within(grant: Grant, cvr: string | null, authorities: readonly KnownAuthority[]): Grant[] {
  const { authorityId } = grant;
  if (cvr === null) return authorityId === null || authorities.some(({ id }) => id === authorityId) ? [grant] : [];
  return authorities
    .filter((authority) => authority.cvr === cvr && (authorityId === null || authority.id === authorityId))
    .map(({ id }) => ({ ...grant, authorityId: id }));
}

function textOf(claims: Claims, names: readonly string[], longest: number): string | null {
  for (const value of claims.flatMap((set) => names.map((name) => set[name]))) {
    const text = typeof value === 'string' ? value.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trim() : '';
    if (text !== '' && text.length <= longest && !holdsCpr(text)) return text;
  }
  return null;
}

/** The name and e-mail of a person by the claims; the e-mail also stands for the name where there is none. */
export function personIn(claims: Claims): { readonly name: string | null; readonly email: string | null } {
  const email = textOf(claims, EMAIL_CLAIMS, LONGEST_EMAIL);
  return { name: textOf(claims, NAME_CLAIMS, LONGEST_NAME) ?? email, email };
}

/**
 * The lack of an ID token: `access` where it says no role, or no level though one is demanded; `person` where it says
 * no name or no e-mail; null: nothing.
 */
export function missingIn(settings: StaffProviderSettings, claims: Claims): 'access' | 'person' | null {
  const { roleClaim, levelClaim, levels } = settings;
  const needed = levels === null ? [roleClaim] : [roleClaim, levelClaim];
  if (needed.some((name) => claimOf(claims, name) === undefined)) return 'access';
  const texts = [textOf(claims, NAME_CLAIMS, LONGEST_NAME), textOf(claims, EMAIL_CLAIMS, LONGEST_EMAIL)];
  return texts.includes(null) ? 'person' : null;
}
