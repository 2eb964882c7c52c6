import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { addOptOutForm, liftOptOutForm, searchOptOutsForm } from './forms.ts';
import { optOutsLikePage } from './like-page.ts';
import { optOutsPage } from './opt-outs-page.tsx';

/** Adds `/admin/opt-outs`: the numbers that get no SMS, with who recorded and lifted each, and why. */
export function optOutsPages(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  routes.get('/admin/opt-outs', guard, (c) => {
    const like = c.req.query('like');
    return like === undefined ? optOutsPage(c, deps) : optOutsLikePage(c, deps, like);
  });
  routes.post('/admin/opt-outs', guard, form, (c) => addOptOutForm(c, deps));
  routes.post('/admin/opt-outs-of-number', guard, form, (c) => searchOptOutsForm(c, deps));
  routes.post('/admin/opt-outs/:id/lift', guard, form, (c) => liftOptOutForm(c, deps));
}
