import type { Page } from 'playwright-core';
import { enter } from '../support/pages.ts';
import { type Furniture, NEWCOMERS_AUTHORITY } from './furnish.ts';
import { furnishSetUp } from './furnish-set-up.ts';
import { newName, of, open, send, sendOutdated, tickOff, type Use } from './in-use.ts';
import { DEPARTMENT, EMPTY_AUTHORITY, type Scene } from './scene.ts';

/** Statistics, the set-up, citizens' rights, the installation, the phones and errors, each as its work goes. */
export async function setUpUsesOf(scene: Scene, furniture: Furniture): Promise<readonly Use[]> {
  await furnishSetUp(scene);
  return [
    ...counting(),
    ...receiving(),
    ...importing(),
    ...handingOver(scene),
    ...admitting(scene),
    ...auditing(),
    ...serving(scene),
    ...running(furniture),
    ...failing(scene),
  ];
}

const STATISTICS = '/admin/statistics';

function counting(): Use[] {
  const groups = ['week', 'template', 'language', 'gateway', 'department', 'reason'];
  const messages = (status: string, query = '') =>
    of('/admin/messages', `status=${status}&from=2026-10-20&to=2026-12-10${query}`);
  return [
    ...groups.map((by) => ({ name: `statistics-by-${by}`, path: of(STATISTICS, `by=${by}`) })),
    { name: 'statistics-few', path: of(STATISTICS, 'from=2026-11-23&to=2026-11-25') },
    { name: 'statistics-year', path: of(STATISTICS, 'from=2025-11-25&to=2026-11-24&by=week') },
    { name: 'statistics-empty', path: of(STATISTICS, '', EMPTY_AUTHORITY) },
    { name: 'statistics-fault', path: of(STATISTICS, 'from=2026-11-24&to=2026-11-01') },
    { name: 'statistics-print', path: of(STATISTICS, 'by=week'), print: true },
    ...['delivered', 'undelivered', 'planned', 'suppressed'].map((status) => ({
      name: `messages-${status}`,
      path: messages(status),
    })),
    { name: 'messages-none', path: messages('rejected', '&wording=en') },
  ];
}

const SOURCES = '/admin/set-up/sources';

function receiving(): Use[] {
  const source = `${SOURCES}/epj`;
  const statusMap = '4 = aflyst\n5';
  const deliveries = of(`${SOURCES}/booking/deliveries`);
  const period = { from: '2026-11-20T10:00', to: '2026-11-19T10:00' };
  return [
    { name: 'set-up-sources-empty', path: of(SOURCES, '', EMPTY_AUTHORITY) },
    {
      name: 'set-up-sources-fault',
      path: of(SOURCES),
      act: send({ name: 'Ring 22304150', id: 'EPJ med blanke' }, '#make button'),
    },
    { name: 'set-up-sources-source-end', path: of(source, 'done=saved'), act: open('#secrets summary') },
    { name: 'set-up-sources-source-pause-fault', path: of(source), act: send({ reason: '22304150' }, '#pause button') },
    { name: 'set-up-sources-source-refusals', path: of(`${SOURCES}/import`) },
    { name: 'set-up-sources-source-booking', path: of(`${SOURCES}/booking`) },
    { name: 'set-up-sources-source-paused', path: of(`${SOURCES}/fhir-prove`) },
    {
      name: 'set-up-sources-source-settings-fault',
      path: of(`${source}/settings`),
      act: send({ name: 'Ring 22304150', defaultRegion: 'D', statusMap }, 'main form button[type=submit]'),
    },
    { name: 'set-up-sources-source-events-set', path: of(`${SOURCES}/booking/events`), act: open('main summary') },
    {
      name: 'set-up-sources-source-events-fault',
      path: of(`${source}/events`),
      act: send({ url: 'https://10.0.0.1/sms' }, 'main form button[type=submit]'),
    },
    { name: 'set-up-sources-source-deliveries-booking', path: deliveries },
    {
      name: 'set-up-sources-source-deliveries-fault',
      path: deliveries,
      act: send(period, 'form[action$="/replay"]:has(#from) button'),
    },
  ];
}

