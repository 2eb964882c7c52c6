import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { notFound, Problem } from '../domain/errors.ts';
import { findActor, hasRole, mayAccess, type Role, type TokenDeps } from '../staff/access/access.ts';
import { readAuthority } from '../staff/authorities/authorities.ts';
import { ID } from './describe.ts';
import type { HttpEnv } from './env.ts';
import { checkJsonBody } from './json-body.ts';
import { unauthorized } from './problem.ts';
import { noteRefused, type RefusedAudit } from './refused.ts';

/** The dependencies of every route of the administration API: API keys stand in the database. */
export interface AuthorizeDeps extends TokenDeps, RefusedAudit {}

/**
 * Requires a bearer token with at least this role, and sets `c.var.actor`; `installation` stands for the installation's
 * administrator. The body is read only then. A key gets 404 for another authority in the path, as for an unknown one.
 * @param options.foreign `handled`: the route responds to keys of other authorities itself
 */
export function requireRole(
  deps: AuthorizeDeps,
  role: Role | 'installation',
  options: { readonly foreign: 'hidden' | 'handled' } = { foreign: 'hidden' },
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = bearerTokenOf(c);
    const actor = token === undefined ? undefined : await findActor(deps, token);
    if (!actor) throw unauthorized();
    c.set('actor', actor);
    const authority = c.req.param('authority');
    if (options.foreign === 'hidden' && authority !== undefined && !mayAccess(actor, authority)) {
      noteForeign(c, deps, authority);
      throw notFound('authority');
    }
    if (!hasRole(actor, role)) {
      const { name, authorityId } = actor;
      noteRefused(c, deps, { action: 'access.refused', actor: name, target: routeOf(c), authorityId });
      throw forbidden(role);
    }
    c.get('senderProven')?.();
    await checkJsonBody(c);
    await next();
  };
}

/** The bearer token of a request; undefined without one. */
export function bearerTokenOf(c: Context<HttpEnv>): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
}

/** Notes for both audits that a key was used on another authority, which does not learn whose key it was. */
export function noteForeign(c: Context<HttpEnv>, deps: RefusedAudit, authority: string): void {
  const { name, authorityId } = c.var.actor;
  const refused = { action: 'access.refused', target: routeOf(c) } as const;
  noteRefused(c, deps, { ...refused, actor: name, authorityId });
  if (ID.test(authority))
    noteRefused(c, deps, { ...refused, actor: 'key of another authority', authorityId: authority });
}

/** The route, and not the path, which may hold anything. */
function routeOf(c: Context<HttpEnv>): string {
  return `${c.req.method} ${routePath(c, -1)}`;
}

/** Requires the role, and an authority that exists: for an unknown one the routes would respond with an empty list. */
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
