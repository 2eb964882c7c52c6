import type { GatewayContext, GatewayFactory, SmsGateway } from './gateway.ts';
import { gatewayapi } from './gatewayapi.ts';
import { inmobile } from './inmobile.ts';
import { kannel } from './kannel.ts';
import { link } from './link.ts';
import { GatewaySettings } from './settings.ts';
import { simulator } from './simulator.ts';
import { twilio } from './twilio.ts';

/** Factories of all gateways. */
const FACTORIES: readonly GatewayFactory[] = [simulator, kannel, inmobile, gatewayapi, link, twilio];

/** Prefixes of settings that belong to gateways alone: an unknown name with one of them is a mistake. */
export const SETTING_PREFIXES: readonly string[] = FACTORIES.flatMap(({ prefix }) => prefix ?? []);

/**
 * Creates the gateways named by `ids`, in that order. The settings of all others are read, too, so that their names are
 * known: a second supplier may be prepared before it is used.
 * @param read value of an environment variable; null when it is unset
 * @returns the gateways, or one line for every setting of any of them that is missing or wrong
 */
export function createGateways(
  ids: readonly string[],
  read: (name: string) => string | null,
  context: GatewayContext,
): { gateways: [SmsGateway, ...SmsGateway[]] } | { missing: string[] } {
  const known = FACTORIES.map(({ id }) => id).join(', ');
  const missing = ids
    .filter((id) => !FACTORIES.some((factory) => factory.id === id))
    .map((id) => `EASYSMS_GATEWAYS: there is no gateway "${id}"; known are ${known}`);
  const makers = new Map<string, () => SmsGateway>();
  for (const factory of FACTORIES) {
    const settings = new GatewaySettings(factory.id, read);
    makers.set(factory.id, factory.read(settings, context));
    if (ids.includes(factory.id)) missing.push(...settings.faults);
  }
  if (missing.length > 0) return { missing };
  const [first, ...others] = ids.flatMap((id) => makers.get(id)?.() ?? []);
  return first ? { gateways: [first, ...others] } : { missing: ['EASYSMS_GATEWAYS: name at least one gateway'] };
}
