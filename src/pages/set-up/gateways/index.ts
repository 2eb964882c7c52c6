import type { Describe } from '../../kit/kept-form.ts';
import type { Page } from '../../kit/page.ts';
import { SET_UP, setUpPath, setUpTab } from '../frame.tsx';
import type { GatewayPagesDeps } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { gatewaysPage, setGatewayForm } from './list-page.tsx';
import { addPriceForm, removePriceForm } from './prices-forms.ts';
import { makeTestForm, testPage } from './test-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const LIST = setUpPath('gateways');
const ONE = `${LIST}/:gateway`;

const gatewayOut: Describe = (language, _, { gateway = '' }) => {
  const { out, reason } = GATEWAYS_WORDS[language];
  return { title: `${out}: ${gateway}`, button: out, labels: { reason } };
};

const price: Describe = (language, _, { gateway = '' }) => {
  const { add, country, price: perSegment, currency, from } = GATEWAYS_WORDS[language];
  return { title: `${add}: ${gateway}`, button: add, labels: { country, perSegment, currency, from } };
};

/** The pages of gateways. */
export const GATEWAYS_PAGES: readonly Page<GatewayPagesDeps>[] = [
  { path: LIST, right: 'whole-viewer', menu: SET_UP, tab: setUpTab('gateways'), open: gatewaysPage },
  {
    path: ONE,
    right: 'installation',
    menu: SET_UP,
    open: (c, deps) => gatewayPage(c, deps),
    forms: [
      {
        path: `${ONE}/out`,
        right: 'installation',
        describe: gatewayOut,
        send: (c, deps) => setGatewayForm(c, deps, 'out'),
      },
      { path: `${ONE}/in`, right: 'installation', send: (c, deps) => setGatewayForm(c, deps, 'in') },
      { path: `${ONE}/tests`, right: 'installation', send: makeTestForm },
      { path: `${ONE}/prices`, right: 'installation', describe: price, send: addPriceForm },
      { path: `${ONE}/prices/:country/:from/remove`, right: 'installation', send: removePriceForm },
    ],
  },
  { path: `${ONE}/tests/:id`, right: 'installation', menu: SET_UP, open: testPage },
];
