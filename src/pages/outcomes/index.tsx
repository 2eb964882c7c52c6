import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { outcomesPage } from './outcomes-page.tsx';

/** Adds `/admin/messages`: the reminders behind a figure of the statistics. */
export function outcomesRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  routes.get('/admin/messages', pagesGuard(deps), (c) => outcomesPage(c, deps));
}
