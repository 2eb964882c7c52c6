import type { Context } from 'hono';
import { readFactor, removeFactor } from '../../accounts/people/second-factor.ts';
import { changePassword } from '../../accounts/people/sign-in.ts';
import { sessionHash } from '../../accounts/sessions.ts';
import { notFound } from '../../domain/errors.ts';
import { clientOf } from '../../http/client-address.ts';
import type { HttpEnv } from '../../http/env.ts';
import { clientKey } from '../../runtime/networks.ts';
import { authorityNames } from '../../staff/authorities/authorities.ts';
import type { Frame } from '../kit/context.tsx';
import { devicesIn, rememberDevice } from '../kit/cookies/device-cookie.ts';
import { sessionIdOf } from '../kit/cookies/session-cookie.ts';
import { Proof, page } from '../kit/document.tsx';
import { Done } from '../kit/elements.tsx';
import { fieldOf } from '../kit/forms.ts';
import { type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed, SignOutEverywhere } from '../kit/layout.tsx';
import { DONE_ID, type Menu } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { ACCOUNT_WORDS, type AccountWords } from './account-words.ts';
import { Field, type FieldFault, NewPassword } from './password-fields.tsx';
import { PASSWORD_FAULTS, SIGN_IN_WORDS } from './sign-in-words.ts';

const PATH = '/admin/account';

/** The entry of the navigation that the page belongs to. */
export const ACCOUNT: Menu = {
  name: 'account',
  path: '/admin/account',
  label: { da: 'Din konto', en: 'Your account' },
  right: 'signed-in',
};

/** The change that the page confirms. */
interface Outcome {
  readonly done?: string;
  readonly fault: FieldFault | null;
}

/** `/admin/account`, where one sees one's rights, changes the password and sets up a second factor. */
export const ACCOUNT_PAGE: Page<PagesDeps> = {
  path: PATH,
  right: 'signed-in',
  menu: ACCOUNT,
  open: (c, deps) => {
    const words = ACCOUNT_WORDS[c.var.language];
    const messages = { changed: words.changed, removed: words.factorRemoved };
    const done = Object.entries(messages).find(([name]) => name === c.req.query('done'))?.[1];
    return accountPage(c, deps, { ...(done && { done }), fault: null });
  },
  forms: [
    { path: `${PATH}/password`, right: 'signed-in', send: (c, deps) => passwordForm(c, deps) },
    { path: `${PATH}/second-factor`, right: 'signed-in', send: (c, deps) => removeForm(c, deps) },
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
    return c.redirect(`${PATH}?done=changed#${DONE_ID}`, 303);
  }
  if (kind === 'wrong' || kind === 'wait') {
    const text = kind === 'wrong' ? ACCOUNT_WORDS[language].oldWrong : SIGN_IN_WORDS[language].tooMany(waitSeconds);
    return accountPage(c, deps, { fault: { field: 'old', text } });
  }
  return accountPage(c, deps, { fault: { field: 'password', text: PASSWORD_FAULTS[language][kind] } });
}

async function removeForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { language } = c.var;
  const given = { code: fieldOf(await c.req.parseBody(), 'code'), client: clientKey(clientOf(c, deps)) };
  const result = await removeFactor(deps, personOf(c), given, deps.now());
  if (result.kind === 'right') return c.redirect(`${PATH}?done=removed#${DONE_ID}`, 303);
  const words = SIGN_IN_WORDS[language];
  const text = result.kind === 'wrong' ? words.codeWrong : words.tooMany(result.waitSeconds);
  return accountPage(c, deps, { fault: { field: 'code', text } });
}

async function accountPage(c: Context<HttpEnv>, deps: PagesDeps, { done, fault }: Outcome): Promise<Response> {
  const words = ACCOUNT_WORDS[c.var.language];
  const personId = personOf(c);
  const { frame } = await readFrame(c, deps, { title: words.account, current: ACCOUNT });
  const { name, email, accesses, session } = c.var.visitor;
  const factor = await readFactor(deps, personId);
  const places = accesses.flatMap(({ authorityId }) => authorityId ?? []);
  const names = await authorityNames(deps, places);
  return page(
    c,
    <Framed frame={frame}>
      <h1>{words.account}</h1>
      <Done text={done} />
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
          <PasswordCard words={words} frame={frame} fault={fault} />
          <FactorCard words={words} frame={frame} fault={fault} factor={factor} />
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
    fault ? 422 : 200,
  );
}

interface CardProps {
  readonly words: AccountWords;
  readonly frame: Frame;
  readonly fault: FieldFault | null;
}

function PasswordCard({ words, frame, fault }: CardProps) {
  return (
    <section class="card" aria-labelledby="password-title">
      <h2 id="password-title">{words.changePassword}</h2>
      <form method="post" action={`${PATH}/password`}>
        <Proof proof={frame.proof} />
        <Field id="old" type="password" label={words.oldPassword} autocomplete="current-password" fault={fault} />
        <NewPassword words={words} label={words.newPassword} fault={fault} />
        <button type="submit">{words.changePassword}</button>
      </form>
    </section>
  );
}

function FactorCard({
  words,
  frame,
  fault,
  factor,
}: CardProps & { readonly factor: { recoveryCodes: number } | null }) {
  return (
    <section class="card" aria-labelledby="factor">
      <h2 id="factor">{words.factor}</h2>
      <p>{factor ? words.factorOn(factor.recoveryCodes) : words.factorOff}</p>
      {factor ? (
        <form method="post" action={`${PATH}/second-factor`}>
          <Proof proof={frame.proof} />
          <Field
            id="code"
            label={words.code}
            hint={words.factorRemoveHint}
            autocomplete="one-time-code"
            fault={fault}
          />
          <button class="plain" type="submit">
            {words.factorRemove}
          </button>
        </form>
      ) : (
        <p>
          <a class="button" href="/admin/second-factor?next=/admin/account">
            {words.factorSetUp}
          </a>
        </p>
      )}
    </section>
  );
}
