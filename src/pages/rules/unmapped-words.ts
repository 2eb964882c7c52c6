import { bilingual } from '../kit/words.ts';

/** The words of codes of booking systems that are not known. */
export const UNMAPPED_WORDS = bilingual({
  da: {
    administratorsOnly: 'Kun en administrator kan give koderne en betydning.',
    unmappedLimited: 'Koderne gælder alle afdelinger. De vises for dem, der ser hele myndigheden.',
    unmappedNone: 'Der er ingen: alle koder, der er kommet, er kendt.',
    unmappedFields: { status: 'Status', location: 'Sted', start: 'Tidspunkt' },
    code: 'Kode',
    meaning: 'Betydning',
    seen: 'Sidst set',
    choose: 'Vælg, hvad koden betyder',
    map: 'Gem',
    mapText: 'Skriv den tekst, en SMS skal vise: højst 60 tegn og uden CPR-nummer.',
    mapDone: {
      mapped: 'Koden er kendt fra nu af.',
      gone: 'En anden har allerede taget sig af koden.',
      full: 'Der er ikke plads til flere koder i bookingsystemets indstillinger.',
      refused:
        'Koden kan ikke gemmes i indstillingerne: den ligner et CPR- eller telefonnummer eller har tegn, der ikke ' +
        'kan vises. Bed bookingsystemets leverandør om at sende en anden kode.',
    } as Readonly<Record<string, string>>,
    firstCodes: 'Tilbage til de første koder',
    moreCodes: 'Flere koder',
    startHint: 'Et tidspunkt, der ikke kunne læses. Beskeden blev afvist: spørg bookingsystemets leverandør.',
  },
  en: {
    administratorsOnly: 'Only an administrator can say what the codes mean.',
    unmappedLimited: 'The codes are of all departments. They are shown to those who see the whole authority.',
    unmappedNone: 'There are none: every code that came is known.',
    unmappedFields: { status: 'Status', location: 'Place', start: 'Time' },
    code: 'Code',
    meaning: 'Meaning',
    seen: 'Last seen',
    choose: 'Choose what the code means',
    map: 'Save',
    mapText: 'Write the text that an SMS is to print: 60 characters at most, without a CPR number.',
    mapDone: {
      mapped: 'The code is known from now on.',
      gone: 'Somebody else has dealt with this code already.',
      full: 'There is no room for more codes in this booking system’s settings.',
      refused:
        'This code cannot be kept in the settings: it looks like a CPR or phone number, or has characters that ' +
        'cannot be shown. Ask the supplier of the booking system to send another code.',
    },
    firstCodes: 'Back to the first codes',
    moreCodes: 'More codes',
    startHint: 'A time that could not be read. The message was refused: ask the supplier of the booking system.',
  },
});
