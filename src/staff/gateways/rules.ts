import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { grouped } from '../../domain/grouped.ts';
import { senderTo } from '../../domain/sms/sender.ts';
import { isProtectedSender } from '../../domain/text/sender-names.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type { DatabaseAccess, GatewayAccess, Logging } from '../../runtime/deps.ts';
import { listAuthorities } from '../../store/authorities.ts';

/** Settings of an authority that decide which rules hold for it. */
interface Ruled extends Pick<AuthoritySettings, 'sender' | 'allowedCountries'> {
  /** Ids of the gateways that it uses; none: all. */
  readonly gateways?: readonly string[];
}

/** A rule of a gateway that a sender breaks in a country. */
interface BrokenSenderRule {
  readonly gateway: string;
  /** ISO 3166. */
  readonly country: string;
  /** The setting of the sender. */
  readonly pointer: string;
  /** In the supplier's words: `A sender must …`. */
  readonly rule: string;
}

/** The rules of an authority's gateways that its senders break, in each country that it sends to. */
function brokenSenderRules(
  gateways: readonly SmsGateway[],
  settings: Ruled & Pick<AuthoritySettings, 'senders'>,
): BrokenSenderRule[] {
  const { senders, allowedCountries } = settings;
  const countries = [...new Set([...allowedCountries, ...Object.keys(senders)])];
  return usedBy(gateways, settings).flatMap((gateway) =>
    countries.flatMap((country) => {
      const rule = gateway.senderFault?.(senderTo(settings, country), country) ?? null;
      const pointer = senders[country] === undefined ? '/sender' : `/senders/${country}`;
      return rule === null ? [] : { gateway: gateway.id, country, pointer, rule: `A sender ${rule}.` };
    }),
  );
}

/** The same as faults of the settings, each once. */
export function senderFaults(...asked: Parameters<typeof brokenSenderRules>): Fault[] {
  const faults = brokenSenderRules(...asked).map(({ pointer, rule }) => fault(pointer, 'gateway_sender', rule));
  return [...new Map(faults.map((each) => [`${each.pointer} ${each.detail}`, each])).values()];
}

/**
 * The fault of a sender that is, or looks like, the name of somebody else; null: it may be used.
 * @param allowed EASYSMS_ALLOWED_SENDERS
 */
export function protectedSenderFault(pointer: string, sender: string, allowed: readonly string[]): Fault | null {
  const detail =
    'This is, or looks like, the name of a public authority or a bank. Whoever runs EasySMS may allow it to its ' +
    'owner (EASYSMS_ALLOWED_SENDERS).';
  return isProtectedSender(sender, allowed) ? fault(pointer, 'protected_sender', detail) : null;
}

/** The rules of an authority's gateways that a wording breaks. */
export function textFaults(gateways: readonly SmsGateway[], settings: Ruled, text: string): Fault[] {
  const broken = usedBy(gateways, settings).flatMap((gateway) => gateway.textFault?.(text) ?? []);
  return [...new Set(broken)].map((rule) => fault('/text', 'gateway_text', `A text ${rule}.`));
}

/** The limits of an authority's gateways that a text of this size exceeds. */
export function lengthFaults(
  gateways: readonly SmsGateway[],
  settings: Ruled,
  { segments, characters }: { readonly segments: number; readonly characters: number },
): Fault[] {
  return usedBy(gateways, settings).flatMap(({ id, capabilities: { maxSegments, maxCharacters } }) => {
    const over =
      segments > maxSegments ? `${maxSegments} segments` : characters > (maxCharacters ?? Infinity) && maxCharacters;
    if (!over) return [];
    const most = typeof over === 'number' ? `${over} characters` : over;
    return fault('/text', 'gateway_length', `The gateway ${id} takes ${most} at most; with long values it is longer.`);
  });
}

/**
 * The gateways of an authority that block a number after STOP themselves: an opt-out that is lifted here stays there.
 */
export function ownOptOutLists(gateways: readonly SmsGateway[], settings: Pick<Ruled, 'gateways'>): string[] {
  return usedBy(gateways, settings).flatMap(({ id, capabilities }) => (capabilities.ownOptOutList ? [id] : []));
}

function fault(pointer: string, code: string, detail: string): Fault {
  return { pointer, code, detail };
}

function usedBy(
  gateways: readonly SmsGateway[],
  { gateways: ids = [] }: Pick<Ruled, 'gateways'>,
): readonly SmsGateway[] {
  return ids.length === 0 ? gateways : gateways.filter(({ id }) => ids.includes(id));
}

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
