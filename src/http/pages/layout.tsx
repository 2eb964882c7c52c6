import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { HttpEnv } from '../env.ts';
import { FORM_FIELD } from './forms.ts';
import type { PageLanguage } from './language.ts';
import { LAYOUT_WORDS } from './layout-words.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

/** The title, navigation and notices around every page of somebody who is signed in. */
export interface Frame {
  readonly language: PageLanguage;
  /** The address of this page in the other language. */
  readonly otherLanguage: string;
  /** The proof that the forms of the page are ours. */
  readonly proof: string;
  /** The name of whoever is signed in; null for the administrator's token, which is to be replaced by an account. */
  readonly name: string | null;
  readonly title: string;
  readonly current: 'statistics' | 'replies' | 'account';
  /** How many replies wait for a person, in all authorities. */
  readonly openReplies: number;
  /** The simulator is among the gateways, which the page must say. */
  readonly simulator: boolean;
}

/** Status codes of pages. */
export type PageStatus = 200 | 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** Answers with a whole page, under a policy that allows no content from other sites. */
export function page(c: Context<HttpEnv>, body: Child, status: PageStatus = 200): Response | Promise<Response> {
  c.header('Content-Security-Policy', POLICY);
  return c.html(html`<!doctype html>${body}`, status);
}

interface DocumentProps {
  readonly title: string;
  readonly language: PageLanguage;
  /** A page of ours that the browser goes on to. */
  readonly onward?: string;
  readonly children: Child;
}

/** An HTML document with the pages' style sheet. */
export function Document({ title, language, onward, children }: DocumentProps) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {onward && <meta http-equiv="refresh" content={`0;url=${onward}`} />}
        <title>{title} – EasySMS</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/admin/style.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A small page of its own, without navigation: signing in, invitations, errors. */
export function Plain({
  title,
  language,
  otherLanguage,
  children,
}: {
  readonly title: string;
  readonly language: PageLanguage;
  /** The address of this page in the other language; left out: there is no switch. */
  readonly otherLanguage?: string;
  readonly children: Child;
}) {
  return (
    <Document title={title} language={language}>
      <main class="sign-in">
        <p class="brand">EasySMS</p>
        <h1>{title}</h1>
        {children}
        {otherLanguage && (
          <p>
            <LanguageLink language={language} href={otherLanguage} />
          </p>
        )}
      </main>
    </Document>
  );
}

function LanguageLink({ language, href }: { readonly language: PageLanguage; readonly href: string }) {
  const other = language === 'da' ? 'en' : 'da';
  return (
    <a lang={other} hreflang={other} href={href}>
      {LAYOUT_WORDS[language].otherLanguage}
    </a>
  );
}

/** The field that proves that a form is ours; every form that changes anything has it. */
export function Proof({ proof }: { readonly proof: string }) {
  return <input type="hidden" name={FORM_FIELD} value={proof} />;
}

/** Message about what went wrong with a form, read out at once. */
export function Fault({ text, id = 'fault' }: { readonly text: string | undefined; readonly id?: string }) {
  if (!text) return null;
  return (
    <p class="fault" role="alert" id={id}>
      {text}
    </p>
  );
}

/** A document with navigation, for people who are signed in. */
export function Framed({ frame, children }: { frame: Frame; children: Child }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <Document title={frame.title} language={frame.language}>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <p class="brand">EasySMS</p>
        <Navigation frame={frame} />
        <p class="who">
          {frame.name !== null && (
            <a href="/admin/account" {...(frame.current === 'account' && { 'aria-current': 'page' })}>
              {frame.name}
              <span class="unseen"> ({words.account})</span>
            </a>
          )}
          <LanguageLink language={frame.language} href={frame.otherLanguage} />
        </p>
        <form method="post" action="/admin/sign-out">
          <Proof proof={frame.proof} />
          <button class="plain" type="submit">
            {words.signOut}
          </button>
        </form>
        {frame.name === null && <SignOutEverywhere frame={frame} />}
        <Notices frame={frame} />
      </header>
      <main id="main" tabindex={-1}>
        {children}
      </main>
    </Document>
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

function Navigation({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <nav aria-label={words.pages}>
      <NavLink href="/admin" current={frame.current === 'statistics'}>
        {words.statistics}
      </NavLink>
      <NavLink href="/admin/replies" current={frame.current === 'replies'}>
        {words.replies}
        {frame.openReplies > 0 && (
          <span class="count">
            {frame.openReplies}
            <span class="unseen"> {words.open}</span>
          </span>
        )}
      </NavLink>
    </nav>
  );
}

function Notices({ frame }: { frame: Frame }) {
  const words = LAYOUT_WORDS[frame.language];
  return (
    <>
      {frame.simulator && (
        <p class="notice">
          <strong>{words.simulator}</strong> {words.simulatorLead}
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

/** The choice of an authority, within a form that has a button: nothing changes by itself (WCAG 2.2, 3.2.2). */
export function AuthorityChoice({
  authorities,
  chosen,
  language,
}: {
  authorities: readonly { id: string; label: string }[];
  chosen: string;
  language: PageLanguage;
}) {
  return (
    <p class="field">
      <label for="authority">{LAYOUT_WORDS[language].authority}</label>
      <select id="authority" name="authority">
        {authorities.map(({ id, label }) => (
          <option value={id} selected={id === chosen}>
            {label}
          </option>
        ))}
      </select>
    </p>
  );
}
