import type { Context } from 'hono';
import { readFactor, removeFactor } from '../../accounts/people/second-factor.ts';
import { changePassword } from '../../accounts/people/sign-in.ts';
import { sessionHash } from '../../accounts/sessions.ts';
import { notFound } from '../../domain/errors.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import { clientKey } from '../../runtime/networks.ts';
import { authorityNames } from '../../staff/authorities/authorities.ts';
import { useFrame } from '../kit/context.tsx';
import { devicesIn, rememberDevice } from '../kit/cookies/device-cookie.ts';
import { sessionIdOf } from '../kit/cookies/session-cookie.ts';
import { Proof, page } from '../kit/document.tsx';
import { Done } from '../kit/elements.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed, SignOutEverywhere } from '../kit/layout.tsx';
import { ACCOUNT, DONE_ID } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { ACCOUNT_WORDS } from './account-words.ts';
import { PASSWORD_FAULTS, SIGN_IN_WORDS } from './sign-in-words.ts';

/** `/admin/account`, where one sees one's rights, changes the password and sets up a second factor. */
export const ACCOUNT_PAGE: Page<PagesDeps> = {
  path: ACCOUNT.path,
  right: 'signed-in',
  menu: ACCOUNT,
  open: accountPage,
  forms: [
    { path: `${ACCOUNT.path}/password`, right: 'signed-in', send: passwordForm },
    { path: `${ACCOUNT.path}/second-factor`, right: 'signed-in', send: removeForm },
  ],
};

function personOf(c: Context<HttpEnv>): string {
  const { personId } = c.var.visitor;
  if (personId === null) throw notFound('page');
  return personId;
}

async function passwordForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const { language } = c.var;
  const given = {
    old: fieldOf(form, 'old'),
    password: fieldOf(form, 'password'),
    client: clientKey(clientOf(c, deps)),
    devices: devicesIn(c, deps),
    keep: sessionHash(sessionIdOf(c, deps) ?? ''),
  };
  const personId = personOf(c);
  const { kind, waitSeconds = 0 } = await changePassword(deps, personId, given, deps.now());
  if (kind === 'right') {
    await rememberDevice(c, deps, { personId, secondFactor: c.var.visitor.session.second_factor });
    return c.redirect(`${ACCOUNT.path}?done=changed#${DONE_ID}`, 303);
  }
  if (kind === 'wrong' || kind === 'wait') {
    const text = kind === 'wrong' ? ACCOUNT_WORDS[language].oldWrong : SIGN_IN_WORDS[language].tooMany(waitSeconds);
    return accountPage(c, deps, { old: text });
  }
  return accountPage(c, deps, { password: PASSWORD_FAULTS[language][kind] });
}

async function removeForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { language } = c.var;
  const given = { code: fieldOf(await c.req.parseBody(), 'code'), client: clientKey(clientOf(c, deps)) };
  const result = await removeFactor(deps, personOf(c), given, deps.now());
  if (result.kind === 'right') return c.redirect(`${ACCOUNT.path}?done=removed#${DONE_ID}`, 303);
  const words = SIGN_IN_WORDS[language];
  return accountPage(c, deps, {
    code: result.kind === 'wrong' ? words.codeWrong : words.tooMany(result.waitSeconds),
  });
}

async function accountPage(c: Context<HttpEnv>, deps: PagesDeps, faults?: Faults): Promise<Response> {
  const words = ACCOUNT_WORDS[c.var.language];
  const personId = personOf(c);
  const factor = await readFactor(deps, personId);
  const done: Readonly<Record<string, string>> = {
    changed: words.changed,
    removed: words.factorRemoved,
    ...(factor && { on: words.factorIsOn }),
  };
  const { frame } = await readFrame(c, deps, { title: ACCOUNT.label[c.var.language], current: ACCOUNT });
  const { name, email, accesses, session } = c.var.visitor;
  const places = accesses.flatMap(({ authorityId }) => authorityId ?? []);
  const names = await authorityNames(deps, places);
  return page(
    c,
    <Framed frame={frame}>
      <h1>{frame.title}</h1>
      {!faults && <Done text={done[c.req.query('done') ?? '']} />}
      <p>
        {name}
        {email && `, ${email}`}
      </p>
      <section class="card" aria-labelledby="rights">
        <h2 id="rights">{words.rights}</h2>
        <ul>
          {accesses.map(({ authorityId, role, departments }) => (
            <li>
              {authorityId === null ? words.everywhere : (names.get(authorityId) ?? authorityId)}: {words.roles[role]}
              {departments && ` (${words.departments(departments)})`}
            </li>
          ))}
        </ul>
      </section>
      {session.method === 'password' ? (
        <>
          <PasswordCard faults={faults} />
          <FactorCard faults={faults} factor={factor} />
        </>
      ) : (
        <p>{words.byProvider}</p>
      )}
      <section class="card" aria-labelledby="sessions">
        <h2 id="sessions">{words.sessions}</h2>
        <p>{words.everywhereLead}</p>
        <SignOutEverywhere frame={frame} />
      </section>
    </Framed>,
    faults ? 422 : 200,
  );
}

interface CardProps {
  readonly faults: Faults | undefined;
}

function PasswordCard({ faults }: CardProps) {
  const { language, proof } = useFrame();
  const words = ACCOUNT_WORDS[language];
  return (
    <section class="card" aria-labelledby="password-title">
      <h2 id="password-title">{words.changePassword}</h2>
      <form method="post" action={`${ACCOUNT.path}/password`}>
        <Proof proof={proof} />
        <Field
          id="old"
          type="password"
          label={words.oldPassword}
          required
          faults={faults}
          more={{ autocomplete: 'current-password' }}
        />
        <Field
          id="password"
          type="password"
          label={words.newPassword}
          hint={words.passwordHint}
          required
          faults={faults}
          more={{ autocomplete: 'new-password' }}
        />
        <button type="submit">{words.changePassword}</button>
      </form>
    </section>
  );
}

function FactorCard({ faults, factor }: CardProps & { readonly factor: { readonly recoveryCodes: number } | null }) {
  const { language, proof } = useFrame();
  const words = ACCOUNT_WORDS[language];
  return (
    <section class="card" aria-labelledby="factor">
      <h2 id="factor">{words.factor}</h2>
      <p>{factor ? words.factorOn(factor.recoveryCodes) : words.factorOff}</p>
      {factor ? (
        <form method="post" action={`${ACCOUNT.path}/second-factor`}>
          <Proof proof={proof} />
          <Field
            id="code"
            label={words.code}
            hint={words.factorRemoveHint}
            required
            faults={faults}
            more={{ autocomplete: 'one-time-code' }}
          />
          <button class="plain" type="submit">
            {words.factorRemove}
          </button>
        </form>
      ) : (
        <p>
          <a class="button" href={`/admin/second-factor?next=${ACCOUNT.path}`}>
            {words.factorSetUp}
          </a>
        </p>
      )}
    </section>
  );
}
