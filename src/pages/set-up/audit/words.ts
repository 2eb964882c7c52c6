import { PERIOD_WORDS } from '../../kit/period-words.ts';
import { bilingual } from '../../kit/words.ts';

/** The words of the audit. */
export const AUDIT_WORDS = bilingual({
  da: {
    lead:
      'Hvem gjorde hvad og hvornår, det nyeste først. Her står hverken borgernes telefonnumre, CPR-numre ' +
      'eller nøgler.',
    installationLead:
      'Hvem gjorde hvad i hele installationen, det nyeste først. Her står hverken telefonnumre, CPR-numre eller ' +
      'nøgler.',
    list: 'Handlinger',
    at: 'Tidspunkt',
    /** The entry was written at another time than it says. @param by the user of the database */
    recorded: (at: string, by: string) => `Skrevet i databasen ${at} af ${by}`,
    who: 'Hvem',
    action: 'Handling',
    about: 'Om',
    anybody: 'Alle',
    /** There are people that the list has no place for. */
    morePeople: (shown: number) =>
      `Kun ${shown} af personerne står her. Find de andre ved at vælge dage, og vælg personen i en linje.`,
    anything: 'Alt',
    ...PERIOD_WORDS.da.fields,
    ...PERIOD_WORDS.da.faults,
    search: 'Søg',
    siteOf: (name: string, changes: boolean) => (changes ? `Ændring på siderne »${name}«` : `Siderne »${name}«`),
    api: (route: string) => `API’et, ${route}`,
    clear: 'Vis alt',
    /** The entries are about one subject alone, with the link that takes that off; null: its name is not known. */
    onlyAbout: (name: string | null) => `Kun handlinger, der gælder ${name ?? 'det valgte'}.`,
    aboutAnything: 'Vis alle',
    entriesAbout: 'Vis alle handlinger, der gælder dette',
    empty: 'Der er ingen handlinger endnu. Når nogen ændrer noget eller får vist telefonnumre, står det her.',
    emptySearch: 'Ingen handlinger passer. Prøv en anden person, handling eller periode.',
    details: 'Vis detaljer',
    /** Whether there is a secret, which is never shown. */
    secret: { set: 'Angivet', unset: 'Ikke angivet' },
    /** The note beside an address whose query, which is never shown, alone changed. */
    queryChanged: 'Det, der står efter ? i adressen, er ændret',
    before: 'Før',
    after: 'Efter',
    /** How many characters of a text the page has no room for. */
    cut: (characters: number) => (characters === 1 ? '1 tegn mere vises ikke.' : `${characters} tegn mere vises ikke.`),
    /** Parts of entries that no other page shows. */
    members: {
      client: 'Computerens kode',
      count: 'Antal',
      method: 'Login med',
      secondFactor: 'Kode fra en app',
      created: 'Ny framelding',
      stopped: 'Stoppede undervejs',
      uncertainReminders: 'Påmindelser, som måske var sendt',
      uncertainAnswers: 'Svar til borgere, som måske var sendt',
    },
    /** How somebody signed in. */
    methods: { token: 'Administrator\u00adnøglen', password: 'Adgangskode', provider: 'Organisationens login' },
    /** The outcome of a reply. */
    settled: 'Behandlet som',
    administrator: 'Administrator\u00adnøglen',
    anonymous: 'Ukendt',
    /** The erasure of what is older than it may be. */
    retention: 'EasySMS selv, efter slettefristen',
    several: 'Flere',
    foreignKey: 'En anden myndigheds API-nøgle',
    key: 'API-nøgle',
    authority: 'Myndighed',
    installation: 'Hele installationen',
    ownEntries: 'Vis alt, hvad denne har gjort',
    /** Look-ups: people who search, and numbers that are shown. */
    lookUps: {
      shown: 'En persons opslag af samme borger eller liste står på én linje for hvert kvarter.',
      leave: 'Skjul opslag',
      left: 'Opslag er skjult.',
      show: 'Vis opslag',
    },
    /** How many look-ups a line stands for, and when the last was; null: too many to count. */
    times: (count: number | null, until: string) => `${count ?? 'Mindst 1.000'} gange, senest ${until}`,
    foldTitle: 'Opslag i et kvarter',
    foldLead: 'Hvert opslag, som linjen står for, det nyeste først.',
    backToAll: 'Tilbage til loggen',
    emptyFold: 'De opslag er slettet efter slettefristen.',
    /** The reply that was decided about. */
    reply: 'Svaret',
    appointment: (reference: string) => `Aftale ${reference}`,
    appointmentErased: 'En slettet aftale',
    /** The subject of an entry, by the word before the colon: its name or id; null: the id names none that is known. */
    source: (name: string | null) => (name === null ? 'Et ukendt bookingsystem' : `Bookingsystemet ${name}`),
    gateway: (id: string | null) => (id === null ? 'En ukendt SMS-leverandør' : `SMS-leverandøren ${id}`),
  },
  en: {
    lead: 'Who did what and when, the newest first. It holds neither numbers of citizens, CPR numbers nor secrets.',
    installationLead:
      'Who did what in the whole installation, the newest first. It holds neither numbers of citizens, CPR numbers ' +
      'nor secrets.',
    list: 'Actions',
    at: 'When',
    recorded: (at, by) => `Written into the database ${at} by ${by}`,
    who: 'Who',
    action: 'Action',
    about: 'About',
    anybody: 'Anybody',
    morePeople: (shown) =>
      `Only ${shown} of the people stand here. Find the others by days, and choose the person in an entry.`,
    anything: 'Anything',
    ...PERIOD_WORDS.en.fields,
    ...PERIOD_WORDS.en.faults,
    search: 'Search',
    siteOf: (name, changes) => (changes ? `A change on the pages “${name}”` : `The pages “${name}”`),
    api: (route) => `The API, ${route}`,
    clear: 'Show all',
    onlyAbout: (name) => `Only actions that concern ${name ?? 'what was chosen'}.`,
    aboutAnything: 'Show actions about anything',
    entriesAbout: 'Show all actions that concern this',
    empty: 'There are no actions yet. When somebody changes something, or is shown phone numbers, it stands here.',
    emptySearch: 'No action fits. Try another person, action or period.',
    details: 'Show details',
    secret: { set: 'Set', unset: 'Not set' },
    queryChanged: 'What stands after the ? in the address has changed',
    before: 'Before',
    after: 'After',
    cut: (characters) =>
      characters === 1 ? '1 more character is not shown.' : `${characters} more characters are not shown.`,
    members: {
      client: 'Code of the computer',
      count: 'Number',
      method: 'Signed in by',
      secondFactor: 'Code from an app',
      created: 'New opt-out',
      stopped: 'Stopped half-way',
      uncertainReminders: 'Reminders that may have been sent',
      uncertainAnswers: 'Answers to citizens that may have been sent',
    },
    methods: { token: 'The administrator token', password: 'Password', provider: 'The organisation’s login' },
    settled: 'Settled as',
    administrator: 'The administrator token',
    anonymous: 'Unknown',
    retention: 'EasySMS itself, at the end of the retention period',
    several: 'Several',
    foreignKey: 'An API key of another authority',
    key: 'API key',
    authority: 'Authority',
    installation: 'The whole installation',
    ownEntries: 'Show everything done by this one',
    lookUps: {
      shown: 'Look-ups of one citizen or list by one person stand on one line for each quarter of an hour.',
      leave: 'Hide look-ups',
      left: 'Look-ups are hidden.',
      show: 'Show look-ups',
    },
    times: (count, until) => `${count ?? 'At least 1,000'} times, last at ${until}`,
    foldTitle: 'Look-ups in a quarter of an hour',
    foldLead: 'Each look-up that the line stands for, the newest first.',
    backToAll: 'Back to the log',
    emptyFold: 'Those look-ups were erased at the end of the retention period.',
    reply: 'The reply',
    appointment: (reference) => `Appointment ${reference}`,
    appointmentErased: 'An erased appointment',
    source: (name) => (name === null ? 'An unknown booking system' : `The booking system ${name}`),
    gateway: (id) => (id === null ? 'An unknown SMS supplier' : `The SMS supplier ${id}`),
  },
});

/** The words of the audit. */
export type AuditWords = (typeof AUDIT_WORDS)['da'];
