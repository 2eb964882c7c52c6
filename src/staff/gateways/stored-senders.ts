import type { Authority } from '../../domain/authority.ts';
import { grouped } from '../../domain/grouped.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type { DatabaseAccess, GatewayAccess, Logging } from '../../runtime/deps.ts';
import { listAuthorities } from '../../store/authorities.ts';
import { type BrokenSenderRule, brokenSenderRules } from './rules.ts';

/** A rule of a gateway that senders of an authority break: SMS are refused there. */
export interface RefusedSender extends Pick<BrokenSenderRule, 'gateway' | 'rule'> {
  /** The setting to change: `/sender`, or of the countries' own senders the first one, `/senders/SE`. */
  readonly pointer: string;
  /** The countries (ISO 3166) in which one of them does. */
  readonly countries: readonly string[];
}

/**
 * The rules that the stored senders of an authority break. They are checked when they are saved; a gateway that was
 * configured later has not seen them.
 */
export function refusedSenders(gateways: readonly SmsGateway[], authority: Authority): RefusedSender[] {
  const broken = brokenSenderRules(gateways, authority);
  return [...grouped(broken, ({ gateway, rule }) => `${gateway} ${rule}`).values()].flatMap((same) => {
    const first = same.find(({ pointer }) => pointer === '/sender') ?? same[0];
    if (!first) return [];
    const { gateway, rule, pointer } = first;
    return { gateway, rule, pointer, countries: same.map(({ country }) => country) };
  });
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
