import { may } from '../../../domain/people/access.ts';
import { type GatewayView, readGateways } from '../../../staff/gateways/gateways.ts';
import { authorityPage } from '../../kit/declared/declare.tsx';
import type { Visit } from '../../kit/declared/visit.ts';
import { DataTable, Moment } from '../../kit/elements.tsx';
import { LOCALES } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { bilingual } from '../../kit/words.ts';
import { SET_UP, setUpPath } from '../frame.tsx';
import type { GatewayPagesDeps } from './deps.ts';
import { stateText } from './gateway-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = setUpPath('gateways');

/** `/admin/set-up/gateways`: the gateways in their order, with how they do. */
export const GATEWAYS_PAGE = authorityPage<GatewayPagesDeps>({
  path: PATH,
  right: 'whole-viewer',
  menu: SET_UP,
  tab: bilingual({ da: 'SMS-leverandører', en: 'SMS suppliers' }),
  view: async (visit) => {
    const { c, deps, language } = visit;
    const words = GATEWAYS_WORDS[language];
    const changes = may(c.var.visitor, 'installation');
    const gateways = await readGateways(deps, deps.now());
    return {
      body: (
        <>
          <p class="lead">{words.lead}</p>
          {!changes && <p>{words.readOnly}</p>}
          <GatewaysTable visit={visit} gateways={gateways} changes={changes} />
        </>
      ),
    };
  },
});

interface TableProps {
  readonly visit: Visit<GatewayPagesDeps>;
  readonly gateways: readonly GatewayView[];
  readonly changes: boolean;
}

function GatewaysTable({ visit: { authority, language, when }, gateways, changes }: TableProps) {
  const words = GATEWAYS_WORDS[language];
  const figures = [words.refusals, words.latency, words.backlog, words.uncertain];
  const columns = [
    ...[words.gateway, words.state, words.since].map((label) => ({ label })),
    ...(changes ? figures.map((label) => ({ label, number: true as const })) : []),
  ];
  const number = new Intl.NumberFormat(LOCALES[language]);
  const share = new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 });
  const figuresOf = ({ refusals, latencyMs, backlog, uncertain }: GatewayView) => [
    refusals === null ? words.noCalls : share.format(refusals),
    latencyMs === null ? '–' : `${number.format(latencyMs)} ms`,
    number.format(backlog),
    number.format(uncertain),
  ];
  const rows = gateways.map((gateway) => [
    changes ? <a href={hrefOf(`${PATH}/${gateway.id}`, authority)}>{gateway.id}</a> : gateway.id,
    stateText(gateway, when),
    <Moment at={gateway.since} {...when} />,
    ...(changes ? figuresOf(gateway) : []),
  ]);
  return <DataTable caption={words.list} columns={columns} rows={rows} />;
}
