import type { ValueFault } from '../errors.ts';
import type { OwnKeywords } from '../keywords.ts';
import { type Meaning, readAddressee, readMeaning } from './read-reply.ts';

/** A word of one list that contradicts another list. */
export interface Contradiction extends ValueFault {
  readonly list: keyof OwnKeywords;
  /** Its position in that list. */
  readonly at: number;
}

const NONE: OwnKeywords = { cancel: [], confirm: [], stop: [] };
const LISTS = ['cancel', 'confirm', 'stop'] as const;
/** A longer phrase is read as a story. */
const MOST_WORDS = 5;

/** The fault of a word whose meaning no list can change. */
export const RESERVED: ValueFault = { code: 'reserved', detail: 'This has another meaning in every reply.' };
const TOO_MANY_WORDS: ValueFault = { code: 'too_many_words', detail: 'Write five words at most.' };
const NO_WORD: ValueFault = { code: 'no_word', detail: 'Nothing of this tells one reply from another.' };

/** The faults of a word of this list, whatever stands beside it. */
export function faultsOfKeyword(list: keyof OwnKeywords, word: string): readonly ValueFault[] {
  const tooMany = word.trim().split(/\s+/).length > MOST_WORDS ? [TOO_MANY_WORDS] : [];
  // For the list `stop` also words that the shipped lists take for a possible STOP: that contradicts none of them.
  const fitting: readonly Meaning[] = list === 'stop' ? ['other', 'stop', 'maybe_stop'] : ['other', list];
  if (!fitting.includes(meaningOf(word))) return [...tooMany, RESERVED];
  return meaningOf(word, { ...NONE, [list]: [word] }) === list ? tooMany : [...tooMany, NO_WORD];
}

/** The words that a list before theirs (`cancel`, `confirm`, `stop`) gives another meaning. */
export function contradictions(lists: OwnKeywords): readonly Contradiction[] {
  let before = NONE;
  return LISTS.flatMap((list) => {
    const wrong = [...lists[list].entries()].filter(([, word]) => meaningOf(word, before) !== meaningOf(word));
    before = { ...before, [list]: lists[list] };
    return wrong.map(([at]) => ({ list, at, code: 'reserved', detail: 'Another list gives this another meaning.' }));
  });
}

/** The fault of a leased keyword that replies to a shared short code shall begin with; null: it may be taken. */
export function faultOfLeasedKeyword(word: string): ValueFault | null {
  if (meaningOf(word) === 'other') return null;
  return { code: 'reserved', detail: 'This word means something of its own in a reply.' };
}

function meaningOf(word: string, own?: OwnKeywords): Meaning {
  return readMeaning(readAddressee(word, []), own);
}
