/** Roles of people and of API keys, the one with the fewest rights first. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
/** A member of `ROLES`; the API description lists what each may do. */
export type Role = (typeof ROLES)[number];

/**
 * The need of a route, a page or a form: a role in its authority, with `whole-` for all departments of it, or the role
 * of an administrator in the whole installation.
 */
export type Right = Role | `whole-${Role}` | 'installation';

/** Rights of somebody in one authority, or in all of them. */
export interface Access {
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly role: Role;
  /** Names of the departments that it is limited to; null: no limit. */
  readonly departments: readonly string[] | null;
}

/** Rights wherever they hold: a role, and the departments that it is limited to. */
export type Allowed = Omit<Access, 'authorityId'>;

/** Somebody who asks: the holder of the administrator's token or of a key, or a person who is signed in. */
export interface Principal {
  /** The name in the audit: `administrator`, `key:<prefix> <name>`, or `person:<id>`. */
  readonly actor: string;
  readonly accesses: readonly Access[];
  /** The authority whose key it is; null for everybody else. */
  readonly keyOf: string | null;
}

/** A principal where something is read or changed. */
export interface Actor extends Allowed {
  /** The name in the audit. */
  readonly name: string;
  /** False for viewers, who get citizens' numbers masked. */
  readonly seesNumbers: boolean;
  /** True for administrators of the whole installation, who also read what concerns no authority. */
  readonly installation: boolean;
}

/** The answer to whether somebody has a right. */
type Authorization =
  | { readonly granted: Actor }
  /** `authority`: it is not theirs, `role`: theirs is too low, `departments`: they are limited to some. */
  | { readonly lacks: 'authority' | 'role' | 'departments' };

/**
 * Decides whether somebody has a right.
 * @param authorityId left out: wherever they have any access. An empty one is none, also for somebody who may see all
 */
export function authorize(principal: Principal, right: Right, authorityId?: string): Authorization {
  const actor = actorIn(principal, authorityId);
  if (!actor) return { lacks: 'authority' };
  const role = right.replace('whole-', '') as Role | 'installation';
  if (role === 'installation' ? !actor.installation : !isAtLeast(actor.role, role)) return { lacks: 'role' };
  return right.startsWith('whole-') && actor.departments ? { lacks: 'departments' } : { granted: actor };
}

/** True where `authorize` grants the right. */
export function may(principal: Principal, right: Right, authorityId?: string): boolean {
  return 'granted' in authorize(principal, right, authorityId);
}

/** The principal as the actor in one authority, or wherever they have any access; null where they have none. */
export function actorIn({ actor, accesses }: Principal, authorityId?: string): Actor | null {
  if (authorityId === '') return null;
  const access = authorityId === undefined ? strongestAccess(accesses) : accessTo(accesses, authorityId);
  if (!access) return null;
  const installation = installationRole(accesses) === 'administrator';
  return { name: actor, ...access, seesNumbers: isAtLeast(access.role, 'operator'), installation };
}

/** The role that somebody has in all authorities, of no department alone; null for none. */
export function installationRole(accesses: readonly Access[]): Role | null {
  const whole = accesses.filter(({ authorityId, departments }) => authorityId === null && departments === null);
  return strongestAccess(whole)?.role ?? null;
}

/** The ids of the authorities that somebody may see; null: all. */
export function authoritiesOf({ accesses }: Principal): readonly string[] | null {
  const ids = accesses.map(({ authorityId }) => authorityId);
  return ids.includes(null) ? null : ids.filter((id) => id !== null);
}

/** True for the same role in the same departments, in whatever order. */
export function isSameAccess(one: Allowed, other: Allowed): boolean {
  const [ones, others] = [one, other].map(({ departments }) => departments?.toSorted().join('\n'));
  return one.role === other.role && ones === others;
}

/** True when `role` has at least the rights of `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/**
 * The access to one authority that follows from several: that with the highest role. Where several have this role, the
 * departments of all of them count; those of a lower role do not, since it would be raised there.
 * @returns null for none
 */
export function strongestAccess(given: readonly Access[]): Allowed | null {
  const role = ROLES.findLast((each) => given.some((access) => access.role === each));
  if (role === undefined) return null;
  const limits = given.filter((access) => access.role === role).map(({ departments }) => departments);
  const departments = limits.some((limit) => limit === null)
    ? null
    : [...new Set(limits.flatMap((limit) => limit ?? []))];
  return { role, departments };
}

/** Joins what several accesses allow in this authority, as a part of the installation too. */
function accessTo(given: readonly Access[], authorityId: string): Allowed | null {
  return strongestAccess(given.filter((access) => access.authorityId === null || access.authorityId === authorityId));
}

/** The name in the audit of somebody who is signed in. @param personId null: by the administrator's token */
export function actorNameOf(personId: string | null): string {
  return personId === null ? 'administrator' : `person:${personId}`;
}

const PERSON = /^person:([0-9a-f-]{36})$/;

/** The id of the person that an actor of the audit names; undefined for keys and everybody else. */
export function personOfActor(actor: string): string | undefined {
  return PERSON.exec(actor)?.[1];
}

/** The most characters of an e-mail (RFC 5321 §4.5.3.1.3, without the angle brackets). */
export const LONGEST_EMAIL = 254;

/** Settings of an authority about the people who work for it. */
export interface PeopleSettings {
  /** CVR number, eight digits: the scope of privileges that an identity provider gives (OIO BPP); null: none. */
  readonly cvr: string | null;
  /** True when people who sign in by a password must give a code too. */
  readonly requireSecondFactor: boolean;
}

/** Defaults of `PeopleSettings`. */
export const PEOPLE_DEFAULTS: PeopleSettings = { cvr: null, requireSecondFactor: false };
