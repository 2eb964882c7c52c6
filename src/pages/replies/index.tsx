import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { settleReplyForm, undoSettleForm } from './replies-forms.ts';
import { repliesPage } from './replies-page.tsx';

/** Adds `/admin/replies`: what citizens wrote back, and what staff decide about it. */
export function repliesRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  routes.get('/admin/replies', guard, (c) => repliesPage(c, deps));
  routes.post('/admin/replies/:id/settle', guard, form, (c) => settleReplyForm(c, deps));
  routes.post('/admin/replies/:id/undo', guard, form, (c) => undoSettleForm(c, deps));
}
