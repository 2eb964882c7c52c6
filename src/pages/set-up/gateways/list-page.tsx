import type { Context } from 'hono';
import { isChangedMeanwhile } from '../../../domain/errors.ts';
import { may } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { noteText } from '../../../http/schemas/text.ts';
import { type GatewayView, readGateways, setGateway } from '../../../staff/gateways/gateways.ts';
import { page } from '../../kit/document.tsx';
import { DataTable, Moment } from '../../kit/elements.tsx';
import type { Faults } from '../../kit/fields.tsx';
import { fieldOf } from '../../kit/forms.ts';
import { LOCALES } from '../../kit/language.ts';
import { markSettings } from '../../kit/mark-settings.tsx';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { GatewayState } from './state.tsx';
import { GATEWAYS_WORDS, type GatewaysWords } from './words.ts';

const PATH = setUpPath('gateways');

/** `GET /admin/set-up/gateways`. */
export async function gatewaysPage(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'gateways');
  if (setUp instanceof Response) return setUp;
  const words = GATEWAYS_WORDS[c.var.language];
  const changes = may(c.var.visitor, 'installation');
  return page(
    c,
    <SetUpPage setUp={setUp}>
      <p class="lead">{markSettings(words.lead)}</p>
      {!changes && <p>{words.readOnly}</p>}
      <GatewaysTable setUp={setUp} gateways={await readGateways(deps, deps.now())} changes={changes} />
    </SetUpPage>,
  );
}

function GatewaysTable({
  setUp,
  gateways,
  changes,
}: {
  readonly setUp: SetUp;
  readonly gateways: readonly GatewayView[];
  readonly changes: boolean;
}) {
  const { frame, authority } = setUp;
  const words = GATEWAYS_WORDS[frame.language];
  const figures = [words.refusals, words.latency, words.backlog, words.uncertain];
  const columns = [
    ...[words.gateway, words.state, words.since].map((label) => ({ label })),
    ...(changes ? figures.map((label) => ({ label, number: true as const })) : []),
  ];
  const number = new Intl.NumberFormat(LOCALES[frame.language]);
  const share = new Intl.NumberFormat(LOCALES[frame.language], { style: 'percent', maximumFractionDigits: 1 });
  const rows = gateways.map((gateway) => [
    changes ? <a href={hrefOf(`${PATH}/${gateway.id}`, authority)}>{gateway.id}</a> : gateway.id,
    <GatewayState setUp={setUp} gateway={gateway} />,
    <Moment at={gateway.since} timeZone={authority.timeZone} language={frame.language} />,
    ...(changes
      ? [
          gateway.refusals === null ? words.noCalls : share.format(gateway.refusals),
          gateway.latencyMs === null ? '–' : `${number.format(gateway.latencyMs)} ms`,
          number.format(gateway.backlog),
          number.format(gateway.uncertain),
        ]
      : []),
  ]);
  return <DataTable caption={words.list} columns={columns} rows={rows} />;
}

const reasonText = noteText(200);

/** The moment since which a form's page showed the gateway as taken out by staff; null: it did not. */
function seenOut(mark: string): Date | null {
  return /^\d{1,16}$/.test(mark) ? new Date(Number(mark)) : null;
}

/**
 * The sentence about a form whose page did not show how the gateway stands.
 * @returns null where somebody has brought it back in between, as the form asks
 */
function meanwhileOf(gateway: GatewayView | undefined, direction: 'out' | 'in', words: GatewaysWords): Faults | null {
  const note = gateway?.reason === 'staff' ? (gateway.note ?? '') : null;
  if (direction === 'out') return { reason: note === null ? words.backMeanwhile : words.outMeanwhile(note) };
  return note === null ? null : { back: words.outAgain(note) };
}

/** `POST …/out` and `…/in`. */
export async function setGatewayForm(
  c: Context<HttpEnv>,
  deps: GatewayPagesDeps,
  direction: 'out' | 'in',
): Promise<Response> {
  const { name: actor } = requireRight(c, deps, 'installation');
  const id = gatewayOf(c, deps);
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const typed = { reason: fieldOf(form, 'reason'), seen: fieldOf(form, 'seen') };
  const reason = reasonText.safeParse(typed.reason);
  const words = GATEWAYS_WORDS[c.var.language];
  if (direction === 'out' && !reason.success)
    return gatewayPage(c, deps, { typed, faults: { reason: words.reasonWrong } }, authorityId);
  const out = direction === 'out' ? { note: reason.data ?? '' } : null;
  const change = { id, actor, seen: seenOut(typed.seen) };
  try {
    await setGateway(deps, change, out, deps.now());
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error;
    const gateway = (await readGateways(deps, deps.now())).find((each) => each.id === id);
    const faults = meanwhileOf(gateway, direction, words);
    if (faults) return gatewayPage(c, deps, { typed: { reason: typed.reason }, faults, changed: true }, authorityId);
  }
  return c.redirect(doneHref(`${PATH}/${id}`, { id: authorityId }, { done: direction }), 303);
}