const CSV =
  'id;dato;tid;mobil;status;bemærkning\nA-1;01-12-2026;09.00;20123456;booket;\nA-2;i morgen;;x;booket;Ring først\n' +
  'A-3;02-12-2026;00.00;33123456;booket;\nA-4;02-12-2026;10.00;4,52E+09;booket;\n';

function importing(): Use[] {
  const path = of('/admin/set-up/import');
  const upload = (name: string, content: Buffer, mode: string) => async (page: Page) => {
    await page.locator('#source').selectOption('import');
    await page.locator('#mode').selectOption(mode);
    await page.locator('#file').setInputFiles({ name, mimeType: 'text/csv', buffer: content });
    await Promise.all([page.waitForNavigation(), page.locator('main form button').click()]);
    await page.locator('.message, .warning, .fault, .wrong').first().waitFor();
  };
  const zip = Buffer.from('504b0304140000', 'hex');
  return [
    { name: 'set-up-import-empty', path: of('/admin/set-up/import', '', EMPTY_AUTHORITY) },
    { name: 'set-up-import-tried', path, act: upload('aftaler.csv', Buffer.from(CSV), 'try') },
    { name: 'set-up-import-fault', path, act: upload('aftaler.xlsx', zip, 'import') },
    { name: 'set-up-import-header', path, act: upload('aftaler.csv', Buffer.from('navn;alder\nx;1\n'), 'errors') },
    { name: 'set-up-import-done', path, act: upload('aftaler.csv', Buffer.from(CSV), 'import') },
  ];
}

const GATEWAYS = '/admin/set-up/gateways';

function handingOver({ people }: Scene): Use[] {
  const path = of(`${GATEWAYS}/simulator`);
  const price = { country: 'D', perSegment: 'gratis', currency: 'kr', from: '2026-01-01' };
  return [
    { name: 'set-up-gateways-read', path: of(GATEWAYS), client: people.administrator.client },
    {
      name: 'set-up-gateways-gateway-test-fault',
      path,
      act: send({ phone: '12', sender: 'Alt for langt' }, '#test button'),
    },
    {
      name: 'set-up-gateways-gateway-price-fault',
      path,
      act: send(price, '#prices form[action$="/prices"] button'),
    },
  ];
}

function admitting({ people }: Scene): Use[] {
  const path = of('/admin/set-up/people');
  return [
    { name: 'set-up-keys-empty', path: of('/admin/set-up/keys', '', EMPTY_AUTHORITY) },
    { name: 'set-up-keys-revoke', path: of('/admin/set-up/keys'), act: open('main summary') },
    { name: 'set-up-people-empty', path: of('/admin/set-up/people', '', EMPTY_AUTHORITY) },
    {
      name: 'set-up-people-fault',
      path,
      act: send({ email: 'uden@punktum', name: 'Ring 22304150' }, '#invite button'),
    },
    {
      name: 'set-up-people-other',
      path,
      act: async (page) => {
        await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: /Børge/ }).click()]);
      },
    },
    {
      name: 'set-up-people-own',
      path,
      client: people.administrator.client,
      act: async (page) => {
        await Promise.all([
          page.waitForNavigation(),
          page.getByRole('link', { name: 'Anna Jensen', exact: true }).click(),
        ]);
      },
    },
    { name: 'set-up-departments-empty', path: of('/admin/set-up/departments', '', EMPTY_AUTHORITY) },
  ];
}

function auditing(): Use[] {
  const path = '/admin/set-up/audit';
  return [
    { name: 'set-up-audit-change', path: of(path, 'action=source.create'), act: open('main summary') },
    { name: 'set-up-audit-none', path: of(path, 'action=gateway.test&from=2020-01-01&to=2020-01-02') },
    { name: 'set-up-audit-new', path: of(path, '', EMPTY_AUTHORITY) },
  ];
}

