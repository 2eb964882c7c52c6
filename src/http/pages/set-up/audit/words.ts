import type { PageLanguage } from '../../language.ts';

/** The words of the audit. */
export interface AuditWords {
  readonly lead: string;
  readonly installationLead: string;
  readonly list: string;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly about: string;
  readonly anybody: string;
  readonly anything: string;
  readonly from: string;
  readonly to: string;
  readonly search: string;
  readonly clear: string;
  readonly empty: string;
  readonly emptySearch: string;
  readonly details: string;
  readonly before: string;
  readonly after: string;
  readonly administrator: string;
  readonly anonymous: string;
  readonly key: string;
  readonly authority: string;
  readonly installation: string;
  readonly ownEntries: string;
}

const DANISH: AuditWords = {
  lead:
    'Hvem gjorde hvad og hvornår, det nyeste først. Her står hverken borgernes telefonnumre, CPR-numre ' +
    'eller nøgler.',
  installationLead:
    'Hvem gjorde hvad i hele installationen, det nyeste først. Her står hverken telefonnumre, CPR-numre eller ' +
    'nøgler.',
  list: 'Handlinger',
  at: 'Tidspunkt',
  who: 'Hvem',
  action: 'Handling',
  about: 'Om',
  anybody: 'Alle',
  anything: 'Alt',
  from: 'Fra og med',
  to: 'Til og med',
  search: 'Søg',
  clear: 'Vis alt',
  empty: 'Der er ingen handlinger endnu.',
  emptySearch: 'Ingen handlinger passer. Prøv en anden person, handling eller periode.',
  details: 'Vis ændringen',
  before: 'Før',
  after: 'Efter',
  administrator: 'Administratornøglen',
  anonymous: 'Ukendt',
  key: 'API-nøgle',
  authority: 'Myndighed',
  installation: 'Hele installationen',
  ownEntries: 'Vis alt, hvad denne har gjort',
};

const ENGLISH: AuditWords = {
  lead: 'Who did what and when, the newest first. It holds neither numbers of citizens, CPR numbers nor secrets.',
  installationLead:
    'Who did what in the whole installation, the newest first. It holds neither numbers of citizens, CPR numbers nor ' +
    'secrets.',
  list: 'Actions',
  at: 'When',
  who: 'Who',
  action: 'Action',
  about: 'About',
  anybody: 'Anybody',
  anything: 'Anything',
  from: 'From',
  to: 'To and including',
  search: 'Search',
  clear: 'Show all',
  empty: 'There are no actions yet.',
  emptySearch: 'No action fits. Try another person, action or period.',
  details: 'Show the change',
  before: 'Before',
  after: 'After',
  administrator: 'The administrator token',
  anonymous: 'Unknown',
  key: 'API key',
  authority: 'Authority',
  installation: 'The whole installation',
  ownEntries: 'Show everything done by this one',
};

/** The words of the audit. */
export const AUDIT_WORDS: Readonly<Record<PageLanguage, AuditWords>> = { da: DANISH, en: ENGLISH };
