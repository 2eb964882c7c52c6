import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { pagesGuard } from '../kit/kept/guard.ts';
import { textsPage } from './list-page.tsx';
import { textForm, textPage } from './text-page.tsx';
import { restoreForm, versionsPage } from './versions-page.tsx';

/** Adds `/admin/texts`: the list, each text with what it looks like and changes, and its earlier versions. */
export function textsRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  routes.get('/admin/texts', guard, (c) => textsPage(c, deps));
  routes.get('/admin/texts/:name', guard, (c) => textPage(c, deps));
  routes.post('/admin/texts/:name', guard, form, (c) => textForm(c, deps));
  routes.get('/admin/texts/:name/versions', guard, (c) => versionsPage(c, deps));
  routes.post('/admin/texts/:name/restore', guard, form, (c) => restoreForm(c, deps));
}
