import type { Page } from 'playwright-core';
import { codeOf } from '../shots/furnish.ts';
import type { TestApp } from '../support/app.ts';
import { invite, PASSWORD } from '../support/pages.ts';
import type { Values } from '../support/send-form.ts';
import { OWN, type TwoAuthorities } from '../support/two-authorities.ts';

/** Who fills in a form: an administrator of the installation, somebody new, or whoever starts an installation. */
export type Sender = 'chief' | 'newcomer' | 'first';

/** The installations that the forms are sent to. */
export interface FormWorld {
  readonly all: TwoAuthorities;
  /** An installation that has just been started. */
  readonly fresh: TestApp;
}

/** A form as somebody fills it in and sends it. */
export interface Filling {
  readonly route: string;
  /** Values that are typed and chosen; all else stays as the page shows it. */
  readonly values?: Values | ((page: Page, world: FormWorld) => Values | Promise<Values>);
  /** The value of the button, where the form has several. */
  readonly button?: string;
  /** Left out: the administrator of the installation. */
  readonly by?: Sender;
  /** The address of its page; null: the page that the form before it led to; left out: where the walk found it. */
  readonly on?: string | null | ((world: FormWorld) => Promise<string>);
  /** It is answered with a file to keep. */
  readonly file?: true;
}

const EMAIL = 'ny.kollega@example.org';
const NEW_PASSWORD = 'en anden hest batteri hæfteklamme';
const NUMBER = `${OWN.rh.digits}02`;
const REASON = 'Borgeren ringede og bad om det';
const CSV = 'id;dato;tid;mobil;status\nA-1;01-12-2026;09.00;20123456;booket\nA-2;i morgen;;x;booket\n';
const MESSAGE = JSON.stringify({
  type: 'appointment.booked',
  data: { id: 'J-1', start: '2026-12-07T09:00:00+01:00', patient: { phone: '22304199' } },
});
const PERSON = { name: 'Nikoline Sørensen', role: 'viewer' };

let secret = '';
/** The code that the app of the newcomer shows; each counts once. */
function nextCode({ all: { test } }: FormWorld): string {
  test.clock.now = new Date(test.clock.now.getTime() + 60_000);
  return codeOf(test, secret);
}

async function enrol(page: Page, world: FormWorld): Promise<Values> {
  secret = (await page.locator('.secret').textContent()) ?? '';
  return { code: nextCode(world) };
}

const inviteNewcomer =
  (authority: string) =>
  ({ all: { test } }: FormWorld) =>
    invite(test, { email: EMAIL, role: 'viewer', authority });

/** Makes the database look like one that was restored from a backup. */
async function restore({ all: { test } }: FormWorld): Promise<string> {
  await test.db.updateTable('installation').set({ database_identity: 'another' }).execute();
  return '/admin/installation';
}

/** An appointment of nobody else, whose reminder may go again. @returns the address of its page */
async function sendable({ all: { rows } }: FormWorld): Promise<string> {
  return `/admin/find/${await rows.appointment('rh', '+4522304199', { source_id: 'rh-epj' })}?authority=rh`;
}

/** The page on which one writes to the citizen of an appointment of its own. */
async function answerable({ all: { rows } }: FormWorld): Promise<string> {
  const id = await rows.appointment('rh', '+4522304198', { source_id: 'rh-epj' });
  return `/admin/find/${id}/answer?authority=rh`;
}

/** The page on which one writes to whoever sent a reply. */
async function repliedTo({ all: { rows } }: FormWorld): Promise<string> {
  return `/admin/replies/${await rows.reply(['rh'], '+4522304197', 'Må jeg komme før?')}/answer?authority=rh`;
}

const FIRST_START: readonly Filling[] = [
  {
    route: '/admin/sign-in',
    by: 'first',
    on: '/admin/sign-in',
    values: (_, { fresh }) => ({ token: fresh.adminToken }),
  },
  {
    ...{ route: '/admin/first-account', by: 'first', on: '/admin/first-account' },
    values: { name: 'Mette Holm', email: 'mette@example.org', password: PASSWORD },
  },
];

