import { bilingual } from '../../kit/words.ts';

/** The words of the pages of people. */
export const PEOPLE_WORDS = bilingual({
  da: {
    lead: 'Alle, der arbejder her, har hver sin konto. Loggen viser, hvem der gjorde hvad.',
    installationLead: 'Disse personer har adgang til alle myndigheder. Giv kun den adgang til driften.',
    list: 'Personer med adgang',
    email: 'E-mail',
    noEmail: 'Ukendt',
    departments: 'Afdelinger',
    departmentsHint:
      'Én på hver linje, som bookingsystemet skriver dem. Lad feltet stå tomt for alle afdelinger. Ellers ser ' +
      'personen kun aftaler fra dem, der står her.',
    departmentsWrong: 'Skriv højst 200 afdelinger med højst 60 tegn hver, uden CPR-numre.',
    /** The sentence about names that no department has, with those that there are. */
    departmentsUnknown: (unknown: string, known: string) =>
      `Ingen afdeling her hedder ${unknown}. Skriv navnet præcis som et af disse: ${known}`,
    quotedDepartment: (name: string) => `»${name}«`,
    /** The end of a list of departments that is too long to be shown. */
    moreDepartments: (count: number) => `og ${count} til, som står under Afdelinger`,
    all: 'Alle',
    lastSignIn: 'Senest logget ind',
    // The soft hyphen lets the word break on a narrow screen.
    factor: 'Godkendelses\u00adapp',
    state: 'Tilstand',
    active: 'Aktiv',
    invited: (until: string) => `Inviteret. Linket gælder til ${until}`,
    lapsed: 'Inviteret, men linket er udløbet: lav et nyt',
    byProvider: 'Logger ind med organisationens login',
    change: 'Ret',
    empty: 'Der er ingen personer endnu. Invitér den første herunder.',
    invite: 'Invitér en person',
    inviteLead: 'Du får et link, som du selv giver videre, for eksempel i en mail. EasySMS sender det ikke.',
    emailWrong: 'Skriv en e-mail som anna@eksempel.dk.',
    linkTitle: (name: string) => `Link til ${name}`,
    link: 'Link',
    linkLead: (email: string) =>
      `Giv linket til ${email} selv, for eksempel i en mail eller en besked. Den, der åbner det først, vælger ` +
      'adgangskoden: send det derfor kun til personen selv. Det virker én gang.',
    linkUntil: (until: string) => `Det gælder til ${until}.`,
    known: 'Personen har allerede en konto her. Ret den, eller lav et nyt link.',
    changed: 'Adgangen er rettet. Det gælder fra den næste side, personen åbner.',
    removed: 'Personen er fjernet og logget ud.',
    access: 'Adgang',
    providerLead: 'Rolle og navn kommer fra organisationens login ved hvert login og rettes dér.',
    rename: 'Ret navnet',
    renameLead: 'Navnet står her og i loggen, også ved det, personen allerede har gjort.',
    renamed: 'Navnet er gemt.',
    /** @param access role and departments that somebody else has given */
    accessMeanwhile: (access: string) =>
      `Adgangen er ændret i mellemtiden og er nu: ${access}. Din ændring er ikke gemt: send formularen igen, hvis ` +
      'den skal gælde i stedet.',
    /** The departments of somebody without a limit, within a sentence. */
    allDepartments: 'alle afdelinger',
    renamedMeanwhile: (name: string) =>
      `En anden har i mellemtiden ændret navnet til »${name}«. Det, du skrev, er ikke gemt: send formularen igen, ` +
      'hvis det skal gælde i stedet.',
    newLink: 'Lav et nyt link',
    newLinkLead:
      'Til en glemt adgangskode, en mistet telefon eller et udløbet link. Tidligere links gælder så ikke mere.',
    remove: 'Fjern personen',
    /** @param name null: the reader's own */
    removeLead: (name: string | null) =>
      name === null
        ? 'Du logges ud med det samme og kan ikke logge ind her igen.'
        : `${name} logges ud med det samme og kan ikke logge ind her igen.`,
    last: 'Det er den sidste administrator. Bagefter kan kun driften invitere andre.',
    /** The sentence `last` about the whole installation, whose token signs people in again afterwards. */
    installationLast:
      'Det er den sidste administrator af hele installationen. Bagefter kan man kun komme ind og invitere andre med ' +
      'administratornøglen, som alle deler.',
    lastConfirm: 'Jeg ved, at der så ikke er nogen administrator',
    own: 'Det er dig selv.',
  },
  en: {
    lead: 'Everybody who works here has an account of their own. The audit log shows who did what.',
    installationLead: 'These people have access to every authority. Give it only to the operations team.',
    list: 'People with access',
    email: 'Email',
    noEmail: 'Unknown',
    departments: 'Departments',
    departmentsHint:
      'One a line, spelt as the booking system writes them. Empty: all departments. With a limit the person sees ' +
      'appointments of these departments only.',
    departmentsWrong: 'Write 200 departments at most, of 60 characters each, without CPR numbers.',
    departmentsUnknown: (unknown, known) =>
      `No department here is called ${unknown}. Write the name exactly as one of these: ${known}`,
    quotedDepartment: (name) => `“${name}”`,
    moreDepartments: (count) => `and ${count} more, which stand under Departments`,
    all: 'All',
    lastSignIn: 'Last signed in',
    factor: 'Authenticator app',
    state: 'State',
    active: 'Active',
    invited: (until) => `Invited. The link is valid until ${until}`,
    lapsed: 'Invited, but the link has lapsed: make another one',
    byProvider: 'Signs in with the organisation’s login',
    change: 'Change',
    empty: 'There is nobody yet. Invite the first person below.',
    invite: 'Invite a person',
    inviteLead: 'You get a link that you hand over yourself, in an email for instance. EasySMS does not send it.',
    emailWrong: 'Write an email such as anna@example.org.',
    linkTitle: (name) => `Link for ${name}`,
    link: 'Link',
    linkLead: (email) =>
      `Hand the link to ${email} yourself, in an email or a message for instance. Whoever opens it first chooses the ` +
      'password, so send it to that person alone. It works once.',
    linkUntil: (until) => `It is valid until ${until}.`,
    known: 'This person has an account here already. Change it, or make a new link.',
    changed: 'The access is changed. It holds from the next page that the person opens.',
    removed: 'The person is removed and signed out.',
    access: 'Access',
    providerLead: 'Role and name come from the organisation’s login at each sign-in, and are changed there.',
    rename: 'Change the name',
    renameLead: 'The name stands here and in the audit log, also beside what the person did before.',
    renamed: 'The name is saved.',
    accessMeanwhile: (access) =>
      `The access has been changed meanwhile, and is now: ${access}. Your change is not saved: send the form again ` +
      'to put it in its place.',
    allDepartments: 'all departments',
    renamedMeanwhile: (name) =>
      `Somebody else has changed the name to “${name}” meanwhile. What you typed is not saved: send the form again ` +
      'to put it in its place.',
    newLink: 'Make a new link',
    newLinkLead: 'For a forgotten password, a lost phone or an expired link. Earlier links stop working.',
    remove: 'Remove the person',
    removeLead: (name) =>
      name === null
        ? 'You are signed out at once and cannot sign in here again.'
        : `${name} is signed out at once and cannot sign in here again.`,
    last: 'This is the last administrator. Nobody here could invite others then: the operations team must do it.',
    installationLast:
      'This is the last administrator of the whole installation. Afterwards the administrator token, which everybody ' +
      'shares, is the only way in to invite others.',
    lastConfirm: 'I know that there will be no administrator',
    own: 'This is you.',
  },
});
