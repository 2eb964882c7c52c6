import type { Authority } from '../../domain/authority.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type { DatabaseAccess, GatewayAccess, Logging } from '../../runtime/deps.ts';
import { listAuthorities } from '../../store/authorities.ts';
import { senderFaults } from './rules.ts';

/** A sender of an authority that one of its gateways doesn't take: SMS are refused there. */
export interface RefusedSender {
  readonly gateway: string;
  /** In the supplier's words: `A sender must …`. */
  readonly rule: string;
}

/**
 * The rules that the stored senders of an authority break. They are checked when they are saved; a gateway that was
 * configured later has not seen them.
 */
export function refusedSenders(gateways: readonly SmsGateway[], authority: Authority): RefusedSender[] {
  return gateways.flatMap((gateway) =>
    senderFaults([gateway], authority).map(({ detail }) => ({ gateway: gateway.id, rule: detail })),
  );
}

const PAGE = 100;

/** Logs the senders of all authorities that their gateways would refuse. To be called at the start. */
export async function logRefusedSenders({ db, gateways, log }: DatabaseAccess & GatewayAccess & Logging) {
  for (let after: string | null = null; ; ) {
    const authorities: Authority[] = await listAuthorities(db, { only: null, after, limit: PAGE });
    for (const authority of authorities)
      for (const { gateway, rule } of refusedSenders(gateways, authority))
        log.warn({ authority: authority.id, gateway, rule }, 'a gateway refuses the sender name of an authority');
    after = authorities.at(-1)?.id ?? null;
    if (authorities.length < PAGE) return;
  }
}
