import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../../../http/env.ts';
import { ownForm } from '../../kit/forms.ts';
import { pagesGuard } from '../../kit/kept/guard.ts';
import { setUpPath } from '../frame.tsx';
import type { GatewayPagesDeps } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { gatewaysPage, setGatewayForm } from './list-page.tsx';
import { addPriceForm, removePriceForm } from './prices-forms.ts';
import { makeTestForm, testPage } from './test-page.tsx';

/** Adds the pages of gateways. */
export function gatewaysRoutes(routes: OpenAPIHono<HttpEnv>, deps: GatewayPagesDeps): void {
  const guard = pagesGuard(deps);
  const own = ownForm(deps);
  const list = setUpPath('gateways');
  const one = `${list}/:gateway`;
  routes.get(list, guard, (c) => gatewaysPage(c, deps));
  routes.get(one, guard, (c) => gatewayPage(c, deps));
  routes.post(`${one}/out`, guard, own, (c) => setGatewayForm(c, deps, 'out'));
  routes.post(`${one}/in`, guard, own, (c) => setGatewayForm(c, deps, 'in'));
  routes.post(`${one}/tests`, guard, own, (c) => makeTestForm(c, deps));
  routes.get(`${one}/tests/:id`, guard, (c) => testPage(c, deps));
  routes.post(`${one}/prices`, guard, own, (c) => addPriceForm(c, deps));
  routes.post(`${one}/prices/:country/:from/remove`, guard, own, (c) => removePriceForm(c, deps));
}
