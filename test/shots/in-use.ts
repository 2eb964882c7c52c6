import type { Locator, Page } from 'playwright-core';
import { enter, type PageClient } from '../support/pages.ts';
import { codeOf, type Furniture, NEWCOMERS_AUTHORITY, type OtherName } from './furnish.ts';
import { AUTHORITY, EMPTY_AUTHORITY, type Scene } from './scene.ts';

/** A page in a state that its address alone does not bring about. */
export interface Use {
  /** The name of its picture, which begins with that of the page. */
  readonly name: string;
  readonly path: string;
  /** null: nobody is signed in. Left out: the administrator of the whole installation. */
  readonly client?: PageClient | null | (() => Promise<PageClient>);
  /** The installation that it is a page of; left out: that of the scene. */
  readonly at?: OtherName;
  /** As it is printed. */
  readonly print?: true;
  /** Uses the page before its picture is taken. It changes nothing, so that every picture shows the same. */
  readonly act?: (page: Page) => Promise<void>;
}

/** The address of a page of an authority. */
export const of = (path: string, query = '', authority = AUTHORITY) =>
  `${path}?authority=${authority}${query && `&${query}`}`;

/** Fills the fields of a form, and sends it by its button. */
export const send = (fields: Readonly<Record<string, string>>, button: string) => async (page: Page) => {
  for (const [id, value] of Object.entries(fields)) await page.locator(`[id="${id}"]`).fill(value);
  // The button of a calendar sends nothing.
  const sends = page.locator(button).and(page.locator(':not([type=button])'));
  await Promise.all([page.waitForNavigation(), sends.first().click()]);
};

/** Sends a form as if its page had shown what was there before somebody else changed it. */
export const sendOutdated =
  (form: string, typed: Readonly<Record<string, string>>, { mark = '', button = 'button' } = {}) =>
  async (page: Page) => {
    await page.locator(`${form} [name=seen]`).evaluateAll((fields, value) => {
      for (const field of fields) (field as unknown as { value: string }).value = value;
    }, mark);
    await send(typed, `${form} ${button}`)(page);
  };

/** Unfolds everything that stands behind such summaries. */
export const openAll = (summaries: string) => async (page: Page) => {
  for (const each of await page.locator(summaries).all()) await each.click();
};

/** Unfolds which reminders each reply holds. */
export const openHeldReminders = openAll('.replies details > summary');

/** Unfolds what stands behind the first such summary. */
export const open = (summary: string) => (page: Page) => page.locator(summary).first().click();

const FIRST_NAMES = ['Freja', 'Viggo', 'Alma', 'Malthe', 'Signe', 'Elias', 'Nikoline', 'Villads', 'Astrid'];
const LAST_NAMES = ['Bruun', 'Dam', 'Winther', 'Lind', 'Damgaard', 'Toft', 'Kruse', 'Vestergaard'];
let named = 0;

/** A name that nobody in the scene has yet, with its address. */
export function newName(): { readonly name: string; readonly email: string } {
  const first = FIRST_NAMES[named % FIRST_NAMES.length];
  const last = LAST_NAMES[Math.floor(named++ / FIRST_NAMES.length) % LAST_NAMES.length];
  return { name: `${first} ${last}`, email: `${first}.${last}@region.example`.toLowerCase() };
}

/** Every page in use, with what goes wrong and for those who may less. */
export async function usesOf(scene: Scene, furniture: Furniture): Promise<readonly Use[]> {
  const stories = await storiesOf(scene);
  return [
    ...signingIn(scene, furniture),
    ...working(scene),
    ...finding(scene, stories),
    ...answering(scene),
    ...writing(scene),
    ...ruling(scene),
  ];
}

function signingIn({ test }: Scene, { code, factor, invitation, kept, others: { fresh } }: Furniture): Use[] {
  const newcomer = () => enter(test, { ...newName(), role: 'operator', authority: NEWCOMERS_AUTHORITY });
  const enrol = async (page: Page) => {
    const secret = (await page.locator('.secret').textContent()) ?? '';
    await send({ code: codeOf(test, secret) }, 'button')(page);
  };
  return [
    { name: 'sign-in', path: '/admin/sign-in', client: null },
    { name: 'sign-in-ended', path: '/admin/sign-in?ended=1&kept=1', client: null },
    { name: 'sign-in-first', path: '/admin/sign-in', client: null, at: 'fresh' },
    { name: 'sign-in-code', path: '/admin/sign-in/code', client: code },
    { name: 'invitation', path: invitation, client: null },
    { name: 'invitation-fault', path: invitation, client: null, act: send({ password: 'kort' }, 'button') },
    { name: 'invitation-gone', path: `/admin/invitation/${'x'.repeat(43)}`, client: null },
    { name: 'first-account', path: '/admin/first-account', client: fresh.client, at: 'fresh' },
    { name: 'account-factor', path: '/admin/account', client: factor },
    { name: 'second-factor-codes', path: '/admin/second-factor', client: newcomer, act: enrol },
    { name: 'second-factor-print', path: '/admin/second-factor', client: newcomer, act: enrol, print: true },
    { name: 'kept-form', path: '/admin/kept', client: kept },
    { name: 'to-do-first', path: '/admin', client: fresh.client, at: 'fresh' },
  ];
}

