import { timingSafeEqual } from 'node:crypto';
import { isAtLeast, type Role } from '../../domain/people/access.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import type { KeyUses } from '../keys/key-uses.ts';
import { findKeyByHash } from '../keys/keys.sql.ts';
import type { Reader } from './phone-access.ts';

export { type Allowed, ROLES, type Role } from '../../domain/people/access.ts';

/**
 * The actor of a request: the installation's administrator, the holder of an authority's key, or a person on the pages.
 */
export interface Actor {
  readonly kind: 'installation' | 'key' | 'person';
  /** The name in the audit: `administrator`, `key:<prefix> <name>`, or `person:<id>`. */
  readonly name: string;
  /** The installation's administrator has every right of `administrator`, in every authority. */
  readonly role: Role;
  /** null: every authority. */
  readonly authorityId: string | null;
  /** Departments that a person is limited to; null, and absent for keys: none. */
  readonly departments?: readonly string[] | null;
}

/** The holder of the administrator's token. */
export const INSTALLATION_ADMINISTRATOR: Actor = {
  kind: 'installation',
  name: 'administrator',
  role: 'administrator',
  authorityId: null,
};

/** The name in the audit of somebody who is signed in to the pages. @param personId null: the administrator's token */
export function actorNameOf(personId: string | null): string {
  return personId === null ? INSTALLATION_ADMINISTRATOR.name : `person:${personId}`;
}

/** The form of an API key: a public prefix for people, then 32 random bytes. */
const API_KEY = /^esk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** True for the administrator's token. The comparison takes the same time for every wrong token. */
export function isAdminToken({ adminToken }: { readonly adminToken: string }, token: string): boolean {
  return timingSafeEqual(sha256(token), sha256(adminToken));
}

/** The dependencies of finding out whose token a request has. */
export interface TokenDeps extends DatabaseAccess {
  /** Bearer token of the installation's administrator. */
  readonly adminToken: string;
  readonly keyUses: Pick<KeyUses, 'note'>;
}

/**
 * Finds whose token this is: the administrator's, or an API key, whose use is noted.
 * @returns undefined for an unknown token and for that of a revoked key
 */
export async function findActor(deps: TokenDeps, token: string): Promise<Actor | undefined> {
  if (isAdminToken(deps, token)) return INSTALLATION_ADMINISTRATOR;
  if (!API_KEY.test(token)) return undefined;
  const key = await findKeyByHash(deps.db, sha256(token));
  if (!key) return undefined;
  deps.keyUses.note(key);
  return { kind: 'key', name: `key:${key.prefix} ${key.name}`, role: key.role, authorityId: key.authorityId };
}

/** True when the actor has at least the rights of this role; `installation`: only the installation's administrator. */
export function hasRole(actor: Actor, role: Role | 'installation'): boolean {
  if (role === 'installation') return actor.kind === 'installation';
  return isAtLeast(actor.role, role);
}

/** True for a key of this authority, and for the administrator. */
export function mayAccess(actor: Actor, authorityId: string): boolean {
  return actor.authorityId === null || actor.authorityId === authorityId;
}

/** The actor as the reader of citizens' numbers: viewers get them masked. */
export function readerOf(actor: Actor): Reader {
  const { name, kind, departments = null } = actor;
  return { name, seesNumbers: hasRole(actor, 'operator'), installation: kind === 'installation', departments };
}
