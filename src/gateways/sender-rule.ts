import { countryOf } from '../domain/phone.ts';
import type { OutboundSms, SmsGateway } from './gateway.ts';

/** For numbers that belong to no country. */
const HOME = 'DK';

/** The rule of a gateway by which it would refuse the sender of an SMS to this number, or cut it; null: it takes it. */
export function senderRuleFor(gateway: SmsGateway, { from, to }: Pick<OutboundSms, 'from' | 'to'>): string | null {
  return gateway.senderFault?.(from, countryOf(to) ?? HOME) ?? null;
}
