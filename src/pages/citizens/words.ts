import { bilingual } from '../kit/words.ts';

/** A count with its noun. */
const many = (one: string, more: string) => (count: number) => `${count} ${count === 1 ? one : more}`;

/** The words of the pages about the rights of citizens. */
export const CITIZENS_WORDS = bilingual({
  da: {
    title: 'Borgerens rettigheder',
    lead: (erases: boolean) =>
      'Her får en borger indsigt i, hvad der er registreret om et telefonnummer' +
      (erases ? ', eller får det slettet.' : '.'),
    limited:
      'Din konto er begrænset til nogle afdelinger. Indsigt og sletning gælder hele myndigheden: bed en kollega uden ' +
      'den begrænsning om hjælp.',
    access: 'Indsigt',
    accessLead: 'Alt, hvad myndigheden har registreret om nummeret. Hvert opslag står i loggen.',
    number: 'Borgerens telefonnummer',
    numberHint: 'For eksempel 22\u00a030\u00a041\u00a050',
    fileLanguage: 'Sprog i dokumentet',
    show: 'Vis her',
    asDocument: 'Hent som dokument',
    asData: 'Hent som data',
    erase: 'Sletning',
    eraseLead: 'Sletter alt om nummeret hos myndigheden. Du får først at se, hvad der bliver slettet.',
    eraseNot: 'En administrator kan slette alt om et nummer.',
    eraseNext: 'Fortsæt til sletning',
    faults: {
      number: 'Det er ikke et telefonnummer.',
      nothing: 'Myndigheden har intet registreret om dette nummer, så der er intet at slette.',
      other: 'Det er ikke det nummer, du begyndte med.',
      sure: 'Sæt kryds for at bekræfte.',
    },
    confirmTitle: 'Slet alt om nummeret?',
    confirmLead: 'Dette er registreret:',
    counts: {
      appointments: many('aftale', 'aftaler'),
      messages: many('SMS', 'SMS’er'),
      inbound: many('svar', 'svar'),
      optOuts: many('framelding', 'frameldinger'),
      patients: many('patient uden aftale', 'patienter uden aftale'),
    },
    more: 'Der er flere end dem, der er talt med her.',
    follows: 'Når det slettes:',
    whatHappens: [
      'Numre, tekster og steder slettes. Det kan ikke fortrydes.',
      'Planlagte påmindelser bliver ikke sendt. Aftaler, der bookes senere, får påmindelser igen, hvis nummeret ikke ' +
        'er frameldt.',
      'Aftalernes nummer, tid og status bevares uden borgerens oplysninger, til myndighedens frist sletter dem, så ' +
        'bookingsystemet ikke kan genskabe det slettede.',
      'En framelding gælder stadig: af den bevares kun en kode, som ikke kan læses.',
      'Statistikken bevares. Den siger intet om borgeren.',
    ],
    again: 'Skriv nummeret igen',
    sure: 'Jeg har sikret mig, at det er det rigtige nummer, og at det må slettes.',
    eraseNow: 'Slet nu',
    keep: 'Annuller',
    proofTitle: 'Kvittering for sletning',
    proofDone: 'Borgerens oplysninger er slettet. Gem eller udskriv kvitteringen.',
    proof: { authority: 'Myndighed', at: 'Slettet', by: 'Slettet af', reference: 'Kvitteringens nummer' },
    erased: {
      appointments: 'Aftaler',
      reminders: 'Planlagte påmindelser, der ikke bliver sendt',
      messages: 'SMS’er',
      inbound: 'Svar fra borgeren',
      optOuts: 'Frameldinger, hvor nummeret er slettet',
      patients: 'Patienter uden aftale',
    },
    proofNote: 'Kvitteringen indeholder intet om borgeren. Skriv selv på sagen, hvem den angår.',
    proofFile: 'Hent kvitteringen',
    proofFileName: 'kvittering',
    back: 'Tilbage til borgerens rettigheder',
  },
  en: {
    title: 'Citizens’ rights',
    lead: (erases) =>
      `Give a citizen access to what is held about a phone number${erases ? ', or erase what is held' : ''}.`,
    limited:
      'Your account is limited to some departments. Access and erasure concern the whole authority: ask a colleague ' +
      'without that limit for help.',
    access: 'Access',
    accessLead: 'Everything that the authority holds about the number. Every look-up is recorded.',
    number: 'Phone number of the citizen',
    numberHint: 'For example 22\u00a030\u00a041\u00a050',
    fileLanguage: 'Language of the document',
    show: 'Show here',
    asDocument: 'Download as a document',
    asData: 'Download as data',
    erase: 'Erasure',
    eraseLead: 'Erases everything that the authority holds about the number. You see first what will be erased.',
    eraseNot: 'An administrator can erase everything about a number.',
    eraseNext: 'Go on to erasure',
    faults: {
      number: 'This is not a phone number.',
      nothing: 'The authority holds nothing about this number, so there is nothing to erase.',
      other: 'This is not the number that you began with.',
      sure: 'Tick the box to confirm.',
    },
    confirmTitle: 'Erase everything about the number?',
    confirmLead: 'This is held:',
    counts: {
      appointments: many('appointment', 'appointments'),
      messages: many('SMS', 'SMS'),
      inbound: many('reply', 'replies'),
      optOuts: many('opt-out', 'opt-outs'),
      patients: many('patient without an appointment', 'patients without an appointment'),
    },
    more: 'There are more than are counted here.',
    follows: 'When it is erased:',
    whatHappens: [
      'Numbers, texts and places are erased. This cannot be undone.',
      'Planned reminders are not sent. Appointments booked later get reminders again, unless the number is opted out.',
      'The appointments’ numbers, times and statuses stay, without data about the citizen, until the time limit ' +
        'of the authority erases them, so that the booking system cannot bring back what was erased.',
      'An opt-out stays in force: only a code that nobody can read is kept of it.',
      'The statistics stay. They say nothing about the citizen.',
    ],
    again: 'Enter the number again',
    sure: 'I have made sure that it is the right number, and that it may be erased.',
    eraseNow: 'Erase now',
    keep: 'Cancel',
    proofTitle: 'Receipt of erasure',
    proofDone: 'The data about the citizen is erased. Save or print the receipt.',
    proof: { authority: 'Authority', at: 'Erased', by: 'Erased by', reference: 'Number of the receipt' },
    erased: {
      appointments: 'Appointments',
      reminders: 'Planned reminders that are not sent',
      messages: 'SMS',
      inbound: 'Replies of the citizen',
      optOuts: 'Opt-outs whose number was erased',
      patients: 'Patients without an appointment',
    },
    proofNote: 'The receipt says nothing about the citizen. Note in your own case whom it concerns.',
    proofFile: 'Download the receipt',
    proofFileName: 'receipt',
    back: 'Back to citizens’ rights',
  },
});
