import type { Context } from 'hono';
import type { HttpEnv } from '../../../http/env.ts';
import { Plain, page } from '../document.tsx';
import { otherOf, type PageLanguage } from '../language.ts';
import type { SiteAccess } from '../site.ts';
import { bilingual } from '../words.ts';
import type { OpenedForm } from './form.ts';
import { isUntyped, labelOf, TypedTexts } from './typed-texts.tsx';

const WORDS = bilingual({
  da: {
    title: 'Du er blevet logget ud',
    lead:
      'Det, du skrev, er ikke sendt, og det er for langt til at blive gemt, mens du logger ind. Lad denne fane stå: ' +
      'log ind i en ny fane, og kopiér teksten herfra.',
    secrets: 'Hemmeligheder står ikke her: dem skal du skrive igen.',
    signIn: 'Log ind i en ny fane',
  },
  en: {
    title: 'You have been signed out',
    lead:
      'What you typed was not sent, and it is too long to be kept while you sign in. Leave this tab open: sign in in ' +
      'a new one, and copy the text from here.',
    secrets: 'Secrets are not shown here: type them again.',
    signIn: 'Sign in in a new tab',
  },
});

/**
 * Gives a form back that is too long for the browser to keep. The server keeps none: what people paste may be a whole
 * message about a patient, which EasySMS stores nowhere.
 * @param signIn the address that signs in, with a query
 */
export function tooLongPage(
  c: Context<HttpEnv>,
  deps: SiteAccess,
  form: OpenedForm,
  signIn: string,
): Promise<Response> {
  const { language } = c.var;
  const labels = deps.site.describe(form, language)?.labels ?? {};
  const fields = form.fields.filter(([name, value]) => labelOf(labels, name) !== null && !isUntyped(name, value));
  const typed = <TypedTexts fields={fields} language={language} labels={labels} />;
  // The text that was typed is on this page only: the page in the other language has no address.
  const otherLanguage = (
    <>
      <p>
        <strong>{WORDS[otherOf(language)].title}</strong>
      </p>
      <WhatToDo language={otherOf(language)} signIn={signIn} form={form} />
    </>
  );
  return page(
    c,
    <Plain title={WORDS[language].title} language={language} otherLanguage={otherLanguage}>
      <WhatToDo language={language} signIn={signIn} form={form} />
      {typed}
    </Plain>,
    401,
  );
}

interface WhatToDoProps {
  readonly language: PageLanguage;
  readonly signIn: string;
  readonly form: OpenedForm;
}

function WhatToDo({ language, signIn, form }: WhatToDoProps) {
  const words = WORDS[language];
  return (
    <>
      <p>{words.lead}</p>
      {form.leftOut.length > 0 && <p>{words.secrets}</p>}
      <p>
        <a class="button" href={`${signIn}&language=${language}`} target="_blank" rel="noopener">
          {words.signIn}
        </a>
      </p>
    </>
  );
}
