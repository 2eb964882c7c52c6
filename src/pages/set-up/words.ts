import { ROLES, type Role } from '../../domain/people/access.ts';
import type { PageLanguage } from '../kit/language.ts';

/** The pages of the set-up. */
export type SetUpPageName = 'sources' | 'gateways' | 'keys' | 'people' | 'departments' | 'audit' | 'import';

/** Words that the pages of the set-up share. */
export interface SetUpWords {
  readonly title: string;
  readonly pages: Readonly<Record<SetUpPageName, string>>;
  readonly roles: Readonly<Record<Role, string>>;
  /** The rights of somebody with the role. */
  readonly roleMeans: Readonly<Record<Role, string>>;
  readonly role: string;
  readonly name: string;
  readonly next: string;
  readonly save: string;
  readonly never: string;
  /** The heading above a secret, which is shown once and never again. */
  readonly once: string;
  readonly back: string;
  readonly backTo: (name: string) => string;
  /** The link to what the audit has about something. */
  readonly inAudit: string;
  readonly nameWrong: string;
  /** Above the fields of a form that was refused. */
  readonly check: string;
}

const DANISH: SetUpWords = {
  title: 'Opsætning',
  pages: {
    sources: 'Bookingsystemer',
    gateways: 'SMS-leverandører',
    keys: 'API-nøgler',
    people: 'Personer',
    departments: 'Afdelinger',
    audit: 'Log over handlinger',
    import: 'Indlæs fil',
  },
  roles: { viewer: 'Læser', operator: 'Sagsbehandler', administrator: 'Administrator' },
  roleMeans: {
    viewer: 'Ser alt, men med skjulte telefonnumre, og ændrer intet.',
    operator: 'Ser telefonnumre, behandler svar og frameldinger og kan sætte udsendelsen på pause.',
    administrator: 'Kan det hele, også ændre tekster, regler og opsætning.',
  },
  role: 'Rolle',
  name: 'Navn',
  next: 'Næste side',
  save: 'Gem',
  never: 'Aldrig',
  once: 'Vises kun nu. Gem det et sikkert sted, før du går videre.',
  back: 'Tilbage til listen',
  backTo: (name) => `Tilbage til ${name}`,
  inAudit: 'Vis i loggen',
  nameWrong: 'Skriv et navn på højst 100 tegn, uden CPR- eller telefonnummer.',
  check: 'Intet er gemt endnu. Ret det, der er markeret.',
};

const ENGLISH: SetUpWords = {
  title: 'Set-up',
  pages: {
    sources: 'Booking systems',
    gateways: 'SMS suppliers',
    keys: 'API keys',
    people: 'People',
    departments: 'Departments',
    audit: 'Audit log',
    import: 'Import a file',
  },
  roles: { viewer: 'Viewer', operator: 'Operator', administrator: 'Administrator' },
  roleMeans: {
    viewer: 'Sees everything with phone numbers hidden, and changes nothing.',
    operator: 'Sees phone numbers, handles replies and opt-outs, and can pause sending.',
    administrator: 'Can do everything, also change texts, rules and the set-up.',
  },
  role: 'Role',
  name: 'Name',
  next: 'Next page',
  save: 'Save',
  never: 'Never',
  once: 'Shown only now. Keep it somewhere safe before you go on.',
  back: 'Back to the list',
  backTo: (name) => `Back to ${name}`,
  inAudit: 'Show in the audit log',
  nameWrong: 'Write a name of 100 characters at most, without a CPR or phone number.',
  check: 'Nothing is saved yet. Correct what is marked.',
};

/** Words that the pages of the set-up share. */
export const SET_UP_WORDS: Readonly<Record<PageLanguage, SetUpWords>> = { da: DANISH, en: ENGLISH };

/** The meaning of each role, one a line. */
export function roleHint({ roles, roleMeans }: SetUpWords): string {
  return ROLES.map((role) => `${roles[role]}: ${roleMeans[role]}`).join('\n');
}
