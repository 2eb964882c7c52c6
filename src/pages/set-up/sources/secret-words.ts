import { bilingual } from '../../kit/words.ts';

/** The words of the secrets of a booking system, and of its events. */
export const SECRET_WORDS = bilingual({
  da: {
    title: 'Adgangsnøgler',
    lead: 'Skift nøgle uden afbrydelse: opret en ny, giv den til leverandøren, og spær den gamle, når den nye bruges.',
    since: (at: string) => `Oprettet ${at}`,
    none: 'Der er ingen nøgle: systemet kan ikke sende noget.',
    end: 'Spær nøglen',
    endWhy:
      'Den holder op med at virke, så snart du bekræfter. Bruger systemet den stadig, afvises alt, hvad det sender.',
    make: 'Opret en ny nøgle',
    made: 'Nye adgangsnøgler',
    eventTitle: 'Nøgler til hændelser',
    eventLead: 'Hændelser underskrives med dem alle, så modtageren kan skifte uden afbrydelse.',
    eventMake: 'Opret en ny nøgle til hændelser',
    eventMade: 'Ny nøgle til hændelser',
    lastEvent: 'Den sidste nøgle kan ikke spærres, så længe hændelser sendes: opret en ny først.',
    tooMany: 'Der er fem nøgler, og der kan ikke være flere. Spær en først.',
    /** The link from what is shown once to its booking system. */
    onward: (name: string) => `Videre til ${name}`,
    token: 'Adgangsnøgle (token)',
    tokenUse: 'Sendes i headeren Authorization: Bearer …',
    webhookSecret: 'Hemmelighed til underskrift',
    webhookSecretUse: 'Til systemer, der underskriver efter Standard Webhooks i stedet for at sende adgangsnøglen.',
    eventSecret: 'Nøgle til hændelser',
    eventSecretUse: 'Modtageren kontrollerer underskriften på hændelser med den (Standard Webhooks).',
  },
  en: {
    title: 'Credentials',
    lead:
      'Rotate without a break: make a pair, give it to the supplier, and revoke the old one once the new one is in ' +
      'use.',
    since: (at) => `Made ${at}`,
    none: 'There are none: the system can send nothing.',
    end: 'Revoke',
    endWhy:
      'It stops working as soon as you confirm. If the system still uses it, everything that it sends is refused.',
    make: 'Make a new pair',
    made: 'New credentials',
    eventTitle: 'Secrets for events',
    eventLead: 'Events are signed with all of them, so that the receiver can rotate without a break.',
    eventMake: 'Make a new secret for events',
    eventMade: 'New secret for events',
    lastEvent: 'The last secret cannot be revoked while events are sent: make another one first.',
    tooMany: 'There are five, and there cannot be more. Revoke one first.',
    onward: (name) => `Go on to ${name}`,
    token: 'Token',
    tokenUse: 'Is sent in the header Authorization: Bearer …',
    webhookSecret: 'Secret for signatures',
    webhookSecretUse: 'For systems that sign as Standard Webhooks describe it instead of sending the token.',
    eventSecret: 'Secret for events',
    eventSecretUse: 'The receiver checks the signature of events with it (Standard Webhooks).',
  },
});
