import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logging } from '../../runtime/deps.ts';
import { clientKey } from '../../runtime/networks.ts';
import { INSTALLATION_ADMINISTRATOR, isAdminToken } from '../../staff/access.ts';
import { clientOf } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';
import { FailedAttempts } from '../failed-attempts.ts';
import { noteRefused } from '../refused.ts';
import { Document, page } from './layout.tsx';
import { isSignedIn, readNext, type SessionDeps, signBrowserIn, signBrowserOut } from './session.ts';
import { type SignInWords, signInWords } from './sign-in-words.ts';

const WRONG_TOKENS_A_MINUTE = 5;

/** Adds `GET` and `POST /admin/sign-in`, `POST /admin/sign-out` and `/admin/sign-out-everywhere`. */
export function signInRoutes(routes: OpenAPIHono<HttpEnv>, deps: SessionDeps & Logging): void {
  const wrongTokens = new FailedAttempts(WRONG_TOKENS_A_MINUTE);

  routes.get('/admin/sign-in', async (c) => {
    const next = readNext(c.req.query('next'));
    if (await isSignedIn(c, deps)) return c.redirect(next, 303);
    const words = signInWords(c.req.query('language'));
    const fault = c.req.query('ended') === '1' ? { fault: words.ended } : {};
    return page(c, <SignIn words={words} next={next} {...fault} />);
  });

  routes.post('/admin/sign-in', async (c) => {
    const form = await c.req.parseBody();
    const next = readNext(typeof form.next === 'string' ? form.next : undefined);
    if (typeof form.token === 'string' && isAdminToken(deps, form.token.trim())) {
      await signBrowserIn(c, deps);
      return c.redirect(next, 303);
    }
    deps.log.warn('a sign-in to /admin was refused');
    const target = INSTALLATION_ADMINISTRATOR.name;
    noteRefused(c, deps, { action: 'session.refused', actor: 'anonymous', target, authorityId: null });
    const words = signInWords(form.language);
    const { waitSeconds } = await wrongTokens.count([clientKey(clientOf(c, deps))]);
    if (waitSeconds === 0) return page(c, <SignIn words={words} next={next} fault={words.wrong} />, 401);
    c.header('Retry-After', String(waitSeconds));
    return page(c, <SignIn words={words} next={next} fault={words.tooMany(waitSeconds)} />, 429);
  });

  routes.post('/admin/sign-out', async (c) => {
    await signBrowserOut(c, deps, { everywhere: false });
    return c.redirect('/admin/sign-in', 303);
  });

  routes.post('/admin/sign-out-everywhere', async (c) => {
    await signBrowserOut(c, deps, { everywhere: true });
    return c.redirect('/admin/sign-in', 303);
  });
}

function SignIn({ words, next, fault }: { words: SignInWords; next: string; fault?: string }) {
  return (
    <Document title={words.title} language={words.language}>
      <main class="sign-in">
        <p class="brand">EasySMS</p>
        <h1>{words.title}</h1>
        {fault && (
          <p class="fault" role="alert" id="fault">
            {fault}
          </p>
        )}
        <form method="post" action="/admin/sign-in">
          <input type="hidden" name="next" value={next} />
          <input type="hidden" name="language" value={words.language} />
          <p class="field">
            <label for="token">{words.label}</label>
            <input
              id="token"
              name="token"
              type="password"
              required
              autocomplete="current-password"
              aria-describedby={fault ? 'fault hint' : 'hint'}
              {...(fault && { 'aria-invalid': 'true' })}
            />
            <small id="hint">{words.hint}</small>
          </p>
          <button type="submit">{words.title}</button>
        </form>
        <p>
          <a
            lang={words.other.language}
            hreflang={words.other.language}
            href={`/admin/sign-in?${new URLSearchParams({ next, language: words.other.language })}`}
          >
            {words.other.name}
          </a>
        </p>
      </main>
    </Document>
  );
}
