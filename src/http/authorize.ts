import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { notFound, Problem } from '../domain/errors.ts';
import { findKeyByHash } from '../staff/keys.sql.ts';
import type { Actor, HttpDeps, HttpEnv, Role } from './deps.ts';
import { unauthorized } from './problem.ts';

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, administrator: 3 };

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The form of an API key: a public prefix for people, then 32 random bytes. */
const API_KEY = /^esk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** @returns undefined for a token that is nobody's (or no longer anybody's) */
async function findActor(deps: Pick<HttpDeps, 'db' | 'adminToken'>, token: string): Promise<Actor | undefined> {
  const hash = sha256(token);
  if (timingSafeEqual(hash, sha256(deps.adminToken))) {
    return { kind: 'installation', name: 'administrator', role: 'administrator', authorityId: null };
  }
  if (!API_KEY.test(token)) return undefined;
  const key = await findKeyByHash(deps.db, hash);
  return key && { kind: 'key', name: `key:${key.prefix} ${key.name}`, role: key.role, authorityId: key.authorityId };
}

/**
 * Lets in who sends a bearer token with at least this role, and leaves `c.var.actor`.
 * A key whose authority is not the path's `{authority}` meets 404, as for one that doesn't exist.
 * `installation`: the installation's administrator only.
 */
export function requireRole(
  deps: Pick<HttpDeps, 'db' | 'adminToken'>,
  role: Role | 'installation',
  options: { readonly foreign: 'hidden' | 'handled' } = { foreign: 'hidden' },
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = /^Bearer +([^\s]+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    const actor = token === undefined ? undefined : await findActor(deps, token);
    if (!actor) throw unauthorized();
    const authority = c.req.param('authority');
    if (
      options.foreign === 'hidden' &&
      authority !== undefined &&
      actor.authorityId !== null &&
      actor.authorityId !== authority
    ) {
      throw notFound('authority');
    }
    const allowed = role === 'installation' ? actor.kind === 'installation' : RANK[actor.role] >= RANK[role];
    if (!allowed) throw forbidden(role);
    c.set('actor', actor);
    await next();
  };
}

function forbidden(role: Role | 'installation'): Problem {
  const needed = role === 'installation' ? "the installation's administrator token" : `a key with the role ${role}`;
  return new Problem(403, 'forbidden', `This needs ${needed}.`);
}
