import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { handleForm, refusalsSeenForm, undoHandledForm } from './forms.ts';
import { todoPage } from './todo-page.tsx';

/** Adds `/admin`, the start page: what holds reminders or needs a phone call. */
export function todoRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  routes.get('/admin', guard, (c) => todoPage(c, deps));
  routes.post('/admin/to-do/:source/seen', guard, form, (c) => refusalsSeenForm(c, deps));
  routes.post('/admin/to-do/:id/handle', guard, form, (c) => handleForm(c, deps));
  routes.post('/admin/to-do/:id/undo', guard, form, (c) => undoHandledForm(c, deps));
}
