import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../http/env.ts';
import { ownForm } from '../kit/forms.ts';
import { pagesGuard } from '../kit/kept/guard.ts';
import { dryRunForm, dryRunPage } from './dry-run-page.tsx';
import { pauseForm, pausePage, resumeForm } from './pause-page.tsx';
import { type RulesDeps, SECTIONS, sectionForm, sectionPage } from './section-page.tsx';
import { mapForm, unmappedPage } from './unmapped-page.tsx';

/** Adds `/admin/rules`: when SMS are sent, what becomes of replies, from whom they come. */
export function rulesRoutes(routes: OpenAPIHono<HttpEnv>, deps: RulesDeps): void {
  const guard = pagesGuard(deps);
  const form = ownForm(deps);
  for (const name of ['planning', 'replies', 'sender'] as const) {
    const { path } = SECTIONS[name];
    routes.get(path, guard, (c) => sectionPage(c, deps, name));
    routes.post(path, guard, form, (c) => sectionForm(c, deps, name));
  }
  routes.get('/admin/rules/pause', guard, (c) => pausePage(c, deps));
  routes.post('/admin/rules/pause', guard, form, (c) => pauseForm(c, deps));
  routes.post('/admin/rules/resume', guard, form, (c) => resumeForm(c, deps));
  routes.get('/admin/rules/try', guard, (c) => dryRunPage(c, deps));
  routes.post('/admin/rules/try', guard, form, (c) => dryRunForm(c, deps));
  routes.get('/admin/rules/unmapped', guard, (c) => unmappedPage(c, deps));
  routes.post('/admin/rules/unmapped', guard, form, (c) => mapForm(c, deps));
}
