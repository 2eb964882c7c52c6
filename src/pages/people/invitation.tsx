import type { Context } from 'hono';
import {
  type AcceptedInvitation,
  acceptByPassword,
  acceptSignedIn,
  type InvitedTo,
  makeFirstAccount,
  type OpenInvitation,
  openInvitation,
} from '../../accounts/people/accept.ts';
import { faultOfPassword } from '../../accounts/people/passwords.ts';
import type { HttpEnv } from '../../http/env.ts';
import { email as emailSchema, personName } from '../../http/schemas/person.ts';
import { signBrowserIn } from '../kit/cookies/session-cookie.ts';
import { Plain, Proof, page } from '../kit/document.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import { fieldOf, formProof } from '../kit/forms.ts';
import { addressIn, otherAddress, otherOf, type PageLanguage } from '../kit/language.ts';
import type { Page } from '../kit/page.ts';
import { type SessionDeps, signedIn } from '../kit/session.ts';
import { ACCOUNT_WORDS } from './account-words.ts';
import { PASSWORD_FAULTS, SIGN_IN_WORDS } from './sign-in-words.ts';

const TOKEN_PATH = '/admin/invitation/:token';
const FIRST_PATH = '/admin/first-account';

/** The form as it was typed, and what is wrong with it. */
interface Typed {
  readonly email?: string;
  readonly name?: string;
  readonly faults: Faults | null;
}

const UNTOUCHED: Typed = { faults: null };

/** The pages of one-time links, `/admin/invitation/{token}`, and of `/admin/first-account`. */
export const INVITATION_PAGES: readonly Page<SessionDeps>[] = [
  {
    path: TOKEN_PATH,
    right: 'anyone',
    open: async (c, deps) => {
      const token = c.req.param('token') ?? '';
      const invitation = await openInvitation(deps, token, deps.now());
      if (invitation?.kind === 'sign_in') return acceptAsSignedIn(c, deps, token, invitation);
      return invitation ? invitationPage(c, deps, invitation, UNTOUCHED) : gonePage(c);
    },
    forms: [
      { path: TOKEN_PATH, right: 'anyone', send: invitationForm },
      { path: '/admin/accept', right: 'signed-in', send: acceptForm },
    ],
  },
  {
    path: FIRST_PATH,
    right: 'signed-in',
    open: (c, deps) =>
      c.var.visitor.personId === null
        ? invitationPage(c, deps, { kind: 'first' }, UNTOUCHED)
        : c.redirect('/admin', 303),
    forms: [{ path: FIRST_PATH, right: 'signed-in', send: firstAccountForm }],
  },
];

async function invitationForm(c: Context<HttpEnv>, deps: SessionDeps): Promise<Response> {
  const token = c.req.param('token') ?? '';
  const invitation = await openInvitation(deps, token, deps.now());
  if (!invitation) return gonePage(c);
  const { password, who, typed } = await readForm(c, invitation.kind === 'first');
  if (typed.faults) return invitationPage(c, deps, invitation, typed);
  const accepted = await acceptByPassword(deps, token, { password, ...(who && { who }) }, deps.now());
  return finish(c, deps, accepted, (faults) => invitationPage(c, deps, invitation, { ...typed, faults }));
}

async function acceptForm(c: Context<HttpEnv>, deps: SessionDeps): Promise<Response> {
  const { personId } = c.var.visitor;
  const token = fieldOf(await c.req.parseBody(), 'token');
  const done = personId !== null && (await acceptSignedIn(deps, token, personId, deps.now()));
  return done ? c.redirect('/admin', 303) : gonePage(c);
}

async function firstAccountForm(c: Context<HttpEnv>, deps: SessionDeps): Promise<Response> {
  if (c.var.visitor.personId !== null) return c.redirect('/admin', 303);
  const { password, who, typed } = await readForm(c, true);
  if (typed.faults || !who) return invitationPage(c, deps, { kind: 'first' }, typed);
  const made = await makeFirstAccount(deps, { password, who }, deps.now());
  return finish(c, deps, made, (faults) => invitationPage(c, deps, { kind: 'first' }, { ...typed, faults }));
}

/** Signs somebody in who has just chosen a password, or shows the form again. */
async function finish(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  accepted: AcceptedInvitation,
  again: (faults: Faults) => Response | Promise<Response>,
): Promise<Response> {
  if (accepted.kind === 'gone') return gonePage(c);
  if (accepted.kind === 'fault') {
    if (accepted.fault === 'email_taken') return again({ email: ACCOUNT_WORDS[c.var.language].emailTaken });
    return again({ password: PASSWORD_FAULTS[c.var.language][accepted.fault] });
  }
  await signBrowserIn(c, deps, { method: 'password', personId: accepted.personId, secondFactor: false });
  return c.redirect('/admin', 303);
}

