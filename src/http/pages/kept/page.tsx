import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { HttpEnv } from '../../env.ts';
import { Plain, Proof, page } from '../document.tsx';
import { formProof, KEPT_FIELD } from '../forms.ts';
import { otherAddress, type PageLanguage } from '../language.ts';
import { KEPT_PATH, pagesGuard, type SessionDeps } from '../session.ts';
import { type KeptDeps, type KeptForm, openKept } from './form.ts';
import { pageOfForm } from './form-page.ts';
import { isChoice, TypedTexts } from './typed-texts.tsx';

interface KeptWords {
  readonly title: string;
  readonly lead: string;
  readonly send: string;
  readonly leave: string;
}

const WORDS: Readonly<Record<PageLanguage, KeptWords>> = {
  da: {
    title: 'Du er logget ind igen',
    lead: 'Det, du skrev, er her endnu. Intet er sendt eller gemt, før du trykker på knappen.',
    send: 'Send det nu',
    leave: 'Send det ikke',
  },
  en: {
    title: 'You are signed in again',
    lead: 'What you typed is still here. Nothing is sent or saved until you press the button.',
    send: 'Send it now',
    leave: 'Do not send it',
  },
};

/** Adds `/admin/kept`, where a form that was sent after its session had ended is sent by hand. */
export function keptRoutes(routes: OpenAPIHono<HttpEnv>, deps: SessionDeps & KeptDeps): void {
  routes.get(KEPT_PATH, pagesGuard(deps), (c) => {
    const kept = openKept(c, deps, c.var.visitor);
    return kept ? keptPage(c, deps, kept) : c.redirect('/admin', 303);
  });
}

function keptPage(c: Context<HttpEnv>, deps: SessionDeps, { path, fields }: KeptForm): Response | Promise<Response> {
  const { language } = c.var;
  const words = WORDS[language];
  return page(
    c,
    <Plain title={words.title} language={language} otherLanguage={otherAddress(c)}>
      <p>{words.lead}</p>
      <form method="post" action={path}>
        <Proof proof={formProof(c, deps)} />
        <input type="hidden" name={KEPT_FIELD} value="1" />
        {fields.map(([name, value]) => isChoice(value) && <input type="hidden" name={name} value={value} />)}
        <TypedTexts fields={fields.filter(([, value]) => !isChoice(value))} language={language} />
        <button type="submit">{words.send}</button>
      </form>
      <p>
        <a href={pageOfForm({ path, fields })}>{words.leave}</a>
      </p>
    </Plain>,
  );
}
