import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { authoritiesPage } from './authorities-page.tsx';

/** Adds `/admin/authorities`, where one of many authorities is chosen. */
export function authoritiesRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  routes.get('/admin/authorities', pagesGuard(deps), (c) => authoritiesPage(c, deps));
}
