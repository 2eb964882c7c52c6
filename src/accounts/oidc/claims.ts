import { strongestAccess } from '../../domain/people/access.ts';
import { LONGEST_EMAIL } from '../../domain/people/settings.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import { readPrivileges } from './privileges.ts';
import type { Grant, RoleMap, StaffProviderSettings } from './settings.ts';

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
export interface KnownAuthority {
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
