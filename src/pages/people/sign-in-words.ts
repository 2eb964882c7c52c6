import type { PasswordFault } from '../../accounts/people/passwords.ts';
import type { PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';

/** Waits from here on are told in minutes. */
const MINUTES_FROM_S = 100;

const UNITS = {
  da: { second: ['sekund', 'sekunder'], minute: ['minut', 'minutter'] },
  en: { second: ['second', 'seconds'], minute: ['minute', 'minutes'] },
} as const;

/** A time to wait in words, rounded up. */
function waitText(seconds: number, language: PageLanguage): string {
  const { second, minute } = UNITS[language];
  const [count, [one, more]] = seconds < MINUTES_FROM_S ? [seconds, second] : [Math.ceil(seconds / 60), minute];
  return `${count} ${count === 1 ? one : more}`;
}

/** The words of the pages by which one signs in. */
export const SIGN_IN_WORDS = bilingual({
  da: {
    title: 'Log ind',
    email: 'E-mail',
    password: 'Adgangskode',
    wrong: 'E-mail eller adgangskode er forkert.',
    tooMany: (seconds: number) =>
      `For mange forsøg. Prøv igen om ${waitText(seconds, 'da')}, eller fra en anden computer.`,
    ended: 'Du er blevet logget ud. Det sker efter 30 minutter uden aktivitet og senest efter 8 timer. Log ind igen.',
    endedKept:
      'Du er blevet logget ud, men det, du skrev, er gemt. Log ind igen, så kan du se det igennem og gøre det færdigt.',
    endedUndone: 'Du er blevet logget ud, før det blev gjort: intet er ændret. Log ind igen, og gør det en gang til.',
    forgotten: 'Har du glemt adgangskoden, så bed en administrator om et nyt link.',
    token: 'Administratornøgle',
    tokenHint: 'Nøglen blev vist, da EasySMS startede første gang, eller er valgt af driften.',
    tokenWrong: 'Nøglen er forkert. Brug installationens administratornøgle, ikke en myndigheds API-nøgle.',
    tokenClosed:
      'Administratornøglen giver kun adgang til API’et, når den første konto er oprettet. Log ind med din egen konto.',
    tokenTitle: 'Første gang',
    tokenButton: 'Log ind med nøglen',
    provider: 'Log ind med organisationens login',
    providerDown: 'Organisationens login svarer ikke. Prøv igen om lidt; din konto her er uændret.',
    providerDeclined: 'Du blev ikke logget ind hos din organisation. Prøv igen herfra.',
    providerRefused: 'Svaret fra organisationens login kunne ikke bekræftes. Prøv igen herfra.',
    providerLevel: 'Du er logget ind på et for lavt sikringsniveau. Log ind igen, og vælg et højere niveau.',
    providerNoRole:
      'Organisationens login giver dig ikke adgang til EasySMS. Bed jeres brugeradministrator om en rolle.',
    onward: 'Du er logget ind. Gå videre.',
    code: 'Kode fra din app',
    codeTitle: 'Bekræft, at det er dig',
    codeHint: 'Seks cifre fra din godkendelsesapp. Har du den ikke, så skriv en af dine gendannelseskoder.',
    codeWrong: 'Koden er forkert eller allerede brugt. Vent på den næste.',
    other: 'Log ind som en anden',
  },
  en: {
    title: 'Sign in',
    email: 'Email',
    password: 'Password',
    wrong: 'That email or password is wrong.',
    tooMany: (seconds) => `Too many attempts. Try again in ${waitText(seconds, 'en')}, or from another computer.`,
    ended:
      'You have been signed out, which happens after 30 minutes without activity, or after 8 hours. Sign in again.',
    endedKept: 'You have been signed out, but what you typed is kept. Sign in again to look it over and finish.',
    endedUndone: 'You were signed out before it was done: nothing has changed. Sign in again, and do it once more.',
    forgotten: 'If you have forgotten your password, ask an administrator for a new link.',
    token: 'Administrator token',
    tokenHint: 'The token was shown when EasySMS first started, or was chosen by your operations team.',
    tokenWrong: 'That token is wrong. Use the installation’s administrator token, not an authority’s API key.',
    tokenClosed: 'The administrator token opens the API only, now that there is a first account. Use your own account.',
    tokenTitle: 'First time',
    tokenButton: 'Sign in with the token',
    provider: 'Sign in with your organisation’s login',
    providerDown: 'Your organisation’s login does not respond. Try again shortly; your account here is unchanged.',
    providerDeclined: 'You were not signed in at your organisation. Start again from this page.',
    providerRefused: 'The response of your organisation’s login could not be confirmed. Start again from this page.',
    providerLevel: 'You signed in at too low a level of assurance. Sign in again and choose the higher level.',
    providerNoRole: 'Your organisation’s login gives you no access to EasySMS. Ask your user administrator for a role.',
    onward: 'You are signed in. Continue.',
    code: 'Code from your app',
    codeTitle: 'Confirm that it is you',
    codeHint: 'Six digits from your authenticator app. Without it, type one of your recovery codes.',
    codeWrong: 'That code is wrong, or was used already. Wait for the next one.',
    other: 'Sign in as somebody else',
  },
});

/** Why a password that was chosen is refused. */
export const PASSWORD_FAULTS = bilingual<Readonly<Record<PasswordFault, string>>>({
  da: {
    too_short: 'Adgangskoden er for kort. Den skal have mindst 12 tegn.',
    too_long: 'Adgangskoden må have højst 200 tegn.',
    common: 'Adgangskoden er en af dem, der gættes først. Vælg en anden, for eksempel tre eller fire tilfældige ord.',
    own_email: 'Adgangskoden må ikke være din e-mail. Vælg en anden.',
  },
  en: {
    too_short: 'This password is too short. It needs at least 12 characters.',
    too_long: 'The password may have 200 characters at most.',
    common: 'This password is one of those that are guessed first. Choose another, such as three or four random words.',
    own_email: 'The password must not be your email. Choose another one.',
  },
});
