import type { PageLanguage } from '../kit/language.ts';

interface HeldWords {
  /** The reply holds, and there is nothing to hold. */
  readonly nothing: string;
  /** Above the list of the appointments. */
  readonly reminders: (count: number) => string;
  /** Behind an appointment. */
  readonly each: (reminders: number) => string;
  readonly others: (appointments: number) => string;
}

/** How the pages say which reminders wait until a reply is settled. */
export const HELD_WORDS: Readonly<Record<PageLanguage, HeldWords>> = {
  da: {
    nothing: 'Lige nu er der ingen påmindelser at holde tilbage.',
    reminders: (count) =>
      count === 1
        ? '1 påmindelse venter på, at svaret behandles'
        : `${count} påmindelser venter på, at svaret behandles`,
    each: (reminders) => (reminders === 1 ? '(1\u00a0påmindelse)' : `(${reminders}\u00a0påmindelser)`),
    others: (appointments) => (appointments === 1 ? 'og 1 aftale mere' : `og ${appointments} aftaler mere`),
  },
  en: {
    nothing: 'There are no reminders to hold back right now.',
    reminders: (count) =>
      count === 1
        ? '1 reminder waits until the reply is settled'
        : `${count} reminders wait until the reply is settled`,
    each: (reminders) => (reminders === 1 ? '(1\u00a0reminder)' : `(${reminders}\u00a0reminders)`),
    others: (appointments) => (appointments === 1 ? 'and 1 more appointment' : `and ${appointments} more appointments`),
  },
};
