import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { auditPage } from '../set-up/audit/audit-page.tsx';
import { peopleRoutes } from '../set-up/people/index.tsx';
import { type AuthorityPagesDeps, authoritiesPage, makeAuthorityForm } from './authorities-page.tsx';
import { authorityForm, authorityPage } from './authority-page.tsx';
import { adoptForm, type BindingFormsDeps, recoveredForm } from './binding-forms.ts';
import { INSTALLATION_PATHS, INSTALLATION_ZONE, InstallationPage, openInstallationPage } from './frame.tsx';
import { healthPage } from './health-page.tsx';

/** The dependencies of the pages of the installation. */
export type InstallationPagesDeps = PagesDeps & AuthorityPagesDeps & BindingFormsDeps;

/** Adds the pages below `/admin/installation`, for administrators of the whole installation. */
export function installationPages(routes: OpenAPIHono<HttpEnv>, deps: InstallationPagesDeps): void {
  const guard = pagesGuard(deps);
  const own = ownForm(deps);
  const { health, authorities, people, audit } = INSTALLATION_PATHS;
  routes.get(health, guard, (c) => healthPage(c, deps));
  routes.post(`${health}/adopt`, guard, own, (c) => adoptForm(c, deps));
  routes.post(`${health}/recovered`, guard, own, (c) => recoveredForm(c, deps));
  routes.get(authorities, guard, (c) => authoritiesPage(c, deps));
  routes.post(authorities, guard, own, (c) => makeAuthorityForm(c, deps));
  routes.get(`${authorities}/:authority`, guard, (c) => authorityPage(c, deps));
  routes.post(`${authorities}/:authority`, guard, own, (c) => authorityForm(c, deps));
  peopleRoutes(routes, deps, people, async (c) => {
    const opened = await openInstallationPage(c, deps, 'people');
    const { frame, actor } = opened;
    return {
      path: people,
      auditPath: audit,
      authorityId: null,
      frame,
      timeZone: INSTALLATION_ZONE,
      actor,
      around: (part) => <InstallationPage opened={opened} {...part} />,
    };
  });
  routes.get(audit, guard, async (c) => {
    const opened = await openInstallationPage(c, deps, 'audit');
    const { frame } = opened;
    return auditPage(c, deps, {
      path: audit,
      authorityId: null,
      frame,
      timeZone: INSTALLATION_ZONE,
      around: (part) => <InstallationPage opened={opened} {...part} />,
    });
  });
}
