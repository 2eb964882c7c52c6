import type { Context } from 'hono';
import { notFound } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { GatewayAccess, Logging, Metering } from '../../../runtime/deps.ts';
import type { PagesDeps } from '../../kit/frame.tsx';

/** The dependencies of the pages of gateways. */
export type GatewayPagesDeps = PagesDeps & GatewayAccess & Logging & Metering;

/** The id of a gateway in the address. @throws Problem 404 for one that is not configured */
export function gatewayOf(c: Context<HttpEnv>, { gateways }: GatewayAccess): string {
  const id = c.req.param('gateway');
  if (id === undefined || !gateways.some((gateway) => gateway.id === id)) throw notFound('gateway');
  return id;
}
