import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/people/access.ts';
import { formsOfRegion } from '../support/every-form.ts';
import { fingerprintOf } from '../support/fingerprint.ts';
import type { Ids } from '../support/one-department.ts';
import { type FoundForm, pageRoutes, pathOf } from '../support/page-walk.ts';
import { PageClient, proven } from '../support/pages.ts';
import { sentFields } from '../support/read-page.ts';
import { useOpened } from '../support/scenario.ts';
import { DEPARTMENTS, openTwoAuthorities } from '../support/two-authorities.ts';
import { type Account, RIGHTS, type Right, rightOf, suffices } from './rights-table.ts';

const GUESSED_ID = '01890000-0000-7000-8000-000000000000';
const GUESSED_NAME = 'findes-ikke';
const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];
/** Forms that this installation shows nobody, with the fields that they have. */
const UNSEEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/admin/sign-in/code': { code: '123456', next: '/admin' },
  '/admin/account/second-factor': { code: '123456' },
  '/admin/accept': { token: 'A'.repeat(43) },
  '/admin/first-account': { name: 'Mette', email: 'mette@example.org', password: 'korrekt hest batteri hæfte' },
  '/admin/find/:appointment/send-again': { authority: 'rh' },
  '/admin/replies/:id/answer': { authority: 'rh', standardAnswer: 'early', do: 'preview' },
  '/admin/find/:appointment/answer': { authority: 'rh', standardAnswer: 'early', do: 'preview' },
  '/admin/opt-outs/:id/undo': { authority: 'rh' },
  '/admin/set-up/import/refused-rows': { authority: 'rh', rows: 'A'.repeat(43) },
  '/admin/installation/adopt': { off: 'on' },
  '/admin/installation/recovered': { off: 'on', backupAt: '2026-11-24T10:00' },
};

/** A request that a page makes. */
interface Asked {
  readonly route: string;
  readonly right: Right;
  readonly path: string;
  /** null: it is a page that is opened. */
  readonly form: Readonly<Record<string, string>> | null;
}

const all = useOpened(openTwoAuthorities);
let chiefAccount: string;
let forms: readonly FoundForm[];
let asked: readonly Asked[];
beforeAll(async () => {
  const chief = await all.person('administrator', null);
  const accounts = all.test.db.selectFrom('account').select('id').where('authority_id', 'is', null);
  chiefAccount = (await accounts.executeTakeFirstOrThrow()).id;
  const posts = pageRoutes(all.test.app, 'POST');
  forms = await formsOfRegion(all, chief);
  asked = [...pageRoutes(all.test.app, 'GET').map(pageAsked), ...posts.map(formAsked)];
});

/** Values of the parameters of routes, of what stands at one department of `rh` and at all of it. */
function valuesOf(ids: Ids): Ids {
  return {
    ...{ ...ids, token: 'A'.repeat(43), id: GUESSED_ID, country: 'DK', from: '2026-01-01' },
    '/admin/set-up/people/:id id': ids.account ?? '',
    '/admin/installation/people/:id id': chiefAccount,
    '/admin/set-up/gateways/:gateway/tests/:id id': ids.smsTest ?? '',
  };
}

function pageAsked(route: string): Asked {
  const path = pathOf(route, valuesOf(all.ids.heart));
  return { route, right: rightOf(`GET ${route}`) ?? 'anyone', path: `${path}?authority=rh`, form: null };
}

function formAsked(route: string): Asked {
  const right = rightOf(`POST ${route}`) ?? 'anyone';
  const own = forms.filter((form) => form.route === route && sentFields(form).every(isOfRegion));
  const found = own.find(({ action }) => isOfHeart(action)) ?? own[0];
  if (found) return { route, right, path: found.action, form: Object.fromEntries(valuesOfForm(found)) };
  const form = UNSEEN[route];
  if (!form) throw new Error(`no page has a form for ${route}`);
  return { route, right, path: pathOf(route, valuesOf(all.ids.heart)), form };
}

const isOfRegion = ([name, value]: readonly [string, string]) => name !== 'authority' || value === 'rh';
const isOfHeart = (action: string) => Object.values(all.ids.heart).some((id) => action.split('/').includes(id));

/** A choice that a button makes is made by its last: the first of some shows what the last would change. */
function valuesOfForm(form: FoundForm): (readonly [string, string])[] {
  const button = form.fields.findLast(({ kind, name }) => kind === 'button' && name !== '');
  return [...sentFields(form), ...(button ? [[button.name, button.value] as const] : [])];
}

