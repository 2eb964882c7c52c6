import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../http/env.ts';
import { ownForms } from '../http/guards/middleware.ts';
import { createRoutes } from '../http/problem.ts';
import { ANSWER_PAGES } from './answers/answer-page.tsx';
import { AUTHORITIES_PAGE } from './authorities/authorities-page.tsx';
import { CITIZENS_PAGE } from './citizens/citizens-page.tsx';
import { RECEIPT_PAGE } from './citizens/receipt-page.tsx';
import { FIND_PAGES } from './find/index.tsx';
import { INSTALLATION_PAGES, type InstallationPagesDeps } from './installation/index.tsx';
import { mountPages } from './kit/declared/mount.ts';
import type { PagesDeps } from './kit/frame.tsx';
import type { KeptDeps } from './kit/kept/form.ts';
import { KEPT_PAGE } from './kit/kept/page.tsx';
import { pageLanguage } from './kit/language.ts';
import type { Page } from './kit/page.ts';
import { Site } from './kit/site.ts';
import { REPLIES_FILES, SERVED_SCRIPT, SERVED_STYLE } from './kit/styles/served.ts';
import { OPT_OUTS_PAGE } from './opt-outs/opt-outs-page.tsx';
import { OUTCOMES_PAGE } from './outcomes/outcomes-page.tsx';
import { ACCOUNT_PAGE } from './people/account-page.tsx';
import { INVITATION_PAGES } from './people/invitation.tsx';
import { PROVIDER_PAGES } from './people/provider.tsx';
import { SECOND_FACTOR_PAGE } from './people/second-factor.tsx';
import { signInPages } from './people/sign-in.tsx';
import { SIGN_IN_CODE_PAGE } from './people/sign-in-code.tsx';
import { REPLIES_PAGE } from './replies/replies-page.tsx';
import { DRY_RUN_PAGE } from './rules/dry-run-page.tsx';
import { PAUSE_PAGE } from './rules/pause-page.tsx';
import { SECTION_PAGES } from './rules/section-page.tsx';
import { UNMAPPED_PAGE } from './rules/unmapped-page.tsx';
import { SET_UP_PAGES, type SetUpDeps } from './set-up/index.tsx';
import { STATISTICS_FILE, STATISTICS_PAGE } from './statistics/statistics-page.tsx';
import { TEXTS_PAGE } from './texts/list-page.tsx';
import { STANDARD_ANSWERS_PAGE } from './texts/standard-answers-page.tsx';
import { TEXT_PAGE } from './texts/text-page.tsx';
import { VERSIONS_PAGE } from './texts/versions-page.tsx';
import { TODO_PAGE } from './todo/todo-page.tsx';

type AllDeps = PagesDeps & SetUpDeps & InstallationPagesDeps & KeptDeps;

/** The dependencies of all pages but what their declarations make. */
export type PagesRoutesDeps = Omit<AllDeps, 'site'>;

/** All pages, made anew: sign-in counts wrong tokens for each application. Those of the navigation in its order. */
export function allPages(): readonly Page<AllDeps>[] {
  return [
    ...signInPages(),
    SIGN_IN_CODE_PAGE,
    ...INVITATION_PAGES,
    SECOND_FACTOR_PAGE,
    ...PROVIDER_PAGES,
    KEPT_PAGE,
    TODO_PAGE,
    ...FIND_PAGES,
    REPLIES_PAGE,
    ...ANSWER_PAGES,
    OPT_OUTS_PAGE,
    TEXTS_PAGE,
    TEXT_PAGE,
    VERSIONS_PAGE,
    STANDARD_ANSWERS_PAGE,
    ...SECTION_PAGES,
    PAUSE_PAGE,
    DRY_RUN_PAGE,
    UNMAPPED_PAGE,
    STATISTICS_PAGE,
    STATISTICS_FILE,
    OUTCOMES_PAGE,
    ...SET_UP_PAGES,
    CITIZENS_PAGE,
    RECEIPT_PAGE,
    ...INSTALLATION_PAGES,
    AUTHORITIES_PAGE,
    ACCOUNT_PAGE,
  ];
}

/** The pages for people, under `/admin`. @returns their site, too, by which the phones' guard leads back to one */
export function pagesRoutes(given: PagesRoutesDeps): { readonly routes: OpenAPIHono<HttpEnv>; readonly site: Site } {
  const routes = createRoutes();
  const pages = allPages();
  const deps: AllDeps = { ...given, site: new Site(pages) };
  routes.use('/admin/*', ownForms(deps.publicUrl), pageLanguage(deps));
  for (const [path, text] of Object.entries({
    '/admin/style.css': SERVED_STYLE,
    '/admin/script.js': SERVED_SCRIPT,
    ...REPLIES_FILES,
  }))
    routes.get(path, (c) => {
      c.header('Cache-Control', 'max-age=300');
      const type = path.endsWith('.css') ? 'text/css' : 'text/javascript';
      return c.body(text, 200, { 'Content-Type': `${type}; charset=utf-8` });
    });
  routes.get('/', (c) => c.redirect('/admin'));
  mountPages(routes, pages, deps);
  return { routes, site: deps.site };
}
