import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { accessForm, citizensPage } from './citizens-page.tsx';
import { confirmEraseForm, eraseForm } from './erase-page.tsx';
import { receiptPage } from './receipt-page.tsx';

/** Adds `/admin/citizens`: what is held about a number, as a file to hand over, and its erasure with proof. */
export function citizensRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  routes.get('/admin/citizens', guard, (c) => citizensPage(c, deps));
  routes.post('/admin/citizens', guard, form, (c) => accessForm(c, deps));
  routes.post('/admin/citizens/erase', guard, form, (c) => eraseForm(c, deps));
  routes.post('/admin/citizens/erase/confirm', guard, form, (c) => confirmEraseForm(c, deps));
  routes.get('/admin/citizens/erased/:erasure', guard, (c) => receiptPage(c, deps));
}
