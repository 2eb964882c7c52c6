import type { Context } from 'hono';
import type { HttpEnv } from '../../env.ts';
import { Plain, page } from '../document.tsx';
import type { PageLanguage } from '../language.ts';
import type { KeptForm } from './form.ts';
import { isUntyped, TypedTexts } from './typed-texts.tsx';

interface TooLongWords {
  readonly title: string;
  readonly lead: string;
  readonly signIn: string;
}

const WORDS: Readonly<Record<PageLanguage, TooLongWords>> = {
  da: {
    title: 'Du er blevet logget ud',
    lead:
      'Det, du skrev, er ikke sendt, og det er for langt til at blive gemt, mens du logger ind. Lad denne fane stå: ' +
      'log ind i en ny fane, og kopiér teksten herfra.',
    signIn: 'Log ind i en ny fane',
  },
  en: {
    title: 'You have been signed out',
    lead:
      'What you typed was not sent, and it is too long to be kept while you sign in. Leave this tab open: sign in in ' +
      'a new one, and copy the text from here.',
    signIn: 'Sign in in a new tab',
  },
};

/**
 * Gives a form back that is too long for the browser to keep. The server keeps none: what people paste may be a whole
 * message about a patient, which EasySMS stores nowhere.
 * @param signIn the address that signs in
 */
export function tooLongPage(c: Context<HttpEnv>, { fields }: KeptForm, signIn: string): Promise<Response> {
  const { language } = c.var;
  const words = WORDS[language];
  return page(
    c,
    <Plain title={words.title} language={language} otherLanguage={null}>
      <p>{words.lead}</p>
      <p>
        <a class="button" href={signIn} target="_blank" rel="noopener">
          {words.signIn}
        </a>
      </p>
      <TypedTexts fields={fields.filter(([name, value]) => !isUntyped(name, value))} language={language} />
    </Plain>,
    401,
  );
}
