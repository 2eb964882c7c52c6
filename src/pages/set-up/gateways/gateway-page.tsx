import { z } from 'zod';
import { isChangedMeanwhile } from '../../../domain/errors.ts';
import { noteText } from '../../../http/schemas/text.ts';
import { type GatewayView, readGateways, setGateway } from '../../../staff/gateways/gateways.ts';
import { readGatewayPrices } from '../../../staff/gateways/prices.ts';
import { INSTALLATION_PATHS } from '../../installation/frame.tsx';
import { useFrame } from '../../kit/context.tsx';
import { authorityPage } from '../../kit/declared/declare.tsx';
import { FormBody, type FormOutcome, form } from '../../kit/declared/form.tsx';
import type { PageRequest, Visit } from '../../kit/declared/visit.ts';
import { Fault } from '../../kit/document.tsx';
import { Facts, Moment, momentText } from '../../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { STATE_WORDS } from '../../states/state-words.ts';
import { AuditLink } from '../audit-link.tsx';
import { SET_UP, setUpPath } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { ADD_PRICE, PricesCard, REMOVE_PRICE } from './prices-card.tsx';
import { MAKE_TEST, TestCard } from './test-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = setUpPath('gateways');
const ONE = `${PATH}/:gateway`;

const OUT = form<GatewayPagesDeps>()({
  path: `${ONE}/out`,
  title: (language, { params }) => `${GATEWAYS_WORDS[language].out}: ${params.gateway}`,
  button: (language) => GATEWAYS_WORDS[language].out,
  fields: (language) => {
    const { reason, reasonHint, reasonWrong } = GATEWAYS_WORDS[language];
    return {
      seen: { label: '', type: 'hidden' },
      reason: { label: reason, hint: reasonHint, fault: reasonWrong, more: { maxlength: 200 }, required: true },
    };
  },
  schema: z.object({ reason: noteText(200), seen: z.string() }),
  submit: (request, { reason, seen }) => set(request, 'out', { reason, seen }),
});

const IN = form<GatewayPagesDeps>()({
  path: `${ONE}/in`,
  title: (language) => GATEWAYS_WORDS[language].back,
  fields: () => ({ seen: { label: '', type: 'hidden' } }),
  unkept: true,
  submit: (request, _, { seen }) => set(request, 'in', { reason: '', seen }),
});

/** The moment since which a form's page showed the gateway as taken out by staff; null: it did not. */
function seenOut(mark: string): Date | null {
  return /^\d{1,16}$/.test(mark) ? new Date(Number(mark)) : null;
}

async function set(
  request: PageRequest<GatewayPagesDeps>,
  direction: 'out' | 'in',
  { reason, seen }: { readonly reason: string; readonly seen: string },
): Promise<FormOutcome<GatewayPagesDeps>> {
  const { deps, reader, language } = request;
  const id = gatewayOf(request);
  const out = direction === 'out' ? { note: reason } : null;
  try {
    await setGateway(deps, { id, actor: reader.name, seen: seenOut(seen) }, out, deps.now());
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error;
    const words = GATEWAYS_WORDS[language];
    const gateway = (await readGateways(deps, deps.now())).find((each) => each.id === id);
    const note = gateway?.reason === 'staff' ? (gateway.note ?? '') : null;
    const again = { status: 409, typed: { reason } } as const;
    if (direction === 'out')
      return { ...again, faults: { reason: note === null ? words.backMeanwhile : words.outMeanwhile(note) } };
    // Somebody may have brought it back in between, as the form asks.
    if (note !== null) return { ...again, faults: { back: words.outAgain(note) } };
  }
  return direction;
}

/** `/admin/set-up/gateways/{gateway}`, for administrators of the whole installation. */
export const GATEWAY_PAGE = authorityPage<GatewayPagesDeps>({
  path: ONE,
  right: 'installation',
  menu: SET_UP,
  done: { da: GATEWAYS_WORDS.da.done, en: GATEWAYS_WORDS.en.done },
  forms: [OUT, IN, MAKE_TEST, ADD_PRICE, REMOVE_PRICE],
  view: async (visit) => {
    const { c, deps, authority, language } = visit;
    const id = gatewayOf(visit);
    const words = GATEWAYS_WORDS[language];
    const gateway = (await readGateways(deps, deps.now())).find((each) => each.id === id);
    const isAboutPrices = c.req.query('done') === 'prices';
    const prices = await readGatewayPrices(deps, id);
    return {
      title: words.titleOf(id),
      ...(isAboutPrices && { done: null }),
      body: (
        <>
          <p class="pages">
            <a href={hrefOf(PATH, authority)}>{SET_UP_WORDS[language].back}</a>
            <AuditLink path={INSTALLATION_PATHS.audit} authority={null} target={`gateway:${id}`} />
          </p>
          {gateway && <UseCard visit={visit} gateway={gateway} />}
          <TestCard id={id} sender={authority.sender} />
          <PricesCard id={id} prices={prices} done={isAboutPrices ? words.done.prices : null} />
        </>
      ),
    };
  },
});

/** Marks since when staff have taken the gateway out of use; empty: they have not. */
function outMark({ reason, since }: GatewayView): string {
  return reason === 'staff' ? String(since.getTime()) : '';
}

interface UseProps {
  readonly visit: Visit<GatewayPagesDeps>;
  readonly gateway: GatewayView;
}

function UseCard({ visit: { language, when }, gateway }: UseProps) {
  const { refused } = useFrame();
  const words = GATEWAYS_WORDS[language];
  const number = new Intl.NumberFormat(LOCALES[language]);
  const form = { params: { gateway: gateway.id }, values: { seen: outMark(gateway) } };
  return (
    <section class="card" id="use" aria-labelledby="use-title">
      <h2 id="use-title">{words.use}</h2>
      <Facts
        facts={[
          [words.state, stateText(gateway, when)],
          [words.since, <Moment at={gateway.since} {...when} />],
          [words.backlog, number.format(gateway.backlog)],
          [words.uncertain, number.format(gateway.uncertain)],
        ]}
      />
      {gateway.reason === 'staff' && refused?.faults.reason === undefined ? null : (
        <FormBody form={OUT} {...form} plain>
          <h3>{words.out}</h3>
          <p>{words.outLead}</p>
        </FormBody>
      )}
      {gateway.reason !== null && (
        <FormBody form={IN} {...form}>
          <h3>{words.back}</h3>
          <Fault text={refused?.faults.back} />
          <p>{words.backLead}</p>
        </FormBody>
      )}
    </section>
  );
}

/** The state of a gateway: in use, or why not and what becomes of that. */
export function stateText(
  { reason, note, probeAt }: GatewayView,
  { timeZone, language }: { readonly timeZone: string; readonly language: PageLanguage },
): string {
  const words = GATEWAYS_WORDS[language];
  if (reason === null) return words.inUse;
  const { label, means, todo } = STATE_WORDS[language].out[reason];
  const sentences = [
    `${label}.`,
    means,
    ...(todo ? [todo] : []),
    ...(note ? [`${words.staffSay(note)}.`] : []),
    ...(probeAt ? [`${words.probe(momentText(probeAt, timeZone, language))}.`] : []),
  ];
  return sentences.join(' ');
}