const OWN_ACCOUNT: readonly Filling[] = [
  {
    ...{ route: '/admin/invitation/:token', by: 'newcomer', on: inviteNewcomer('rh') },
    values: { password: PASSWORD },
  },
  {
    ...{ route: '/admin/account/password', by: 'newcomer', on: '/admin/account' },
    values: { old: PASSWORD, password: NEW_PASSWORD },
  },
  { route: '/admin/second-factor', by: 'newcomer', on: '/admin/second-factor', values: enrol },
  { route: '/admin/accept', by: 'newcomer', on: inviteNewcomer('kk') },
  { route: '/admin/sign-out', by: 'newcomer', on: '/admin/account' },
  {
    ...{ route: '/admin/sign-in', by: 'newcomer', on: '/admin/sign-in' },
    values: { email: EMAIL, password: NEW_PASSWORD },
  },
  { route: '/admin/sign-in/code', by: 'newcomer', on: null, values: (_, world) => ({ code: nextCode(world) }) },
  {
    ...{ route: '/admin/account/second-factor', by: 'newcomer', on: '/admin/account' },
    values: (_, world) => ({ code: nextCode(world) }),
  },
  { route: '/admin/sign-out-everywhere', by: 'newcomer', on: '/admin/account' },
];

const WORK: readonly Filling[] = [
  { route: '/admin/to-do/:id/handle' },
  { route: '/admin/to-do/:id/undo' },
  { route: '/admin/to-do/:source/seen' },
  { route: '/admin/find', values: { what: NUMBER } },
  { route: '/admin/replies/:id/settle', button: 'cancel_passed_on' },
  { route: '/admin/replies/:id/undo' },
  { route: '/admin/opt-outs', values: { phone: '22 30 41 61', reason: REASON } },
  { route: '/admin/opt-outs/:id/undo', on: null },
  { route: '/admin/opt-outs-of-number', values: { number: '22 30 41 61' } },
  { route: '/admin/opt-outs/:id/lift', values: { reason: REASON } },
  { route: '/admin/citizens', button: 'show', values: { phone: NUMBER } },
  { route: '/admin/citizens', button: 'document', values: { phone: NUMBER, file: 'en' }, file: true },
  { route: '/admin/citizens', button: 'data', values: { phone: NUMBER }, file: true },
];

const TEXTS_AND_RULES: readonly Filling[] = [
  { route: '/admin/texts/:name', button: 'preview', values: { 'text-da': 'Husk din tid {{date}}.' } },
  {
    route: '/admin/texts/:name',
    button: 'save',
    values: { 'text-da': 'Husk din tid {{date}}. Ring {{contactPhone}}.' },
  },
  { route: '/admin/texts/:name/restore' },
  { route: '/admin/standard-answers', values: { name: 'Kom gerne før', da: 'Kom gerne før.', en: 'Do come early.' } },
  { route: '/admin/rules', button: 'preview', values: { 'rule-0': '3' } },
  {
    ...{ route: '/admin/rules', button: 'save' },
    values: { 'rule-0': '2', 'rule-0-unit': 'days', 'rule-0-at': '10:00', publicHolidays: true, from: '09:00' },
  },
  { route: '/admin/rules/recipients', values: { 'gets-visit': true } },
  { route: '/admin/rules/replies', values: { contactPhone: '70202020', onCancel: 'phone', stop: 'slut' } },
  { route: '/admin/rules/sender', values: { name: 'Region Nord', retentionDays: '60' } },
  {
    route: '/admin/rules/pause',
    values: { source: 'rh-epj', reason: 'Leverandøren opgraderer', day: '2026-11-25', time: '07:00' },
  },
  { route: '/admin/rules/resume' },
  { route: '/admin/rules/try', values: { message: MESSAGE } },
  { route: '/admin/rules/unmapped', values: { field: 'status', to: 'booked' } },
  { route: '/admin/rules/unmapped', values: { field: 'location', to: 'Opgang 4' } },
];

