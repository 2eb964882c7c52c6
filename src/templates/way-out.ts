import type { AuthoritySettings } from '../domain/authority.ts';
import { holdsNumber } from '../domain/text/numbers.ts';

/**
 * Things that a citizen can't do with the SMS of an authority: `stop`: get no more of them; `phone`: reach somebody.
 */
export type NoWayOut = 'stop' | 'phone';

const STOP_HINT = /stop|afmeld|frameld|unsubscribe|opt[ -]?out/i;

/** False for a sender that is a name: phones have nothing to send an answer to. */
export function canBeAnswered(sender: string): boolean {
  return /^\d+$/.test(sender);
}

/**
 * Tells how an SMS about an appointment leaves its reader: whether there is a way to opt out (senders that can be
 * answered, in each country, or a word of how to), and a number to phone.
 * @param text as written or as printed
 * @param printsPhone whether the text prints the number to phone
 */
export function noWayOut(
  text: string,
  printsPhone: boolean,
  { sender, senders, contactPhone }: Pick<AuthoritySettings, 'sender' | 'senders' | 'contactPhone'>,
): NoWayOut[] {
  const mute = ![sender, ...Object.values(senders)].every(canBeAnswered) && !STOP_HINT.test(text);
  const phone = (printsPhone && contactPhone !== null) || holdsNumber(text);
  return [...(mute ? (['stop'] as const) : []), ...(phone ? [] : (['phone'] as const))];
}

const WARNINGS: Readonly<Record<NoWayOut, string>> = {
  stop: 'The SMS does not say how to get no more SMS, and nobody can answer a sender that is a name.',
  phone: 'The SMS prints no number to phone: set contactPhone for the authority, and print {{contactPhone}}.',
};

/** The warning of what is missing, for those who set an authority up. */
export function wayOutWarning(missing: NoWayOut): string {
  return WARNINGS[missing];
}
