import type { OwnKeywords } from '../domain/keywords.ts';
import type { Correspondent } from './inbound.sql.ts';
import { isSameSender } from './sender.ts';

/**
 * Finds the authorities that a reply is meant for: the owner of the leased keyword in front of it; else the authorities
 * that wrote to the number from the sender that was answered; where that is unknown, all that wrote to it.
 * @param wrote the authorities that have written to the number
 * @param leased the authorities with a leased keyword
 * @param to the number or short code that was answered
 * @returns none for a reply that counts for the whole installation
 */
export function scopeOf(
  wrote: readonly Correspondent[],
  leased: readonly Correspondent[],
  to: string | null,
  keyword: string | null,
): readonly Correspondent[] {
  if (keyword !== null) {
    const fits = (candidate: Correspondent) => candidate.inboundKeyword === keyword;
    const authorities = wrote.some(fits) ? wrote.filter(fits) : leased.filter(fits);
    if (authorities.length > 0) return authorities;
  }
  const fitting = wrote.filter(({ senders }) => senders.some((sender) => isSameSender(sender, to)));
  return fitting.length > 0 ? fitting : wrote;
}

/** The words that every one of these authorities gives the same meaning. */
export function sharedKeywords(authorities: readonly { readonly keywords: OwnKeywords }[]): OwnKeywords {
  const shared = (list: keyof OwnKeywords) => {
    const [first, ...others] = authorities.map(({ keywords }) => keywords[list]);
    return (first ?? []).filter((word) => others.every((words) => words.includes(word)));
  };
  return { cancel: shared('cancel'), confirm: shared('confirm'), stop: shared('stop') };
}
