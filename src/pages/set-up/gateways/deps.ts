import { notFound } from '../../../domain/errors.ts';
import type { GatewayAccess, Logging, Metering } from '../../../runtime/deps.ts';
import type { PageRequest } from '../../kit/declared/visit.ts';
import type { PagesDeps } from '../../kit/frame.tsx';

/** The dependencies of the pages of gateways. */
export type GatewayPagesDeps = PagesDeps & GatewayAccess & Logging & Metering;

/** The id of a gateway in the address. @throws Problem 404 for one that is not configured */
export function gatewayOf({ deps, params }: PageRequest<GatewayAccess>): string {
  const id = params.gateway;
  if (id === undefined || !deps.gateways.some((gateway) => gateway.id === id)) throw notFound('gateway');
  return id;
}
