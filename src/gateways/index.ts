import type { GatewayContext, GatewayFactory, SmsGateway } from './gateway.ts';
import { kannel } from './kannel.ts';
import { simulator } from './simulator.ts';

/** Factories of all gateways. */
const FACTORIES: readonly GatewayFactory[] = [simulator, kannel];

/**
 * Creates the gateways named by `ids`, in that order.
 * @param env the process environment, for the adapters' own settings
 * @returns the gateways, or one line for every setting of any of them that is missing or wrong
 */
export function createGateways(
  ids: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  context: GatewayContext,
): { gateways: [SmsGateway, ...SmsGateway[]] } | { missing: string[] } {
  const gateways: SmsGateway[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const factory = FACTORIES.find((candidate) => candidate.id === id);
    if (!factory) {
      missing.push(
        `EASYSMS_GATEWAYS: there is no gateway "${id}"; known are ${FACTORIES.map((known) => known.id).join(', ')}`,
      );
      continue;
    }
    const made = factory.create(env, context);
    if ('missing' in made) missing.push(...made.missing);
    else gateways.push(made);
  }
  const [first, ...others] = gateways;
  if (missing.length > 0 || !first)
    return { missing: missing.length > 0 ? missing : ['EASYSMS_GATEWAYS: name at least one gateway'] };
  return { gateways: [first, ...others] };
}
