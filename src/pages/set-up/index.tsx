import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { auditPage } from './audit/audit-page.tsx';
import { departmentsRoutes } from './departments-page.tsx';
import { openSetUp, SetUpPage, setUpPath } from './frame.tsx';
import type { GatewayPagesDeps } from './gateways/deps.ts';
import { gatewaysRoutes } from './gateways/index.ts';
import { type ImportPageDeps, importPages } from './import/import-page.tsx';
import { keysRoutes } from './keys-page.tsx';
import { peopleRoutes } from './people/index.tsx';
import type { SourcePagesDeps } from './sources/deps.ts';
import { sourcesRoutes } from './sources/index.tsx';

/** The dependencies of the set-up. */
export type SetUpDeps = PagesDeps & SourcePagesDeps & GatewayPagesDeps & ImportPageDeps;

/** Adds the pages below `/admin/set-up`. */
export function setUpRoutes(routes: OpenAPIHono<HttpEnv>, deps: SetUpDeps): void {
  const guard = pagesGuard(deps);
  // The navigation and the switch of authorities lead here.
  routes.get('/admin/set-up', guard, (c) => {
    return c.redirect(setUpPath('sources') + new URL(c.req.url).search, 303);
  });
  sourcesRoutes(routes, deps);
  importPages(routes, deps);
  gatewaysRoutes(routes, deps);
  keysRoutes(routes, deps, guard);
  peopleOfAuthority(routes, deps);
  departmentsRoutes(routes, deps, guard);
  routes.get(setUpPath('audit'), guard, async (c) => {
    const setUp = await openSetUp(c, deps, 'audit');
    if (setUp instanceof Response) return setUp;
    const { authority, frame } = setUp;
    return auditPage(c, deps, {
      path: setUpPath('audit'),
      authorityId: authority.id,
      frame,
      timeZone: authority.timeZone,
      around: (part) => <SetUpPage setUp={setUp} {...part} />,
    });
  });
}

function peopleOfAuthority(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const path = setUpPath('people');
  peopleRoutes(routes, deps, path, async (c, authorityId) => {
    const setUp = await openSetUp(c, deps, 'people', authorityId);
    if (setUp instanceof Response) return setUp;
    const { authority, frame, reader } = setUp;
    return {
      path,
      auditPath: setUpPath('audit'),
      authorityId: authority.id,
      frame,
      timeZone: authority.timeZone,
      actor: reader.name,
      around: (part) => <SetUpPage setUp={setUp} {...part} />,
    };
  });
}
