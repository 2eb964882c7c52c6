import { bilingual } from '../../kit/words.ts';

/** The words of the pages of booking systems. */
export const SOURCES_WORDS = bilingual({
  da: {
    lead: 'Her kommer aftalerne fra. Hvert bookingsystem har sin egen adgang og sine egne indstillinger.',
    list: 'Bookingsystemer',
    id: 'Id',
    state: 'Tilstand',
    pausedSince: (at: string) => `På pause siden ${at}`,
    pausedUntil: (at: string) => `til ${at}`,
    running: 'Ikke på pause',
    /** The state where the mode is `paused`, which no button ends. */
    pausedByMode: 'På pause, til indstillingen »Drift« ændres',
    lastMessage: 'Senest taget imod',
    lastRefusal: 'Senest afvist',
    noRefusal: 'Intet afvist',
    /** Shown where there is none. @param administers the reader may create one */
    empty: (administers: boolean): string =>
      administers
        ? 'Der er ingen bookingsystemer endnu. Opret det første herunder; så får du det, som leverandøren skal bruge.'
        : 'Der er ingen bookingsystemer endnu. En administrator kan oprette det første.',
    make: 'Opret et bookingsystem',
    makeLead: 'Bagefter vises adgangsnøglerne, som leverandøren skal bruge. De vises kun den ene gang.',
    idHint: 'Står i adressen, som systemet sender til, og kan ikke ændres: små bogstaver, tal og bindestreger.',
    idWrong: 'Brug små bogstaver a–z, tal og bindestreger, højst 63. Id’et må ikke være brugt i forvejen.',
    idTaken: 'Id’et er i brug. Vælg et andet.',
    facts: 'Overblik',
    addresses: 'Adresser til leverandøren',
    addressesLead: 'Leverandøren skal bruge én af dem og adgangsnøglen.',
    settings: 'Indstillinger',
    events: 'Hændelser til bookingsystemet',
    deliveries: 'Se afleveringer',
    refusals: 'Senest afvist',
    newestRefusals: 'Tilbage til de nyeste',
    olderRefusals: 'Ældre afvisninger',
    refusalsLead:
      'Der gemmes højst de sidste hundrede. Vis dem til leverandøren: beskederne skal rettes og sendes igen. En ' +
      'CSV-fil kan du selv rette og sende igen.',
    refusalsEmpty: 'Intet er afvist. Alt, hvad systemet har sendt, kunne bruges.',
    /** In its place where no message came yet. */
    nothingReceived:
      'Systemet har ikke sendt noget endnu. Giv leverandøren en adresse og adgangsnøglen fra denne side.',
    at: 'Tidspunkt',
    where: 'Hvor i beskeden',
    whole: 'Hele beskeden',
    why: 'Hvorfor',
    format: 'Format',
    pause: 'Sæt på pause',
    pauseLead:
      'Aftaler modtages stadig, men deres påmindelser venter, til pausen slutter. Påmindelser, hvis frist udløber ' +
      'imens, bliver ikke sendt.',
    reason: 'Begrundelse',
    reasonWrong: 'Skriv en begrundelse på højst 200 tegn, uden CPR- eller telefonnummer.',
    until: 'Slutter af sig selv',
    untilHint: 'Lad feltet stå tomt, hvis pausen skal vare, til nogen genoptager udsendelsen.',
    untilWrong: 'Vælg en dag og et klokkeslæt i fremtiden.',
    resume: 'Genoptag udsendelsen',
    done: {
      made: 'Bookingsystemet er oprettet.',
      saved: 'Indstillingerne er gemt.',
      removed: 'Der sendes ikke flere hændelser til bookingsystemet.',
      paused: 'Påmindelser fra systemet venter nu.',
      resumed: 'Bookingsystemet er ikke længere på pause.',
      ended: 'Nøglen er spærret.',
    },
    readOnly: 'Kun en administrator kan ændre indstillinger og nøgler.',
  },
  en: {
    lead: 'This is where appointments come from. Each booking system has credentials and settings of its own.',
    list: 'Booking systems',
    id: 'Id',
    state: 'State',
    pausedSince: (at) => `Paused since ${at}`,
    pausedUntil: (at) => `until ${at}`,
    running: 'Not paused',
    pausedByMode: 'Paused until the setting “Mode” is changed',
    lastMessage: 'Last accepted',
    lastRefusal: 'Last refused',
    noRefusal: 'Nothing refused',
    empty: (administers) =>
      administers
        ? 'There is no booking system yet. Create the first one below: you get what its supplier needs.'
        : 'There is no booking system yet. An administrator can create the first one.',
    make: 'Create a booking system',
    makeLead: 'Afterwards the credentials that the supplier needs are shown, this once only.',
    idHint:
      'Part of the address that the system sends to; it cannot be changed: lower-case letters, digits and dashes.',
    idWrong: 'Use lower-case letters a–z, digits and dashes, 63 at most. The id must not be in use.',
    idTaken: 'This id is in use. Choose another one.',
    facts: 'Overview',
    addresses: 'Addresses for the supplier',
    addressesLead: 'The supplier needs one of them, and the credentials.',
    settings: 'Settings',
    events: 'Events to the booking system',
    deliveries: 'See deliveries',
    refusals: 'Last refusals',
    newestRefusals: 'Back to the newest',
    olderRefusals: 'Older refusals',
    refusalsLead:
      'The last hundred at most are kept. Show them to the supplier: the messages must be corrected and sent again. ' +
      'A CSV file you can correct and send again yourself.',
    refusalsEmpty: 'Nothing was refused. Everything that the system sent could be used.',
    nothingReceived: 'The system has not sent anything yet. Give its supplier an address and the token of this page.',
    at: 'When',
    where: 'Where in the message',
    whole: 'The whole message',
    why: 'Why',
    format: 'Format',
    pause: 'Pause',
    pauseLead:
      'Appointments are taken as before, and their reminders wait until the pause ends. Reminders whose deadline ' +
      'passes meanwhile are not sent.',
    reason: 'Reason',
    reasonWrong: 'Write a reason of 200 characters at most, without a CPR or phone number.',
    until: 'Ends by itself',
    untilHint: 'Leave it empty for a pause that lasts until somebody resumes sending.',
    untilWrong: 'Choose a day and a time that are still to come.',
    resume: 'Resume sending',
    done: {
      made: 'The booking system is created.',
      saved: 'The settings are saved.',
      removed: 'No more events are sent to the booking system.',
      paused: 'Reminders of the system wait now.',
      resumed: 'The booking system is no longer paused.',
      ended: 'Revoked: it cannot be used any more.',
    },
    readOnly: 'Only an administrator can change settings and credentials.',
  },
});

/** The words of the pages of booking systems. */
export type SourcesWords = (typeof SOURCES_WORDS)['da'];
