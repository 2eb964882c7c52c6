import type { AuthoritySettings } from '../../domain/authority.ts';
import { countryName } from '../kit/country-name.ts';
import { TextField } from '../kit/fields.tsx';
import { GATEWAYS } from './gateways.tsx';
import type { AuthorityPart } from './groups.ts';
import { CHECK, COUNTRIES, choice, linesIn, textLine, textLineOrNone, whole } from './kinds.tsx';
import type { SettingKind } from './setting.ts';

/** Senders of single countries, one a line: `SE: 46701234567`. */
const SENDERS: SettingKind<Readonly<Record<string, string>>> = {
  fill: (id, senders) => ({
    [id]: Object.entries(senders)
      .map(([country, sender]) => `${country}: ${sender}`)
      .join('\n'),
  }),
  read: (id, values) => {
    const pairs = linesIn(values, id).map((line) => {
      const [country = '', ...sender] = line.split(':');
      return [country.trim().toUpperCase(), sender.join(':').trim()];
    });
    return Object.fromEntries(pairs);
  },
  Field: ({ values, language: _, edits: __, ...field }) => (
    <TextField {...field} value={values[field.id] ?? ''} rows={2} />
  ),
  said: (label, language) => ({ '': { label }, '*': { label: (country) => countryName(language, country) } }),
};

