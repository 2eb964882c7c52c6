import type { Context } from 'hono';
import { encode } from 'uqr';
import { beginEnrolment, confirmEnrolment, type Enrolment } from '../../accounts/people/second-factor.ts';
import { notFound } from '../../domain/errors.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import { clientKey } from '../../runtime/networks.ts';
import { signBrowserIn } from '../kit/cookies/session-cookie.ts';
import { Plain, Proof, page } from '../kit/document.tsx';
import { Field } from '../kit/fields.tsx';
import { fieldOf, formProof } from '../kit/forms.ts';
import { addressIn, otherOf, type PageLanguage } from '../kit/language.ts';
import { ACCOUNT, DONE_ID } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { type SessionDeps, signedIn } from '../kit/session.ts';
import { ACCOUNT_WORDS } from './account-words.ts';
import { SIGN_IN_WORDS } from './sign-in-words.ts';

const PATH = '/admin/second-factor';
/** Leads on where the app is on, such as when the page of recovery codes is loaded again: its codes are not kept. */
const ON = `${ACCOUNT.path}?done=on#${DONE_ID}`;

/** `/admin/second-factor`, where an authenticator app is set up. */
export const SECOND_FACTOR_PAGE: Page<SessionDeps> = {
  path: PATH,
  right: 'signed-in',
  enrolling: true,
  open: async (c, deps) => {
    const next = deps.site.readNext(c.req.query('next'));
    const enrolment = await beginEnrolment(deps, personOf(c));
    return enrolment ? enrolmentPage(c, deps, enrolment, next) : c.redirect(ON, 303);
  },
  forms: [{ path: PATH, right: 'signed-in', send: confirmForm }],
};

async function confirmForm(c: Context<HttpEnv>, deps: SessionDeps): Promise<Response> {
  const personId = personOf(c);
  const form = await c.req.parseBody();
  const next = deps.site.readNext(fieldOf(form, 'next'));
  const given = { code: fieldOf(form, 'code'), client: clientKey(clientOf(c, deps)) };
  const result = await confirmEnrolment(deps, personId, given, deps.now());
  if (result.kind === 'right') {
    await signBrowserIn(c, deps, { method: 'password', personId, secondFactor: true });
    return recoveryPage(c, result.recoveryCodes, next);
  }
  const enrolment = await beginEnrolment(deps, personId);
  if (!enrolment) return c.redirect(ON, 303);
  const { codeWrong } = ACCOUNT_WORDS[c.var.language];
  const text = result.kind === 'wrong' ? codeWrong : SIGN_IN_WORDS[c.var.language].tooMany(result.waitSeconds);
  return enrolmentPage(c, deps, enrolment, next, text);
}

/** @throws Problem 404 for whoever signed in by the administrator's token or at an identity provider */
function personOf(c: Context<HttpEnv>): string {
  const { personId, session } = c.var.visitor;
  if (personId === null || session.method !== 'password') throw notFound('page');
  return personId;
}

async function enrolmentPage(
  c: Context<HttpEnv>,
  deps: SessionDeps,
  { uri, secret }: Enrolment,
  next: string,
  fault?: string,
): Promise<Response> {
  const { language } = c.var;
  const words = ACCOUNT_WORDS[language];
  const demanded = (await signedIn(c, deps))?.kind === 'enrol';
  return page(
    c,
    <Plain title={words.factor} language={language} otherLanguage={addressIn(c, otherOf(language))}>
      {demanded && <p>{words.factorDemanded}</p>}
      <p>{words.factorLead}</p>
      <QrCode text={uri} label={words.qr} />
      <p>
        {words.secret}: <code class="secret">{secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <form method="post" action={PATH}>
        <Proof proof={formProof(c, deps)} />
        <input type="hidden" name="next" value={next} />
        <Field
          id="code"
          label={words.code}
          required
          faults={{ code: fault }}
          more={{ autocomplete: 'one-time-code' }}
        />
        <button type="submit">{words.confirm}</button>
      </form>
      {!demanded && (
        <p>
          <a href={next}>{words.factorLater}</a>
        </p>
      )}
    </Plain>,
    fault ? 422 : 200,
  );
}

const QUIET_ZONE = 4;

/** A QR code as one path, black on white in every colour scheme, since scanners expect that. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { border: QUIET_ZONE });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function recoveryPage(c: Context<HttpEnv>, codes: readonly string[], next: string): Response | Promise<Response> {
  const { language } = c.var;
  const other = ACCOUNT_WORDS[otherOf(language)];
  // The codes are shown once only: there is no address of the page in the other language.
  const otherLanguage = (
    <>
      <p>
        <strong>{other.recovery}</strong>
      </p>
      <p>{other.recoveryLead}</p>
      <Onward language={otherOf(language)} next={next} />
    </>
  );
  return page(
    c,
    <Plain title={ACCOUNT_WORDS[language].recovery} language={language} otherLanguage={otherLanguage}>
      <p>{ACCOUNT_WORDS[language].recoveryLead}</p>
      <ul class="codes">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Onward language={language} next={next} />
    </Plain>,
  );
}

/** The way to the page that was asked for, in this language. */
function Onward({ language, next }: { readonly language: PageLanguage; readonly next: string }) {
  const { pathname, searchParams, hash } = new URL(next, 'https://easysms.invalid');
  searchParams.set('language', language);
  return (
    <p>
      <a class="button" href={`${pathname}?${searchParams}${hash}`}>
        {ACCOUNT_WORDS[language].onward}
      </a>
    </p>
  );
}
