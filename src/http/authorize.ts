import type { MiddlewareHandler } from 'hono';
import { notFound, Problem } from '../domain/errors.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { findActor, hasRole, mayAccess, type Role } from '../staff/access.ts';
import { readAuthority } from '../staff/authorities.ts';
import type { HttpEnv } from './env.ts';
import { checkJsonBody } from './json-body.ts';
import { unauthorized } from './problem.ts';

/** The dependencies of every route of the administration API: API keys stand in the database. */
export interface AuthorizeDeps extends DatabaseAccess {
  /** Bearer token of the installation's administrator. */
  readonly adminToken: string;
}

/**
 * Requires a bearer token with at least this role, and sets `c.var.actor`; `installation` stands for the installation's
 * administrator. The body is read only then. A key gets 404 for another authority in the path, as for an unknown one.
 * @param options.foreign `handled`: the route answers keys of other authorities itself
 */
export function requireRole(
  deps: AuthorizeDeps,
  role: Role | 'installation',
  options: { readonly foreign: 'hidden' | 'handled' } = { foreign: 'hidden' },
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = /^Bearer +([^\s]+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    const actor = token === undefined ? undefined : await findActor(deps, token);
    if (!actor) throw unauthorized();
    const authority = c.req.param('authority');
    if (options.foreign === 'hidden' && authority !== undefined && !mayAccess(actor, authority))
      throw notFound('authority');
    if (!hasRole(actor, role)) throw forbidden(role);
    c.set('actor', actor);
    await checkJsonBody(c);
    await next();
  };
}

/** Requires the role, and an authority that exists: for an unknown one the routes would answer with an empty list. */
export function requireRoleIn(deps: AuthorizeDeps, role: Role): MiddlewareHandler<HttpEnv>[] {
  return [
    requireRole(deps, role),
    async (c, next) => {
      await readAuthority(deps, c.req.param('authority') ?? '');
      await next();
    },
  ];
}

function forbidden(role: Role | 'installation'): Problem {
  const needed = role === 'installation' ? "the installation's administrator token" : `a key with the role ${role}`;
  return new Problem(403, 'forbidden', `This needs ${needed}.`);
}
