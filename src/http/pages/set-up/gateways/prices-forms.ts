import type { Context } from 'hono';
import { notFound } from '../../../../domain/errors.ts';
import { putGatewayPrices, readGatewayPrices } from '../../../../staff/gateways/prices.ts';
import { priceSchema, pricesBody } from '../../../admin/gateways/prices.ts';
import type { HttpEnv } from '../../../env.ts';
import { fieldOf } from '../../forms.ts';
import { hrefOf } from '../../navigation.ts';
import { setUpPath } from '../frame.tsx';
import { type GatewayPagesDeps, gatewayOf, requireInstallation } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const backTo = (c: Context<HttpEnv>, gateway: string, id: string) =>
  c.redirect(`${hrefOf(`${setUpPath('gateways')}/${gateway}`, { id }, { done: 'prices' })}#prices`, 303);

/** `POST …/prices`: adds a price to those that there are. */
export async function addPriceForm(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const actor = requireInstallation(c, deps);
  const gateway = gatewayOf(c, deps);
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const field = (name: string) => fieldOf(form, name).trim();
  const typed = {
    ...{ country: field('country'), perSegment: field('perSegment'), currency: field('currency') },
    from: field('from'),
  };
  const price = priceSchema.safeParse({
    ...{ country: typed.country.toUpperCase(), currency: typed.currency.toUpperCase(), from: typed.from },
    perSegment: /^\d{1,4}(?:[.,]\d{1,6})?$/.test(typed.perSegment) ? Number(typed.perSegment.replace(',', '.')) : null,
  });
  const words = GATEWAYS_WORDS[c.var.language];
  if (!price.success) {
    const wrong = new Set(price.error.issues.map(({ path }) => path[0]));
    const faults = Object.entries(words.faults).filter(([name]) => wrong.has(name));
    return gatewayPage(c, deps, { typed, faults: Object.fromEntries(faults) }, authorityId);
  }
  const all = pricesBody.safeParse([...(await readGatewayPrices(deps, gateway)), price.data]);
  if (!all.success) return gatewayPage(c, deps, { typed, faults: { from: words.faults.repeated } }, authorityId);
  await putGatewayPrices(deps, { id: gateway, actor }, all.data, deps.now());
  return backTo(c, gateway, authorityId);
}

/** `POST …/prices/{country}/{from}/remove`. */
export async function removePriceForm(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const actor = requireInstallation(c, deps);
  const gateway = gatewayOf(c, deps);
  const authorityId = fieldOf(await c.req.parseBody(), 'authority');
  const { country, from } = c.req.param();
  const before = await readGatewayPrices(deps, gateway);
  const after = before.filter((price) => price.country !== country || price.from !== from);
  if (after.length === before.length) throw notFound('price');
  await putGatewayPrices(deps, { id: gateway, actor }, after, deps.now());
  return backTo(c, gateway, authorityId);
}
