import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { ProviderFailure, type StaffProvider } from '../../accounts/oidc/provider.ts';
import { signInByProvider } from '../../accounts/oidc/sign-in.ts';
import { MINUTE_MS } from '../../domain/duration.ts';
import { notFound } from '../../domain/errors.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Logging } from '../../runtime/deps.ts';
import { cookieOptions, prefixOf } from '../kit/cookies/cookies.ts';
import { signBrowserIn } from '../kit/cookies/session-cookie.ts';
import { Document, page } from '../kit/document.tsx';
import type { Page } from '../kit/page.ts';
import type { SessionDeps } from '../kit/session.ts';
import { noteRefusedSignIn } from './refused-sign-in.ts';
import { SIGN_IN_WORDS } from './sign-in-words.ts';

const COOKIE = 'easysms-oidc';
const ATTEMPT_MS = 10 * MINUTE_MS;
/** The labels under which the cookie is encrypted. */
const SEAL = ['', 'oidc.attempt', 'attempt'] as const;

const attemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  until: z.number(),
});

type ProviderDeps = SessionDeps & Logging & { readonly provider: StaffProvider | null };

/** `/admin/oidc/sign-in`, which leads to the identity provider, and `/admin/oidc/callback`. */
export const PROVIDER_PAGES: readonly Page<ProviderDeps>[] = [
  {
    path: '/admin/oidc/sign-in',
    right: 'anyone',
    open: async (c, deps) => {
      try {
        const { url, attempt } = await providerOf(deps).begin();
        keepAttempt(c, deps, { ...attempt, next: deps.site.readNext(c.req.query('next')) });
        return c.redirect(url.href, 303);
      } catch (error) {
        return failed(c, deps, error);
      }
    },
  },
  {
    path: '/admin/oidc/callback',
    right: 'anyone',
    open: async (c, deps) => {
      const provider = providerOf(deps);
      const attempt = takeAttempt(c, deps);
      // A page that is loaded again, or an old one, is no sign-in.
      if (!attempt) return c.redirect('/admin/sign-in?provider=refused', 303);
      try {
        const identity = await provider.finish(new URL(c.req.url).search, attempt);
        if (!identity.complete) deps.log.warn('the identity provider did not give a name and an e-mail');
        const result = await signInByProvider(deps, provider.settings, identity, deps.now());
        if (result.kind !== 'right') return refused(c, deps, result.kind);
        await signBrowserIn(c, deps, { method: 'provider', personId: result.personId });
        return onward(c, attempt.next);
      } catch (error) {
        return failed(c, deps, error);
      }
    },
  },
];

/** @throws Problem 404 where none is configured */
function providerOf({ provider }: ProviderDeps): StaffProvider {
  if (!provider) throw notFound('page');
  return provider;
}

/** Keeps the attempt in the browser that began it, encrypted: whoever brings the code back must be the same. */
function keepAttempt(
  c: Context<HttpEnv>,
  deps: ProviderDeps,
  attempt: Omit<z.infer<typeof attemptSchema>, 'until'>,
): void {
  const text = JSON.stringify({ ...attempt, until: deps.now().getTime() + ATTEMPT_MS });
  const sealed = deps.keyring.cipher.encrypt(...SEAL, text).toString('base64url');
  // The provider sends the browser back: a cookie that is `Strict` would not come along.
  setCookie(c, COOKIE, sealed, { ...cookieOptions(deps, 'Lax'), maxAge: ATTEMPT_MS / 1000 });
}

/** The attempt that this browser began, once. @returns null for none, and for one that is too old */
function takeAttempt(c: Context<HttpEnv>, deps: ProviderDeps): z.infer<typeof attemptSchema> | null {
  const sealed = getCookie(c, COOKIE, prefixOf(deps));
  if (sealed === undefined) return null;
  deleteCookie(c, COOKIE, cookieOptions(deps, 'Lax'));
  try {
    const text = deps.keyring.cipher.decrypt(...SEAL, Buffer.from(sealed, 'base64url'));
    const attempt = attemptSchema.parse(JSON.parse(text));
    return attempt.until > deps.now().getTime() ? attempt : null;
  } catch {
    return null;
  }
}

/**
 * Goes on by a page and not by a redirect: the browser counts that as sent by the provider, and would leave the
 * session's cookie, which is `Strict`, behind.
 */
function onward(c: Context<HttpEnv>, next: string): Response | Promise<Response> {
  const { language } = c.var;
  const words = SIGN_IN_WORDS[language];
  return page(
    c,
    <Document title={words.title} language={language} onward={next}>
      <main class="sign-in">
        <h1>EasySMS</h1>
        <p>
          <a href={next}>{words.onward}</a>
        </p>
      </main>
    </Document>,
  );
}

function failed(c: Context<HttpEnv>, deps: ProviderDeps, error: unknown): Response {
  if (!(error instanceof ProviderFailure)) throw error;
  deps.log.warn({ reason: error.message }, 'a sign-in at the identity provider failed');
  // Whoever gives up there, and a provider that is down, was refused nothing.
  if (error.reason === 'refused') return refused(c, deps, 'refused');
  return c.redirect(`/admin/sign-in?provider=${error.reason}`, 303);
}

/** Back to the sign-in page, which says why; the audit has it, too. */
function refused(c: Context<HttpEnv>, deps: ProviderDeps, reason: 'refused' | 'level' | 'role'): Response {
  noteRefusedSignIn(c, deps, 'provider');
  return c.redirect(`/admin/sign-in?provider=${reason}`, 303);
}
