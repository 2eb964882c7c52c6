import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../domain/errors.ts';
import type { DatabaseAccess, GatewayAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { type GatewayPrice, lockPrices, type Price, readPrices, replacePrices } from './gateways.sql.ts';

export type { Price } from './gateways.sql.ts';

function check({ gateways }: GatewayAccess, id: string): void {
  if (!gateways.some((gateway) => gateway.id === id)) throw notFound('gateway');
}

const withoutGateway = ({ gateway: _, ...price }: GatewayPrice): Price => price;

/** The prices of a gateway by country and day. @throws Problem 404 for a gateway that is not configured */
export async function readGatewayPrices(deps: DatabaseAccess & GatewayAccess, id: string): Promise<Price[]> {
  check(deps, id);
  return (await readPrices(deps.db, id)).map(withoutGateway);
}

/**
 * Puts these in place of a gateway's prices, and audits who did so. Statistics go by them from then on, also those of
 * the past.
 * @throws Problem 404 for a gateway that is not configured
 */
export function putGatewayPrices(
  deps: DatabaseAccess & GatewayAccess,
  change: { readonly id: string; readonly actor: string },
  prices: readonly Price[],
  now: Date,
): Promise<Price[]> {
  return changeGatewayPrices(deps, change, () => prices, now);
}

/**
 * Puts in place of a gateway's prices what `change` makes of them; of two changes at once each counts.
 * @throws Problem 404 for a gateway that is not configured, and whatever `change` throws; then nothing is changed
 */
export async function changeGatewayPrices(
  deps: DatabaseAccess & GatewayAccess,
  { id, actor }: { readonly id: string; readonly actor: string },
  change: (before: readonly Price[]) => readonly Price[],
  now: Date,
): Promise<Price[]> {
  check(deps, id);
  return inTransaction(deps.db, async (trx) => {
    await lockPrices(trx, id);
    const before = (await readPrices(trx, id)).map(withoutGateway);
    await replacePrices(trx, id, change(before));
    const after = (await readPrices(trx, id)).map(withoutGateway);
    const entry = { actor, action: 'gateway.prices', authorityId: null, target: id, before, after };
    await writeAudit(trx, entry, now);
    return after;
  });
}
