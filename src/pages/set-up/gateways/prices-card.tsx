import { notFound, Problem } from '../../../domain/errors.ts';
import { priceSchema, pricesBody } from '../../../http/admin/gateways.ts';
import { changeGatewayPrices, type Price } from '../../../staff/gateways/prices.ts';
import { useFrame } from '../../kit/context.tsx';
import { countryName } from '../../kit/country-name.ts';
import { readTypedDay } from '../../kit/days.ts';
import { ConfirmForm, FormBody, form } from '../../kit/declared/form.tsx';
import { DataTable, Done, Empty } from '../../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { dayText } from '../../kit/moment-text.ts';
import { DAY_WORDS } from '../../kit/period-words.ts';
import { setUpPath } from '../frame.tsx';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = `${setUpPath('gateways')}/:gateway/prices`;
const REPEATED = 'repeated';

/** The form that adds a price to those that there are. */
export const ADD_PRICE = form<GatewayPagesDeps>()({
  path: PATH,
  title: (language, { params }) => `${GATEWAYS_WORDS[language].add}: ${params.gateway}`,
  button: (language) => GATEWAYS_WORDS[language].add,
  fields: (language) => {
    const { country, countryHint, price, priceHint, currency, currencyHint, from, faults } = GATEWAYS_WORDS[language];
    return {
      country: { label: country, hint: countryHint, fault: faults.country, more: { maxlength: 2 }, required: true },
      perSegment: {
        label: price,
        hint: priceHint,
        fault: faults.perSegment,
        more: { inputmode: 'decimal', maxlength: 12 },
        required: true,
      },
      currency: { label: currency, hint: currencyHint, fault: faults.currency, more: { maxlength: 3 }, required: true },
      from: { label: from, type: 'day', fault: DAY_WORDS[language].fault, required: true },
    };
  },
  read: ({ country, perSegment, currency, from }) => ({
    country: country.trim().toUpperCase(),
    currency: currency.trim().toUpperCase(),
    from: readTypedDay(from) ?? from,
    perSegment: amountIn(perSegment.trim()),
  }),
  schema: priceSchema,
  submit: async (request, price) => {
    const { deps, reader, language } = request;
    const id = gatewayOf(request);
    const added = (before: readonly Price[]) => {
      const all = pricesBody.safeParse([...before, price]);
      if (!all.success) throw new Problem(422, REPEATED, 'There is a price of this country and day.');
      return all.data;
    };
    try {
      await changeGatewayPrices(deps, { id, actor: reader.name }, added, deps.now());
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== REPEATED) throw error;
      return { faults: { from: GATEWAYS_WORDS[language].faults.repeated } };
    }
    return 'prices';
  },
});

/** Reads an amount with up to six decimals behind a comma or a point; null for anything else. */
function amountIn(text: string): number | null {
  return /^\d{1,4}(?:[.,]\d{1,6})?$/.test(text) ? Number(text.replace(',', '.')) : null;
}

/** The form that removes a price: the country's price before it counts for its days instead. */
export const REMOVE_PRICE = form<GatewayPagesDeps>()({
  path: `${PATH}/:country/:from/remove`,
  title: (language) => GATEWAYS_WORDS[language].remove,
  submit: async (request) => {
    const { deps, reader, params } = request;
    const removed = (before: readonly Price[]) => {
      const after = before.filter(({ country, from }) => country !== params.country || from !== params.from);
      if (after.length === before.length) throw notFound('price');
      return after;
    };
    await changeGatewayPrices(deps, { id: gatewayOf(request), actor: reader.name }, removed, deps.now());
    return 'prices';
  },
});

interface PricesProps {
  readonly id: string;
  readonly prices: readonly Price[];
  /** The sentence that says what a form of this card did. */
  readonly done: string | null;
}

/** The prices of a gateway, with the forms that change them. */
export function PricesCard({ id, prices, done }: PricesProps) {
  const { language } = useFrame();
  const words = GATEWAYS_WORDS[language];
  const columns = [
    ...[words.country, words.price, words.from].map((label) => ({ label })),
    { label: words.remove, saidByCells: true as const },
  ];
  const rows = prices.map(({ country, perSegment, currency, from }) => {
    const name = countryName(language, country);
    const day = dayText(language, from, { dateStyle: 'medium' });
    return [
      name,
      priceText(perSegment, currency, language),
      day,
      <ConfirmForm form={REMOVE_PRICE} params={{ gateway: id, country, from }} of={`${name} ${day}`}>
        {words.removeWhy}
      </ConfirmForm>,
    ];
  });
  return (
    <section class="card" id="prices" aria-labelledby="prices-title">
      <h2 id="prices-title">{words.prices}</h2>
      <Done text={done} />
      <p>{words.pricesLead}</p>
      {rows.length === 0 ? (
        <Empty>{words.pricesEmpty}</Empty>
      ) : (
        <DataTable quiet caption={words.prices} columns={columns} rows={rows} />
      )}
      <FormBody form={ADD_PRICE} params={{ gateway: id }} plain>
        <h3>{words.addTitle}</h3>
      </FormBody>
    </section>
  );
}

/** Prices have up to six decimals: `0,295 kr.`, in English `DKK 0.295`. */
function priceText(amount: number, currency: string, language: PageLanguage): string {
  const options = { style: 'currency', currency, maximumFractionDigits: 6 } as const;
  return new Intl.NumberFormat(LOCALES[language], options).format(amount);
}