const SOURCE = '/admin/set-up/sources/:source';
const EPJ = '/admin/set-up/sources/rh-epj';
const SOURCES: readonly Filling[] = [
  { route: '/admin/set-up/sources', values: { name: 'Laboratoriet', id: 'lab', mode: 'shadow' } },
  { route: `${SOURCE}/pause`, on: `${EPJ}?authority=rh`, values: { reason: 'Flytter', until: '2026-11-25T07:00' } },
  { route: `${SOURCE}/resume`, on: `${EPJ}?authority=rh` },
  { route: `${SOURCE}/settings`, on: `${EPJ}/settings?authority=rh`, values: { name: 'EPJ, ambulatorier' } },
  { route: `${SOURCE}/events`, on: `${EPJ}/events?authority=rh`, values: { format: 'cloudevents' } },
  { route: `${SOURCE}/secrets-for-events` },
  { route: `${SOURCE}/deliveries/test` },
  { route: `${SOURCE}/deliveries/replay`, on: `${EPJ}/deliveries?authority=rh&status=failed`, values: { id: '' } },
  { route: `${SOURCE}/deliveries/replay`, values: { from: '2026-11-20T10:00', to: '2026-11-24T12:00' } },
  { route: `${SOURCE}/deliveries/resume` },
  { route: '/admin/set-up/import', values: { source: 'rh-epj', file: CSV, mode: 'try' } },
  { route: '/admin/set-up/import/refused-rows', on: null, file: true },
  { route: '/admin/set-up/import', values: { source: 'rh-epj', file: CSV, mode: 'errors' }, file: true },
  { route: '/admin/set-up/import', values: { source: 'rh-epj', file: CSV, mode: 'import' } },
];

const GATEWAY = '/admin/set-up/gateways/:gateway';
const SET_UP: readonly Filling[] = [
  { route: `${GATEWAY}/in` },
  // Nothing is sent again while no gateway is in use.
  { route: '/admin/find/:appointment/send-again', on: sendable },
  { route: '/admin/find/:appointment/answer', on: answerable, button: 'send', values: { standardAnswer: 'qregion' } },
  { route: '/admin/replies/:id/answer', on: repliedTo, button: 'send', values: { standardAnswer: 'qregion' } },
  { route: `${GATEWAY}/tests`, values: { phone: '20 12 34 56', sender: 'Region Nord' } },
  {
    route: `${GATEWAY}/prices`,
    values: { country: 'SE', perSegment: '0,35', currency: 'DKK', from: '2026-02-01' },
  },
  { route: '/admin/set-up/keys', values: { name: 'Rapport', role: 'viewer' } },
  { route: '/admin/set-up/people', values: { ...PERSON, email: 'nikoline@example.org', departments: 'Qhjerte' } },
  { route: '/admin/set-up/people/:id/access', values: { role: 'operator', departments: 'Qlunge' } },
  { route: '/admin/set-up/people/:id/name', values: { name: 'Nikoline Holm' } },
  { route: '/admin/set-up/people/:id/link' },
  { route: '/admin/installation/authorities', values: { name: 'Region Syd', id: 'syd', sender: 'RegionSyd' } },
  { route: '/admin/installation/authorities/:authority', values: { cvr: '12345674', retentionDays: '80' } },
  { route: '/admin/installation/people', values: { ...PERSON, email: 'nikoline.s@example.org' } },
  { route: '/admin/installation/people/:id/access', values: { role: 'viewer' } },
  { route: '/admin/installation/people/:id/name', values: { name: 'Nikoline Holm' } },
  { route: '/admin/installation/people/:id/link' },
  { route: '/admin/installation/adopt', values: { off: true } },
  { route: '/admin/installation/recovered', on: restore, values: { backupAt: '2026-11-23T10:00', off: true } },
];

/** Forms after which others have nothing left to be about. */
const LAST: readonly Filling[] = [
  { route: '/admin/standard-answers/:id/delete' },
  { route: `${SOURCE}/secrets` },
  { route: `${SOURCE}/secrets/:id/end` },
  { route: `${SOURCE}/events/remove` },
  { route: `${GATEWAY}/prices/:country/:from/remove` },
  { route: `${GATEWAY}/out`, values: { reason: 'Leverandøren melder om driftsstop' } },
  { route: '/admin/set-up/keys/:id/revoke' },
  { route: '/admin/set-up/people/:id/remove' },
  { route: '/admin/installation/people/:id/remove' },
  { route: '/admin/citizens/erase', values: { number: NUMBER } },
  { route: '/admin/citizens/erase/confirm', on: null, values: { number: NUMBER, sure: true } },
];

/** Each form of the pages with valid values, in the order in which they are sent. */
export const FILLINGS: readonly Filling[] = [
  ...[...FIRST_START, ...OWN_ACCOUNT],
  ...[...WORK, ...TEXTS_AND_RULES, ...SOURCES, ...SET_UP, ...LAST],
];
