import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../http/env.ts';
import { ownForms } from '../http/own-forms.ts';
import { createRoutes } from '../http/problem.ts';
import { authoritiesRoutes } from './authorities/index.tsx';
import { citizensRoutes } from './citizens/index.tsx';
import { findRoutes } from './find/index.tsx';
import { type InstallationPagesDeps, installationPages } from './installation/index.tsx';
import type { PagesDeps } from './kit/frame.tsx';
import { keptRoutes } from './kit/kept/page.tsx';
import { pageLanguage } from './kit/language.ts';
import { SCRIPT } from './kit/script.ts';
import { STYLE } from './kit/styles/style.ts';
import { WORK_STYLE } from './kit/styles/work-style.ts';
import { optOutsPages } from './opt-outs/index.tsx';
import { outcomesRoutes } from './outcomes/index.tsx';
import { accountRoutes } from './people/account-page.tsx';
import { invitationRoutes } from './people/invitation.tsx';
import { providerRoutes } from './people/provider.tsx';
import { secondFactorRoutes } from './people/second-factor.tsx';
import { signInRoutes } from './people/sign-in.tsx';
import { signInCodeRoutes } from './people/sign-in-code.tsx';
import { repliesRoutes } from './replies/index.tsx';
import { rulesRoutes } from './rules/index.tsx';
import { type SetUpDeps, setUpRoutes } from './set-up/index.tsx';
import { statisticsRoutes } from './statistics/index.tsx';
import { textsRoutes } from './texts/index.tsx';
import { todoRoutes } from './todo/index.tsx';

/** The pages for people, under `/admin`. */
export function pagesRoutes(deps: PagesDeps & SetUpDeps & InstallationPagesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.use('/admin/*', ownForms(deps.publicUrl), pageLanguage(deps));
  routes.get('/admin/style.css', (c) => {
    c.header('Cache-Control', 'max-age=300');
    return c.body(STYLE + WORK_STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' });
  });
  routes.get('/admin/script.js', (c) => {
    c.header('Cache-Control', 'max-age=300');
    return c.body(SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
  });
  routes.get('/', (c) => c.redirect('/admin'));
  signInRoutes(routes, deps);
  signInCodeRoutes(routes, deps);
  invitationRoutes(routes, deps);
  secondFactorRoutes(routes, deps);
  accountRoutes(routes, deps);
  providerRoutes(routes, deps);
  keptRoutes(routes, deps);
  todoRoutes(routes, deps);
  authoritiesRoutes(routes, deps);
  findRoutes(routes, deps);
  repliesRoutes(routes, deps);
  textsRoutes(routes, deps);
  rulesRoutes(routes, deps);
  optOutsPages(routes, deps);
  statisticsRoutes(routes, deps);
  outcomesRoutes(routes, deps);
  citizensRoutes(routes, deps);
  setUpRoutes(routes, deps);
  installationPages(routes, deps);
  return routes;
}
