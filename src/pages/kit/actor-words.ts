import { shownActor } from '../../accounts/people/names.ts';
import type { PageLanguage } from './language.ts';
import { bilingual } from './words.ts';

const WORDS = bilingual({
  da: {
    citizen: 'borgeren selv',
    administrator: 'administratornøglen',
    bookingSystem: 'bookingsystemet',
    unnamed: 'en medarbejder, hvis navn ikke kendes her',
    gateway: (id: string) => `SMS-leverandøren (${id})`,
    key: (name: string) => `API-nøglen ${name}`,
  },
  en: {
    citizen: 'the citizen',
    administrator: 'the administrator token',
    bookingSystem: 'the booking system',
    unnamed: 'a member of staff whose name is not known here',
    gateway: (id) => `the SMS supplier (${id})`,
    key: (name) => `the API key ${name}`,
  },
});

/** Who did something, in words: people by name, everybody else by what they are. @param actor as views have it */
export function actorText(actor: string, language: PageLanguage): string {
  const words = WORDS[language];
  const [, gateway] = /^gateway:(.+)$/.exec(actor) ?? [];
  const [, key] = /^key:(?:esk_\w+ )?(.+)$/.exec(actor) ?? [];
  if (gateway !== undefined) return words.gateway(gateway);
  if (key !== undefined) return words.key(key);
  if (actor === 'citizen') return words.citizen;
  if (actor === 'administrator') return words.administrator;
  if (actor === 'booking_system') return words.bookingSystem;
  return /^person:[0-9a-f-]{36}$/.test(actor) ? words.unnamed : shownActor(actor);
}