/** Sends it as this browser would. */
function send(client: PageClient, { path, form }: Pick<Asked, 'path' | 'form'>): Promise<Response> {
  return form ? client.post(path, form) : client.get(path);
}

const personas: readonly Account[] = [
  ...[null, 'rh', 'kk'].flatMap((authority) => ROLES.map((role) => ({ role, authority }))),
  ...ROLES.map((role) => ({ role, authority: 'rh', departments: [DEPARTMENTS.heart.mark] })),
  { role: 'administrator', authority: null, departments: [DEPARTMENTS.heart.mark] },
];
const guarded = () => asked.filter(({ right }) => right !== 'anyone');

describe('every route of the pages', () => {
  it('is declared by a page with the right that it needs, and each form is on a page', () => {
    const routes = (['GET', 'POST'] as const).flatMap((method) =>
      pageRoutes(all.test.app, method).map((path) => `${method} ${path}`),
    );
    expect([...RIGHTS.keys()].toSorted()).toEqual(routes.toSorted());
  });

  it('without a session, and with one that has ended, leads to signing in, and does nothing', async () => {
    const ended = await all.person('administrator', null);
    const { cookie } = ended;
    await ended.post('/admin/sign-out', {});
    const before = await fingerprintOf(all.test.db);
    for (const each of guarded())
      for (const cookies of [`__Host-easysms-form=${'N'.repeat(43)}`, `__Host-easysms=${'B'.repeat(43)}`, cookie]) {
        const client = new PageClient(all.test);
        client.cookie = cookies;
        const response = await send(client, each);
        const location = response.headers.get('location')?.split('?')[0];
        expect([each.route, response.status, location]).toEqual([each.route, 303, '/admin/sign-in']);
      }
    expect(await fingerprintOf(all.test.db)).toEqual(before);
  });

  it.each(personas)(
    'is refused to $role of $authority, limited to $departments, where that is not enough',
    async (account) => {
      const client = await all.person(account.role, account.authority, account.departments);
      const before = await fingerprintOf(all.test.db);
      const given: string[] = [];
      for (const each of guarded()) {
        if (suffices(account, each.right, 'rh')) continue;
        const { status } = await send(client, each);
        if (status !== 403 && status !== 404) given.push(`${each.form ? 'POST' : 'GET'} ${each.path} ${status}`);
      }
      expect(given).toEqual([]);
      expect(await fingerprintOf(all.test.db)).toEqual(before);
    },
  );

  it('takes no form without the proof that it is ours, with that of another session, or from another site', async () => {
    const [chief, other] = [await all.person('administrator', null), await all.person('administrator', null)];
    const before = await fingerprintOf(all.test.db);
    const proof = proven({}, other.cookie).get('form') ?? '';
    for (const { path, form } of asked.filter((each) => each.form)) {
      const fields = form ?? {};
      const { form: _own, ...bare } = fields;
      const foreign = {
        ...{ method: 'POST', body: proven(bare, chief.cookie) },
        headers: { Origin: 'https://evil.example', cookie: chief.cookie },
      };
      const responses = [
        await chief.post(path, bare, { proof: false }),
        await chief.post(path, { ...bare, form: proof }, { proof: false }),
        await chief.post(path, { ...bare, form: '' }, { proof: false }),
        await all.test.app.request(path, foreign),
      ];
      expect([path, ...responses.map(({ status }) => status)]).toEqual([path, 403, 403, 403, 403]);
    }
    expect(await fingerprintOf(all.test.db)).toEqual(before);
  });
});

/** Content of an answer, without the id that was asked for. */
async function toldBy(client: PageClient, asking: Pick<Asked, 'path' | 'form'>, id: string): Promise<string> {
  const response = await send(client, asking);
  const headers = [...response.headers].filter(
    ([name]) => !['x-request-id', 'set-cookie', 'retry-after'].includes(name),
  );
  const body = (await response.text()).replaceAll(/name="form" value="[^"]*"/g, '');
  return JSON.stringify([response.status, headers, body]).replaceAll(
    new RegExp(`(?<![\\w-])${id}(?![\\w-])`, 'g'),
    'ID',
  );
}

