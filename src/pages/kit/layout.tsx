import type { Child } from 'hono/jsx';
import type { Authority } from '../../domain/authority.ts';
import { isAtLeast, type Role } from '../../domain/people/access.ts';
import { Document, LanguageLink, Proof } from './document.tsx';
import { byName, type PageLanguage } from './language.ts';
import { LAYOUT_WORDS } from './layout-words.ts';
import { hrefOf, NAVIGATION, type NavigationItem, type PageName } from './navigation.ts';

/** An authority with the number of its replies that wait for a person. */
type FramedAuthority = Authority & { readonly openReplies: number };

/** The title, navigation and notices around every page of somebody who is signed in. */
export interface Frame {
  readonly language: PageLanguage;
  /** The address of this page in the other language; null: the page can't be shown again. */
  readonly otherLanguage: string | null;
  /** The proof that the forms of the page are ours. */
  readonly proof: string;
  /** The name of whoever is signed in; null for the administrator's token, which is to be replaced by an account. */
  readonly name: string | null;
  readonly title: string;
  readonly current: PageName;
  /** The authority that the page is about; null: the visitor has none. */
  readonly authority: FramedAuthority | null;
  /** Number of replies that wait where the link to them leads: at `authority`, or at the first that has any. */
  readonly openReplies: number;
  /** The authorities that the visitor may choose from; null: they are too many for a list. */
  readonly authorities: readonly FramedAuthority[] | null;
  /** The visitor's rights in the authority of the page, and in the whole installation; null: none. */
  readonly role: Role | null;
  readonly installationRole: Role | null;
  /** The visitor is limited to some departments of the authority of the page. */
  readonly limited: boolean;
  /** A form asked for what the page shows, and the focus goes there. */
  readonly asked: boolean;
  /** The simulator is among the gateways, which the page must say. */
  readonly simulator: boolean;
  /** The clock of the process that responds is wrong, and it takes nothing in. */
  readonly clockOff: boolean;
}

/** A document with navigation, for people who are signed in. */
export function Framed({ frame, script = false, children }: { frame: Frame; script?: boolean; children: Child }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <Document title={frame.title} language={frame.language} script={script}>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header>
        <div class="top">
          <p class="brand">EasySMS</p>
          <AuthorityOfPage frame={frame} />
          <Who frame={frame} />
          <nav class="wide" aria-label={words.pages}>
            <Links frame={frame} />
          </nav>
          <Menu frame={frame} />
        </div>
        <Notices frame={frame} />
      </header>
      <main id="main" tabindex={-1}>
        {children}
      </main>
    </Document>
  );
}

/** The person who is signed in, the other language, and the way out. */
function Who({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <div class="who">
      {frame.name !== null && (
        <a href="/admin/account" {...(frame.current === 'account' && { 'aria-current': 'page' })}>
          {frame.name}
          <span class="unseen"> ({words.account})</span>
        </a>
      )}
      {frame.otherLanguage !== null && <LanguageLink language={frame.language} href={frame.otherLanguage} />}
      <form method="post" action="/admin/sign-out">
        <Proof proof={frame.proof} />
        <button class="plain" type="submit">
          {words.signOut}
        </button>
      </form>
      {frame.name === null && <SignOutEverywhere frame={frame} />}
    </div>
  );
}

/** The button that ends every session of whoever is signed in. */
export function SignOutEverywhere({ frame }: { frame: Frame }) {
  return (
    <form method="post" action="/admin/sign-out-everywhere">
      <Proof proof={frame.proof} />
      <button class="plain" type="submit">
        {LAYOUT_WORDS[frame.language].signOutEverywhere}
      </button>
    </form>
  );
}

/** The navigation of a narrow screen, folded so that the work stands at the top. */
function Menu({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <details class="menu">
      <summary>
        {words.menu}
        <OpenCount frame={frame} />
      </summary>
      <nav aria-label={words.pages}>
        <Links frame={frame} />
      </nav>
    </details>
  );
}

function OpenCount({ frame: { openReplies, language } }: { frame: Frame }) {
  if (openReplies === 0) return null;
  return (
    <span class="count">
      {openReplies}
      <span class="unseen"> {LAYOUT_WORDS[language].open}</span>
    </span>
  );
}

function Links({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  const mayOpen = ({ role, installation, whole }: NavigationItem) => {
    if (whole && frame.limited) return false;
    const own = installation ? frame.installationRole : frame.role;
    return own !== null && isAtLeast(own, role);
  };
  return (
    <>
      {NAVIGATION.filter(mayOpen).map(({ name, href }) => (
        <NavLink href={hrefOf(href, frame.authority)} current={frame.current === name}>
          {words.destinations[name]}
          {name === 'replies' && <OpenCount frame={frame} />}
        </NavLink>
      ))}
    </>
  );
}

/** The authority of the page; another is chosen by a button, so that nothing changes by itself (WCAG 2.2, 3.2.2). */
function AuthorityOfPage({ frame: { authority, authorities, language, current } }: { frame: Frame }) {
  const words = LAYOUT_WORDS[language];
  const page = NAVIGATION.find(({ name }) => name === current);
  if (!authority || !page) return null;
  if (authorities === null) return <ChosenOfMany authority={authority} page={page} language={language} />;
  if (authorities.length === 1) return <p class="at">{authority.name}</p>;
  return (
    <form class="at" method="get" action={page.href}>
      <label class="unseen" for="at">
        {words.authority}
      </label>
      <select id="at" name="authority">
        {authorities.toSorted(byName(language)).map(({ id, name, openReplies }) => (
          <option value={id} selected={id === authority.id}>
            {openReplies > 0 ? `${name} (${openReplies})` : name}
          </option>
        ))}
      </select>
      <button class="plain" type="submit">
        {words.change}
      </button>
    </form>
  );
}

/** The authority of the page, with the way to a page that finds another. */
function ChosenOfMany({
  authority,
  page,
  language,
}: {
  readonly authority: Authority;
  readonly page: NavigationItem;
  readonly language: PageLanguage;
}) {
  const words = LAYOUT_WORDS[language];
  return (
    <p class="at">
      {authority.name}{' '}
      <a href={hrefOf('/admin/authorities', authority, { page: page.name })}>
        {words.change}
        <span class="unseen"> ({words.authority})</span>
      </a>
    </p>
  );
}

function Notices({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <>
      {frame.clockOff && (
        <p class="notice">
          <strong>{words.clockOff}</strong> {words.clockOffLead}
        </p>
      )}
      {frame.simulator && (
        <p class="notice">
          <strong>{words.simulator}</strong> {words.simulatorLead}{' '}
          {frame.installationRole !== null && isAtLeast(frame.installationRole, 'operator') && (
            <a href="/simulator">{words.phones}</a>
          )}
        </p>
      )}
      {frame.name === null && (
        <p class="notice">
          {words.firstAccount} <a href="/admin/first-account">{words.firstAccountLink}</a>
        </p>
      )}
    </>
  );
}

function NavLink({ href, current, children }: { href: string; current: boolean; children: Child }) {
  return (
    <a href={href} {...(current && { 'aria-current': 'page' })}>
      {children}
    </a>
  );
}
