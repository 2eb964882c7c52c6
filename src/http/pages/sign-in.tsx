import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logging } from '../../runtime/deps.ts';
import { isAdminToken } from '../../staff/access.ts';
import { clientOf } from '../client-address.ts';
import type { HttpEnv } from '../env.ts';
import { clientKey, FailedAttempts } from '../failed-attempts.ts';
import { Document, page } from './layout.tsx';
import { endSession, isSignedIn, readNext, type SessionDeps, startSession } from './session.ts';

const WRONG_TOKENS_A_MINUTE = 5;

/** Adds `GET` and `POST /admin/sign-in`, and `POST /admin/sign-out`. */
export function signInRoutes(routes: OpenAPIHono<HttpEnv>, deps: SessionDeps & Logging): void {
  const wrongTokens = new FailedAttempts(WRONG_TOKENS_A_MINUTE);

  routes.get('/admin/sign-in', async (c) => {
    const next = readNext(c.req.query('next'));
    if (await isSignedIn(c, deps)) return c.redirect(next, 303);
    return page(c, <SignIn next={next} />);
  });

  routes.post('/admin/sign-in', async (c) => {
    const form = await c.req.parseBody();
    const next = readNext(typeof form.next === 'string' ? form.next : undefined);
    if (typeof form.token !== 'string' || !isAdminToken(deps, form.token.trim())) {
      deps.log.warn('a sign-in to /admin was refused');
      const { waitSeconds } = await wrongTokens.count([clientKey(clientOf(c, deps))]);
      if (waitSeconds > 0) {
        c.header('Retry-After', String(waitSeconds));
        return page(c, <SignIn next={next} fault={`For mange forsøg. Prøv igen om ${waitSeconds} sekunder.`} />, 429);
      }
      return page(
        c,
        <SignIn
          next={next}
          fault="Nøglen er forkert. Brug installationens administratornøgle, ikke en myndigheds API-nøgle."
        />,
        401,
      );
    }
    await startSession(c, deps);
    return c.redirect(next, 303);
  });

  routes.post('/admin/sign-out', (c) => {
    endSession(c, deps);
    return c.redirect('/admin/sign-in', 303);
  });
}

function SignIn({ next, fault }: { next: string; fault?: string }) {
  return (
    <Document title="Log ind">
      <main class="sign-in">
        <p class="brand">EasySMS</p>
        <h1>Log ind</h1>
        {fault && (
          <p class="fault" role="alert" id="fault">
            {fault}
          </p>
        )}
        <form method="post" action="/admin/sign-in">
          <input type="hidden" name="next" value={next} />
          <p class="field">
            <label for="token">Administratornøgle</label>
            <input
              id="token"
              name="token"
              type="password"
              required
              autocomplete="current-password"
              aria-describedby={fault ? 'fault hint' : 'hint'}
              {...(fault && { 'aria-invalid': 'true' })}
            />
            <small id="hint">Nøglen blev vist, da EasySMS startede første gang, eller er valgt af driften.</small>
          </p>
          <button type="submit">Log ind</button>
        </form>
      </main>
    </Document>
  );
}
