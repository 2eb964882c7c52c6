import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../env.ts';
import { ownForms } from '../own-forms.ts';
import { createRoutes } from '../problem.ts';
import type { PagesDeps } from './frame.tsx';
import { repliesPage, settleReplyForm, undoSettleForm } from './replies-page.tsx';
import { pagesGuard } from './session.ts';
import { signInRoutes } from './sign-in.tsx';
import { statisticsPage } from './statistics-page.tsx';
import { STYLE } from './style.ts';

/** The pages for people, under `/admin`. */
export function pagesRoutes(deps: PagesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.use('/admin/*', ownForms(deps.publicUrl));
  routes.get('/admin/style.css', (c) => {
    c.header('Cache-Control', 'max-age=300');
    return c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' });
  });
  routes.get('/', (c) => c.redirect('/admin'));
  signInRoutes(routes, deps);
  const guard = pagesGuard(deps);
  routes.get('/admin', guard, (c) => statisticsPage(c, deps));
  routes.get('/admin/replies', guard, (c) => repliesPage(c, deps));
  routes.post('/admin/replies/:id/settle', guard, (c) => settleReplyForm(c, deps));
  routes.post('/admin/replies/:id/undo', guard, (c) => undoSettleForm(c, deps));
  return routes;
}
