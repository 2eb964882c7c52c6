import type { PageLanguage } from '../kit/language.ts';
import type { RepliesFilter } from './words.ts';

/** The words behind the sentence that a part of the list has no replies. */
interface EmptyWords {
  /** The sentence that says when a reply comes there. */
  readonly comes: Readonly<Record<RepliesFilter, string>>;
  /** The link in its place where one meaning was chosen. */
  readonly anyMeaning: string;
}

const DANISH: EmptyWords = {
  comes: {
    open: 'Når en borger skriver noget, som en medarbejder skal læse, står det her.',
    settled: 'Når en medarbejder har taget stilling til et svar, står det her.',
    automatic: 'Når en borger bekræfter eller svarer STOP, står det her.',
    all: 'Når en borger svarer på en SMS, står svaret her.',
  },
  anyMeaning: 'Vis svar med alle betydninger',
};

const ENGLISH: EmptyWords = {
  comes: {
    open: 'When a citizen writes something that a person must read, it stands here.',
    settled: 'When somebody has settled a reply, it stands here.',
    automatic: 'When a citizen confirms or replies STOP, it stands here.',
    all: 'When a citizen replies to an SMS, the reply stands here.',
  },
  anyMeaning: 'Show replies of every meaning',
};

/** The words behind the sentence that a part of the list has no replies. */
export const EMPTY_WORDS: Readonly<Record<PageLanguage, EmptyWords>> = { da: DANISH, en: ENGLISH };
