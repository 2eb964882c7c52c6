import { notFound, Problem } from '../domain/errors.ts';
import type { CallbackAnswer, RawCallback } from '../gateways/gateway.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import type { Deps } from '../runtime/deps.ts';
import { acceptInbound } from './accept.ts';

/** A gateway's callback as HTTP hands it over. */
export type IncomingCallback = RawCallback;

/**
 * Takes what a gateway reports: receipts are stored and applied behind the answer, inbound messages applied before it.
 * @returns what the supplier wants to hear
 * @throws Problem 404 for a gateway that is not set up, 401 for a callback that proves nothing
 */
export async function receiveCallback(
  deps: Pick<Deps, 'db' | 'keyring' | 'templates' | 'metrics' | 'log' | 'gateways' | 'now'>,
  receipts: Pick<ReceiptAcceptor, 'accept'>,
  kind: 'receipts' | 'inbound',
  gatewayId: string,
  callback: IncomingCallback,
): Promise<CallbackAnswer> {
  const gateway = deps.gateways.find((candidate) => candidate.id === gatewayId);
  if (!gateway) throw notFound('gateway');
  if (!gateway.verify(callback))
    throw new Problem(401, 'unauthorized', 'The callback does not prove to come from the gateway.');
  if (kind === 'receipts') await receipts.accept(gateway, callback);
  else await acceptInbound(deps, gateway, callback, deps.now());
  return gateway.acknowledge(callback);
}
