import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../env.ts';
import type { PagesDeps } from '../frame.tsx';
import { pagesGuard } from '../session.ts';
import { todoPage } from './todo-page.tsx';

/** Adds `/admin`, the start page: what holds reminders or needs a phone call. */
export function todoRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  routes.get('/admin', pagesGuard(deps), (c) => todoPage(c, deps));
}