function working({ people }: Scene): Use[] {
  const focus = async (page: Page) => {
    await page.keyboard.press('Tab');
    await page.locator('.work button').first().focus();
  };
  return [
    { name: 'to-do-viewer', path: of('/admin'), client: people.viewer.client },
    { name: 'to-do-operator', path: of('/admin'), client: people.operator.client },
    { name: 'to-do-empty', path: of('/admin', '', EMPTY_AUTHORITY) },
    { name: 'to-do-focus', path: of('/admin'), act: focus },
    {
      name: 'to-do-menu',
      path: of('/admin'),
      act: async (page) => {
        const menu = page.locator('.menu summary');
        if (await menu.isVisible()) await menu.click();
      },
    },
    { name: 'to-do-print', path: of('/admin'), print: true },
  ];
}

/**
 * Ticks the first citizen to phone off. The one of the picture before stands on the list again, so that every picture
 * shows the same.
 */
export async function tickOff(page: Page): Promise<void> {
  const press = (button: Locator) => Promise.all([page.waitForNavigation(), button.first().click()]);
  const undo = page.locator('section[aria-labelledby="latest"] form button');
  if ((await undo.count()) > 0) await press(undo);
  await press(page.locator('section[aria-labelledby="soon"] .work form button'));
}

type Stories = Readonly<Record<'delivered' | 'undelivered' | 'uncertain' | 'numberless' | 'settled' | 'long', string>>;

/** Ids of appointments whose stories differ. */
async function storiesOf({ test }: Scene): Promise<Stories> {
  const named = async (reference: string) => {
    const found = test.db.selectFrom('appointment').select('id').where('reference', 'like', reference);
    return (await found.executeTakeFirstOrThrow()).id;
  };
  const sent = test.db
    .selectFrom('message')
    .innerJoin('reminder', 'reminder.id', 'message.reminder_id')
    .select('reminder.appointment_id as id')
    .where('message.status', '=', 'delivered');
  return {
    delivered: (await sent.executeTakeFirstOrThrow()).id,
    undelivered: await named('B-2000'),
    uncertain: await named('B-2002'),
    numberless: await named('R-3001'),
    settled: await named('A-1008'),
    long: await named('urn:oid:%'),
  };
}

function finding({ people, ids }: Scene, stories: Stories): Use[] {
  const search = (what: string) => send({ what }, '.search button');
  return [
    { name: 'find-number', path: of('/admin/find'), act: search('22 30 41 50') },
    { name: 'find-none', path: of('/admin/find'), act: search('22 22 22 22') },
    { name: 'find-fault', path: of('/admin/find'), act: search('010203-1234') },
    { name: 'find-day', path: of('/admin/find', 'date=2026-11-25') },
    { name: 'find-day-none', path: of('/admin/find', 'date=2027-11-25') },
    { name: 'find-viewer', path: of('/admin/find', 'date=2026-11-25'), client: people.viewer.client },
    { name: 'find-empty', path: of('/admin/find', '', EMPTY_AUTHORITY) },
    ...Object.entries(stories).map(([name, id]) => ({ name: `find-story-${name}`, path: of(`/admin/find/${id}`) })),
    { name: 'find-story-viewer', path: of(`/admin/find/${ids.appointment}`), client: people.viewer.client },
    { name: 'find-story-print', path: of(`/admin/find/${stories.delivered}`), print: true },
  ];
}

