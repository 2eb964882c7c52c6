import { ROLES } from '../../domain/people/access.ts';
import { bilingual } from '../kit/words.ts';

/** Words that the pages of the set-up share; `pages` are the names of those that are not declared whole. */
export const SET_UP_WORDS = bilingual({
  da: {
    pages: {
      sources: 'Bookingsystemer',
      people: 'Personer',
      audit: 'Log over handlinger',
      import: 'Indlæs fil',
    },
    roles: { viewer: 'Læser', operator: 'Sagsbehandler', administrator: 'Administrator' },
    /** The rights of somebody with the role. */
    roleMeans: {
      viewer: 'Ser alt, men med skjulte telefonnumre, og ændrer intet.',
      operator: 'Ser telefonnumre, behandler svar og frameldinger og kan sætte udsendelsen på pause.',
      administrator: 'Kan det hele, også ændre tekster, regler og opsætning.',
    },
    role: 'Rolle',
    name: 'Navn',
    save: 'Gem',
    never: 'Aldrig',
    /** Above a secret, which is shown once and never again. */
    once: 'Vises kun nu. Gem det et sikkert sted, før du går videre.',
    back: 'Tilbage til listen',
    backTo: (name: string) => `Tilbage til ${name}`,
    inAudit: 'Vis i loggen',
    nameWrong: 'Skriv et navn på højst 100 tegn, uden CPR- eller telefonnummer.',
    /** Above the fields of a form that was refused. */
    check: 'Intet er gemt endnu. Ret det, der er markeret.',
  },
  en: {
    pages: {
      sources: 'Booking systems',
      people: 'People',
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
    save: 'Save',
    never: 'Never',
    once: 'Shown only now. Keep it somewhere safe before you go on.',
    back: 'Back to the list',
    backTo: (name) => `Back to ${name}`,
    inAudit: 'Show in the audit log',
    nameWrong: 'Write a name of 100 characters at most, without a CPR or phone number.',
    check: 'Nothing is saved yet. Correct what is marked.',
  },
});

/** A page of the set-up that takes its name from here. */
export type SetUpPageName = keyof (typeof SET_UP_WORDS)['da']['pages'];

/** The meaning of each role, one a line. */
export function roleHint({ roles, roleMeans }: Pick<(typeof SET_UP_WORDS)['da'], 'roles' | 'roleMeans'>): string {
  return ROLES.map((role) => `${roles[role]}: ${roleMeans[role]}`).join('\n');
}
