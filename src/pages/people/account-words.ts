import type { InvitedTo } from '../../accounts/people/accept.ts';
import type { Role } from '../../domain/people/access.ts';
import { bilingual } from '../kit/words.ts';

/** The words of invitations, of one's own account and of the second factor. */
export const ACCOUNT_WORDS = bilingual({
  da: {
    invitation: 'Velkommen til EasySMS',
    /**
     * The sentence about an invitation.
     * @param by null: nobody by name
     * @param authority null: the whole installation
     */
    invited: ({ email, authority, by }: InvitedTo): string =>
      `${by ?? 'En administrator'} har inviteret dig (${email}) til ` +
      `${authority === null ? 'hele installationen' : authority} i EasySMS.`,
    about:
      'EasySMS sender borgerne påmindelser om deres aftaler på SMS. Her ser I, hvad der er sendt, og hvad de svarer.',
    choose: 'Vælg en adgangskode, så er du i gang.',
    replaces: 'Den erstatter din tidligere adgangskode. En godkendelsesapp skal sættes op igen bagefter.',
    first: 'Opret den første konto',
    firstLead:
      'Kontoen administrerer hele installationen. Når den er oprettet, giver administratornøglen kun adgang til ' +
      'API’et, og du kan invitere andre, når du er logget ind.',
    name: 'Navn',
    email: 'E-mail',
    password: 'Adgangskode',
    newPassword: 'Ny adgangskode',
    oldPassword: 'Nuværende adgangskode',
    passwordHint: 'Mindst 12 tegn. Tre eller fire tilfældige ord er lette at huske og svære at gætte.',
    accept: 'Gem adgangskode og log ind',
    create: 'Opret konto og log ind',
    signInToAccept: 'Du har allerede en konto her. Log ind med den for at tage imod invitationen.',
    acceptSignedIn: 'Tag imod invitationen',
    gone:
      'Linket er brugt, erstattet af et nyere eller for gammelt: et link virker én gang og i 72 timer. Brug det ' +
      'nyeste, eller bed en administrator om et nyt.',
    goneTitle: 'Linket gælder ikke længere',
    emailTaken: 'Der er allerede en konto med denne e-mail.',
    emailInvalid: 'Skriv en e-mail som anna@eksempel.dk.',
    nameInvalid: 'Skriv dit navn, højst 100 tegn og uden CPR- eller telefonnummer.',
    oldWrong: 'Den nuværende adgangskode er forkert.',
    rights: 'Adgang',
    everywhere: 'Hele installationen',
    departments: (names: readonly string[]) => `kun ${names.join(', ')}`,
    roles: { viewer: 'Læser', operator: 'Sagsbehandler', administrator: 'Administrator' } satisfies Record<
      Role,
      string
    >,
    changePassword: 'Skift adgangskode',
    changed: 'Adgangskoden er skiftet, og du er logget ud alle andre steder.',
    byProvider: 'Du logger ind med organisationens login, som også bestemmer din adgang.',
    factor: 'Godkendelsesapp',
    factorOn: (left: number) =>
      `Slået til. Du har ${left} ${left === 1 ? 'gendannelseskode' : 'gendannelseskoder'} tilbage.`,
    factorOff: 'Ikke slået til. Med en app kan ingen logge ind med din adgangskode alene.',
    factorSetUp: 'Sæt en app op',
    factorRemove: 'Fjern appen',
    factorRemoveHint:
      'Har du ikke appen, så skriv en af dine gendannelseskoder. Du får nye gendannelseskoder ved at fjerne appen og ' +
      'sætte den op igen.',
    factorRemoved: 'Godkendelsesappen er fjernet.',
    factorIsOn:
      'Godkendelsesappen er slået til. Gendannelseskoderne blev kun vist én gang. Har du ikke gemt dem, så fjern ' +
      'appen herunder, og sæt den op igen: så får du nye.',
    factorDemanded: 'Din myndighed kræver, at du også bruger en godkendelsesapp. Sæt den op for at komme videre.',
    factorLead:
      'Scan koden med en godkendelsesapp på din telefon, eller skriv nøglen i den. Skriv så de seks cifre her.',
    factorLater: 'Ikke nu',
    qr: 'QR-kode med nøglen nedenfor',
    secret: 'Nøgle',
    code: 'Kode fra appen',
    confirm: 'Bekræft',
    codeWrong: 'Koden passer ikke. Se efter, at telefonens ur går rigtigt, og skriv den næste kode.',
    recovery: 'Gem dine gendannelseskoder',
    recoveryLead:
      'Mister du telefonen, kan du logge ind med en af dem; hver virker én gang. De vises kun nu: skriv dem ned, ' +
      'eller udskriv siden, og gem dem et sikkert sted.',
    onward: 'Jeg har gemt dem',
    sessions: 'Log ud alle steder',
    everywhereLead: 'Logger dig ud her og på alle andre enheder.',
  },
  en: {
    invitation: 'Welcome to EasySMS',
    invited: ({ email, authority, by }) =>
      `${by ?? 'An administrator'} has invited you (${email}) to ` +
      `${authority === null ? 'the whole installation' : authority} in EasySMS.`,
    about: 'EasySMS reminds citizens of their appointments by SMS. Here you see what was sent, and what they reply.',
    choose: 'Choose a password to begin.',
    replaces: 'It replaces your previous password. An authenticator app must be set up again afterwards.',
    first: 'Create the first account',
    firstLead:
      'The account administers the whole installation. Once it exists, the administrator token opens the API only, ' +
      'and you can invite others once you are signed in.',
    name: 'Name',
    email: 'Email',
    password: 'Password',
    newPassword: 'New password',
    oldPassword: 'Current password',
    passwordHint: 'At least 12 characters. Three or four random words are easy to remember and hard to guess.',
    accept: 'Save password and sign in',
    create: 'Create account and sign in',
    signInToAccept: 'You have an account here already. Sign in with it to accept the invitation.',
    acceptSignedIn: 'Accept the invitation',
    gone:
      'The link was used, was replaced by a newer one, or is too old: a link works once, within 72 hours. Use the ' +
      'newest one, or ask an administrator for another.',
    goneTitle: 'This link is no longer valid',
    emailTaken: 'Somebody has an account with this email already.',
    emailInvalid: 'Write an email such as anna@example.org.',
    nameInvalid: 'Write your name, 100 characters at most, without a CPR or phone number.',
    oldWrong: 'The current password is wrong.',
    rights: 'Access',
    everywhere: 'The whole installation',
    departments: (names) => `${names.join(', ')} only`,
    roles: { viewer: 'Viewer', operator: 'Operator', administrator: 'Administrator' },
    changePassword: 'Change password',
    changed: 'Your password was changed, and you were signed out everywhere else.',
    byProvider: 'You sign in with your organisation’s login, which also decides your access.',
    factor: 'Authenticator app',
    factorOn: (left) => `On. You have ${left} recovery ${left === 1 ? 'code' : 'codes'} left.`,
    factorOff: 'Off. With an app, nobody can sign in with your password alone.',
    factorSetUp: 'Set up an app',
    factorRemove: 'Remove the app',
    factorRemoveHint:
      'Without the app, type one of your recovery codes. To get new recovery codes, remove the app and set ' +
      'it up again.',
    factorRemoved: 'The authenticator app was removed.',
    factorIsOn:
      'The authenticator app is on. The recovery codes were shown only once. If you have not kept them, remove the ' +
      'app below and set it up again to get new ones.',
    factorDemanded: 'Your authority asks for an authenticator app too. Set it up to go on.',
    factorLead:
      'Scan the code with an authenticator app on your phone, or type the key into it. Then type the six digits.',
    factorLater: 'Not now',
    qr: 'QR code with the key below',
    secret: 'Key',
    code: 'Code from the app',
    confirm: 'Confirm',
    codeWrong: 'The code does not fit. Check that your phone’s clock is right, and type the next code.',
    recovery: 'Keep your recovery codes',
    recoveryLead:
      'If you lose your phone, each of them signs you in once. They are shown only now: write them down or print ' +
      'this page, and keep them somewhere safe.',
    onward: 'I have kept them',
    sessions: 'Sign out everywhere',
    everywhereLead: 'Signs you out here and on every other device.',
  },
});
