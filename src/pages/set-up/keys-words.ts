import type { PageLanguage } from '../kit/language.ts';

/** The words of the page of API keys. */
export interface KeysWords {
  readonly lead: string;
  readonly list: string;
  readonly prefix: string;
  readonly madeAt: string;
  readonly lastUsed: string;
  readonly state: string;
  readonly valid: string;
  readonly revoked: (at: string) => string;
  readonly revoke: string;
  readonly revokeWhy: (name: string) => string;
  readonly done: string;
  readonly empty: string;
  readonly make: string;
  readonly nameHint: string;
  readonly made: (name: string) => string;
  readonly key: string;
  readonly use: string;
}

const DANISH: KeysWords = {
  lead:
    'En nøgle giver et program adgang til myndighedens data. Personer får deres egen konto i stedet. Hvornår en ' +
    'nøgle senest er brugt, noteres højst én gang i timen.',
  list: 'Nøgler',
  prefix: 'Begynder med',
  madeAt: 'Oprettet',
  lastUsed: 'Senest brugt',
  state: 'Tilstand',
  valid: 'Gælder',
  revoked: (at) => `Spærret ${at}`,
  revoke: 'Spær nøglen',
  revokeWhy: (name) => `Programmet, der bruger »${name}«, kan ikke længere få adgang. Det kan ikke fortrydes.`,
  done: 'Nøglen er spærret.',
  empty: 'Der er ingen nøgler. Opret en herunder, når et program skal hente statistik eller rette opsætningen.',
  make: 'Opret en nøgle',
  nameHint: 'Hvad den bruges til, for eksempel »Ledelsesrapport«.',
  made: (name) => `Nøglen »${name}« er oprettet`,
  key: 'Nøgle',
  use: 'Programmet sender den i headeren Authorization: Bearer …',
};

const ENGLISH: KeysWords = {
  lead:
    'A key lets a program use the authority’s data. People get an account of their own instead. When a key was last ' +
    'used is noted once an hour at most.',
  list: 'Keys',
  prefix: 'Begins with',
  madeAt: 'Made',
  lastUsed: 'Last used',
  state: 'State',
  valid: 'Valid',
  revoked: (at) => `Revoked ${at}`,
  revoke: 'Revoke the key',
  revokeWhy: (name) => `The program that uses “${name}” will be refused. This cannot be undone.`,
  done: 'The key is revoked.',
  empty: 'There are no keys. Make one below when a program is to read statistics or change the set-up.',
  make: 'Make a key',
  nameHint: 'What it is for, such as “Management report”.',
  made: (name) => `The key “${name}” is made`,
  key: 'Key',
  use: 'The program sends it in the header Authorization: Bearer …',
};

/** The words of the page of API keys. */
export const KEYS_WORDS: Readonly<Record<PageLanguage, KeysWords>> = { da: DANISH, en: ENGLISH };
