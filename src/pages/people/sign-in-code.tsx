import type { Context } from 'hono';
import { checkCode } from '../../accounts/people/second-factor.ts';
import type { Visitor } from '../../accounts/people/visitor.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Logging } from '../../runtime/deps.ts';
import { clientKey } from '../../runtime/networks.ts';
import { signBrowserIn } from '../kit/cookies/session-cookie.ts';
import { Fault, type PageStatus, Plain, Proof, page } from '../kit/document.tsx';
import { WRONG } from '../kit/fields.tsx';
import { fieldOf, formProof } from '../kit/forms.ts';
import { addressIn, otherOf } from '../kit/language.ts';
import type { Page } from '../kit/page.ts';
import { type SessionDeps, signedIn } from '../kit/session.ts';
import { noteRefusedSignIn } from './refused-sign-in.ts';
import { SIGN_IN_WORDS } from './sign-in-words.ts';

const PATH = '/admin/sign-in/code';

type CodeDeps = SessionDeps & Logging;

/** `/admin/sign-in/code`, for somebody whose password was right. */
export const SIGN_IN_CODE_PAGE: Page<CodeDeps> = {
  path: PATH,
  right: 'anyone',
  open: async (c, deps) => {
    const next = deps.site.readNext(c.req.query('next'));
    return (await waiting(c, deps)) ? codePage(c, deps, { next }) : c.redirect(next, 303);
  },
  forms: [{ path: PATH, right: 'anyone', send: codeForm }],
};

async function codeForm(c: Context<HttpEnv>, deps: CodeDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const next = deps.site.readNext(fieldOf(form, 'next'));
  const visitor = await waiting(c, deps);
  if (!visitor?.personId) return c.redirect(next, 303);
  const given = { code: fieldOf(form, 'code'), client: clientKey(clientOf(c, deps)) };
  const result = await checkCode(deps, visitor.personId, given, deps.now());
  if (result.kind === 'right') {
    await signBrowserIn(c, deps, { method: 'password', personId: visitor.personId, secondFactor: true });
    return c.redirect(next, 303);
  }
  noteRefusedSignIn(c, deps, 'code', visitor.actor);
  const words = SIGN_IN_WORDS[c.var.language];
  if (result.kind === 'wrong') return codePage(c, deps, { next, fault: words.codeWrong }, 401);
  c.header('Retry-After', String(result.waitSeconds));
  return codePage(c, deps, { next, fault: words.tooMany(result.waitSeconds) }, 429);
}

/** Somebody who has given the password and not yet the code. */
async function waiting(c: Context<HttpEnv>, deps: CodeDeps): Promise<Visitor | null> {
  const signed = await signedIn(c, deps);
  return signed?.kind === 'code' ? signed.visitor : null;
}

function codePage(
  c: Context<HttpEnv>,
  deps: CodeDeps,
  { next, fault }: { readonly next: string; readonly fault?: string },
  status: PageStatus = 200,
): Response | Promise<Response> {
  const { language } = c.var;
  const words = SIGN_IN_WORDS[language];
  return page(
    c,
    <Plain title={words.codeTitle} language={language} otherLanguage={addressIn(c, otherOf(language))}>
      <Fault text={fault} />
      <form method="post" action={PATH}>
        <Proof proof={formProof(c, deps)} />
        <input type="hidden" name="next" value={next} />
        <p class="field">
          <label for="code">{words.code}</label>
          <input
            id="code"
            name="code"
            required
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby={fault ? 'fault hint' : 'hint'}
            {...(fault && WRONG)}
          />
          <small id="hint">{words.codeHint}</small>
        </p>
        <button type="submit">{words.title}</button>
      </form>
      <form method="post" action="/admin/sign-out">
        <Proof proof={formProof(c, deps)} />
        <button class="plain" type="submit">
          {words.other}
        </button>
      </form>
    </Plain>,
    status,
  );
}
