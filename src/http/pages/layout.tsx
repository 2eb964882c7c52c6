import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { HttpEnv } from '../env.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

/** The title, navigation and notices around every page of somebody who is signed in. */
export interface Frame {
  readonly title: string;
  readonly current: 'statistics' | 'replies';
  /** How many replies wait for a person, in all authorities. */
  readonly openReplies: number;
  /** The simulator is among the gateways, which the page must say. */
  readonly simulator: boolean;
}

/** Answers with a whole page, under a policy that allows no content from other sites. */
export function page(
  c: Context<HttpEnv>,
  body: Child,
  status: 200 | 401 | 422 | 429 = 200,
): Response | Promise<Response> {
  c.header('Content-Security-Policy', POLICY);
  return c.html(html`<!doctype html>${body}`, status);
}

interface DocumentProps {
  readonly title: string;
  readonly language?: 'da' | 'en';
  readonly children: Child;
}

/** An HTML document with the pages' style sheet. */
export function Document({ title, language = 'da', children }: DocumentProps) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title} – EasySMS</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/admin/style.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A document with navigation, for people who are signed in. */
export function Framed({ frame, children }: { frame: Frame; children: Child }) {
  return (
    <Document title={frame.title}>
      <a class="skip" href="#main">
        Gå til indhold
      </a>
      <header class="top">
        <p class="brand">EasySMS</p>
        <nav aria-label="Sider">
          <NavLink href="/admin" current={frame.current === 'statistics'}>
            Statistik
          </NavLink>
          <NavLink href="/admin/replies" current={frame.current === 'replies'}>
            Svar fra borgere
            {frame.openReplies > 0 && (
              <span class="count">
                {frame.openReplies}
                <span class="unseen"> ubehandlede</span>
              </span>
            )}
          </NavLink>
        </nav>
        <form method="post" action="/admin/sign-out">
          <button class="plain" type="submit">
            Log ud
          </button>
        </form>
        <form method="post" action="/admin/sign-out-everywhere">
          <button class="plain" type="submit">
            Log ud alle steder
          </button>
        </form>
        {frame.simulator && (
          <p class="simulator">
            <strong>Simulator:</strong> der sendes ingen rigtige SMS'er herfra.
          </p>
        )}
      </header>
      <main id="main" tabindex={-1}>
        {children}
      </main>
    </Document>
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
}: {
  authorities: readonly { id: string; label: string }[];
  chosen: string;
}) {
  return (
    <p class="field">
      <label for="authority">Myndighed</label>
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
