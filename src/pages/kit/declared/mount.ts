import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../../http/env.ts';
import { ownForm, strangersForm } from '../forms.ts';
import { pagesGuard } from '../kept/guard.ts';
import type { Page } from '../page.ts';
import type { SessionDeps } from '../session.ts';

/** Adds the routes of pages and of their forms, each behind the guard of its right. */
export function mountPages<D extends SessionDeps>(
  routes: OpenAPIHono<HttpEnv>,
  pages: readonly Page<D>[],
  deps: D,
): void {
  const [guard, enrolling] = [pagesGuard(deps), pagesGuard(deps, { enrolling: true })];
  const [own, strangers] = [ownForm(deps), strangersForm(deps)];
  for (const page of pages) {
    const signedIn = page.enrolling ? enrolling : guard;
    if (page.right === 'anyone') routes.get(page.path, (c) => page.open(c, deps));
    else routes.get(page.path, signedIn, (c) => page.open(c, deps));
    for (const form of page.forms ?? [])
      if (form.right === 'anyone') {
        routes.post(form.path, async (c, next) => form.before?.(c, deps) ?? strangers(c, next));
        routes.post(form.path, (c) => form.send(c, deps));
      } else routes.post(form.path, signedIn, own, (c) => form.send(c, deps));
  }
}