async function readForm(c: Context<HttpEnv>, named: boolean) {
  const form = await c.req.parseBody();
  const [email, name, password] = [fieldOf(form, 'email'), fieldOf(form, 'name'), fieldOf(form, 'password')];
  if (!named) return { password, who: undefined, typed: UNTOUCHED };
  const words = ACCOUNT_WORDS[c.var.language];
  const [mail, called] = [emailSchema.safeParse(email), personName.safeParse(name)];
  const weak = faultOfPassword(password, mail.success ? mail.data : null);
  const faults: Faults = {
    ...(!called.success && { name: words.nameInvalid }),
    ...(!mail.success && { email: words.emailInvalid }),
    ...(weak !== null && { password: PASSWORD_FAULTS[c.var.language][weak] }),
  };
  const who = mail.success && called.success ? { email: mail.data, name: called.data } : undefined;
  return { password, who, typed: { email, name, faults: Object.keys(faults).length > 0 ? faults : null } };
}

function invitationPage(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  invitation: OpenInvitation,
  { email = '', name = '', faults }: Typed,
): Response | Promise<Response> {
  const { language } = c.var;
  const words = ACCOUNT_WORDS[language];
  const first = invitation.kind === 'first';
  const shared = { required: true, faults: faults ?? undefined };
  const title = first ? words.first : words.invitation;
  return page(
    c,
    <Plain title={title} language={language} otherLanguage={addressIn(c, otherOf(language))}>
      {first ? (
        <p>{words.firstLead}</p>
      ) : (
        <>
          <InvitedBy invitation={invitation} language={language} />
          <p>{words.choose}</p>
        </>
      )}
      {invitation.kind === 'password' && invitation.replaces && <p>{words.replaces}</p>}
      <form method="post" action={c.req.path}>
        <Proof proof={formProof(c, deps)} />
        {first ? (
          <>
            <Field {...shared} id="name" label={words.name} value={name} more={{ autocomplete: 'name' }} />
            <Field
              {...shared}
              id="email"
              type="email"
              label={words.email}
              value={email}
              more={{ autocomplete: 'username' }}
            />
          </>
        ) : (
          // Password managers keep a password under the name that stands beside it.
          <input type="hidden" name="username" autocomplete="username" value={invitation.email} />
        )}
        <Field
          {...shared}
          id="password"
          type="password"
          label={words.password}
          hint={words.passwordHint}
          more={{ autocomplete: 'new-password' }}
        />
        <button type="submit">{first ? words.create : words.accept}</button>
      </form>
    </Plain>,
    faults ? 422 : 200,
  );
}

/** The inviter and the account, and a sentence about EasySMS. */
function InvitedBy({ invitation, language }: { readonly invitation: InvitedTo; readonly language: PageLanguage }) {
  const words = ACCOUNT_WORDS[language];
  return (
    <>
      <p>{words.invited(invitation)}</p>
      <p>{words.about}</p>
    </>
  );
}

/** The page for somebody who has a password already: a button once they are signed in, else the way there. */
async function acceptAsSignedIn(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  token: string,
  invitation: Extract<OpenInvitation, { kind: 'sign_in' }>,
): Promise<Response> {
  const { language } = c.var;
  const words = ACCOUNT_WORDS[language];
  const signed = await signedIn(c, deps);
  const own = signed?.kind === 'in' && signed.visitor.personId === invitation.personId;
  const signIn = `/admin/sign-in?${new URLSearchParams({ next: c.req.path })}`;
  return page(
    c,
    <Plain title={words.invitation} language={language} otherLanguage={addressIn(c, otherOf(language))}>
      <InvitedBy invitation={invitation} language={language} />
      {own ? (
        <form method="post" action="/admin/accept">
          <Proof proof={formProof(c, deps)} />
          <input type="hidden" name="token" value={token} />
          <button type="submit">{words.acceptSignedIn}</button>
        </form>
      ) : (
        <>
          <p>{words.signInToAccept}</p>
          <p>
            <a href={signIn}>{SIGN_IN_WORDS[language].title}</a>
          </p>
        </>
      )}
    </Plain>,
  );
}

function gonePage(c: Context<HttpEnv>): Response | Promise<Response> {
  const { language } = c.var;
  const words = ACCOUNT_WORDS[language];
  return page(
    c,
    <Plain title={words.goneTitle} language={language} otherLanguage={otherAddress(c)}>
      <p>{words.gone}</p>
      <p>
        <a href="/admin/sign-in">{SIGN_IN_WORDS[language].title}</a>
      </p>
    </Plain>,
    404,
  );
}