function answering({ people, ids }: Scene): Use[] {
  const { viewer } = people;
  const add = async (page: Page) => {
    await open('details.task summary')(page);
    await page.locator('#phone').fill('toogtyve');
    await send({ reason: 'Ring til 22 30 41 50' }, 'details.task button')(page);
  };
  return [
    { name: 'replies-settled', path: of('/admin/replies', 'show=settled') },
    { name: 'replies-done', path: of('/admin/replies', `done=wrong_number&reply=${ids.reply}`) },
    { name: 'replies-held', path: of('/admin/replies'), act: openHeldReminders },
    { name: 'replies-explained', path: of('/admin/replies'), act: open('main details summary') },
    { name: 'replies-viewer', path: of('/admin/replies'), client: viewer.client },
    { name: 'replies-empty', path: of('/admin/replies', '', EMPTY_AUTHORITY) },
    { name: 'opt-outs-all', path: of('/admin/opt-outs', 'show=all&done=lifted') },
    { name: 'opt-outs-fault', path: of('/admin/opt-outs'), act: add },
    { name: 'opt-outs-lift', path: of('/admin/opt-outs'), act: open('details.step summary') },
    { name: 'opt-outs-viewer', path: of('/admin/opt-outs'), client: viewer.client },
    { name: 'opt-outs-empty', path: of('/admin/opt-outs', '', EMPTY_AUTHORITY) },
  ];
}

function writing({ people }: Scene): Use[] {
  const { viewer } = people;
  const reminder = of('/admin/texts/reminder');
  const dear = 'Husk din tid 🙂 på Onkologisk Afdeling {{weekday}} d. {{date}} kl. {{time}}. Ring {{contactPhone}} €';
  const shorter = 'Husk din tid hos {{authority}} {{weekday}} d. {{date}}. Ring {{contactPhone}}.';
  const changePlanned = async (page: Page) => {
    await send({ 'text-da': shorter }, '[value=preview]')(page);
    await openAll('.text details > summary')(page);
  };
  const refused = 'Husk {{dato}}. Læs mere på https://www.region.example/aftale, cpr 010203-1234';
  const conflict = async (page: Page) => {
    await page.evaluate('document.querySelector("[name=seen-da]").value = "1"');
    await send({ 'text-da': 'Husk din aftale {{date}} kl. {{time}}. Ring {{contactPhone}}.' }, '[value=save]')(page);
  };
  return [
    { name: 'texts-viewer', path: of('/admin/texts'), client: viewer.client },
    { name: 'texts-name-dear', path: reminder, act: send({ 'text-da': dear }, '[value=preview]') },
    { name: 'texts-name-planned', path: reminder, act: changePlanned },
    { name: 'texts-name-fault', path: reminder, act: send({ 'text-da': refused }, '[value=save]') },
    { name: 'texts-name-conflict', path: reminder, act: conflict },
    { name: 'texts-name-unknown', path: reminder, act: send({ reference: 'A-9999' }, '[value=preview]') },
    { name: 'texts-name-viewer', path: reminder, client: viewer.client },
    { name: 'texts-name-stop', path: of('/admin/texts/opt-out-confirmed') },
    { name: 'texts-name-versions-done', path: of('/admin/texts/confirmation/versions', 'of=da&done=restored') },
    { name: 'texts-name-versions-viewer', path: of('/admin/texts/reminder/versions'), client: viewer.client },
  ];
}

const MESSAGE = JSON.stringify({
  type: 'appointment.booked',
  data: { id: 'J-1', start: '2026-12-07T09:00:00+01:00', patient: { phone: '22304199' }, department: 'Øjenklinikken' },
});

function ruling({ people }: Scene): Use[] {
  const { viewer } = people;
  // A day or three before a Monday is the Friday before, since nothing is sent in the weekend.
  const earlier = { 'rule-1': '4', from: '09:00' };
  return [
    { name: 'rules-changed', path: of('/admin/rules'), act: send(earlier, '[value=preview]') },
    { name: 'rules-fault', path: of('/admin/rules'), act: send({ to: '07:00', closedDays: 'jul' }, '[value=save]') },
    { name: 'rules-viewer', path: of('/admin/rules'), client: viewer.client },
    { name: 'rules-empty', path: of('/admin/rules', '', EMPTY_AUTHORITY) },
    { name: 'rules-sender-fault', path: of('/admin/rules/sender'), act: send({ sender: 'SKAT' }, '[value=save]') },
    {
      name: 'rules-pause-fault',
      path: of('/admin/rules/pause'),
      act: send({ reason: '22 30 41 50' }, 'fieldset button'),
    },
    { name: 'rules-pause-viewer', path: of('/admin/rules/pause'), client: viewer.client },
    { name: 'rules-try-done', path: of('/admin/rules/try'), act: send({ message: MESSAGE }, 'fieldset button') },
    {
      name: 'rules-try-refused',
      path: of('/admin/rules/try'),
      act: send({ message: '{"type":"x"}' }, 'fieldset button'),
    },
    { name: 'rules-unmapped-viewer', path: of('/admin/rules/unmapped'), client: viewer.client },
  ];
}
