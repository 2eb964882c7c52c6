import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { notFound, Problem } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { noteRefused, type RefusedAudit } from '../../../http/refused.ts';
import type { GatewayAccess, Logging, Metering } from '../../../runtime/deps.ts';
import { actorNameOf } from '../../../staff/access/access.ts';
import { hasRoleEverywhere } from '../../../staff/people/visitor.ts';
import type { PagesDeps } from '../../kit/frame.tsx';

/** The dependencies of the pages of gateways. */
export type GatewayPagesDeps = PagesDeps & GatewayAccess & Logging & Metering;

/** True for an administrator of the whole installation. */
export function administersAll(c: Context<HttpEnv>): boolean {
  return hasRoleEverywhere(c.var.visitor, 'administrator');
}

/**
 * The visitor's name for the audit, as an administrator of the whole installation.
 * @throws Problem 403 for others, which is audited
 */
export function requireInstallation(c: Context<HttpEnv>, deps: RefusedAudit): string {
  const name = actorNameOf(c.var.visitor.personId);
  if (administersAll(c)) return name;
  const target = `${c.req.method} ${routePath(c, -1)}`;
  noteRefused(c, deps, { action: 'access.refused', actor: name, target, authorityId: null });
  throw new Problem(403, 'forbidden', 'This needs an administrator of the whole installation.');
}

/** The id of a gateway in the address. @throws Problem 404 for one that is not configured */
export function gatewayOf(c: Context<HttpEnv>, { gateways }: GatewayAccess): string {
  const id = c.req.param('gateway');
  if (id === undefined || !gateways.some((gateway) => gateway.id === id)) throw notFound('gateway');
  return id;
}