/** The request with another value wherever this one stands, in its address and its fields; null: nowhere. */
function withId({ path, form }: Asked, own: string, other: string): Pick<Asked, 'path' | 'form'> | null {
  const change = (text: string) => (text === own ? other : text);
  const [pathname = '', query = ''] = path.split('?');
  const search = new URLSearchParams(
    [...new URLSearchParams(query)].map(([name, value]): [string, string] => [name, change(value)]),
  );
  const changed = {
    path: pathname.split('/').map(change).join('/') + (query === '' ? '' : `?${search}`),
    form: form && Object.fromEntries(Object.entries(form).map(([name, value]) => [name, change(value)])),
  };
  return JSON.stringify(changed) === JSON.stringify({ path, form }) ? null : changed;
}

/** Changes, by the ids of its entries in the audit, without what was refused and what was shown. */
async function audited(): Promise<Map<string, string>> {
  const entries = all.test.db.selectFrom('audit').select(['id', 'action', 'target']);
  const rows = await entries.where('action', 'not like', '%.refused').where('action', 'not like', 'number.%').execute();
  return new Map(rows.map(({ id, action, target }) => [id, `${action} ${target}`]));
}

describe('an id that is not the visitor’s', () => {
  it.each([
    ['of another authority', { role: 'administrator', authority: 'rh' }, 'skin'],
    ['of another department', { role: 'operator', authority: 'rh', departments: [DEPARTMENTS.heart.mark] }, 'lung'],
  ] as const)('%s answers as one that does not exist, and changes nothing', async (_, account, whose) => {
    const client = await all.person(
      account.role,
      account.authority,
      'departments' in account ? account.departments : undefined,
    );
    const before = await fingerprintOf(all.test.db);
    const mine: Ids = all.ids.heart;
    const theirs: Ids = all.ids[whose];
    const like = (route: string, right: Right) => {
      return { route, right, form: null, path: `${route}?authority=rh&like=${mine.appointment}` };
    };
    const asking = [...asked, like('/admin/find', 'operator'), like('/admin/opt-outs', 'whole-operator')];
    let compared = 0;
    const began = await audited();
    const ofAuthority = asking.filter(({ right }) => right !== 'anyone' && right !== 'signed-in');
    for (const each of ofAuthority.filter(({ right }) => suffices(account, right, 'rh')))
      for (const kind of Object.keys(mine)) {
        const [own = '', foreign = ''] = [mine[kind], theirs[kind]];
        const guessed = /^[0-9a-f-]{36}$/.test(own) ? GUESSED_ID : GUESSED_NAME;
        if (own === foreign || own === '') continue;
        const [asForeign, asGuessed] = [withId(each, own, foreign), withId(each, own, guessed)];
        if (!asForeign || !asGuessed) continue;
        compared++;
        const [told, expected] = [await toldBy(client, asForeign, foreign), await toldBy(client, asGuessed, guessed)];
        expect([kind, asForeign.path, told]).toEqual([kind, asForeign.path, expected]);
      }
    expect(compared).toBeGreaterThan(whose === 'skin' ? 60 : 4);
    expect([...(await audited())].filter(([id]) => !began.has(id))).toEqual([]);
    expect(await fingerprintOf(all.test.db)).toEqual(before);
  });
});

describe('what an account is enough for', () => {
  /** Forms after which others have nothing left to be about. */
  const LAST = /(?:lift|revoke|end|remove|erase\/confirm|out|in|account)$/;
  /** Accounts of the authority, the one that may least first: of one role those that are limited to a department. */
  const weakest = personas
    .filter(({ authority }) => authority === 'rh')
    .toSorted(
      (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || Number(!a.departments) - Number(!b.departments),
    );
  it('opens, and the form is taken, for the least of them', async () => {
    const refused: string[] = [];
    const ordered = guarded().toSorted((a, b) => Number(LAST.test(a.path)) - Number(LAST.test(b.path)));
    for (const each of ordered) {
      const least = weakest.find((account) => suffices(account, each.right, 'rh'));
      const account = least ?? { role: 'administrator' as const, authority: null };
      const client = await all.person(account.role, account.authority, account.departments);
      const { status } = await send(client, each);
      if ((status === 403 || status === 404) && !(each.route in UNSEEN))
        refused.push(`${each.form ? 'POST' : 'GET'} ${each.path} ${status}`);
    }
    expect(refused).toEqual([]);
  });
});
