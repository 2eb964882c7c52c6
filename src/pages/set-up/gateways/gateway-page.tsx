import type { Context } from 'hono';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { type GatewayView, readGateways } from '../../../staff/gateways/gateways.ts';
import { type Price, readGatewayPrices } from '../../../staff/gateways/prices.ts';
import { INSTALLATION_PATHS } from '../../installation/frame.tsx';
import { countryName } from '../../kit/country-name.ts';
import { Fault, page } from '../../kit/document.tsx';
import { ActionForm, Confirm, DataTable, Done, Empty, Facts, Moment } from '../../kit/elements.tsx';
import { type Faults, Field } from '../../kit/fields.tsx';
import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { dayText } from '../../kit/moment-text.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { AuditLink } from '../audit-link.tsx';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { GatewayState } from './state.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = setUpPath('gateways');

/** A form of the page that was refused: what was typed, and what is wrong with it. */
export interface RefusedGatewayForm {
  readonly typed: Readonly<Record<string, string>>;
  readonly faults: Faults;
  /** Somebody else has taken the gateway out of use, or brought it back, meanwhile. */
  readonly changed?: true;
}

interface PartProps {
  readonly setUp: SetUp;
  readonly id: string;
  readonly refused: RefusedGatewayForm | null;
}

/** `GET /admin/set-up/gateways/{gateway}`, for administrators of the whole installation. */
export async function gatewayPage(
  c: Context<HttpEnv>,
  deps: GatewayPagesDeps,
  refused: RefusedGatewayForm | null = null,
  authorityId?: string,
): Promise<Response> {
  requireRight(c, deps, 'installation');
  const id = gatewayOf(c, deps);
  const setUp = await openSetUp(c, deps, 'gateways', authorityId);
  if (setUp instanceof Response) return setUp;
  const { frame, authority } = setUp;
  const words = GATEWAYS_WORDS[frame.language];
  const gateway = (await readGateways(deps, deps.now())).find((each) => each.id === id);
  const [what, done = null] = Object.entries(words.done).find(([word]) => word === c.req.query('done')) ?? [];
  const isAboutPrices = what === 'prices';
  const part = { setUp, id, refused };
  return page(
    c,
    <SetUpPage setUp={setUp} title={words.titleOf(id)} done={isAboutPrices ? null : done}>
      <p class="pages">
        <a href={hrefOf(PATH, authority)}>{SET_UP_WORDS[frame.language].back}</a>
        <AuditLink authority={null} path={INSTALLATION_PATHS.audit} target={`gateway:${id}`} />
      </p>
      {gateway && <UseCard {...part} gateway={gateway} />}
      <TestCard {...part} />
      <PricesCard {...part} prices={await readGatewayPrices(deps, id)} done={isAboutPrices ? done : null} />
    </SetUpPage>,
    refused ? (refused.changed ? 409 : 422) : 200,
  );
}

/** Marks since when staff have taken the gateway out of use; empty: they have not. */
function outMark({ reason, since }: GatewayView): string {
  return reason === 'staff' ? String(since.getTime()) : '';
}

function UseCard({ setUp, id, refused, gateway }: PartProps & { readonly gateway: GatewayView }) {
  const { frame, authority } = setUp;
  const words = GATEWAYS_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const number = new Intl.NumberFormat(LOCALES[frame.language]);
  return (
    <section class="card" id="use" aria-labelledby="use-title">
      <h2 id="use-title">{words.use}</h2>
      <Facts
        facts={[
          [words.state, <GatewayState setUp={setUp} gateway={gateway} />],
          [words.since, <Moment at={gateway.since} {...when} />],
          [words.backlog, number.format(gateway.backlog)],
          [words.uncertain, number.format(gateway.uncertain)],
        ]}
      />
      {gateway.reason === 'staff' && refused?.faults.reason === undefined ? null : (
        <ActionForm action={`${PATH}/${id}/out`}>
          <input type="hidden" name="seen" value={refused?.typed.seen ?? outMark(gateway)} />
          <h3>{words.out}</h3>
          <p>{words.outLead}</p>
          <Field
            id="reason"
            label={words.reason}
            hint={words.reasonHint}
            value={refused?.typed.reason ?? ''}
            faults={refused?.faults}
            more={{ maxlength: 200 }}
            required
          />
          <button class="plain" type="submit">
            {words.out}
          </button>
        </ActionForm>
      )}
      {gateway.reason !== null && (
        <ActionForm action={`${PATH}/${id}/in`}>
          <input type="hidden" name="seen" value={outMark(gateway)} />
          <h3>{words.back}</h3>
          <Fault text={refused?.faults.back} />
          <p>{words.backLead}</p>
          <button type="submit">{words.back}</button>
        </ActionForm>
      )}
    </section>
  );
}

function TestCard({ setUp: { frame, authority }, id, refused }: PartProps) {
  const words = GATEWAYS_WORDS[frame.language];
  return (
    <section class="card" id="test" aria-labelledby="test-title">
      <h2 id="test-title">{words.test}</h2>
      <p>{words.testLead}</p>
      <ActionForm action={`${PATH}/${id}/tests`}>
        <Field
          id="phone"
          type="tel"
          label={words.phone}
          value={refused?.typed.phone ?? ''}
          faults={refused?.faults}
          more={{ autocomplete: 'tel', maxlength: 64 }}
          required
        />
        <Field
          id="sender"
          label={words.sender}
          value={refused?.typed.sender ?? authority.sender}
          faults={refused?.faults}
          more={{ maxlength: 15 }}
          required
        />
        <button type="submit">{words.test}</button>
      </ActionForm>
    </section>
  );
}

interface PricesProps extends PartProps {
  readonly prices: readonly Price[];
  /** The sentence that says what a form of this card did. */
  readonly done: string | null;
}

function PricesCard({ setUp: { frame }, id, refused, prices, done }: PricesProps) {
  const words = GATEWAYS_WORDS[frame.language];
  const columns = [
    ...[words.country, words.price, words.from].map((label) => ({ label })),
    { label: words.remove, saidByCells: true as const },
  ];
  const rows = prices.map(({ country, perSegment, currency, from }) => {
    const name = countryName(frame.language, country);
    const day = dayText(frame.language, from, { dateStyle: 'medium' });
    const remove = { frame, action: `${PATH}/${id}/prices/${country}/${from}/remove`, button: words.remove };
    return [
      name,
      priceText(perSegment, currency, frame.language),
      day,
      <Confirm {...remove} of={`${name} ${day}`}>
        {words.removeWhy}
      </Confirm>,
    ];
  });
  const field = (id: string, hint = '') => ({ id, hint, value: refused?.typed[id] ?? '', faults: refused?.faults });
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
      <ActionForm action={`${PATH}/${id}/prices`}>
        <h3>{words.addTitle}</h3>
        <Field {...field('country', words.countryHint)} label={words.country} more={{ maxlength: 2 }} required />
        <Field
          {...field('perSegment', words.priceHint)}
          label={words.price}
          more={{ inputmode: 'decimal', maxlength: 12 }}
          required
        />
        <Field {...field('currency', words.currencyHint)} label={words.currency} more={{ maxlength: 3 }} required />
        <Field {...field('from')} type="date" label={words.from} required />
        <button class="plain" type="submit">
          {words.add}
        </button>
      </ActionForm>
    </section>
  );
}

/** Prices have up to six decimals: `0,295 kr.`, in English `DKK 0.295`. */
function priceText(amount: number, currency: string, language: PageLanguage): string {
  const options = { style: 'currency', currency, maximumFractionDigits: 6 } as const;
  return new Intl.NumberFormat(LOCALES[language], options).format(amount);
}
