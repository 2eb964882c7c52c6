import type { Context } from 'hono';
import type { HttpEnv } from '../../../http/env.ts';
import { Plain, Proof, page } from '../document.tsx';
import { Field } from '../fields.tsx';
import { formProof, KEPT_FIELD } from '../forms.ts';
import type { KeptAction, KeptForm, Label } from '../kept-form.ts';
import { otherAddress } from '../language.ts';
import type { Page } from '../page.ts';
import type { SessionDeps } from '../session.ts';
import { bilingual } from '../words.ts';
import { type KeptDeps, type OpenedForm, openKept } from './form.ts';
import { KEPT_PATH } from './guard.ts';
import { isUntyped, labelOf, TypedTexts } from './typed-texts.tsx';

const WORDS = bilingual({
  da: {
    title: (button: string) => `Formularen er her endnu: send den med »${button}«`,
    lead: 'Du er logget ind igen. Intet er gjort, før du trykker på knappen.',
    leave: 'Annuller',
    leftOut: 'Hemmeligheden er ikke gemt i browseren: skriv den igen.',
  },
  en: {
    title: (button) => `The form is still here: send it with “${button}”`,
    lead: 'You are signed in again. Nothing is done until you press the button.',
    leave: 'Cancel',
    leftOut: 'The browser has not kept this secret: type it again.',
  },
});

/** `/admin/kept`, where a form that was sent after its session had ended is sent by hand. */
export const KEPT_PAGE: Page<SessionDeps & KeptDeps> = {
  path: KEPT_PATH,
  right: 'signed-in',
  open: (c, deps) => {
    const kept = openKept(c, deps, c.var.visitor);
    const action = kept && deps.site.describe(kept, c.var.language);
    return kept && action ? keptPage(c, deps, kept, action) : c.redirect('/admin', 303);
  },
};

function keptPage(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  { path, fields, leftOut }: OpenedForm,
  { title, button, labels, secrets = {} }: KeptAction,
): Response | Promise<Response> {
  const { language } = c.var;
  const words = WORDS[language];
  const isShown = ([name, value]: KeptForm['fields'][number]) => {
    const label = labelOf(labels, name);
    return label === undefined ? !isUntyped(name, value) : label !== null && (value !== '' || hasWord(label));
  };
  return page(
    c,
    <Plain title={words.title(button)} language={language} otherLanguage={otherAddress(c)}>
      <p>{words.lead}</p>
      <h2>{title}</h2>
      <form method="post" action={path}>
        <Proof proof={formProof(c, deps)} />
        <input type="hidden" name={KEPT_FIELD} value="1" />
        {fields.map((field) => !isShown(field) && <input type="hidden" name={field[0]} value={field[1]} />)}
        <TypedTexts fields={fields.filter(isShown)} language={language} labels={labels} />
        {leftOut.map((name) => (
          <Field
            id={name}
            type="password"
            label={secrets[name] ?? name}
            value=""
            hint={words.leftOut}
            more={{ autocomplete: 'off' }}
            required
          />
        ))}
        <button type="submit">{button}</button>
      </form>
      <p>
        <a href={deps.site.pageOf({ path, fields })}>{words.leave}</a>
      </p>
    </Plain>,
  );
}

/** True for a choice whose empty value has a meaning. */
function hasWord(label: Label): boolean {
  return typeof label === 'object' && label[1][''] !== undefined;
}
