import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { findForm, findPage } from './find-page.tsx';
import { storyPage } from './story-page.tsx';

/** Adds `/admin/find`: appointments by number, reference or day, and the story of each. */
export function findRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  routes.get('/admin/find', guard, (c) => findPage(c, deps));
  routes.post('/admin/find', guard, ownForm(deps), (c) => findForm(c, deps));
  routes.get('/admin/find/:appointment', guard, (c) => storyPage(c, deps));
}
