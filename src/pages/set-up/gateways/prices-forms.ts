import type { Context } from 'hono';
import { notFound, Problem } from '../../../domain/errors.ts';
import { priceSchema, pricesBody } from '../../../http/admin/gateways/prices.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { changeGatewayPrices, type Price } from '../../../staff/gateways/prices.ts';
import { fieldOf } from '../../kit/forms.ts';
import { doneHref } from '../../kit/navigation.ts';
import { setUpPath } from '../frame.tsx';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const REPEATED = 'repeated';

const backTo = (c: Context<HttpEnv>, gateway: string, id: string) =>
  c.redirect(doneHref(`${setUpPath('gateways')}/${gateway}`, { id }, { done: 'prices' }), 303);

/** `POST …/prices`: adds a price to those that there are. */
export async function addPriceForm(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const { name: actor } = requireRight(c, deps, 'installation');
  const gateway = gatewayOf(c, deps);
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const field = (name: string) => fieldOf(form, name).trim();
  const typed = {
    country: field('country'),
    perSegment: field('perSegment'),
    currency: field('currency'),
    from: field('from'),
  };
  const price = priceSchema.safeParse({
    country: typed.country.toUpperCase(),
    currency: typed.currency.toUpperCase(),
    from: typed.from,
    perSegment: /^\d{1,4}(?:[.,]\d{1,6})?$/.test(typed.perSegment) ? Number(typed.perSegment.replace(',', '.')) : null,
  });
  const words = GATEWAYS_WORDS[c.var.language];
  if (!price.success) {
    const wrong = new Set(price.error.issues.map(({ path }) => path[0]));
    const faults = Object.entries(words.faults).filter(([name]) => wrong.has(name));
    return gatewayPage(c, deps, { typed, faults: Object.fromEntries(faults) }, authorityId);
  }
  const added = (before: readonly Price[]) => {
    const all = pricesBody.safeParse([...before, price.data]);
    if (!all.success) throw new Problem(422, REPEATED, 'There is a price of this country and day.');
    return all.data;
  };
  try {
    await changeGatewayPrices(deps, { id: gateway, actor }, added, deps.now());
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== REPEATED) throw error;
    return gatewayPage(c, deps, { typed, faults: { from: words.faults.repeated } }, authorityId);
  }
  return backTo(c, gateway, authorityId);
}

/** `POST …/prices/{country}/{from}/remove`: the country's price before it counts for its days instead. */
export async function removePriceForm(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const { name: actor } = requireRight(c, deps, 'installation');
  const gateway = gatewayOf(c, deps);
  const authorityId = fieldOf(await c.req.parseBody(), 'authority');
  const { country, from } = c.req.param();
  const removed = (before: readonly Price[]) => {
    const after = before.filter((price) => price.country !== country || price.from !== from);
    if (after.length === before.length) throw notFound('price');
    return after;
  };
  await changeGatewayPrices(deps, { id: gateway, actor }, removed, deps.now());
  return backTo(c, gateway, authorityId);
}
