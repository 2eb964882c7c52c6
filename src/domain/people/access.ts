/** Roles of people and of API keys, the one with the fewest rights first. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
/** A member of `ROLES`; the API description lists what each may do. */
export type Role = (typeof ROLES)[number];

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

/** Joins what several accesses allow in this authority, as a part of the installation too. @returns null: nothing */
export function accessTo(given: readonly Access[], authorityId: string): Allowed | null {
  return strongestAccess(given.filter((access) => access.authorityId === null || access.authorityId === authorityId));
}

/** True for an administrator of the whole installation. */
export function administersInstallation(given: readonly Access[]): boolean {
  return given.some(({ authorityId, role, departments }) => {
    return authorityId === null && role === 'administrator' && departments === null;
  });
}
