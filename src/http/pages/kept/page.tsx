import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { holdsNumber } from '../../../domain/text/numbers.ts';
import type { HttpEnv } from '../../env.ts';
import { Plain, Proof, page } from '../document.tsx';
import { formProof, KEPT_FIELD } from '../forms.ts';
import type { PageLanguage } from '../language.ts';
import { KEPT_PATH, pagesGuard, type SessionDeps } from '../session.ts';
import { type KeptDeps, type KeptForm, openKept } from './form.ts';

interface KeptWords {
  readonly title: string;
  readonly lead: string;
  readonly field: (nth: number) => string;
  readonly send: string;
  readonly leave: string;
}

const WORDS: Readonly<Record<PageLanguage, KeptWords>> = {
  da: {
    title: 'Du er logget ind igen',
    lead: 'Det, du skrev, er her endnu. Intet er sendt eller gemt, før du trykker på knappen.',
    field: (nth) => `Det, du skrev (${nth})`,
    send: 'Send det nu',
    leave: 'Send det ikke',
  },
  en: {
    title: 'You are signed in again',
    lead: 'What you typed is still here. Nothing is sent or saved until you press the button.',
    field: (nth) => `What you typed (${nth})`,
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

const CHARACTERS_A_LINE = 28;
/** Ids, choices and ticked boxes: the form holds them, and people need not read them. */
const isChoice = (value: string) => /^[\w.-]{0,63}$/.test(value) && !holdsNumber(value);

/** Lines that a text takes on the page, eight at most. */
function rowsOf(text: string): number {
  const lines = text.split('\n').map((line) => Math.max(1, Math.ceil(line.length / CHARACTERS_A_LINE)));
  return Math.min(
    8,
    lines.reduce((sum, each) => sum + each, 0),
  );
}

function keptPage(c: Context<HttpEnv>, deps: SessionDeps, { path, fields }: KeptForm): Response | Promise<Response> {
  const { language } = c.var;
  const words = WORDS[language];
  const typed = fields.filter(([, value]) => !isChoice(value));
  return page(
    c,
    <Plain title={words.title} language={language}>
      <p>{words.lead}</p>
      <form method="post" action={path}>
        <Proof proof={formProof(c, deps)} />
        <input type="hidden" name={KEPT_FIELD} value="1" />
        {fields.map(([name, value]) => isChoice(value) && <input type="hidden" name={name} value={value} />)}
        {typed.map(([name, value], at) => (
          <p class="field">
            <label for={`kept-${at}`}>{words.field(at + 1)}</label>
            <textarea id={`kept-${at}`} name={name} rows={rowsOf(value)} readonly>
              {value}
            </textarea>
          </p>
        ))}
        <button type="submit">{words.send}</button>
      </form>
      <p>
        <a href={path.split('/').slice(0, 4).join('/')}>{words.leave}</a>
      </p>
    </Plain>,
  );
}
