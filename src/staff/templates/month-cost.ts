import type { Db } from '../../database/tables.ts';
import type { Authority, Language } from '../../domain/authority.ts';
import { addDays, startOfDay } from '../../domain/calendar.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { isAnswer } from '../../templates/index.ts';
import { priceOn, readPrices } from '../gateways/gateways.sql.ts';
import { type AnswersHandedOver, countAnswersHandedOver, countHandedOver } from './templates.sql.ts';

/** Messages handed over of a template in one language last month, with the prices of today. */
export interface MonthUse {
  readonly language: Language;
  readonly messages: number;
  /** There may be more: answers past retention are gone, and of tens of thousands the first are counted. */
  readonly isPart: boolean;
  /** The price of one segment of each message together, by currency; null where the price of any is not known. */
  readonly perSegment: ReadonlyMap<string, number> | null;
}

/** The template whose use of the month before `day` is read. */
interface MonthOf {
  readonly authority: Pick<Authority, 'id' | 'timeZone' | 'retentionDays'>;
  readonly name: TemplateName;
  /** `YYYY-MM-DD` in the authority's zone. */
  readonly day: string;
}

/**
 * Reads how often a template was handed over in the month before a day: for reminders by the days that they were due,
 * for answers by when they were made.
 */
export async function readMonthUse({ db }: DatabaseAccess, of: MonthOf): Promise<MonthUse[]> {
  const { day } = of;
  const { counts, isPart } = await countMonth(db, of);
  if (counts.length === 0) return [];
  const prices = await readPrices(db, null);
  const uses = new Map<Language, { messages: number; isPart: boolean; perSegment: Map<string, number> | null }>();
  for (const { language, gateway, country, messages } of counts) {
    const use = uses.get(language) ?? { messages: 0, isPart, perSegment: new Map() };
    const price = priceOn(prices, gateway, country, day);
    if (price && use.perSegment)
      use.perSegment.set(price.currency, (use.perSegment.get(price.currency) ?? 0) + messages * price.perSegment);
    else use.perSegment = null;
    use.messages += messages;
    uses.set(language, use);
  }
  return [...uses].map(([language, use]) => ({ language, ...use }));
}

async function countMonth(
  db: Db,
  { authority: { id: authorityId, timeZone, retentionDays }, name, day }: MonthOf,
): Promise<AnswersHandedOver> {
  const { from, to } = monthBefore(day);
  if (!isAnswer(name)) return { counts: await countHandedOver(db, { authorityId, name, from, to }), isPart: false };
  const month = { first: startOfDay(from, timeZone), end: startOfDay(addDays(to, 1), timeZone) };
  const { counts, isPart } = await countAnswersHandedOver(db, { authorityId, name, ...month });
  // Answers are purged with retention, at some hour of its first day, and no count of them is kept.
  return { counts, isPart: isPart || addDays(day, -retentionDays) >= from };
}

/** The calendar month before that of a day. */
function monthBefore(day: string): { readonly from: string; readonly to: string } {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const text = (date: number) => new Date(date).toISOString().slice(0, 10);
  return { from: text(Date.UTC(year, month - 2, 1)), to: text(Date.UTC(year, month - 1, 0)) };
}
