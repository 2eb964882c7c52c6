/** The words of the sign-in page. */
export interface SignInWords {
  readonly language: 'da' | 'en';
  /** The link to the page in the other language. */
  readonly other: { readonly language: 'da' | 'en'; readonly name: string };
  /** Also what the button says. */
  readonly title: string;
  readonly label: string;
  readonly hint: string;
  readonly wrong: string;
  readonly tooMany: (seconds: number) => string;
  /** The session of this browser timed out, or was ended elsewhere. */
  readonly ended: string;
}

const DANISH: SignInWords = {
  language: 'da',
  other: { language: 'en', name: 'English' },
  title: 'Log ind',
  label: 'Administratornøgle',
  hint: 'Nøglen blev vist, da EasySMS startede første gang, eller er valgt af driften.',
  wrong: 'Nøglen er forkert. Brug installationens administratornøgle, ikke en myndigheds API-nøgle.',
  tooMany: (seconds) => `For mange forsøg. Prøv igen om ${seconds} sekunder.`,
  ended: 'Du er blevet logget ud. Det sker efter 30 minutter uden aktivitet og senest efter 8 timer. Log ind igen.',
};

const ENGLISH: SignInWords = {
  language: 'en',
  other: { language: 'da', name: 'Dansk' },
  title: 'Sign in',
  label: 'Administrator token',
  hint: 'The token was shown when EasySMS first started, or was chosen by your operations team.',
  wrong: "That token is wrong. Use the installation's administrator token, not an authority's API key.",
  tooMany: (seconds) => `Too many attempts. Try again in ${seconds} seconds.`,
  ended: 'You have been signed out, which happens after 30 minutes without activity, or after 8 hours. Sign in again.',
};

/** The words in a language that the address or the form of the page names; Danish, like the pages behind it, else. */
export function signInWords(language: unknown): SignInWords {
  return language === 'en' ? ENGLISH : DANISH;
}