/** Settings that say who the SMS come from, and what is never exceeded, in the order of their page. */
export const SENDER_SETTINGS = {
  name: {
    group: 'sender',
    installation: 1,
    kind: textLine({ required: true, more: { maxlength: 60 } }),
    label: { da: 'Myndighedens navn', en: 'Name of the authority' },
    hint: { da: 'Står i teksterne.', en: 'Appears in the texts.' },
    fault: { da: 'Skriv et navn på højst 60 tegn.', en: 'Write a name of 60 characters at most.' },
  },
  sender: {
    group: 'sender',
    installation: 2,
    kind: textLine({ required: true, more: { maxlength: 15 } }),
    label: { da: 'SMS’ernes afsender', en: 'Sender of the SMS' },
    hint: {
      da:
        '1 til 11 bogstaver, tal og mellemrum, eller et nummer med landekode (kortnumre uden). Man kan ikke svare ' +
        'på et navn.',
      en:
        '1 to 11 letters, digits and spaces, or a number with its country code (short codes without). Nobody can ' +
        'reply to a name.',
    },
    fault: {
      da:
        'Skriv 1 til 11 bogstaver (A til Z), tal og mellemrum med mindst ét bogstav, eller et nummer på 3 til 15 ' +
        'cifre.',
      en: 'Write 1 to 11 letters (A to Z), digits and spaces with a letter among them, or a number of 3 to 15 digits.',
    },
  },
  senders: {
    group: 'sender',
    kind: SENDERS,
    label: { da: 'Andre afsendere til enkelte landes numre', en: 'Other senders for numbers of single countries' },
    hint: {
      da:
        'Én på hver linje, hvor et land ikke tager imod navne eller kun registrerede, for eksempel ' +
        'SE:\u00a046701234567. Tomt: ingen.',
      en: 'One a line, where a country takes no names or only registered ones: SE:\u00a046701234567. Empty: none.',
    },
    fault: {
      da: 'Skriv et land og dets afsender på hver linje, som SE:\u00a046701234567.',
      en: 'Write one country and its sender a line, such as SE:\u00a046701234567.',
    },
  },
  inboundKeyword: {
    group: 'sender',
    installation: 4,
    kind: textLineOrNone({ more: { maxlength: 20 } }),
    label: { da: 'Nøgleord foran svar', en: 'Keyword in front of replies' },
    hint: {
      da: 'Kun hvor nummeret er delt med andre: det ord, et svar skal begynde med.',
      en: 'Only where the number is shared with others: the word that a reply has to begin with.',
    },
    fault: { da: 'Skriv ét ord på 2 til 20 bogstaver og tal.', en: 'Write one word of 2 to 20 letters and digits.' },
  },
  gateways: {
    group: 'gateways',
    installation: 3,
    kind: GATEWAYS,
    label: { da: 'SMS-leverandører i rækkefølge', en: 'SMS suppliers in order' },
    hint: {
      da:
        'Vælg en plads til hver, der skal bruges. Ingen valgt: alle, i installationens rækkefølge. Hver kendes på ' +
        'sit id. Driften bestemmer, hvilke SMS-leverandører der er.',
      en:
        'Choose a place for each one that is to be used. None chosen: all, in the order of the installation. Each ' +
        'is known by its id. The operations team decides which SMS suppliers there are.',
    },
  },
  language: {
    group: 'citizens',
    installation: 7,
    kind: choice<AuthoritySettings['language']>({
      da: { da: 'Dansk', en: 'Danish' },
      en: { da: 'Engelsk', en: 'English' },
    }),
    label: { da: 'Sprog, når bookingsystemet ikke oplyser et', en: 'Language, when the booking system gives none' },
  },
  timeZone: {
    group: 'citizens',
    installation: 8,
    kind: textLine({ required: true, more: { maxlength: 60 } }),
    label: { da: 'Tidszone', en: 'Time zone' },
    fault: { da: 'Skriv en tidszone som Europe/Copenhagen.', en: 'Write a time zone such as Europe/Copenhagen.' },
  },
  allowedCountries: {
    group: 'citizens',
    installation: 12,
    kind: COUNTRIES,
    label: { da: 'Lande, hvis numre får SMS', en: 'Countries whose numbers get SMS' },
    hint: {
      da: 'To bogstaver for hvert land, adskilt med komma: DK, SE, NO.',
      en: 'Two letters each, with commas between: DK, SE, NO.',
    },
    fault: {
      da: 'Skriv lande med to bogstaver hver: DK, SE, NO.',
      en: 'Write countries with two letters each: DK, SE, NO.',
    },
  },
  maxPerNumberPerDay: {
    group: 'citizens',
    installation: 11,
    kind: whole(1_000),
    label: { da: 'Højst så mange SMS’er til ét nummer om dagen', en: 'SMS to one number a day, at most' },
    hint: { da: 'Fra 1 til 1.000.', en: 'From 1 to 1,000.' },
  },
  onUncertain: {
    group: 'safety',
    kind: choice<AuthoritySettings['onUncertain']>({
      hold: { da: 'Send den ikke igen', en: 'Do not send it again' },
      resend: { da: 'Send den én gang til', en: 'Send it once more' },
    }),
    label: { da: 'Når det ikke vides, om en SMS blev sendt', en: 'When it is not known whether an SMS left' },
    hint: {
      da: 'Sendes den ikke igen, får ingen to. Sendes den én gang til, kan nogen få to.',
      en: 'If it is not sent again, nobody gets two. If it is sent once more, somebody may.',
    },
  },
  retentionDays: {
    group: 'safety',
    installation: 10,
    kind: whole(3_650),
    label: {
      da: 'Antal dage efter aftalen, før alt om borgeren slettes',
      en: 'Days after the appointment before everything about the citizen is erased',
    },
    hint: { da: 'Fra 1 til 3.650 dage.', en: 'From 1 to 3,650 days.' },
  },
  cvr: {
    group: 'safety',
    installation: 5,
    kind: textLineOrNone({ digits: true, more: { maxlength: 11, inputmode: 'numeric' } }),
    label: { da: 'CVR-nummer', en: 'CVR number' },
    hint: {
      da:
        'Otte cifre. Den, der logger ind med organisationens login, får adgang her, når loginnet nævner dette ' +
        'CVR-nummer.',
      en:
        'Eight digits. People who sign in with the organisation’s login get access here when it names this CVR ' +
        'number.',
    },
    fault: { da: 'Et CVR-nummer har otte cifre.', en: 'A CVR number has eight digits.' },
  },
  requireSecondFactor: {
    group: 'safety',
    installation: 6,
    kind: CHECK,
    label: {
      da: 'Den, der logger ind med adgangskode, skal også bruge en kode fra en godkendelsesapp',
      en: 'People who sign in with a password must give a code from an authenticator app too',
    },
  },
} as const satisfies Partial<AuthorityPart>;
