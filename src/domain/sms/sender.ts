import type { AuthoritySettings } from '../authority.ts';
import { holdsCpr } from '../text/cpr.ts';

/** Sender that networks display: up to 11 letters, digits and blanks with a letter among them, or 3 to 15 digits. */
export const SENDER = /^(?:\d{3,15}|(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 ]{0,9}[A-Za-z0-9])?)$/;

/** True for a sender as gateways write it, with or without `+`. A CPR number, which has as many digits, is none. */
export function isSender(text: string): boolean {
  return SENDER.test(text.replace(/^\+/, '')) && !holdsCpr(text);
}

/** Sender of SMS to numbers of a country; null: of none that is known. */
export function senderTo({ sender, senders }: Pick<AuthoritySettings, 'sender' | 'senders'>, country: string | null) {
  return (country === null ? undefined : senders[country]) ?? sender;
}
