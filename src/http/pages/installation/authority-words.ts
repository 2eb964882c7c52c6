import type { PageLanguage } from '../language.ts';

/** The words of the pages of authorities. */
export interface AuthoritiesWords {
  readonly lead: string;
  readonly list: string;
  readonly name: string;
  readonly id: string;
  readonly idHint: string;
  readonly idWrong: string;
  readonly idTaken: string;
  readonly sender: string;
  readonly senderHint: string;
  readonly state: string;
  readonly paused: string;
  readonly running: string;
  readonly empty: string;
  readonly make: string;
  readonly makeLead: string;
  readonly change: string;
  readonly gateways: string;
  /** @param ids of the gateways of the installation */
  readonly gatewaysHint: (ids: string) => string;
  readonly keyword: string;
  readonly keywordHint: string;
  readonly cvr: string;
  readonly cvrHint: string;
  readonly factor: string;
  readonly language: string;
  readonly languages: Readonly<Record<'da' | 'en', string>>;
  readonly zone: string;
  readonly contactPhone: string;
  readonly retention: string;
  readonly retentionHint: string;
  readonly perDay: string;
  readonly countries: string;
  readonly countriesHint: string;
  readonly back: string;
  readonly save: string;
  readonly check: string;
  readonly changed: string;
  readonly setUp: string;
  readonly protectedSender: string;
  readonly gatewaySender: string;
}

const DANISH: AuthoritiesWords = {
  lead: 'Hver myndighed har sine egne aftaler, tekster, regler og personer. Ingen af dem ser de andres.',
  list: 'Myndigheder',
  name: 'Navn',
  id: 'Id',
  idHint: 'Står i adresser og kan ikke ændres: små bogstaver, tal og bindestreger.',
  idWrong: 'Brug små bogstaver a–z, tal og bindestreger, højst 63.',
  idTaken: 'Id’et er i brug. Vælg et andet.',
  sender: 'Afsender',
  senderHint: 'Det navn eller nummer, som borgeren ser: højst 11 bogstaver og tal. Et navn kan ingen svare på.',
  state: 'Tilstand',
  paused: 'På pause',
  running: 'I drift',
  empty: 'Der er ingen myndigheder endnu. Opret den første herunder.',
  make: 'Opret en myndighed',
  makeLead: 'Tekster, regler og tidsrum får fornuftige standardværdier, som kan ændres bagefter.',
  change: 'Myndighedens indstillinger',
  gateways: 'SMS-leverandører',
  gatewaysHint: (ids) =>
    `Skriv id’er med komma imellem, den foretrukne først. De mulige er: ${ids}. Driften sætter dem op i ` +
    'EASYSMS_GATEWAYS. Lad feltet stå tomt for at bruge alle i den rækkefølge.',
  keyword: 'Nøgleord foran svar',
  keywordHint:
    'Ordet foran svar til et kortnummer, der deles med andre. Lad feltet stå tomt, hvis nummeret er jeres eget.',
  cvr: 'CVR-nummer',
  cvrHint: 'Otte cifre. Rettigheder fra organisationens login gælder kun for dette CVR-nummer.',
  factor: 'Kræv en godkendelsesapp af alle, der logger ind med adgangskode',
  language: 'Sprog i SMS’er',
  languages: { da: 'Dansk', en: 'Engelsk' },
  zone: 'Tidszone',
  contactPhone: 'Telefonnummer til afbud og spørgsmål',
  retention: 'Antal dage efter aftalen, før alt om borgeren slettes',
  retentionHint: 'Fra 1 til 3.650 dage.',
  perDay: 'Højst så mange SMS’er til ét nummer om dagen',
  countries: 'Lande, hvis numre får SMS',
  countriesHint: 'To bogstaver, adskilt med komma: DK, SE.',
  back: 'Tilbage til listen',
  save: 'Gem',
  check: 'Intet er gemt endnu. Ret det, der er markeret.',
  changed: 'En anden har ændret indstillingerne i mellemtiden. Det, du skrev, står her: se efter, og gem igen.',
  setUp: 'Gå til opsætningen',
  protectedSender:
    'Det er, eller ligner, navnet på en anden myndighed eller en bank. Er det jeres eget navn, kan driften ' +
    'tillade det (EASYSMS_ALLOWED_SENDERS).',
  gatewaySender: 'En af SMS-leverandørerne tager ikke imod denne afsender.',
};

const ENGLISH: AuthoritiesWords = {
  lead: 'Each authority has appointments, texts, rules and people of its own. None of them sees another’s.',
  list: 'Authorities',
  name: 'Name',
  id: 'Id',
  idHint: 'Used in web addresses and cannot be changed: small letters, digits and dashes.',
  idWrong: 'Use small letters a–z, digits and dashes, 63 at most.',
  idTaken: 'This id is in use. Choose another one.',
  sender: 'Sender',
  senderHint: 'The name or number that the citizen sees: 11 letters and digits at most. Nobody can reply to a name.',
  state: 'State',
  paused: 'Paused',
  running: 'Running',
  empty: 'There is no authority yet. Create the first one below.',
  make: 'Create an authority',
  makeLead: 'Texts, rules and times begin with good defaults, which can be changed afterwards.',
  change: 'Settings of the authority',
  gateways: 'SMS suppliers',
  gatewaysHint: (ids) =>
    `Ids with commas between, the preferred one first. Available: ${ids}. Operations sets them up in ` +
    'EASYSMS_GATEWAYS. Leave it empty for all of them in that order.',
  keyword: 'Leased keyword',
  keywordHint:
    'The word in front of replies to a short code that others share. Leave it empty for a number of its own.',
  cvr: 'CVR number',
  cvrHint: 'Eight digits. Privileges of the organisation’s login hold for this CVR number only.',
  factor: 'Demand an authenticator app of all who sign in by password',
  language: 'Language of SMS',
  languages: { da: 'Danish', en: 'English' },
  zone: 'Time zone',
  contactPhone: 'Phone number for cancellations and questions',
  retention: 'Days that data is kept after the appointment',
  retentionHint: '1 to 3,650 days.',
  perDay: 'SMS to one number a day, at most',
  countries: 'Countries whose numbers get SMS',
  countriesHint: 'Two letters, with commas between: DK, SE.',
  back: 'Back to the list',
  save: 'Save',
  check: 'Nothing is saved yet. Correct what is marked.',
  changed: 'Somebody else has changed the settings meanwhile. What you typed is here: check it, and save again.',
  setUp: 'Go to the set-up',
  protectedSender:
    'It is, or looks like, the name of another authority or a bank. If it is your own name, operations can ' +
    'allow it (EASYSMS_ALLOWED_SENDERS).',
  gatewaySender: 'One of the SMS suppliers does not take this sender.',
};

/** The words of the pages of authorities. */
export const AUTHORITIES_WORDS: Readonly<Record<PageLanguage, AuthoritiesWords>> = { da: DANISH, en: ENGLISH };
