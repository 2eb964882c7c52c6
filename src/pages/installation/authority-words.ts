import type { PageLanguage } from '../kit/language.ts';

/** The words of the pages of authorities. */
export interface AuthoritiesWords {
  readonly lead: string;
  readonly list: string;
  readonly id: string;
  readonly idHint: string;
  readonly idWrong: string;
  readonly idTaken: string;
  readonly state: string;
  readonly paused: string;
  readonly running: string;
  readonly empty: string;
  readonly make: string;
  readonly makeLead: string;
  readonly change: string;
  readonly back: string;
  readonly save: string;
  readonly check: string;
  readonly changed: string;
  readonly setUp: string;
}

const DANISH: AuthoritiesWords = {
  lead: 'Hver myndighed har sine egne aftaler, tekster, regler og personer. Ingen af dem ser de andres.',
  list: 'Myndigheder',
  id: 'Id',
  idHint: 'Står i adresser og kan ikke ændres: små bogstaver, tal og bindestreger.',
  idWrong: 'Brug små bogstaver a–z, tal og bindestreger, højst 63.',
  idTaken: 'Id’et er i brug. Vælg et andet.',
  state: 'Tilstand',
  paused: 'På pause',
  running: 'Ikke på pause',
  empty: 'Der er ingen myndigheder endnu. Opret den første herunder.',
  make: 'Opret en myndighed',
  makeLead: 'Tekster, regler og tidsrum får fornuftige standardværdier, som kan ændres bagefter.',
  change: 'Myndighedens indstillinger',
  back: 'Tilbage til listen',
  save: 'Gem',
  check: 'Intet er gemt endnu. Ret det, der er markeret.',
  changed: 'En anden har ændret indstillingerne i mellemtiden. Det, du skrev, står her: se efter, og gem igen.',
  setUp: 'Gå til opsætningen',
};

const ENGLISH: AuthoritiesWords = {
  lead: 'Each authority has appointments, texts, rules and people of its own. None of them sees another’s.',
  list: 'Authorities',
  id: 'Id',
  idHint: 'Used in web addresses and cannot be changed: small letters, digits and dashes.',
  idWrong: 'Use small letters a–z, digits and dashes, 63 at most.',
  idTaken: 'This id is in use. Choose another one.',
  state: 'State',
  paused: 'Paused',
  running: 'Not paused',
  empty: 'There is no authority yet. Create the first one below.',
  make: 'Create an authority',
  makeLead: 'Texts, rules and times begin with good defaults, which can be changed afterwards.',
  change: 'Settings of the authority',
  back: 'Back to the list',
  save: 'Save',
  check: 'Nothing is saved yet. Correct what is marked.',
  changed: 'Somebody else has changed the settings meanwhile. What you typed is here: check it, and save again.',
  setUp: 'Go to the set-up',
};

/** The words of the pages of authorities. */
export const AUTHORITIES_WORDS: Readonly<Record<PageLanguage, AuthoritiesWords>> = { da: DANISH, en: ENGLISH };
