import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { findPrincipal, type TokenDeps } from '../accounts/keys.ts';
import type { RefusedAccess, RefusedAccesses } from '../accounts/refused-access.ts';
import { notFound, Problem } from '../domain/errors.ts';
import { parseJsonText } from '../domain/json.ts';
import { type Actor, authorize, type Principal, type Right, type Role } from '../domain/people/access.ts';
import { clientKey } from '../runtime/networks.ts';
import { readAuthority } from '../staff/authorities/authorities.ts';
import { clientOf, type ProxyTrust } from './client-address.ts';
import { ID } from './describe.ts';
import type { HttpEnv } from './env.ts';
import { unauthorized } from './problem.ts';

/** The code of a refusal that people alone get, who may be limited to departments: the API has `forbidden`. */
export const LIMITED = 'limited-to-departments';

/**
 * Requires that whoever the guard of the route let in has this right. What is refused is audited, but for what concerns
 * departments of others, which a page says.
 * @param authorityId the authority that it is about; left out: wherever they have any access
 * @throws Problem 404 for an authority that is not theirs, as for an unknown one, else 403
 */
export function requireRight(c: Context<HttpEnv>, deps: RefusedAudit, right: Right, authorityId?: string): Actor {
  const principal = c.get('principal');
  const answer = authorize(principal, right, authorityId);
  if ('granted' in answer) return answer.granted;
  if (answer.lacks === 'authority') {
    noteForeign(c, deps, authorityId ?? '');
    throw notFound('authority');
  }
  if (answer.lacks === 'departments') throw new Problem(403, LIMITED, 'This needs an account for the whole authority.');
  noteRefusedAccess(c, deps, principal.actor, authorityId ?? principal.keyOf);
  throw new Problem(403, 'forbidden', `This needs ${neededBy(principal, right)}.`);
}

/** Notes for the audit that somebody asked for another authority; for that authority's too where it was by a key. */
export function noteForeign(c: Context<HttpEnv>, deps: RefusedAudit, authorityId: string): void {
  const { actor, keyOf } = c.get('principal');
  noteRefusedAccess(c, deps, actor, keyOf);
  // It does not learn whose key it was.
  if (keyOf !== null && ID.test(authorityId)) noteRefusedAccess(c, deps, 'key of another authority', authorityId);
}

function noteRefusedAccess(c: Context<HttpEnv>, deps: RefusedAudit, actor: string, authorityId: string | null): void {
  // The route, and not the path, which may hold anything.
  const target = `${c.req.method} ${routePath(c, -1)}`;
  noteRefused(c, deps, { action: 'access.refused', actor, target, authorityId });
}

function neededBy({ keyOf }: Principal, right: Right): string {
  const role = right.replace('whole-', '');
  if (keyOf === null)
    return right === 'installation' ? 'an administrator of the whole installation' : `the role ${role}`;
  return right === 'installation' ? "the installation's administrator token" : `a key with the role ${role}`;
}

/** The dependencies of every route of the administration API: API keys stand in the database. */
export interface AuthorizeDeps extends TokenDeps, RefusedAudit {}

/** The guard of a route of the administration API. */
export type AdminGuard = (deps: AuthorizeDeps) => MiddlewareHandler<HttpEnv>[];

/**
 * Requires a bearer token with at least this role, and sets `c.var.actor`; `installation` stands for the installation's
 * administrator. The body is read only then. A key gets 404 for another authority in the path, as for an unknown one.
 * @param options.foreign `handled`: the route responds to keys of other authorities itself
 */
export function requireRole(
  role: Role | 'installation',
  options: { readonly foreign: 'hidden' | 'handled' } = { foreign: 'hidden' },
): AdminGuard {
  return (deps) => [
    async (c, next) => {
      const token = bearerTokenOf(c);
      const principal = token === undefined ? undefined : await findPrincipal(deps, token);
      if (!principal) throw unauthorized();
      c.set('principal', principal);
      const authority = options.foreign === 'hidden' ? c.req.param('authority') : undefined;
      c.set('actor', requireRight(c, deps, role, authority));
      c.get('senderProven')?.();
      await checkJsonBody(c);
      await next();
    },
  ];
}

/** The bearer token of a request; undefined without one. */
export function bearerTokenOf(c: Context<HttpEnv>): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
}

/** Requires the role, and an authority that exists: for an unknown one the routes would respond with an empty list. */
export function requireRoleIn(role: Role): AdminGuard {
  return (deps) => [
    ...requireRole(role)(deps),
    async (c, next) => {
      await readAuthority(deps, c.req.param('authority') ?? '');
      await next();
    },
  ];
}

/** The part that notes refused accesses for the audit. */
export interface RefusedAudit extends ProxyTrust {
  readonly refusedAccesses: Pick<RefusedAccesses, 'note'>;
}

/** Notes for the audit that the client of a request was refused. Returns at once. */
export function noteRefused(c: Context<HttpEnv>, deps: RefusedAudit, refused: Omit<RefusedAccess, 'client'>): void {
  deps.refusedAccesses.note({ ...refused, client: clientKey(clientOf(c, deps)) });
}

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;

/**
 * Refuses JSON that a route's schemas must not see, before they are applied to it. What is no JSON is left to them.
 * @throws Problem 400 for what is nested too deep or names a key twice in one object
 */
async function checkJsonBody(c: Context<HttpEnv>): Promise<void> {
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) return;
  const text = await c.req.text();
  c.get('resume')();
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
}

/**
 * Drops the content type of an empty body, for routes whose body is optional: some clients send the header with every
 * request, and the validator would refuse the empty body as malformed JSON.
 */
export const emptyIsNoBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.header('Content-Type') !== undefined && (await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers);
    headers.delete('Content-Type');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
  }
  await next();
};
