import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { HttpEnv } from '../../http/env.ts';
import { FORM_FIELD } from './forms.ts';
import { otherOf, type PageLanguage } from './language.ts';
import { LAYOUT_WORDS } from './layout-words.ts';
import { Brand, ICON } from './styles/brand.tsx';

const POLICY =
  "script-src 'self'; connect-src 'self'; default-src 'none'; style-src 'self'; img-src 'self' data:; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Status codes of pages. */
export type PageStatus = 200 | 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** Responds with a whole page, under a policy that allows no content from other sites. */
export async function page(c: Context<HttpEnv>, body: Child, status: PageStatus = 200): Promise<Response> {
  c.header('Content-Security-Policy', POLICY);
  return c.html(withOneFocus(String(await html`<!doctype html>${body}`)), status);
}

/** Attribute that asks for the focus. Texts and other attributes have their quotes escaped, and so can't hold it. */
const ASKING = ' autofocus=""';

/**
 * Leaves `autofocus` to one element of a page, since a document may have it once: to the first field, else to the
 * first sentence that asks for it. Each field and each sentence asks that says what is wrong, and none knows whether
 * others of the page do.
 */
function withOneFocus(html: string): string {
  const [first = '', ...others] = html.split(ASKING);
  if (others.length < 2) return html;
  const isField = [first, ...others.slice(0, -1)].map((before) => {
    const tag = before.slice(before.lastIndexOf('<'));
    return !/^<(?:p|strong)(?: |$)/.test(tag);
  });
  const chosen = Math.max(0, isField.indexOf(true));
  return first + others.map((rest, nth) => (nth === chosen ? ASKING + rest : rest)).join('');
}

interface DocumentProps {
  readonly title: string;
  readonly language: PageLanguage;
  /** A page of ours that the browser goes on to. */
  readonly onward?: string;
  /** The page loads our script, which asks nobody but us. */
  readonly script?: boolean;
  readonly children: Child;
}

/** An HTML document with the pages' style sheet. */
export function Document({ title, language, onward, script, children }: DocumentProps) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {onward && <meta http-equiv="refresh" content={`0;url=${onward}`} />}
        <title>{title} – EasySMS</title>
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href="/admin/style.css" />
        {script && <script type="module" src="/admin/script.js" />}
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
  /** The address of this page in the other language, or the page in it, of one that can't be asked for again. */
  readonly otherLanguage: string | Child;
  readonly children: Child;
}) {
  return (
    <Document title={title} language={language}>
      <main class="sign-in">
        <Brand />
        <h1>{title}</h1>
        {children}
        {typeof otherLanguage === 'string' ? (
          <p>
            <LanguageLink language={language} href={otherLanguage} />
          </p>
        ) : (
          <InOtherLanguage language={language}>{otherLanguage}</InOtherLanguage>
        )}
      </main>
    </Document>
  );
}

/** The switch to the other language; `href` is the address of the page in it. */
export function LanguageLink({ language, href }: { readonly language: PageLanguage; readonly href: string }) {
  const other = otherOf(language);
  return (
    <a lang={other} hreflang={other} href={href}>
      {LAYOUT_WORDS[language].otherLanguage}
    </a>
  );
}

/** A page in the other language, folded in, where no address leads to it again. */
export function InOtherLanguage({ language, children }: { readonly language: PageLanguage; readonly children: Child }) {
  return (
    <details lang={otherOf(language)}>
      <summary>{LAYOUT_WORDS[language].otherLanguage}</summary>
      {children}
    </details>
  );
}

/** The field that proves that a form is ours; every form that changes anything has it. */
export function Proof({ proof }: { readonly proof: string }) {
  return <input type="hidden" name={FORM_FIELD} value={proof} />;
}

/** Message about what went wrong with a form, which takes the focus where no field does. */
export function Fault({ text, id = 'fault' }: { readonly text: string | undefined; readonly id?: string }) {
  if (!text) return null;
  return (
    <p class="fault" tabindex={-1} autofocus role="alert" id={id}>
      {text}
    </p>
  );
}
