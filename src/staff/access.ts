import { createHash, timingSafeEqual } from 'node:crypto';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { findKeyByHash } from './keys.sql.ts';
import type { Reader } from './phone-access.ts';

/** Roles of an API key, the one with the fewest rights first. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
/** The role of an API key; the API description lists what each may do. */
export type Role = (typeof ROLES)[number];

/** The caller of the administration API: the installation's administrator, or the holder of a key of one authority. */
export interface Actor {
  readonly kind: 'installation' | 'key';
  /** The name in the audit: `administrator`, or `key:<prefix> <name>`. */
  readonly name: string;
  /** The installation's administrator has every right of `administrator`, in every authority. */
  readonly role: Role;
  /** null: every authority. */
  readonly authorityId: string | null;
}

/** The holder of the administrator's token, who is also everybody that is signed in to the pages. */
export const INSTALLATION_ADMINISTRATOR: Actor = {
  kind: 'installation',
  name: 'administrator',
  role: 'administrator',
  authorityId: null,
};

/** The form of an API key: a public prefix for people, then 32 random bytes. */
const API_KEY = /^esk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** True for the administrator's token. The comparison takes the same time for every wrong token. */
export function isAdminToken({ adminToken }: { readonly adminToken: string }, token: string): boolean {
  return timingSafeEqual(sha256(token), sha256(adminToken));
}

/** @returns undefined for an unknown token and for that of a revoked key */
export async function findActor(
  deps: DatabaseAccess & { readonly adminToken: string },
  token: string,
): Promise<Actor | undefined> {
  if (isAdminToken(deps, token)) return INSTALLATION_ADMINISTRATOR;
  if (!API_KEY.test(token)) return undefined;
  const key = await findKeyByHash(deps.db, sha256(token));
  return key && { kind: 'key', name: `key:${key.prefix} ${key.name}`, role: key.role, authorityId: key.authorityId };
}

/** True when the actor has at least the rights of this role; `installation`: only the installation's administrator. */
export function hasRole(actor: Actor, role: Role | 'installation'): boolean {
  if (role === 'installation') return actor.kind === 'installation';
  return ROLES.indexOf(actor.role) >= ROLES.indexOf(role);
}

/** False for a key of another authority. */
export function mayAccess(actor: Actor, authorityId: string): boolean {
  return actor.authorityId === null || actor.authorityId === authorityId;
}

/** The actor as the reader of citizens' numbers: viewers get them masked. */
export function readerOf(actor: Actor): Reader {
  const { name, kind } = actor;
  return { name, seesNumbers: hasRole(actor, 'operator'), installation: kind === 'installation' };
}
