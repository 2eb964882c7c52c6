import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../../http/env.ts';
import { ownForm } from '../../kit/forms.ts';
import { pagesGuard } from '../../kit/kept/guard.ts';
import { setUpPath } from '../frame.tsx';
import { replayForm, resumeEventsForm, testForm } from './deliveries-forms.ts';
import { deliveriesPage } from './deliveries-page.tsx';
import type { SourcePagesDeps } from './deps.ts';
import { eventsPage, removeEndpointForm, saveEndpointForm } from './events-page.tsx';
import { makeSourceForm, sourcesPage } from './list-page.tsx';
import { addSecretForm, endSecretForm } from './secrets.tsx';
import { settingsForm, settingsPage } from './settings-page.tsx';
import { pauseForm, resumeForm, sourcePage } from './source-page.tsx';

/** Adds the pages of booking systems. */
export function sourcesRoutes(routes: OpenAPIHono<HttpEnv>, deps: SourcePagesDeps): void {
  const guard = pagesGuard(deps);
  const own = ownForm(deps);
  const list = setUpPath('sources');
  const one = `${list}/:source`;
  routes.get(list, guard, (c) => sourcesPage(c, deps));
  routes.post(list, guard, own, (c) => makeSourceForm(c, deps));
  routes.get(one, guard, (c) => sourcePage(c, deps));
  routes.post(`${one}/pause`, guard, own, (c) => pauseForm(c, deps));
  routes.post(`${one}/resume`, guard, own, (c) => resumeForm(c, deps));
  routes.get(`${one}/settings`, guard, (c) => settingsPage(c, deps));
  routes.post(`${one}/settings`, guard, own, (c) => settingsForm(c, deps));
  routes.post(`${one}/secrets`, guard, own, (c) => addSecretForm(c, deps, false));
  routes.post(`${one}/secrets-for-events`, guard, own, (c) => addSecretForm(c, deps, true));
  routes.post(`${one}/secrets/:id/end`, guard, own, (c) => endSecretForm(c, deps));
  routes.get(`${one}/events`, guard, (c) => eventsPage(c, deps));
  routes.post(`${one}/events`, guard, own, (c) => saveEndpointForm(c, deps));
  routes.post(`${one}/events/remove`, guard, own, (c) => removeEndpointForm(c, deps));
  routes.get(`${one}/deliveries`, guard, (c) => deliveriesPage(c, deps));
  routes.post(`${one}/deliveries/test`, guard, own, (c) => testForm(c, deps));
  routes.post(`${one}/deliveries/resume`, guard, own, (c) => resumeEventsForm(c, deps));
  routes.post(`${one}/deliveries/replay`, guard, own, (c) => replayForm(c, deps));
}
