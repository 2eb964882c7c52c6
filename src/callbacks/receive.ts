import { Problem } from '../domain/errors.ts';
import type { CallbackHead, CallbackResponse, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { acceptInbound } from '../replies/accept.ts';
import type { InboundDeps } from '../replies/number-replies.ts';
import type { CurrentTime, GatewayAccess, Metering } from '../runtime/deps.ts';

/** The dependencies of the gateways' callbacks: what accepts receipts, and what accepts replies needs. */
export interface CallbackDeps extends GatewayAccess, InboundDeps, CurrentTime {
  readonly receipts: Pick<ReceiptAcceptor, 'accept'>;
}

/**
 * Refuses a callback by its head, before its body is read, where no body could prove it: alike of a gateway that is not
 * configured.
 * @returns true where the head proves it already, false where its body must
 * @throws Problem 401
 */
export function admitCallback(deps: GatewayAccess & Metering, gatewayId: string, head: CallbackHead): boolean {
  const gateway = gatewayNamed(deps, gatewayId);
  const proof = gateway ? gateway.verifyHead?.(head) : false;
  if (proof === false && !mayBeSigned(head)) throw unproven(deps, gateway);
  return proof === true;
}

/**
 * Gives a gateway's callback to what accepts it: receipts are stored now and applied after the response, inbound
 * messages are applied before it.
 * @returns the response that the supplier expects
 * @throws Problem 401 for a callback without a valid token or signature, and for any of a gateway that is not
 * configured
 */
export async function receiveCallback(
  deps: CallbackDeps,
  gatewayId: string,
  callback: RawCallback,
): Promise<CallbackResponse> {
  const gateway = gatewayNamed(deps, gatewayId);
  if (!gateway?.verify(callback)) throw unproven(deps, gateway);
  if (callback.kind === 'receipts') await deps.receipts.accept(gateway, callback);
  else await acceptInbound(deps, gateway, callback, deps.now());
  return gateway.acknowledge(callback);
}

/**
 * True for a callback with a signature that its body may prove. The callback alone tells it, so that nobody learns from
 * whether its body is read which gateways are configured.
 */
function mayBeSigned({ headers }: CallbackHead): boolean {
  return Object.keys(headers).some((name) => name.includes('signature'));
}

function gatewayNamed({ gateways }: GatewayAccess, id: string): SmsGateway | undefined {
  return gateways.find((each) => each.id === id);
}

/** Counts the callback, too. @param gateway undefined for one that is not configured */
function unproven({ metrics }: Metering, gateway: SmsGateway | undefined): Problem {
  metrics.callbacksRefused.inc({ gateway: gateway?.id ?? 'unknown' });
  return new Problem(401, 'unauthorized', 'The callback does not prove that it comes from the gateway.');
}