const CITIZENS = '/admin/citizens';

function serving({ people }: Scene): Use[] {
  const number = async (page: Page, phone: string, form: string) => {
    const field = page.locator(`main form[action="${form}"] input[type=tel]`);
    await field.fill(phone);
    await Promise.all([page.waitForNavigation(), page.locator(`main form[action="${form}"] button`).first().click()]);
  };
  const show = (phone: string) => (page: Page) => number(page, phone, `${CITIZENS}#record`);
  return [
    { name: 'citizens-record', path: of(CITIZENS), act: show('22 30 41 50') },
    { name: 'citizens-nothing', path: of(CITIZENS), act: show('99 99 99 99') },
    { name: 'citizens-fault', path: of(CITIZENS), act: show('12') },
    {
      name: 'citizens-erase',
      path: of(CITIZENS),
      act: (page) => number(page, '22 30 41 52', `${CITIZENS}/erase`),
    },
    { name: 'citizens-operator', path: of(CITIZENS), client: people.operator.client },
  ];
}

function running({ others: { moved, restored } }: Furniture): Use[] {
  const health = '/admin/installation';
  const authorities = '/admin/installation/authorities';
  const refused = { name: 'Skattestyrelsen', id: 'Skat!', sender: 'Skat' };
  return [
    { name: 'installation-moved', path: health, client: moved.client, at: 'moved' },
    { name: 'installation-restored', path: health, client: restored.client, at: 'restored' },
    { name: 'installation-authorities-fault', path: authorities, act: send(refused, 'main .card button') },
    { name: 'installation-authorities-other', path: `${authorities}/${EMPTY_AUTHORITY}?done=saved` },
    {
      name: 'installation-authorities-authority-fault',
      path: `${authorities}/${EMPTY_AUTHORITY}`,
      act: send({ sender: 'Skat', cvr: '12', allowedCountries: 'Danmark' }, 'main form button'),
    },
    { name: 'simulator', path: '/simulator' },
  ];
}

function failing({ test, people }: Scene): Use[] {
  const limited = () => {
    const there = { authority: NEWCOMERS_AUTHORITY, departments: [DEPARTMENT] };
    return enter(test, { ...newName(), role: 'administrator', ...there });
  };
  return [
    { name: 'error-missing', path: of('/admin/set-up/sources/findes-ikke') },
    { name: 'error-forbidden', path: of('/admin/set-up/keys'), client: people.viewer.client },
    { name: 'error-limited', path: of('/admin/set-up/keys', '', NEWCOMERS_AUTHORITY), client: limited },
  ];
}

let made = 0;
const person = async (page: Page) => {
  await page.locator('#departments').fill('Børne- og Ungdomspsykiatrisk Ambulatorium\nØjenklinikken');
  await send(newName(), '#invite button')(page);
};
const takeOut = async (page: Page) => {
  if (!(await page.locator('#reason').isVisible())) return;
  await send({ reason: 'Leverandøren melder om driftsstop til kl. 14' }, '#use button')(page);
};

/** Uses that change something, so that their pictures are taken when all others are. */
export const CHANGING_USES: readonly Use[] = [
  { name: 'to-do-done', path: of('/admin'), act: tickOff },
  {
    name: 'set-up-sources-made',
    path: of(SOURCES),
    act: (page) => send({ name: 'Laboratoriesystemet', id: `lab-${++made}` }, '#make button')(page),
  },
  { name: 'set-up-keys-made', path: of('/admin/set-up/keys'), act: send({ name: 'Rapport' }, '.card form button') },
  { name: 'set-up-people-link', path: of('/admin/set-up/people'), act: person },
  { name: 'set-up-gateways-gateway-out', path: of(`${GATEWAYS}/simulator`), act: takeOut },
  { name: 'set-up-gateways-out', path: of(GATEWAYS) },
  {
    name: 'set-up-gateways-gateway-conflict',
    path: of(`${GATEWAYS}/simulator`),
    act: sendOutdated('form[action$="/in"]', {}),
  },
];
