import type { Context } from 'hono';
import { isAdminToken } from '../../accounts/keys.ts';
import { signInByPassword, waysIn } from '../../accounts/people/sign-in.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import { FailedAttempts } from '../../http/guards/failed-attempts.ts';
import { clientKey } from '../../runtime/networks.ts';
import { devicesIn } from '../kit/cookies/device-cookie.ts';
import { sessionIdOf, signBrowserIn } from '../kit/cookies/session-cookie.ts';
import { Fault, type PageStatus, Plain, page } from '../kit/document.tsx';
import { Hidden } from '../kit/elements.tsx';
import { Field, WRONG } from '../kit/fields.tsx';
import { fieldOf, formProof } from '../kit/forms.ts';
import { otherOf, readLanguage } from '../kit/language.ts';
import type { Page, PageForm } from '../kit/page.ts';
import { type SignInDeps, signBrowserOut, signedIn } from '../kit/session.ts';
import { noteRefusedSignIn } from './refused-sign-in.ts';
import { SIGN_IN_WORDS } from './sign-in-words.ts';

const PATH = '/admin/sign-in';
const WRONG_TOKENS_A_MINUTE = 5;

/** `/admin/sign-in` with its form, and the forms that sign out. Wrong tokens are counted for these pages alone. */
export function signInPages(): readonly Page<SignInDeps>[] {
  const wrongTokens = new FailedAttempts(null, WRONG_TOKENS_A_MINUTE);
  return [
    {
      path: PATH,
      right: 'anyone',
      open: async (c, deps) => {
        const next = deps.site.readNext(c.req.query('next'));
        if ((await signedIn(c, deps))?.kind === 'in') return c.redirect(next, 303);
        return signInPage(c, deps, { next, reason: reasonIn(c) });
      },
      forms: [
        { path: PATH, right: 'anyone', send: (c, deps) => signInForm(c, deps, wrongTokens) },
        signOutForm('/admin/sign-out', false),
        signOutForm('/admin/sign-out-everywhere', true),
      ],
    },
  ];
}

async function signInForm(c: Context<HttpEnv>, deps: SignInDeps, wrongTokens: FailedAttempts): Promise<Response> {
  const form = await c.req.parseBody();
  c.set('language', readLanguage(form.language) ?? c.var.language);
  const next = deps.site.readNext(fieldOf(form, 'next'));
  return typeof form.token === 'string'
    ? byToken(c, deps, wrongTokens, { token: form.token.trim(), next })
    : byPassword(c, deps, { email: fieldOf(form, 'email'), password: fieldOf(form, 'password'), next });
}

const signOutForm = (path: string, everywhere: boolean): PageForm<SignInDeps> => ({
  path,
  right: 'anyone',
  // Without a session there is nothing to end, and nothing to protect.
  before: (c, deps) => (sessionIdOf(c, deps) === undefined ? c.redirect(PATH, 303) : null),
  send: async (c, deps) => {
    await signBrowserOut(c, deps, { everywhere });
    return c.redirect(PATH, 303);
  },
});

/** The reason that an address of ours led here for. */
function reasonIn(c: Context<HttpEnv>): string | undefined {
  const words = SIGN_IN_WORDS[c.var.language];
  const sent = { '1': words.endedKept, '0': words.endedUndone }[c.req.query('kept') ?? ''];
  if (c.req.query('ended') === '1') return sent ?? words.ended;
  const reasons = {
    down: words.providerDown,
    declined: words.providerDeclined,
    refused: words.providerRefused,
    level: words.providerLevel,
    role: words.providerNoRole,
  };
  return Object.entries(reasons).find(([reason]) => reason === c.req.query('provider'))?.[1];
}

async function byToken(
  c: Context<HttpEnv>,
  deps: SignInDeps,
  wrongTokens: FailedAttempts,
  { token, next }: { readonly token: string; readonly next: string },
): Promise<Response> {
  const words = SIGN_IN_WORDS[c.var.language];
  if (isAdminToken(deps, token)) {
    if (!(await waysIn(deps.db)).token) return signInPage(c, deps, { next, fault: words.tokenClosed }, 403);
    await signBrowserIn(c, deps, { method: 'token' });
    return c.redirect(next, 303);
  }
  noteRefusedSignIn(c, deps, 'administrator');
  const { waitSeconds } = await wrongTokens.count([clientKey(clientOf(c, deps))]);
  if (waitSeconds === 0) return signInPage(c, deps, { next, tokenFault: words.tokenWrong }, 401);
  return signInPage(c, deps, { next, tokenFault: waitText(c, waitSeconds) }, 429);
}

