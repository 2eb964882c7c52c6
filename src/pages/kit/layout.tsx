import type { Child } from 'hono/jsx';
import type { Authority } from '../../domain/authority.ts';
import { isAtLeast } from '../../domain/people/access.ts';
import { type Frame, FrameProvider } from './context.tsx';
import { Document, LanguageLink, Proof } from './document.tsx';
import { byName, type PageLanguage } from './language.ts';
import { LAYOUT_WORDS } from './layout-words.ts';
import { ACCOUNT, hrefOf, type Menu, suffices } from './navigation.ts';
import { Brand } from './styles/brand.tsx';

/** A document with navigation, for people who are signed in. */
export function Framed({ frame, children }: { frame: Frame; children: Child }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <FrameProvider value={frame}>
      <Document title={frame.title} language={frame.language} script>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <header>
          <div class="top">
            <Brand />
            <AuthorityOfPage frame={frame} />
            <Who frame={frame} />
            <nav class="wide" aria-label={words.pages}>
              <Links frame={frame} />
            </nav>
            <FoldedLinks frame={frame} />
          </div>
          <Notices frame={frame} />
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </Document>
    </FrameProvider>
  );
}

/** The person who is signed in, the other language, and the way out. */
function Who({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <div class="who">
      {frame.name !== null && (
        <NavLink href={ACCOUNT.path} current={frame.current === ACCOUNT}>
          {frame.name}
          <span class="unseen"> ({ACCOUNT.label[frame.language]})</span>
        </NavLink>
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
function FoldedLinks({ frame }: { frame: Frame }) {
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
  const mayOpen = ({ right }: Menu) => right !== 'signed-in' && suffices(frame, right);
  return (
    <>
      {frame.site.menus.filter(mayOpen).map((menu) => (
        <NavLink href={hrefOf(menu.path, frame.authority)} current={frame.current === menu}>
          {menu.label[frame.language]}
          {menu.name === 'replies' && <OpenCount frame={frame} />}
        </NavLink>
      ))}
    </>
  );
}

/** The authority of the page; another is chosen by a button, so that nothing changes by itself (WCAG 2.2, 3.2.2). */
function AuthorityOfPage({ frame: { authority, authorities, language, current } }: { frame: Frame }) {
  const words = LAYOUT_WORDS[language];
  if (!authority || current.right === 'signed-in') return null;
  if (authorities === null) return <ChosenOfMany authority={authority} page={current} language={language} />;
  if (authorities.length === 1) return <p class="at">{authority.name}</p>;
  return (
    <form class="at" method="get" action={current.path}>
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
  readonly page: Menu;
  readonly language: PageLanguage;
}) {
  const words = LAYOUT_WORDS[language];
  return (
    <p class="at">
      <span>{authority.name}</span>{' '}
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
      {frame.unsent && (
        <p class="notice">
          <strong>{words.unsent[frame.unsent]}</strong> {words.unsentLead}
        </p>
      )}
      {frame.simulator && (
        <p class="notice quiet">
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
