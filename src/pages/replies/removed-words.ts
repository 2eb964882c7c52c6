import type { PageLanguage } from '../kit/language.ts';

/** The sentence after a number was taken from the appointments: who took it, when, and what follows. */
export const REMOVED_WORDS: Readonly<Record<PageLanguage, (by: string, at: string) => string>> = {
  da: (by, at) =>
    `Nummeret er fjernet fra myndighedens aftaler af ${by}, ${at}. Påmindelserne om dem sendes ikke. Ret nummeret i ` +
    'bookingsystemet, så planlægges de igen.',
  en: (by, at) =>
    `The number was removed from the authority’s appointments by ${by}, ${at}. Their reminders are not sent. Correct ` +
    'the number in the booking system: they are then planned again.',
};