async function byPassword(
  c: Context<HttpEnv>,
  deps: SignInDeps,
  { email, password, next }: { readonly email: string; readonly password: string; readonly next: string },
): Promise<Response> {
  const client = clientKey(clientOf(c, deps));
  const devices = devicesIn(c, deps);
  const result = await signInByPassword(deps, { email, password, client, devices }, deps.now());
  if (result.kind === 'right') {
    await signBrowserIn(c, deps, { method: 'password', personId: result.personId, secondFactor: false });
    return c.redirect(next, 303);
  }
  noteRefusedSignIn(c, deps, 'password');
  const words = SIGN_IN_WORDS[c.var.language];
  if (result.kind !== 'wait') return signInPage(c, deps, { email, next, fault: words.wrong }, 401);
  return signInPage(c, deps, { email, next, fault: waitText(c, result.waitSeconds) }, 429);
}

/** Says how long to wait, to people and to programs. */
function waitText(c: Context<HttpEnv>, seconds: number): string {
  c.header('Retry-After', String(seconds));
  return SIGN_IN_WORDS[c.var.language].tooMany(seconds);
}

interface Shown {
  readonly next: string;
  /** Fault of the e-mail and the password, which no page tells apart. */
  readonly fault?: string | undefined;
  /** Fault of the administrator's token. */
  readonly tokenFault?: string | undefined;
  /** Why somebody who has typed nothing yet is asked to sign in. */
  readonly reason?: string | undefined;
  /** The e-mail as it was typed before. */
  readonly email?: string;
}

async function signInPage(
  c: Context<HttpEnv>,
  deps: SignInDeps,
  { next, fault, tokenFault, reason, email = '' }: Shown,
  status: PageStatus = 200,
): Promise<Response> {
  const { language } = c.var;
  const words = SIGN_IN_WORDS[language];
  const ways = await waysIn(deps.db);
  const common = { words, hidden: { form: formProof(c, deps), next, language } };
  const other = `/admin/sign-in?${new URLSearchParams({ next, language: otherOf(language) })}`;
  return page(
    c,
    <Plain title={words.title} language={language} otherLanguage={other}>
      <Fault text={fault ?? reason} />
      {deps.provider && <ProviderLink {...common} main={!ways.password} />}
      {ways.password && <PasswordForm {...common} fault={fault} email={email} />}
      {ways.token && <TokenForm {...common} fault={tokenFault} alone={!ways.password && !deps.provider} />}
    </Plain>,
    status,
  );
}

interface FormProps {
  readonly words: (typeof SIGN_IN_WORDS)['da'];
  readonly hidden: Readonly<Record<string, string>>;
}

/** A link and no form: the browser goes on to another site, which the policy of forms forbids. */
function ProviderLink({ words, hidden: { next = '/admin' }, main }: FormProps & { readonly main: boolean }) {
  return (
    <p class="provider">
      <a class={main ? 'button' : 'button plain'} href={`/admin/oidc/sign-in?${new URLSearchParams({ next })}`}>
        {words.provider}
      </a>
    </p>
  );
}

interface PasswordFormProps extends FormProps {
  readonly fault: string | undefined;
  readonly email: string;
}

function PasswordForm({ words, fault, hidden, email }: PasswordFormProps) {
  const wrong = fault ? ({ 'aria-describedby': 'fault', ...WRONG } as const) : {};
  return (
    <form method="post" action="/admin/sign-in">
      <Hidden fields={hidden} />
      <p class="field">
        <label for="email">{words.email}</label>
        <input id="email" name="email" type="email" value={email} required autocomplete="username" {...wrong} />
      </p>
      <p class="field">
        <label for="password">{words.password}</label>
        <input id="password" name="password" type="password" required autocomplete="current-password" {...wrong} />
      </p>
      <button type="submit">{words.title}</button>
      <small>{words.forgotten}</small>
    </form>
  );
}

interface TokenFormProps extends FormProps {
  readonly fault: string | undefined;
  readonly alone: boolean;
}

function TokenForm({ words, fault, hidden, alone }: TokenFormProps) {
  return (
    <form method="post" action="/admin/sign-in">
      <Hidden fields={hidden} />
      {!alone && <h2>{words.tokenTitle}</h2>}
      <Field
        id="token"
        label={words.token}
        type="password"
        hint={words.tokenHint}
        required
        faults={fault ? { token: fault } : undefined}
        more={{ autocomplete: 'off' }}
      />
      <button type="submit" {...(!alone && { class: 'plain' })}>
        {alone ? words.title : words.tokenButton}
      </button>
    </form>
  );
}
