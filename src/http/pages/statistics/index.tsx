import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../env.ts';
import type { PagesDeps } from '../frame.tsx';
import { pagesGuard } from '../session.ts';
import { statisticsPage } from './statistics-page.tsx';

/** Adds `/admin/statistics`. */
export function statisticsRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  routes.get('/admin/statistics', pagesGuard(deps), (c) => statisticsPage(c, deps));
}
