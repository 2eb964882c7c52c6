import type { Language } from '../../domain/authority.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { type Price, readPrices } from '../gateways/prices.sql.ts';
import { countHandedOver } from './usage.sql.ts';

/** Messages handed over of a template in one language last month, with the prices of today. */
export interface MonthUse {
  readonly language: Language;
  readonly messages: number;
  /** The price of one segment of each message together, by currency; null where the price of any is not known. */
  readonly perSegment: ReadonlyMap<string, number> | null;
}

/**
 * Reads how often a template was handed over in the month before `day`.
 * @param request.day `YYYY-MM-DD` in the authority's zone
 */
export async function readMonthUse(
  { db }: DatabaseAccess,
  {
    authorityId,
    name,
    day,
  }: { readonly day: string } & Pick<Parameters<typeof countHandedOver>[1], 'authorityId' | 'name'>,
): Promise<MonthUse[]> {
  const counts = await countHandedOver(db, { authorityId, name, ...monthBefore(day) });
  if (counts.length === 0) return [];
  const prices = await readPrices(db, null);
  const uses = new Map<Language, { messages: number; perSegment: Map<string, number> | null }>();
  for (const { language, gateway, country, messages } of counts) {
    const use = uses.get(language) ?? { messages: 0, perSegment: new Map() };
    const price = priceOn(prices, gateway, country, day);
    if (price && use.perSegment)
      use.perSegment.set(price.currency, (use.perSegment.get(price.currency) ?? 0) + messages * price.perSegment);
    else use.perSegment = null;
    use.messages += messages;
    uses.set(language, use);
  }
  return [...uses].map(([language, use]) => ({ language, ...use }));
}

/** The calendar month before that of a day. */
function monthBefore(day: string): { readonly from: string; readonly to: string } {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const text = (date: number) => new Date(date).toISOString().slice(0, 10);
  return { from: text(Date.UTC(year, month - 2, 1)), to: text(Date.UTC(year, month - 1, 0)) };
}

function priceOn(
  prices: readonly (Price & { readonly gateway: string })[],
  gateway: string,
  country: string,
  day: string,
) {
  return prices.findLast((price) => price.gateway === gateway && price.country === country && price.from <= day);
}
