import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { statisticsFile, statisticsPage } from './statistics-page.tsx';

/** Adds `/admin/statistics`, as a page and as CSV. */
export function statisticsRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  routes.get('/admin/statistics', guard, (c) => statisticsPage(c, deps));
  routes.get('/admin/statistics.csv', guard, (c) => statisticsFile(c, deps));
}
